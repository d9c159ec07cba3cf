internal import FrameRecipes

/// A repeatable source of random numbers (SplitMix64) that remembers what it was started with.
///
/// Put ``seed`` into every failure message: the same seed gives the same numbers.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  /// What the generator was started with.
  public let seed: UInt64

  private var state: UInt64

  /// Starts a sequence that depends on `seed` alone.
  public init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return scatter(state)
  }

  /// True once in `count` calls, on average.
  public mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }

  /// A number in `0..<limit`, 0 if there is none; the tiny bias of the remainder does not matter to
  /// tests.
  public mutating func below(_ limit: Int) -> Int {
    Int(truncatingIfNeeded: next() % UInt64(max(1, limit)))
  }

  /// A number in `range`, both ends included.
  public mutating func within(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound &+ below(range.upperBound &- range.lowerBound &+ 1)
  }

  /// One of `choices`, which must not be empty.
  public mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
    choices[below(choices.count)]
  }

  /// `count` random octets, 16 MiB at most.
  public mutating func octets(_ count: Int) -> [UInt8] {
    let count = min(max(0, count), 16_777_216)
    var out: [UInt8] = []
    out.reserveCapacity(count)
    for _ in 0..<count { out.append(UInt8(truncatingIfNeeded: next())) }
    return out
  }

  /// A random integer of any width.
  public mutating func integer<T: FixedWidthInteger>(_ type: T.Type = T.self) -> T {
    T(truncatingIfNeeded: next())
  }
}
