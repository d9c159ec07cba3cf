/// Why octets are no state that can be restored.
///
/// Offsets are octets from the first octet of the saved state.
public enum StateError: Error, Hashable, Sendable {
  /// The octets do not begin with the signature of a saved state, `0x56535431` ("VST1").
  case wrongMagic(found: UInt32)
  /// The octets hold the state of something else.
  ///
  /// `found` is the raw value of its ``StateKind``, and `offset` says where it stands.
  case wrongKind(expected: StateKind, found: UInt16, offset: Int)
  /// This release of the library does not read the version of the state.
  case unsupportedVersion(StateKind, found: UInt16, supported: UInt16)
  /// The octets end before a value that begins at `offset` and has `needed` octets.
  case truncated(offset: Int, needed: Int, available: Int)
  /// Octets follow the end of the state, which is at `offset`.
  case trailing(offset: Int, count: Int)
  /// The CRC-32 of the octets is not the one that they hold.
  case wrongChecksum(found: UInt32, computed: UInt32)
  /// A value that begins at `offset` is not in its range, which is closed.
  case outOfRange(String, offset: Int, found: Int64, lowest: Int64, highest: Int64)
  /// The text that begins at `offset` is not valid UTF-8.
  case invalidText(String, offset: Int)
  /// Values that exclude each other; the second one ends before `offset`.
  case contradiction(String, offset: Int)
}

extension StateError: CustomStringConvertible {
  /// One sentence with all the numbers.
  public var description: String {
    switch self {
    case .wrongMagic(let found):
      "not a saved state: it begins with 0x\(hexadecimal(found)), not with 0x56535431"
    case .wrongKind(let expected, let found, let offset):
      "the state at octet \(offset) is of kind "
        + "\(StateKind(rawValue: found).map { "\"\($0.name)\"" } ?? "\(found)"), "
        + "not \"\(expected.name)\""
    case .unsupportedVersion(let kind, let found, let supported):
      "the state of the \(kind.name) has version \(found); this release reads 1...\(supported)"
    case .truncated(let offset, let needed, let available):
      "the state needs \(needed) octets at octet \(offset), \(available) are there"
    case .trailing(let offset, let count):
      "the state ends at octet \(offset), and \(count) octets follow"
    case .wrongChecksum(let found, let computed):
      "the state is damaged: its CRC-32 is 0x\(hexadecimal(computed)), "
        + "not 0x\(hexadecimal(found)) as it says"
    case .outOfRange(let name, let offset, let found, let lowest, let highest):
      "\(name) at octet \(offset) of the state is \(found), not in \(lowest)...\(highest)"
    case .invalidText(let name, let offset):
      "\(name) at octet \(offset) of the state is not valid UTF-8"
    case .contradiction(let what, let offset):
      "\(what), before octet \(offset) of the state"
    }
  }
}
