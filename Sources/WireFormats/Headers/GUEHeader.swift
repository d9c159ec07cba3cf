/// A read-only view of a header of Generic UDP Encapsulation, variant 0
/// (draft-ietf-intarea-gue, section 3).
///
/// Variant 1 has no header: an IP packet follows the UDP header.
public struct GUEHeader: ~Escapable {
  /// Size without optional fields, in octets.
  @inlinable public static var minimumByteCount: Int { 4 }

  @usableFromInline internal let octets: RawSpan

  /// Wraps the header at `offset` with its optional fields, without copying it; nil if it is not of
  /// variant 0.
  ///
  /// - Throws: ``WireError/truncated(_:offset:needed:available:)`` if the packet ends before.
  /// - Complexity: O(1). Does not allocate.
  @_lifetime(copy packet)
  public init?(_ packet: RawSpan, at offset: Int = 0) throws(WireError) {
    let first = try packet.header(.gue, at: offset, byteCount: 1).octet(at: 0)
    guard first >> 6 == 0 else { return nil }
    // Five bits count what follows the first word, in units of four octets.
    let byteCount = Self.minimumByteCount + Int(first & 0x1F) * 4
    octets = try packet.header(.gue, at: offset, byteCount: byteCount)
  }

  /// Header length with optional fields and private data, in octets: 4 to 128.
  @inlinable public var headerLength: Int { octets.byteCount }

  /// True if the packet is a control message, which carries no packet (C bit).
  @inlinable public var isControl: Bool { octets.octet(at: 0) & 0x20 != 0 }

  /// The IP protocol of what follows the header, unless the packet is a control message.
  @inlinable public var carriedProtocol: IPProtocol { IPProtocol(rawValue: octets.octet(at: 1)) }

  /// The flags, each of which stands for an optional field.
  @inlinable public var flags: UInt16 { octets.networkOrder(at: 2) }
}
