/// A read-only view of a GRE header of version 0 (RFC 2784, RFC 2890).
public struct GREHeader: ~Escapable {
  /// Size without optional fields, in octets.
  @inlinable public static var minimumByteCount: Int { 4 }

  /// Bits of the first word.
  internal enum Flags {
    static let checksum: UInt16 = 0x8000
    static let key: UInt16 = 0x2000
    static let sequenceNumber: UInt16 = 0x1000
    /// The bits that may be set: each adds a field of four octets.
    static let known = checksum | key | sequenceNumber
  }

  @usableFromInline internal let octets: RawSpan

  /// Wraps the header at `offset` with its optional fields, without copying it; nil if its flags
  /// are those of another format, such as version 1 or RFC 1701.
  ///
  /// - Throws: ``WireError/truncated(_:offset:needed:available:)`` if the packet ends before.
  /// - Complexity: O(1). Does not allocate.
  @_lifetime(copy packet)
  public init?(_ packet: RawSpan, at offset: Int = 0) throws(WireError) {
    let fixed = try packet.header(.gre, at: offset, byteCount: Self.minimumByteCount)
    let flags: UInt16 = fixed.networkOrder(at: 0)
    guard flags & ~Flags.known == 0 else { return nil }
    let byteCount = Self.minimumByteCount + flags.nonzeroBitCount * 4
    octets = try packet.header(.gre, at: offset, byteCount: byteCount)
  }

  /// Header length with optional fields, in octets: 4 to 16.
  @inlinable public var headerLength: Int { octets.byteCount }

  /// True if there is a checksum over header and payload.
  public var hasChecksum: Bool {
    octets.networkOrder(at: 0, as: UInt16.self) & Flags.checksum != 0
  }

  /// The type of what follows the header: an IP packet, or an Ethernet frame
  /// (``EtherType/transparentEthernetBridging``).
  @inlinable public var protocolType: EtherType {
    EtherType(rawValue: octets.networkOrder(at: 2))
  }
}
