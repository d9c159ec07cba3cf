/// A read-only view of a UDP header (RFC 768).
public struct UDPHeader: ~Escapable {
  /// Header size, in octets.
  @inlinable public static var byteCount: Int { 8 }

  @usableFromInline internal let octets: RawSpan

  /// Wraps the eight octets at `offset` without copying them.
  ///
  /// - Throws: ``WireError/truncated(_:offset:needed:available:)`` if the packet ends before.
  /// - Complexity: O(1). Does not allocate.
  @inlinable @inline(__always)
  @_lifetime(copy packet)
  public init(_ packet: RawSpan, at offset: Int = 0) throws(WireError) {
    octets = try packet.header(.udp, at: offset, byteCount: Self.byteCount)
  }

  /// Port of the sender.
  @inlinable public var sourcePort: UInt16 { octets.networkOrder(at: 0) }

  /// Port of the receiver.
  @inlinable public var destinationPort: UInt16 { octets.networkOrder(at: 2) }

  /// Header and payload together, in octets.
  @inlinable public var length: UInt16 { octets.networkOrder(at: 4) }

  /// Checksum over pseudo header, header and payload; 0 if the sender computed none.
  @inlinable public var checksum: UInt16 { octets.networkOrder(at: 6) }
}
