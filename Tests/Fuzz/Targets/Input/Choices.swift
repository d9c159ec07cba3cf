/// Reads an input as a sequence of choices; all are 0 once it ends.
struct Choices {
  private let octets: [UInt8]
  private var position = 0

  init(_ octets: [UInt8]) { self.octets = octets }

  var isEmpty: Bool { position >= octets.count }
  var remainingCount: Int { octets.count - position }

  mutating func octet() -> UInt8 {
    guard position < octets.count else { return 0 }
    defer { position += 1 }
    return octets[position]
  }
  mutating func small() -> Int { Int(octet()) }
  mutating func bool() -> Bool { octet() & 1 == 1 }
  mutating func word() -> UInt16 { UInt16(octet()) << 8 | UInt16(octet()) }
  mutating func double() -> UInt32 { UInt32(word()) << 16 | UInt32(word()) }
  mutating func quad() -> UInt64 { UInt64(double()) << 32 | UInt64(double()) }

  mutating func pick<Value>(_ values: [Value]) -> Value { values[small() % values.count] }

  /// The next octets, as many as there are.
  mutating func take(_ count: Int) -> [UInt8] {
    let end = position + max(0, min(count, remainingCount))
    defer { position = end }
    return Array(octets[position..<end])
  }

  mutating func rest() -> [UInt8] { take(remainingCount) }
}

/// A cheap sequence of numbers from a seed, for what need not be in an input.
struct Sequence32 {
  private var state: UInt32

  init(_ seed: UInt32) { state = seed &* 2_654_435_761 &+ 1 }

  mutating func next() -> UInt32 {
    state = state &* 1_664_525 &+ 1_013_904_223
    return state >> 8
  }
  mutating func next(below limit: Int) -> Int { Int(next()) % max(1, limit) }
}
