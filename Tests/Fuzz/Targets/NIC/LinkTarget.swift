import VirtualNIC
import WireFormats

/// Links with impairments: nothing is lost, doubled or out of time without being counted.
func attackLinks(_ input: [UInt8]) throws {
  var choices = Choices(input)
  var latest = VirtualTime.start
  var arrived = 0
  var isInOrder = true
  // A frame that comes back from inside its own delivery, as on a loopback wire.
  var echo: (() -> Void)?
  let sink = ClosureLink { _, time in
    isInOrder = isInOrder && time >= latest
    latest = time
    arrived += 1
    let answer = echo
    echo = nil
    answer?()
  }
  let first = try choices.impairments() ?? Impairments()
  let wire = ImpairedLink(first, seed: choices.quad(), next: CapturingLink(next: sink) { _, _ in })
  var now = VirtualTime.start
  var steps = 0
  while !choices.isEmpty, steps < 300 {
    steps += 1
    switch choices.octet() % 10 {
    case 0, 1, 2, 3: wire.send(OctetBlock(choices.take(choices.small())).octets, at: now)
    case 4:
      now = now.adding(nanoseconds: UInt64(choices.double()))
      wire.advance(to: now)
    case 5:
      if let next = wire.nextArrival { wire.advance(to: next) }
    case 6: wire.send([1, 2, 3], at: VirtualTime(nanoseconds: choices.pick(times)))
    case 7: echo = { wire.send([4, 5], at: now) }
    default: if let changed = try choices.impairments() { wire.impairments = changed }
    }
    let counters = wire.counters
    try require(isInOrder, "a frame arrives before an earlier one")
    try require(
      counters.delivered == arrived && counters.sent >= counters.lost, "counters \(counters)")
  }
  echo = nil
  wire.advance(to: VirtualTime(nanoseconds: .max))
  let counters = wire.counters
  try require(
    counters.delivered == counters.sent - counters.lost + counters.duplicated,
    "frames vanish on the link: \(counters)")
  try require(wire.nextArrival == nil && isInOrder, "frames are left on the link")
}

private let times: [UInt64] = [
  0, 1, 1_000, 1_000_000, 5_000_000_000, .max, .max - 1, 1 << 63,
]

extension Choices {
  /// Impairments of any values; nil if they are refused.
  fileprivate mutating func impairments() throws -> Impairments? {
    let rates = [0, 0.1, 0.5, 1, 2, -1, .nan, .infinity, -.infinity, 0.9]
    let isSound = bool()
    func rate(_ choices: inout Choices) -> Double {
      let rate = choices.pick(rates)
      return isSound && !(0...1).contains(rate) ? 0.5 : rate
    }
    do throws(LinkError) {
      return try Impairments {
        $0.lossRate = rate(&self)
        $0.duplicationRate = rate(&self)
        $0.corruptionRate = rate(&self)
        $0.reorderingRate = rate(&self)
        $0.reorderingDelay = pick(times)
        $0.delay = pick(times)
        $0.bandwidth = pick([nil, nil, 8, 1, 1_000_000, 10_000_000_000, .max, 0])
      }
    } catch {
      try require(!error.description.isEmpty, "an error without a text")
      return nil
    }
  }
}
