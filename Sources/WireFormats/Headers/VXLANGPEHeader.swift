/// A read-only view of the header of VXLAN-GPE, the generic protocol extension for VXLAN
/// (draft-ietf-nvo3-vxlan-gpe, section 3).
public struct VXLANGPEHeader: ~Escapable {
  /// Header size, in octets.
  @inlinable public static var byteCount: Int { 8 }

  /// Bits of the first octet: version, I, P and O.
  private enum Flags {
    static let version: UInt8 = 0x30
    static let networkIdentifier: UInt8 = 0x08
    static let nextProtocol: UInt8 = 0x04
    static let operations: UInt8 = 0x01
  }

  @usableFromInline internal let octets: RawSpan

  /// Wraps the eight octets at `offset` without copying them.
  ///
  /// - Throws: ``WireError/truncated(_:offset:needed:available:)`` if the packet ends before.
  /// - Complexity: O(1). Does not allocate.
  @inlinable
  @_lifetime(copy packet)
  public init(_ packet: RawSpan, at offset: Int = 0) throws(WireError) {
    octets = try packet.header(.vxlanGPE, at: offset, byteCount: Self.byteCount)
  }

  /// The type of what follows the header: an IP packet, or an Ethernet frame
  /// (``EtherType/transparentEthernetBridging``); nil if it is neither.
  ///
  /// Nil as well if the version is not 0, the network identifier is not valid (I flag), or the
  /// packet is one of operations and maintenance (O flag). Without the P flag there is no next
  /// protocol, and an Ethernet frame follows as in VXLAN.
  public var protocolType: EtherType? {
    let flags = octets.octet(at: 0)
    guard flags & (Flags.version | Flags.operations) == 0, flags & Flags.networkIdentifier != 0
    else { return nil }
    guard flags & Flags.nextProtocol != 0 else { return .transparentEthernetBridging }
    return switch octets.octet(at: 3) {
    case 1: .ipv4
    case 2: .ipv6
    case 3: .transparentEthernetBridging
    default: nil
    }
  }

  /// The VXLAN network identifier (VNI), 24 bits.
  @inlinable public var networkIdentifier: UInt32 {
    octets.networkOrder(at: 4, as: UInt32.self) >> 8
  }
}
