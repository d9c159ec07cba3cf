// How the framework of Windows 11 21H2 reads keywords, with `RtlUnicodeStringToInteger`.
extension KeywordStore {
  /// Returns the number that the framework reads from a keyword; nil if it is absent.
  ///
  /// Leading blanks are skipped, then a sign and the prefixes `0x`, `0o` and `0b` are understood.
  /// Digits are read up to the first character that is none, so text without a number is 0. A
  /// number beyond 32 bits wraps around. Empty text counts as absent.
  ///
  /// Source: `NxConfiguration::QueryUlong`, which asks for base 10. By that, `0x1` would be 0; the
  /// prefix is understood here because the keyword was seen to be read so.
  internal func release21H2Number(_ keyword: Keyword) -> UInt32? {
    switch self[keyword] {
    case nil: return nil
    case .integer(let number): return number
    case .string(let text):
      guard !text.isEmpty else { return nil }
      return Self.number(text.utf16.drop { $0 <= 0x20 })
    }
  }

  private static func number(_ text: Substring.UTF16View) -> UInt32 {
    var digits = text
    let isNegative = digits.first == 0x2D  // -
    if isNegative || digits.first == 0x2B { digits.removeFirst() }  // +
    var base: UInt32 = 10
    if digits.first == 0x30, let letter = digits.dropFirst().first,
      let prefixed = [0x78: 16, 0x6F: 8, 0x62: 2][letter] as UInt32?  // x, o, b
    {
      base = prefixed
      digits.removeFirst(2)
    }
    var number: UInt32 = 0
    for character in digits {
      guard let digit = digit(character), digit < base else { break }
      number = number &* base &+ digit
    }
    return isNegative ? 0 &- number : number
  }

  private static func digit(_ character: UInt16) -> UInt32? {
    switch character {
    case 0x30...0x39: UInt32(character) - 0x30
    case 0x41...0x46: UInt32(character) - 0x41 + 10
    case 0x61...0x66: UInt32(character) - 0x61 + 10
    default: nil
    }
  }
}
