extension FrameRecipe {
  /// What a length field of IP or UDP holds.
  public enum LengthField: Equatable, Sendable {
    /// The length; 0 if it does not fit into 16 bits, as very large frames arrive.
    case exact
    /// Zero, as in frames meant for large send offload.
    case zero
    /// This value, right or wrong.
    case value(UInt16)

    package func resolve(_ length: Int) -> UInt16 {
      switch self {
      case .exact: length <= 0xFFFF ? UInt16(length) : 0
      case .zero: 0
      case .value(let value): value
      }
    }
  }

  /// What the checksum field of an IPv4 or GRE header holds.
  public enum HeaderChecksum: Equatable, Sendable {
    /// The checksum.
    case complete
    /// Zero.
    case zero
    /// A value that is neither the checksum nor 0.
    case wrong
    /// This value, right or wrong.
    case value(UInt16)

    func resolve(_ checksum: UInt16) -> UInt16 {
      switch self {
      case .complete: checksum
      case .zero: 0
      case .wrong: wrongChecksum(checksum)
      case .value(let value): value
      }
    }
  }

  /// What the checksum field of TCP, UDP or ICMP holds.
  public enum TransportChecksum: Equatable, Sendable {
    /// The complete checksum; a UDP result of 0 is stored as 0xFFFF.
    case complete
    /// The pseudo header's sum, folded and not inverted: a partial checksum, as Linux and LSO
    /// version 1 leave it to the card.
    case pseudoHeader
    /// The same with a length of 0 in the pseudo header, as LSO version 2 leaves it.
    case pseudoHeaderWithoutLength
    /// Zero: for UDP over IPv4, "not used".
    case zero
    /// A value that is neither the checksum nor 0.
    case wrong
    /// This value, right or wrong.
    case value(UInt16)
  }
}

/// A checksum field that is wrong: no other form of `checksum`, and for UDP not "not used".
func wrongChecksum(_ checksum: UInt16) -> UInt16 {
  checksum == 0x5555 ? 0xAAAA : checksum ^ 0x5555
}
