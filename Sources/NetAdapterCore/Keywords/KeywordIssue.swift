/// An invalid keyword; it is reported and never prevents a start.
public enum KeywordIssue: Hashable, Sendable {
  /// The text is not a decimal number; the keyword counts as on.
  case notANumber(Keyword, String)
  /// The number exceeds `largest`; the keyword counts as on.
  case outOfRange(Keyword, UInt32, largest: Int)
  /// The value is a `REG_DWORD`, the documentation requires `REG_SZ`; it has its effect.
  case notAString(Keyword)
  /// NetAdapterCx does not read this keyword.
  case notRead(Keyword)
  /// Separate and grouped keywords for TCP and UDP checksums are present; only one set is allowed.
  case mixedChecksumKeywords
}

extension KeywordIssue: CustomStringConvertible {
  /// What is wrong, and the effect.
  public var description: String {
    switch self {
    case .notANumber(let keyword, let text):
      "\(keyword.rawValue) is \"\(text)\", which is no decimal number; it counts as on"
    case .outOfRange(let keyword, let number, let largest):
      "\(keyword.rawValue) is \(number), not in 0...\(largest); it counts as on"
    case .notAString(let keyword):
      "\(keyword.rawValue) is a REG_DWORD; make it a REG_SZ; its value is honoured"
    case .notRead(let keyword): "\(keyword.rawValue) has no effect: NetAdapterCx does not read it"
    case .mixedChecksumKeywords:
      "keywords for TCP and UDP checksums must be either all separate or all grouped"
    }
  }
}

extension KeywordStore {
  /// All issues of the stored keywords, in the order of ``Keyword``.
  ///
  /// - Complexity: O(number of keywords).
  public var issues: [KeywordIssue] {
    var issues: [KeywordIssue] = []
    for keyword in Keyword.allCases {
      guard let value = self[keyword] else { continue }
      issues += Self.issues(of: keyword, holding: value, number: number(keyword))
    }
    let granular = Keyword.granularChecksums.contains { self[$0] != nil }
    let grouped = Keyword.groupedChecksums.contains { self[$0] != nil }
    if granular, grouped { issues.append(.mixedChecksumKeywords) }
    return issues
  }

  private static func issues(
    of keyword: Keyword, holding value: Value, number: UInt32?
  ) -> [KeywordIssue] {
    guard let largest = keyword.largestValue else { return [.notRead(keyword)] }
    var issues: [KeywordIssue] = []
    switch value {
    case .integer: issues.append(.notAString(keyword))
    case .string(let text): if number == nil { issues.append(.notANumber(keyword, text)) }
    }
    if let number, number > largest {
      issues.append(.outOfRange(keyword, number, largest: largest))
    }
    return issues
  }
}
