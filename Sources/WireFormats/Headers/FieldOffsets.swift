// Offsets of header fields, in octets from the start of each header, for code that reads or writes
// single fields in place. Whole headers are read through their views.

extension IPv4Header {
  /// Offsets of fields (RFC 791, section 3.1).
  package enum Field {
    package static let totalLength = 2
    package static let identification = 4
    /// Flags and fragment offset.
    package static let fragment = 6
    package static let headerChecksum = 10
    package static let source = 12
    package static let destination = 16
  }
}

extension IPv6Header {
  /// Offsets of fields (RFC 8200, section 3).
  package enum Field {
    package static let payloadLength = 4
    package static let nextHeader = 6
    package static let source = 8
    package static let destination = 24
  }
}

extension TCPHeader {
  /// Offsets of fields (RFC 9293, section 3.1).
  package enum Field {
    package static let sequenceNumber = 4
    package static let acknowledgmentNumber = 8
    /// Data offset, reserved bits and flags.
    package static let dataOffset = 12
    package static let window = 14
    package static let checksum = 16
    package static let urgentPointer = 18
  }
}

extension UDPHeader {
  /// Offsets of fields (RFC 768).
  package enum Field {
    package static let length = 4
    package static let checksum = 6
  }
}

extension GREHeader {
  /// Offsets of fields (RFC 2784, section 2).
  package enum Field {
    package static let checksum = 4
    /// The two octets after the checksum.
    package static let reserved = 6
  }
}
