extension FrameRecipe {
  /// Why a text is no address, and where it stops being one.
  public struct AddressError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
      /// The text ends too early; what is missing.
      case endsEarly(missing: String)
      /// Another character than those that may stand here; what may.
      case unexpected(Character, expected: String)
      /// A number above what a group holds.
      case tooLarge(limit: Int)
      /// More digits than a group has.
      case tooManyDigits(limit: Int)
      /// A decimal number with a zero before its first digit, which some read as octal.
      case leadingZero
      /// More groups than the address has.
      case tooManyGroups(limit: Int)
      /// A second `::`.
      case secondGap
    }

    /// The text.
    public var text: String
    /// What it was to be.
    public var family: AddressFamily
    /// The character that is wrong, counted from 1; one more than there are if the text ends early.
    public var character: Int
    /// What is wrong.
    public var reason: Reason
  }
}

extension FrameRecipe.AddressError: CustomStringConvertible {
  /// One sentence with the text, the character and the reason.
  public var description: String {
    let why =
      switch reason {
      case .endsEarly(let missing): "the text ends, \(missing) is missing"
      case .unexpected(let found, let expected): "\"\(found)\" where \(expected) is expected"
      case .tooLarge(let limit): "the number is larger than \(limit)"
      case .tooManyDigits(let limit): "the group has more than \(limit) digits"
      case .leadingZero: "a decimal number must not start with 0"
      case .tooManyGroups(let limit): "there are more than \(limit) groups"
      case .secondGap: "\"::\" may occur only once"
      }
    return "\"\(text)\" is no \(family.rawValue) address: at character \(character), \(why)"
  }
}

extension FrameRecipe.AddressFamily {
  /// Reads a text as an address of this family.
  func read(_ text: String) -> Result<[UInt8], FrameRecipe.AddressError> {
    var reader = AddressReader(text: text, family: self)
    return Result { () throws(FrameRecipe.AddressError) in
      switch self {
      case .mac: try reader.mac()
      case .ipv4: try reader.ipv4(from: 0)
      case .ipv6: try reader.ipv6()
      }
    }
  }
}

/// Reads a text from left to right, one character at a time.
private struct AddressReader {
  let text: String
  let family: FrameRecipe.AddressFamily
  let characters: [Character]
  var at = 0

  init(text: String, family: FrameRecipe.AddressFamily) {
    self.text = text
    self.family = family
    characters = Array(text)
  }

  var next: Character? { at < characters.count ? characters[at] : nil }

  func error(_ reason: FrameRecipe.AddressError.Reason, at place: Int) -> FrameRecipe.AddressError {
    .init(text: text, family: family, character: place + 1, reason: reason)
  }

  /// The error that something else, or nothing, stands here.
  func missing(_ expected: String) -> FrameRecipe.AddressError {
    guard let next else { return error(.endsEarly(missing: expected), at: at) }
    return error(.unexpected(next, expected: expected), at: at)
  }

  func end() throws(FrameRecipe.AddressError) {
    if at < characters.count { throw missing("the end") }
  }

  mutating func hexadecimalDigit() throws(FrameRecipe.AddressError) -> Int {
    guard let next, next.isASCII, let value = next.hexDigitValue else {
      throw missing("a hexadecimal digit")
    }
    at += 1
    return value
  }

  mutating func mac() throws(FrameRecipe.AddressError) -> [UInt8] {
    var octets: [UInt8] = []
    var separator: Character = ":"
    while true {
      octets.append(UInt8(try hexadecimalDigit() * 16 + (try hexadecimalDigit())))
      if octets.count == 6 { break }
      if octets.count == 1 && next == "-" { separator = "-" }
      guard next == separator else { throw missing("\"\(separator)\"") }
      at += 1
    }
    try end()
    return octets
  }

  /// Four decimal numbers joined by dots, from character `start` to the end.
  mutating func ipv4(from start: Int) throws(FrameRecipe.AddressError) -> [UInt8] {
    at = start
    var octets: [UInt8] = []
    while octets.count < 4 {
      if !octets.isEmpty {
        guard next == "." else { throw missing("\".\"") }
        at += 1
      }
      let first = at
      var value = 0
      while let next, next.isASCII, let digit = next.wholeNumberValue {
        if at == first + 1 && value == 0 { throw error(.leadingZero, at: first) }
        value = value * 10 + digit
        if value > 255 { throw error(.tooLarge(limit: 255), at: first) }
        at += 1
      }
      if at == first { throw missing("a decimal digit") }
      octets.append(UInt8(value))
    }
    try end()
    return octets
  }

  mutating func ipv6() throws(FrameRecipe.AddressError) -> [UInt8] {
    var octets: [UInt8] = []
    // Where `::` stands; it makes up for all groups that are not written, one at least.
    var gap: Int?
    if next == ":" {
      at += 1
      guard next == ":" else { throw missing("\":\"") }
      at += 1
      gap = 0
    }
    while gap != octets.count || at < characters.count {
      let start = at
      octets += try group()
      if octets.count > (gap == nil ? 16 : 14) { throw error(.tooManyGroups(limit: 8), at: start) }
      if at == characters.count { break }
      guard next == ":" else { throw missing("\":\"") }
      at += 1
      guard next == ":" else { continue }
      if gap != nil { throw error(.secondGap, at: at - 1) }
      if octets.count > 14 { throw error(.tooManyGroups(limit: 8), at: at - 1) }
      at += 1
      gap = octets.count
    }
    guard let gap else {
      if octets.count < 16 { throw missing("\":\"") }
      return octets
    }
    octets.insert(contentsOf: [UInt8](repeating: 0, count: 16 - octets.count), at: gap)
    return octets
  }

  /// One to four hexadecimal digits; or, as the last two groups, an IPv4 address.
  private mutating func group() throws(FrameRecipe.AddressError) -> [UInt8] {
    let start = at
    var value = try hexadecimalDigit()
    while let next, next.isASCII, let digit = next.hexDigitValue {
      if at == start + 4 { throw error(.tooManyDigits(limit: 4), at: at) }
      value = value * 16 + digit
      at += 1
    }
    return next == "." ? try ipv4(from: start) : [UInt8(value / 256), UInt8(value % 256)]
  }
}
