/// The two-octet type after the addresses of an Ethernet frame (IEEE 802, RFC 9542).
///
/// Values below 1536 are the length of an IEEE 802.3 frame and name no protocol.
public struct EtherType: RawRepresentable, Hashable, Sendable {
  /// The number on the wire.
  public let rawValue: UInt16

  /// Wraps a number as it stands on the wire.
  @inlinable
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// Internet Protocol version 4 (RFC 894).
  @inlinable public static var ipv4: EtherType { EtherType(rawValue: 0x0800) }
  /// Address Resolution Protocol (RFC 826).
  @inlinable public static var arp: EtherType { EtherType(rawValue: 0x0806) }
  /// Transparent Ethernet bridging: an Ethernet frame inside GRE or Geneve (RFC 1701).
  @inlinable public static var transparentEthernetBridging: EtherType {
    EtherType(rawValue: 0x6558)
  }
  /// Customer VLAN tag (IEEE 802.1Q).
  @inlinable public static var vlan: EtherType { EtherType(rawValue: 0x8100) }
  /// Internet Protocol version 6 (RFC 2464).
  @inlinable public static var ipv6: EtherType { EtherType(rawValue: 0x86DD) }
  /// MPLS label stack (RFC 3032, RFC 5332).
  @inlinable public static var mpls: EtherType { EtherType(rawValue: 0x8847) }
  /// MPLS label stack whose first label the receiver assigned (RFC 5332).
  @inlinable public static var mplsUpstream: EtherType { EtherType(rawValue: 0x8848) }
  /// PPPoE session stage (RFC 2516).
  @inlinable public static var pppoeSession: EtherType { EtherType(rawValue: 0x8864) }
  /// Service VLAN tag (IEEE 802.1ad, "QinQ").
  @inlinable public static var serviceVLAN: EtherType { EtherType(rawValue: 0x88A8) }

  /// True if a four-octet VLAN tag follows: 802.1Q or 802.1ad.
  ///
  /// The older types 0x9100 to 0x9300 are no tags here, as in the Linux kernel; see
  /// ``isOlderVLANTag``.
  @inlinable
  public var isVLANTag: Bool { self == .vlan || self == .serviceVLAN }

  /// True if a four-octet VLAN tag follows that is older than 802.1ad: 0x9100, 0x9200, 0x9300.
  @inlinable
  public var isOlderVLANTag: Bool {
    rawValue == 0x9100 || rawValue == 0x9200 || rawValue == 0x9300
  }

  /// True if an MPLS label stack follows.
  @inlinable
  public var isMPLS: Bool { self == .mpls || self == .mplsUpstream }
}

extension EtherType: CustomStringConvertible {
  /// The name of the protocol, or the number: `IPv4`, `0x88cc`.
  public var description: String {
    switch self {
    case .ipv4: "IPv4"
    case .arp: "ARP"
    case .transparentEthernetBridging: "Ethernet"
    case .vlan: "802.1Q"
    case .ipv6: "IPv6"
    case .serviceVLAN: "802.1ad"
    case .mpls, .mplsUpstream: "MPLS"
    case .pppoeSession: "PPPoE"
    default: "0x" + hexadecimal(rawValue)
    }
  }
}
