public import GsoEngine
internal import WireFormats

/// A wire with faults: it loses, duplicates, corrupts, reorders and delays frames.
///
/// All faults are drawn from one seed, and time is the caller's. The same seed and the same calls
/// give the same run, octet for octet.
///
/// The clock of the link never goes back. Frames may still be sent at earlier times, for example
/// from a capture whose time stamps are out of order. The delay of such a frame counts from its own
/// time, or from when the wire is free again if ``Impairments/Values/bandwidth`` is limited. If its
/// arrival is before the clock of the link, it is delivered at once, with the time of its arrival.
///
/// A receiver may send on the link from within a delivery. Such a frame is sent at the time of that
/// delivery at the earliest. It is delivered after the receiver has returned, and after all frames
/// that arrive earlier. Receivers that answer each other without delay would never come to an end.
/// The link therefore takes ``maximumAnswersAtOnce`` such frames for one moment. It drops the
/// others and counts them in ``ImpairmentCounters/answersDropped``.
public final class ImpairedLink: Link {
  /// The number of frames that receivers can send from within deliveries to arrive at the same
  /// moment.
  public static let maximumAnswersAtOnce = 65_536

  /// The faults of the wire; they can be changed between calls.
  public var impairments: Impairments
  /// The numbers of frames that the faults have affected.
  public internal(set) var counters = ImpairmentCounters()
  private let next: any Link
  internal var random: RandomSource
  internal var inFlight = FramesInFlight()
  internal var now = VirtualTime.start
  /// When the wire is free again.
  internal var free = VirtualTime.start
  /// The arrival of the frame that is being delivered; nil outside of deliveries.
  internal private(set) var delivery: VirtualTime?
  /// The frames of one moment that were sent from within deliveries.
  internal var answers = (moment: VirtualTime.start, count: 0)

  /// Creates a wire that delivers to `next`.
  public init(_ impairments: Impairments, seed: UInt64, next: any Link) {
    (self.impairments, self.next) = (impairments, next)
    random = RandomSource(seed: seed)
  }

  /// Sends frames over the wire, in order; those without delay are delivered within the call.
  ///
  /// From within a delivery of this link, frames are delivered after the call.
  ///
  /// - Complexity: O(*n*) in the octets, and O(log *m*) for each frame in the number of frames
  ///   under way. Allocates only to grow.
  public func send(_ frames: FrameBatch, at time: VirtualTime) {
    let time = delivery.map { max($0, time) } ?? time
    now = max(now, time)
    for index in 0..<frames.count { send(frames[index], sentAt: time) }
  }

  private func send(_ frame: RawSpan, sentAt time: VirtualTime) {
    counters.sent += 1
    let faults = impairments.values
    let departure = occupyWire(frame.byteCount, at: time)
    // Every frame draws the same number of times, whatever happens to it.
    let isLost = random.happens(faults.lossRate)
    let isDoubled = random.happens(faults.duplicationRate)
    let isDamaged = random.happens(faults.corruptionRate)
    let isHeldBack = random.happens(faults.reorderingRate)
    let place = random.below(max(1, frame.byteCount * 8))
    guard !isLost else {
      counters.lost += 1
      return
    }
    let isCorrupted = isDamaged && frame.byteCount > 0
    if isCorrupted { counters.corrupted += 1 }
    var arrival = departure.adding(nanoseconds: faults.delay)
    if isHeldBack {
      counters.heldBack += 1
      arrival = arrival.adding(nanoseconds: faults.reorderingDelay)
    }
    if isDoubled { counters.duplicated += 1 }
    for _ in 0..<(isDoubled ? 2 : 1) where takesAnswer(arrival) {
      inFlight.insert(frame, flipping: isCorrupted ? place : nil, arrival: arrival)
    }
    deliver()
  }

  /// Delivers the frames that arrive until `time`.
  public func advance(to time: VirtualTime) {
    now = max(now, time)
    deliver()
    next.advance(to: time)
  }

  /// When the next delayed frame arrives, on this link or on a later one of the chain.
  public var nextArrival: VirtualTime? {
    guard let mine = inFlight.nextArrival else { return next.nextArrival }
    return next.nextArrival.map { min(mine, $0) } ?? mine
  }

  /// Returns when the last bit of a frame has left; frames leave one after the other.
  private func occupyWire(_ byteCount: Int, at time: VirtualTime) -> VirtualTime {
    let start = max(time, free)
    guard let bandwidth = impairments.values.bandwidth else { return time }
    let bits = UInt64(byteCount) * 8
    let (high, low) = bits.multipliedFullWidth(by: 1_000_000_000)
    let duration = high < bandwidth ? bandwidth.dividingFullWidth((high, low)).quotient : .max
    free = start.adding(nanoseconds: duration)
    return free
  }

  /// Counts a frame that is sent from within a delivery to arrive at the same moment; false if it
  /// is to be dropped.
  private func takesAnswer(_ arrival: VirtualTime) -> Bool {
    guard arrival == delivery else { return true }
    if answers.moment != arrival { answers = (arrival, 0) }
    guard answers.count < Self.maximumAnswersAtOnce else {
      counters.answersDropped += 1
      return false
    }
    answers.count += 1
    return true
  }

  private func deliver() {
    // The call that delivers continues with whatever is added meanwhile.
    guard delivery == nil else { return }
    while let arrived = inFlight.removeNext(until: now) {
      counters.delivered += 1
      delivery = arrived.time
      next.send(arrived.frame, at: arrived.time)
      inFlight.release(arrived)
    }
    delivery = nil
  }
}

/// A generator of the same numbers in every run with the same seed (SplitMix64).
internal struct RandomSource {
  private(set) var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Returns true with a probability of `rate`.
  ///
  /// Draws one number whatever the rate is, so that a changed rate leaves the outcomes of the other
  /// rates unchanged.
  mutating func happens(_ rate: Double) -> Bool {
    Double(next() >> 11) / Double(1 << 53) < rate
  }

  /// Returns a number below `limit`, which is at least 1.
  mutating func below(_ limit: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(limit)).high)
  }
}
