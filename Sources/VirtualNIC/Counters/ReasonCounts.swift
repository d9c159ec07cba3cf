/// How often something went by software, by reason.
///
/// Read like a dictionary in which every reason has a count; it takes no heap memory.
public struct ReasonCounts: Hashable, Sendable {
  private var noHardware = 0
  private var layer3 = 0
  private var layer4 = 0
  private var layer3HeaderOffset = 0
  private var layer4HeaderOffset = 0
  private var tunnel = 0
  private var notActive = 0
  private var payload = 0
  private var segmentCount = 0
  private var ringCapacity = 0

  /// Nothing has happened.
  public init() {}

  /// How often one reason came up.
  public subscript(kind: SoftwareReason.Kind) -> Int {
    switch kind {
    case .noHardware: noHardware
    case .layer3: layer3
    case .layer4: layer4
    case .layer3HeaderOffset: layer3HeaderOffset
    case .layer4HeaderOffset: layer4HeaderOffset
    case .tunnel: tunnel
    case .notActive: notActive
    case .payload: payload
    case .segmentCount: segmentCount
    case .ringCapacity: ringCapacity
    }
  }

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
    switch kind {
    case .noHardware: noHardware += count
    case .layer3: layer3 += count
    case .layer4: layer4 += count
    case .layer3HeaderOffset: layer3HeaderOffset += count
    case .layer4HeaderOffset: layer4HeaderOffset += count
    case .tunnel: tunnel += count
    case .notActive: notActive += count
    case .payload: payload += count
    case .segmentCount: segmentCount += count
    case .ringCapacity: ringCapacity += count
    }
  }

  /// Adds all counts of another one.
  public static func += (left: inout ReasonCounts, right: ReasonCounts) {
    for kind in SoftwareReason.Kind.allCases { left.add(kind, right[kind]) }
  }
}

extension ReasonCounts: ExpressibleByDictionaryLiteral {
  /// Counts by reason; those left out are 0.
  public init(dictionaryLiteral elements: (SoftwareReason.Kind, Int)...) {
    for (kind, count) in elements { add(kind, count) }
  }
}
