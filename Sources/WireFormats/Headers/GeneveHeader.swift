/// A read-only view of a Geneve header with its options (RFC 8926, section 3.4).
public struct GeneveHeader: ~Escapable {
  /// Size without options, in octets.
  @inlinable public static var minimumByteCount: Int { 8 }

  @usableFromInline internal let octets: RawSpan

  /// Wraps the header at `offset` with its options, without copying it.
  ///
  /// - Throws: ``WireError`` if the header is truncated or its version is not 0.
  /// - Complexity: O(1). Does not allocate.
  @inlinable
  @_lifetime(copy packet)
  public init(_ packet: RawSpan, at offset: Int = 0) throws(WireError) {
    let fixed = try packet.header(.geneve, at: offset, byteCount: Self.minimumByteCount)
    let first = fixed.octet(at: 0)
    guard first >> 6 == 0 else {
      throw .invalidField(.geneve, .geneveVersion, offset: offset, found: Int(first >> 6))
    }
    // Six bits count the options in units of four octets.
    let byteCount = Self.minimumByteCount + Int(first & 0x3F) * 4
    octets = try packet.header(.geneve, at: offset, byteCount: byteCount)
  }

  /// Header length with options, in octets.
  @inlinable public var headerLength: Int { octets.byteCount }

  /// The type of what follows the header: an IP packet, or an Ethernet frame
  /// (``EtherType/transparentEthernetBridging``).
  @inlinable public var protocolType: EtherType {
    EtherType(rawValue: octets.networkOrder(at: 2))
  }

  /// The virtual network identifier (VNI), 24 bits.
  @inlinable public var networkIdentifier: UInt32 {
    octets.networkOrder(at: 4, as: UInt32.self) >> 8
  }
}
