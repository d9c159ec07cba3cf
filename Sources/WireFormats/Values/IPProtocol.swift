/// The protocol that an IP packet carries: IPv4 "protocol" and IPv6 "next header" share one
/// registry (IANA).
public struct IPProtocol: RawRepresentable, Hashable, Sendable {
  /// The number on the wire.
  public let rawValue: UInt8

  /// Wraps a number as it stands on the wire.
  @inlinable
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// IPv6 hop-by-hop options (RFC 8200, section 4.3).
  @inlinable public static var hopByHopOptions: IPProtocol { IPProtocol(rawValue: 0) }
  /// Internet Control Message Protocol (RFC 792).
  @inlinable public static var icmp: IPProtocol { IPProtocol(rawValue: 1) }
  /// An IPv4 packet inside the packet (RFC 2003).
  @inlinable public static var ipv4: IPProtocol { IPProtocol(rawValue: 4) }
  /// Transmission Control Protocol (RFC 9293).
  @inlinable public static var tcp: IPProtocol { IPProtocol(rawValue: 6) }
  /// User Datagram Protocol (RFC 768).
  @inlinable public static var udp: IPProtocol { IPProtocol(rawValue: 17) }
  /// An IPv6 packet inside the packet (RFC 2473, RFC 4213).
  @inlinable public static var ipv6: IPProtocol { IPProtocol(rawValue: 41) }
  /// IPv6 routing header (RFC 8200, section 4.4).
  @inlinable public static var routingHeader: IPProtocol { IPProtocol(rawValue: 43) }
  /// IPv6 fragment header (RFC 8200, section 4.5).
  @inlinable public static var fragmentHeader: IPProtocol { IPProtocol(rawValue: 44) }
  /// Generic Routing Encapsulation (RFC 2784).
  @inlinable public static var gre: IPProtocol { IPProtocol(rawValue: 47) }
  /// Encapsulating Security Payload (RFC 4303).
  @inlinable public static var esp: IPProtocol { IPProtocol(rawValue: 50) }
  /// Authentication Header (RFC 4302).
  @inlinable public static var authenticationHeader: IPProtocol { IPProtocol(rawValue: 51) }
  /// Internet Control Message Protocol for IPv6 (RFC 4443).
  @inlinable public static var icmpv6: IPProtocol { IPProtocol(rawValue: 58) }
  /// No next header (RFC 8200, section 4.7).
  @inlinable public static var noNextHeader: IPProtocol { IPProtocol(rawValue: 59) }
  /// IPv6 destination options (RFC 8200, section 4.6).
  @inlinable public static var destinationOptions: IPProtocol { IPProtocol(rawValue: 60) }
  /// Mobility header (RFC 6275).
  @inlinable public static var mobilityHeader: IPProtocol { IPProtocol(rawValue: 135) }

  /// True for the IPv6 extension headers that segments repeat: hop-by-hop options, routing and
  /// destination options.
  @inlinable
  public var isCopiedExtensionHeader: Bool {
    self == .hopByHopOptions || self == .routingHeader || self == .destinationOptions
  }
}

extension IPProtocol: CustomStringConvertible {
  /// The name of the protocol, or the number: `TCP`, `protocol 132`.
  public var description: String {
    switch self {
    case .hopByHopOptions: "hop-by-hop options"
    case .icmp: "ICMP"
    case .ipv4: "IPv4"
    case .tcp: "TCP"
    case .udp: "UDP"
    case .ipv6: "IPv6"
    case .routingHeader: "routing header"
    case .fragmentHeader: "fragment header"
    case .gre: "GRE"
    case .esp: "ESP"
    case .authenticationHeader: "authentication header"
    case .icmpv6: "ICMPv6"
    case .noNextHeader: "no next header"
    case .destinationOptions: "destination options"
    case .mobilityHeader: "mobility header"
    default: "protocol \(rawValue)"
    }
  }
}
