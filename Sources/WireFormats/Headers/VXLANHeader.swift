/// A read-only view of a VXLAN header (RFC 7348, section 5).
public struct VXLANHeader: ~Escapable {
  /// Header size, in octets.
  @inlinable public static var byteCount: Int { 8 }

  @usableFromInline internal let octets: RawSpan

  /// Wraps the eight octets at `offset` without copying them.
  ///
  /// - Throws: ``WireError/truncated(_:offset:needed:available:)`` if the packet ends before.
  /// - Complexity: O(1). Does not allocate.
  @inlinable
  @_lifetime(copy packet)
  public init(_ packet: RawSpan, at offset: Int = 0) throws(WireError) {
    octets = try packet.header(.vxlan, at: offset, byteCount: Self.byteCount)
  }

  /// True if the I flag is set, which says that the network identifier is valid.
  ///
  /// Every VXLAN header has it set.
  @inlinable public var hasNetworkIdentifier: Bool { octets.octet(at: 0) & 0x08 != 0 }

  /// The VXLAN network identifier (VNI), 24 bits.
  @inlinable public var networkIdentifier: UInt32 {
    octets.networkOrder(at: 4, as: UInt32.self) >> 8
  }
}
