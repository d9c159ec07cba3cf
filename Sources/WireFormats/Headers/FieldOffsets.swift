// Offsets of header fields, in octets from the start of each header, for code that reads or writes
// single fields in place. Whole headers are read through their views.
//
// Here and in `Values` each constant is a computed property that other modules inline. They would
// read a stored one through a call, and could not add and compare offsets when they are compiled.

extension IPv4Header {
  /// Offsets of fields (RFC 791, section 3.1).
  @usableFromInline package enum Field {
    @inlinable package static var totalLength: Int { 2 }
    @inlinable package static var identification: Int { 4 }
    /// Flags and fragment offset.
    @inlinable package static var fragment: Int { 6 }
    @inlinable package static var headerChecksum: Int { 10 }
    @inlinable package static var source: Int { 12 }
    @inlinable package static var destination: Int { 16 }
  }
}

extension IPv6Header {
  /// Offsets of fields (RFC 8200, section 3).
  @usableFromInline package enum Field {
    @inlinable package static var payloadLength: Int { 4 }
    @inlinable package static var nextHeader: Int { 6 }
    @inlinable package static var source: Int { 8 }
    @inlinable package static var destination: Int { 24 }
  }
}

extension TCPHeader {
  /// Offsets of fields (RFC 9293, section 3.1).
  @usableFromInline package enum Field {
    @inlinable package static var sequenceNumber: Int { 4 }
    @inlinable package static var acknowledgmentNumber: Int { 8 }
    /// Data offset, reserved bits and flags.
    @inlinable package static var dataOffset: Int { 12 }
    @inlinable package static var window: Int { 14 }
    @inlinable package static var checksum: Int { 16 }
    @inlinable package static var urgentPointer: Int { 18 }
  }
}

extension UDPHeader {
  /// Offsets of fields (RFC 768).
  @usableFromInline package enum Field {
    @inlinable package static var length: Int { 4 }
    @inlinable package static var checksum: Int { 6 }
  }
}

extension GREHeader {
  /// Offsets of fields (RFC 2784, section 2).
  @usableFromInline package enum Field {
    @inlinable package static var checksum: Int { 4 }
    /// The two octets after the checksum.
    @inlinable package static var reserved: Int { 6 }
  }
}
