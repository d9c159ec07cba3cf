/// How often something was done by software, by reason.
///
/// Read like a dictionary in which every reason has a count; it takes no heap memory.
public struct ReasonCounts: Sendable {
  /// A place for each kind of reason, and some more.
  internal static let capacity = 16
  private var counts = InlineArray<16, Int>(repeating: 0)

  /// All counts are 0.
  public init() {}

  /// How often one reason came up.
  public subscript(kind: SoftwareReason.Kind) -> Int { counts[Int(kind.rawValue)] }

  /// All reasons together.
  public var total: Int { SoftwareReason.Kind.allCases.reduce(0) { $0 + self[$1] } }

  /// The reasons that came up, with their counts.
  public var nonzero: [SoftwareReason.Kind: Int] {
    var counts: [SoftwareReason.Kind: Int] = [:]
    for kind in SoftwareReason.Kind.allCases where self[kind] != 0 { counts[kind] = self[kind] }
    return counts
  }

  /// Counts one reason `count` times.
  internal mutating func add(_ kind: SoftwareReason.Kind, _ count: Int = 1) {
    counts[Int(kind.rawValue)] += count
  }

  /// Adds all counts of another one.
  public static func += (left: inout ReasonCounts, right: ReasonCounts) {
    for index in left.counts.indices { left.counts[index] += right.counts[index] }
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
  /// Counts by reason; those left out are 0.
  public init(dictionaryLiteral elements: (SoftwareReason.Kind, Int)...) {
    for (kind, count) in elements { add(kind, count) }
  }
}
