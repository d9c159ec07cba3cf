/// The INF keywords of one adapter, as they stand in its software key of the registry.
///
/// ```swift
/// var keywords = KeywordStore()
/// keywords[.lsoV2IPv6] = .string("0")
/// ```
///
/// Any value may be stored; ``issues`` says what is wrong with it. A bad value never stops an
/// adapter: the keyword then counts as present, with everything on.
public struct KeywordStore: Hashable, Sendable {
  /// A value of the registry.
  public enum Value: Hashable, Sendable {
    /// `REG_SZ`: a decimal number in text, as the documentation asks for it.
    case string(String)
    /// `REG_DWORD`: a number, which the framework takes all the same.
    case integer(UInt32)
  }

  private var values: [Keyword: Value] = [:]

  /// A store without any keyword.
  public init() {}

  /// Takes all of `values`.
  public init(_ values: [Keyword: Value]) { self.values = values }

  /// The value of a keyword; nil if it is absent.
  public subscript(keyword: Keyword) -> Value? {
    get { values[keyword] }
    set { values[keyword] = newValue }
  }

  /// The number that a keyword holds, valid or not; nil if it is absent or holds no number.
  ///
  /// Text is read as a decimal number: digits only, no sign, no blanks, at most 2^32 - 1.
  public func number(_ keyword: Keyword) -> UInt32? {
    switch values[keyword] {
    case .integer(let number): number
    case .string(let text) where text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }): UInt32(text)
    case .string, nil: nil
    }
  }

  /// True if any of `keywords` is there, whatever its value.
  public func contains(anyOf keywords: Keyword...) -> Bool {
    keywords.contains { values[$0] != nil }
  }

  /// True unless a keyword holds the number 0: absent and bad values count as on.
  internal func isOn(_ keyword: Keyword) -> Bool { number(keyword) != 0 }

  /// The two bits of a checksum keyword; both are on if it is absent or bad.
  internal func checksum(_ keyword: Keyword) -> (tx: Bool, rx: Bool) {
    guard let number = number(keyword), number <= 3 else { return (true, true) }
    return (number & 1 != 0, number & 2 != 0)
  }
}
