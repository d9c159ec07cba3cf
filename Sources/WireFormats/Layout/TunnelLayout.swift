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
    /// UDP and a VXLAN-GPE header (draft-ietf-nvo3-vxlan-gpe).
    case vxlanGPE
    /// UDP, with a header of Generic UDP Encapsulation (draft-ietf-intarea-gue, variant 0) or
    /// without one (variant 1).
    case gue
    /// UDP alone: Foo over UDP of Linux, with an IP packet directly after the UDP header.
    case fou
    /// UDP and a GTP-U header with its extension headers (3GPP TS 29.281).
    ///
    /// The only tunnel header with a length of its own.
    case gtpU
    /// UDP and a header that the caller describes, as a virtio-net tunnel header describes it.
    case udp
    /// A GRE header (RFC 2784, RFC 2890).
    case gre
    /// Nothing: an IP packet directly in an IP packet (RFC 2003, RFC 2473, RFC 4213).
    case ip

    /// True if an outer UDP header carries the tunnel.
    public var isOverUDP: Bool { self != .gre && self != .ip }
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

  /// Where the length field of a GTP-U header lies, which counts the octets after its first eight;
  /// nil in any other tunnel.
  package var lengthOffset: Int? {
    kind == .gtpU ? headerOffset + UDPHeader.byteCount + GTPUHeader.Field.length : nil
  }
}
