/// A read-only view of a TCP header with its options (RFC 9293, section 3.1).
public struct TCPHeader: ~Escapable {
  /// Size without options, in octets.
  @inlinable public static var minimumByteCount: Int { 20 }
  /// Size with as many options as there can be, in octets.
  @inlinable public static var maximumByteCount: Int { 60 }

  @usableFromInline internal let octets: RawSpan

  /// Wraps the header at `offset` with its options, without copying it.
  ///
  /// - Throws: ``WireError`` if the header is truncated or its data offset is below 5 units of four
  ///   octets.
  /// - Complexity: O(1). Does not allocate.
  @inlinable @inline(__always)
  @_lifetime(copy packet)
  public init(_ packet: RawSpan, at offset: Int = 0) throws(WireError) {
    let fixed = try packet.header(.tcp, at: offset, byteCount: Self.minimumByteCount)
    let units = Int(fixed.octet(at: 12) >> 4)
    guard units >= 5 else {
      throw .invalidField(.tcp, .dataOffset, offset: offset + 12, found: units)
    }
    octets = try packet.header(.tcp, at: offset, byteCount: units * 4)
  }

  /// Port of the sender.
  @inlinable public var sourcePort: UInt16 { octets.networkOrder(at: 0) }

  /// Port of the receiver.
  @inlinable public var destinationPort: UInt16 { octets.networkOrder(at: 2) }

  /// Number of the first payload octet.
  @inlinable public var sequenceNumber: UInt32 { octets.networkOrder(at: 4) }

  /// Number of the octet that the sender expects next.
  @inlinable public var acknowledgmentNumber: UInt32 { octets.networkOrder(at: 8) }

  /// Header length with options, in octets: 20 to 60.
  @inlinable public var headerLength: Int { octets.byteCount }

  /// Control bits and the reserved bits above them.
  @inlinable public var flags: TCPFlags { TCPFlags(rawValue: octets.networkOrder(at: 12)) }

  /// The number of octets that the sender will accept, before scaling.
  @inlinable public var window: UInt16 { octets.networkOrder(at: 14) }

  /// Checksum over pseudo header, header and payload.
  @inlinable public var checksum: UInt16 { octets.networkOrder(at: 16) }

  /// Where urgent data ends, counted from the sequence number.
  @inlinable public var urgentPointer: UInt16 { octets.networkOrder(at: 18) }

  /// The options, without the fixed part.
  @inlinable public var options: RawSpan {
    @_lifetime(copy self)
    get { octets.extracting(droppingFirst: Self.minimumByteCount) }
  }

  /// A cursor before the first option.
  @inlinable public var optionCursor: TCPOptionCursor {
    @_lifetime(copy self)
    get { TCPOptionCursor(options) }
  }
}
