/// A packet that carries another one, and where the inner one starts.
///
/// All offsets and lengths are octets; offsets count from the first octet of the frame.
public struct TunnelLayout: Hashable, Sendable {
  /// What lies between the outer IP header and the inner frame or packet.
  public enum Kind: Hashable, Sendable {
    /// UDP and a VXLAN header (RFC 7348).
    case vxlan
    /// UDP and a Geneve header with its options (RFC 8926).
    case geneve
    /// UDP and a header that the caller describes, as a virtio-net tunnel header describes it.
    case udp
    /// A GRE header (RFC 2784, RFC 2890).
    case gre
    /// Nothing: an IP packet directly in an IP packet (RFC 2003, RFC 2473, RFC 4213).
    case ip

    /// True if an outer UDP header carries the tunnel.
    public var isOverUDP: Bool { self == .vxlan || self == .geneve || self == .udp }
  }

  /// The encapsulation.
  public let kind: Kind
  /// The outer IP header.
  public let network: NetworkLayout
  private let innerOffset32: UInt32
  private let innerVLANTagCount8: UInt8
  /// True if the inner packet carries another packet, which is not parsed.
  public internal(set) var isNested = false

  /// Where the inner frame starts: an Ethernet header, or the inner IP header.
  public var innerOffset: Int { Int(innerOffset32) }
  /// VLAN tags after the inner Ethernet header.
  public var innerVLANTagCount: Int { Int(innerVLANTagCount8) }

  internal init(kind: Kind, network: NetworkLayout, innerOffset: Int, innerVLANTagCount: Int) {
    (self.kind, self.network) = (kind, network)
    innerOffset32 = UInt32(truncatingIfNeeded: innerOffset)
    innerVLANTagCount8 = UInt8(truncatingIfNeeded: innerVLANTagCount)
  }

  /// Where the outer UDP or GRE header starts; the inner IP header for ``Kind/ip``.
  public var headerOffset: Int { network.upperOffset }
}

/// Which tunnels are recognised in a frame.
///
/// UDP has no field for what it carries: a tunnel over UDP is recognised by its destination port.
public struct TunnelRecognition: Hashable, Sendable {
  /// UDP destination ports that mean VXLAN.
  public var vxlanPorts: TunnelPorts
  /// UDP destination ports that mean Geneve.
  ///
  /// A port in both sets means VXLAN.
  public var genevePorts: TunnelPorts
  /// True if GRE and IP in IP are recognised.
  public var ipTunnels: Bool
  /// True if IP is found after MPLS label stacks, PPPoE session headers and VLAN tags older than
  /// 802.1ad (0x9100 to 0x9300).
  ///
  /// The Linux kernel does not segment such frames for the sender of a virtio-net header.
  public var linkHeaders: Bool

  /// Chooses each kind.
  public init(
    vxlanPorts: TunnelPorts = [], genevePorts: TunnelPorts = [], ipTunnels: Bool = false,
    linkHeaders: Bool = true
  ) {
    (self.vxlanPorts, self.genevePorts) = (vxlanPorts, genevePorts)
    (self.ipTunnels, self.linkHeaders) = (ipTunnels, linkHeaders)
  }

  /// No tunnels: the transport header is the one after the first IP header.
  public static let none = TunnelRecognition()

  /// What the Linux kernel recognises for the sender of a virtio-net header that describes no
  /// tunnel: VLAN tags of 802.1Q and 802.1ad.
  package static let described = TunnelRecognition(linkHeaders: false)

  /// GRE, IP in IP, VXLAN on ports 4789 (IANA) and 8472 (the default of Linux), and Geneve on 6081
  /// (IANA).
  public static let wellKnown = TunnelRecognition(
    vxlanPorts: [4_789, 8_472], genevePorts: [6_081], ipTunnels: true)
}
