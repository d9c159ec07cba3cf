/// A count for each reason why software did something.
///
/// It is read like a dictionary in which every reason has a count. It uses no heap memory.
public struct ReasonCounts: Sendable {
  /// By raw value of the kind; more places than there are kinds.
  private var counts = InlineArray<16, Int>(repeating: 0)

  /// All counts are 0.
  public init() {}

  /// The count of one reason.
  public subscript(kind: SoftwareReason.Kind) -> Int { counts[Int(kind.rawValue)] }

  /// The sum of all counts, at most `Int.max`.
  public var total: Int { SoftwareReason.Kind.allCases.reduce(0) { $0.adding(self[$1]) } }

  /// The counts that are not 0, by reason.
  public var nonzero: [SoftwareReason.Kind: Int] {
    var counts: [SoftwareReason.Kind: Int] = [:]
    for kind in SoftwareReason.Kind.allCases where self[kind] != 0 { counts[kind] = self[kind] }
    return counts
  }

  /// Adds `count` to the count of one reason.
  internal mutating func add(_ kind: SoftwareReason.Kind, _ count: Int = 1) {
    counts[Int(kind.rawValue)] = counts[Int(kind.rawValue)].adding(count)
  }

  /// Adds each count.
  package static func += (left: inout ReasonCounts, right: ReasonCounts) {
    for index in left.counts.indices {
      left.counts[index] = left.counts[index].adding(right.counts[index])
    }
  }
}

extension Int {
  /// Returns the sum of two counters; the largest number, or the smallest, if it exceeds that.
  internal func adding(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }
}

extension ReasonCounts: Hashable {
  /// True if all counts are equal.
  public static func == (left: ReasonCounts, right: ReasonCounts) -> Bool {
    left.counts.indices.allSatisfy { left.counts[$0] == right.counts[$0] }
  }

  /// Feeds all counts to a hasher.
  public func hash(into hasher: inout Hasher) {
    for index in counts.indices { hasher.combine(counts[index]) }
  }
}

extension ReasonCounts: ExpressibleByDictionaryLiteral {
  /// Creates counts from a literal; the count of a missing reason is 0.
  public init(dictionaryLiteral elements: (SoftwareReason.Kind, Int)...) {
    for (kind, count) in elements { add(kind, count) }
  }
}

extension ReasonCounts: CustomStringConvertible {
  /// The sum, and each reason that was counted: `3 (layer4 1, notActive 2)`; `0` if there is none.
  public var description: String {
    let reasons = SoftwareReason.Kind.allCases.filter { self[$0] != 0 }
    guard !reasons.isEmpty else { return "0" }
    return "\(total) (\(reasons.map { "\($0) \(self[$0])" }.joined(separator: ", ")))"
  }
}
