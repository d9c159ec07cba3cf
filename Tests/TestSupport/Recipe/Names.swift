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
/// See ``FrameRecipe/TCPFlags``.
public typealias TCPFlag = FrameRecipe.TCPFlags
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

extension FrameRecipe.TransportChecksum {
  /// See ``FrameRecipe/TransportChecksum/pseudoHeader``.
  public static var pseudoHeaderWithLength: Self { .pseudoHeader }
}

extension FrameRecipe.HeaderChecksum {
  /// See ``FrameRecipe/HeaderChecksum/complete``.
  public static var right: Self { .complete }
}

extension FrameRecipe.Payload {
  /// Names `count` pseudo-random octets.
  public init(seed: UInt64 = 1, count: Int) { self = .random(seed: seed, count: count) }

  /// Takes octets unmodified.
  public init(_ octets: [UInt8]) { self = .octets(octets) }
}

extension FrameRecipe.TCPFlags: @retroactive ExpressibleByIntegerLiteral {
  /// The flags with these bits.
  public init(integerLiteral bits: UInt16) { self.init(rawValue: bits) }

  /// The flags in either.
  public static func | (one: Self, other: Self) -> Self { one.union(other) }
  /// The flags in both.
  public static func & (one: Self, other: Self) -> Self { one.intersection(other) }
  /// All other flags.
  public static prefix func ~ (flags: Self) -> Self { Self(rawValue: ~flags.rawValue) }
  /// Adds flags.
  public static func |= (one: inout Self, other: Self) { one = one | other }
  /// Keeps flags.
  public static func &= (one: inout Self, other: Self) { one = one & other }
}
