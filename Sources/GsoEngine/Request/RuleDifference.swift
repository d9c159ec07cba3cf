/// One rule that differs between two sets of rules, of segmentation or of coalescing.
public struct RuleDifference: Hashable, Sendable, CustomStringConvertible {
  /// Name of the property.
  public let rule: String
  /// The value in these rules.
  public let value: String
  /// The value in the other rules.
  public let other: String

  /// Text such as `tcpIdentification: incrementing15 instead of incrementing16`.
  public var description: String { "\(rule): \(value) instead of \(other)" }

  /// The differences between the entries of two sets of rules, which have the same order.
  internal static func all(
    _ entries: [(rule: String, value: String)], _ others: [(rule: String, value: String)]
  ) -> [RuleDifference] {
    zip(entries, others).compactMap { mine, theirs in
      mine.value == theirs.value
        ? nil : RuleDifference(rule: mine.rule, value: mine.value, other: theirs.value)
    }
  }

  /// A limit as text.
  internal static func text(_ limit: Int?) -> String { limit.map(String.init) ?? "no limit" }
}
