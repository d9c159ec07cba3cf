// Short names for the parts of recipes, for tests.
@_exported public import FrameRecipes

/// See ``FrameRecipe/Encapsulation``.
public typealias Encapsulation = FrameRecipe.Encapsulation
/// See ``FrameRecipe/EtherType``.
public typealias EtherType = FrameRecipe.EtherType
/// See ``FrameRecipe/ExtensionHeader``.
public typealias ExtensionHeader = FrameRecipe.ExtensionHeader
/// See ``FrameRecipe/HeaderChecksum``.
public typealias HeaderChecksum = FrameRecipe.HeaderChecksum
/// See ``FrameRecipe/IPNumber``.
public typealias IPNumber = FrameRecipe.IPNumber
/// See ``FrameRecipe/IPv4Option``.
public typealias IPv4Option = FrameRecipe.IPv4Option
/// See ``FrameRecipe/IPv4``.
public typealias IPv4Recipe = FrameRecipe.IPv4
/// See ``FrameRecipe/IPv6``.
public typealias IPv6Recipe = FrameRecipe.IPv6
/// See ``FrameRecipe/LengthField``.
public typealias LengthField = FrameRecipe.LengthField
/// See ``FrameRecipe/Link``.
public typealias Link = FrameRecipe.Link
/// See ``FrameRecipe/LinkKind``.
public typealias LinkKind = FrameRecipe.LinkKind
/// See ``FrameRecipe/Network``.
public typealias Network = FrameRecipe.Network
/// See ``FrameRecipe/Payload``.
public typealias Payload = FrameRecipe.Payload
/// See ``FrameRecipe/TCPFlag``.
public typealias TCPFlag = FrameRecipe.TCPFlag
/// See ``FrameRecipe/TCPOption``.
public typealias TCPOption = FrameRecipe.TCPOption
/// See ``FrameRecipe/TCP``.
public typealias TCPRecipe = FrameRecipe.TCP
/// See ``FrameRecipe/Transport``.
public typealias Transport = FrameRecipe.Transport
/// See ``FrameRecipe/TransportChecksum``.
public typealias TransportChecksum = FrameRecipe.TransportChecksum
/// See ``FrameRecipe/TunnelPort``.
public typealias TunnelPort = FrameRecipe.TunnelPort
/// See ``FrameRecipe/UDP``.
public typealias UDPRecipe = FrameRecipe.UDP
/// See ``FrameRecipe/VLANTag``.
public typealias VLANTag = FrameRecipe.VLANTag
