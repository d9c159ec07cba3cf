/// Random numbers that are the same in every run with the same seed (SplitMix64).
internal struct RandomSource: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// True with a probability of `rate`; draws one number whatever the rate is, so that changing one
  /// rate does not shift the luck of the others.
  mutating func happens(_ rate: Double) -> Bool {
    Double(next() >> 11) / Double(1 << 53) < rate
  }

  /// A number below `limit`, which is at least 1.
  mutating func below(_ limit: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(limit)).high)
  }
}
