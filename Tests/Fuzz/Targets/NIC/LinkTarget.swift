import VirtualNIC
import WireFormats

/// Links with impairments: nothing is lost, doubled, changed or out of order without being counted.
func attackLinks(_ input: [UInt8]) throws {
  var choices = Choices(input)
  let attack = try LinkAttack(&choices)
  var steps = 0
  while !choices.isEmpty, steps < 300 {
    steps += 1
    try attack.step(&choices)
  }
  try attack.drain()
}

/// A link, and what arrives at its end.
private final class LinkAttack {
  private var wire: ImpairedLink
  private let end: LinkEnd
  /// True if no frame is sent at a time before the clock of the link.
  private let isMonotonic: Bool
  /// The clock of the link: frames that are sent later arrive in order.
  private var now = VirtualTime.start
  private var sequence: UInt32 = 0

  init(_ choices: inout Choices) throws {
    let first = try choices.impairments() ?? Impairments()
    let end = LinkEnd()
    end.mayCorrupt = first.corruptionRate > 0
    let isMonotonic = choices.bool()
    self.isMonotonic = isMonotonic
    end.expectsOrder = isMonotonic
    let sink = ClosureLink { frame, time in end.receive(frame.copied(), time) }
    self.end = end
    wire = ImpairedLink(first, seed: choices.quad(), next: CapturingLink(next: sink) { _, _ in })
  }

  func step(_ choices: inout Choices) throws {
    switch choices.octet() % 10 {
    case 0, 1, 2, 3: send(choices.take(choices.small()), at: now)
    case 4:
      now = now.adding(nanoseconds: UInt64(choices.double()))
      wire.advance(to: now)
    case 5:
      guard let next = wire.nextArrival else { return }
      wire.advance(to: next)
      now = max(now, next)
    case 6:
      let time = VirtualTime(nanoseconds: choices.pick(times))
      if isMonotonic { now = max(now, time) }
      send([1, 2, 3], at: isMonotonic ? now : time)
    case 7:
      // A frame that comes back from inside its own delivery, as on a loopback wire.
      end.answer = { [unowned self] in self.send([4, 5], at: self.now) }
    default:
      guard let changed = try choices.impairments() else { return }
      wire.impairments = changed
      end.mayCorrupt = end.mayCorrupt || changed.corruptionRate > 0
    }
    try check()
  }

  /// Sends octets after a number that grows.
  private func send(_ octets: [UInt8], at time: VirtualTime) {
    var frame = [UInt8](repeating: 0, count: 4) + octets
    frame.setDouble(sequence, at: 0)
    sequence += 1
    let block = OctetBlock(frame)
    wire.send(block.octets, at: time)
  }

  private func check() throws {
    let counters = wire.counters
    if let finding = end.finding { throw finding }
    try require(
      counters.delivered == end.count && counters.sent >= counters.lost, "counters \(counters)")
  }

  func drain() throws {
    end.answer = nil
    wire.advance(to: VirtualTime(nanoseconds: .max))
    try check()
    let counters = wire.counters
    try require(
      counters.delivered
        == counters.sent - counters.lost + counters.duplicated - counters.answersDropped,
      "frames vanish on the link: \(counters)")
    try require(wire.nextArrival == nil, "frames are left on the link")
  }
}

/// The receiver: time and, at one time, order must not run back.
private final class LinkEnd {
  var answer: (() -> Void)?
  /// False if frames are sent at times before the clock of the link, and arrive at those times.
  var expectsOrder = true
  /// True if the numbers in frames may be wrong.
  var mayCorrupt = false
  private(set) var count = 0
  private(set) var finding: Finding?
  private var latest = (time: VirtualTime.start, sequence: UInt32(0))

  func receive(_ frame: [UInt8], _ time: VirtualTime) {
    let sequence = frame.double(0)
    if !expectsOrder {
      // Only counted.
    } else if time < latest.time {
      finding = Finding("a frame arrives at \(time), after one at \(latest.time)")
    } else if time == latest.time, sequence < latest.sequence, !mayCorrupt {
      finding = Finding("frame \(sequence) arrives after \(latest.sequence), at one time")
    }
    latest = (time, sequence)
    count += 1
    let answer = answer
    self.answer = nil
    answer?()
  }
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
        $0.corruptionRate = bool() ? 0 : rate(&self)
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
