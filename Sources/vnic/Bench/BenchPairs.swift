import Foundation

/// The time that `body` takes, in nanoseconds.
func nanoseconds(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  let (seconds, attoseconds) = start.duration(to: .now).components
  return Double(seconds) * 1e9 + Double(attoseconds) / 1e9
}

/// Times of a job, each with that of the yardstick right before it.
struct BenchPairs {
  struct Pair {
    let yardstick: Double
    let job: Double
  }

  /// How much slower than its best a yardstick may be in a pair that counts as quiet.
  private static let quietLimit = 1.15

  private(set) var pairs: [Pair] = []

  mutating func add(yardstick: Double, job: Double) {
    pairs.append(Pair(yardstick: yardstick, job: job))
  }

  /// The pairs that were taken while nothing else held the machine up, as far as the yardstick saw.
  var quiet: [Pair] {
    let best = pairs.map(\.yardstick).min() ?? 0
    return pairs.filter { $0.yardstick <= best * Self.quietLimit }
  }

  /// Median time of the job in quiet pairs.
  var time: Double { Self.median(quiet.map(\.job)) }

  /// Median time of the yardstick in quiet pairs.
  var yardstickTime: Double { Self.median(quiet.map(\.yardstick)) }

  /// Median ratio over all pairs.
  var ratio: Double { Self.median(pairs.map { $0.job / $0.yardstick }) }

  /// Median ratio over quiet pairs.
  var quietRatio: Double { Self.median(quiet.map { $0.job / $0.yardstick }) }

  static func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
