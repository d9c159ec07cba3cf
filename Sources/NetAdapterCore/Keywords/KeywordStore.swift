/// The INF keywords of an adapter, as stored in its software key of the registry.
///
/// ```swift
/// var keywords = KeywordStore()
/// keywords[.lsoV2IPv6] = .string("0")
/// ```
///
/// Any value can be stored; ``issues`` lists those that are invalid. An invalid value does not
/// prevent a start: the keyword is present and enables everything.
public struct KeywordStore: Hashable, Sendable {
  /// A value of the registry.
  public enum Value: Hashable, Sendable {
    /// `REG_SZ`: a decimal number as text, as the documentation requires.
    case string(String)
    /// `REG_DWORD`: a number, which the framework accepts as well.
    case integer(UInt32)
  }

  private var values: [Keyword: Value] = [:]
  /// The keywords that ``Keyword`` does not have, by their names in lower case.
  private var others: [String: Value] = [:]

  /// A store without any keyword.
  public init() {}

  /// A store with the given keywords.
  public init(_ values: [Keyword: Value]) { self.values = values }

  /// The value of a keyword; nil if it is absent.
  public subscript(keyword: Keyword) -> Value? {
    get { values[keyword] }
    set { values[keyword] = newValue }
  }

  /// The value of a keyword by its name, regardless of case as in the registry; nil if absent.
  ///
  /// Any name is possible: those of ``Keyword``, other standardised keywords, and keywords of a
  /// driver, whose names have no asterisk. What the adapter does depends on ``Keyword`` only.
  ///
  /// - Complexity: O(1) for a keyword that is not one of ``Keyword``.
  public subscript(name name: String) -> Value? {
    get {
      if let keyword = Keyword(name: name) { return values[keyword] }
      return others[name.lowercased()]
    }
    set {
      if let keyword = Keyword(name: name) {
        values[keyword] = newValue
      } else {
        others[name.lowercased()] = newValue
      }
    }
  }

  /// All keywords by their names, in the order of these.
  internal var entries: [(name: String, value: Value)] {
    let known = values.map { (name: $0.key.rawValue, value: $0.value) }
    let others = others.map { (name: $0.key, value: $0.value) }
    return (known + others).sorted { $0.name < $1.name }
  }

  /// Returns the number that a keyword holds by its name: `NetConfigurationQueryUlong`.
  ///
  /// - Parameter name: The name, regardless of case.
  /// - Returns: The number, read as by ``number(_:)``; nil if it is absent or holds none.
  public func number(name: String) -> UInt32? { self[name: name].flatMap { Self.number($0) } }

  /// Returns the number that a keyword holds, in range or not; nil if it is absent or holds none.
  ///
  /// Text is a decimal number: digits only, no sign, no spaces, at most 2^32 − 1.
  public func number(_ keyword: Keyword) -> UInt32? {
    values[keyword].flatMap { Self.number($0) }
  }

  private static func number(_ value: Value) -> UInt32? {
    switch value {
    case .integer(let number): number
    case .string(let text) where text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }): UInt32(text)
    case .string: nil
    }
  }

  /// Returns whether a keyword enables its offload: false only for the number 0.
  internal func isOn(_ keyword: Keyword) -> Bool { number(keyword) != 0 }

  /// Returns whether a checksum keyword enables each direction; both if it is absent or invalid.
  internal func checksum(_ keyword: Keyword) -> (tx: Bool, rx: Bool) {
    let number = setting(keyword)
    return (number & 1 != 0, number & 2 != 0)
  }

  /// Returns the number that a keyword counts as, in range; the largest one if it is absent or
  /// invalid.
  internal func setting(_ keyword: Keyword) -> Int {
    let largest = keyword.largestValue ?? 0
    guard let number = number(keyword), number <= largest else { return largest }
    return Int(number)
  }
}
