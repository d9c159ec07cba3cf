/// A read-only view of a GTP-U header with its extension headers (3GPP TS 29.281, section 5).
public struct GTPUHeader: ~Escapable {
  /// Size without optional fields, in octets.
  ///
  /// The length field counts what follows these octets.
  @inlinable public static var minimumByteCount: Int { 8 }

  /// Offsets of fields, in octets from the start of the header.
  @usableFromInline package enum Field {
    /// The length field.
    @inlinable package static var length: Int { 2 }
  }

  @usableFromInline internal let octets: RawSpan

  /// Wraps the header at `offset` with its extension headers, without copying it; nil if it is not
  /// GTP of version 1, or if an extension header has a length of 0.
  ///
  /// - Throws: ``WireError/truncated(_:offset:needed:available:)`` if the packet ends before.
  /// - Complexity: O(*n*) in the number of extension headers. Does not allocate.
  @_lifetime(copy packet)
  public init?(_ packet: RawSpan, at offset: Int = 0) throws(WireError) {
    let flags = try packet.header(.gtpU, at: offset, byteCount: Self.minimumByteCount).octet(at: 0)
    // Three bits of version and the protocol type, which tells GTP from GTP' (section 5.1).
    guard flags & 0xF0 == 0x30 else { return nil }
    var byteCount = Self.minimumByteCount
    // Each of the flags E, S and PN brings the fields of all three.
    if flags & 0x07 != 0 {
      byteCount += 4
      var last = try packet.header(.gtpU, at: offset, byteCount: byteCount)
      while flags & 0x04 != 0, last.octet(at: byteCount - 1) != 0 {
        let words = try packet.header(.gtpU, at: offset, byteCount: byteCount + 1)
          .octet(at: byteCount)
        guard words != 0 else { return nil }
        byteCount += Int(words) * 4
        last = try packet.header(.gtpU, at: offset, byteCount: byteCount)
      }
    }
    octets = try packet.header(.gtpU, at: offset, byteCount: byteCount)
  }

  /// Header length with all extension headers, in octets.
  @inlinable public var headerLength: Int { octets.byteCount }

  /// The message type; 255 for a G-PDU, the only one that carries a packet.
  @inlinable public var messageType: UInt8 { octets.octet(at: 1) }

  /// The length field: octets after the first eight of the header.
  @inlinable public var length: UInt16 { octets.networkOrder(at: 2) }

  /// The tunnel endpoint identifier (TEID).
  @inlinable public var tunnelEndpointIdentifier: UInt32 { octets.networkOrder(at: 4) }
}
