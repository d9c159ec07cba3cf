public import GsoEngine
internal import WireFormats

/// A wire with faults: it loses, doubles, damages, holds back and delays frames.
///
/// It goes by one seed and by the caller's clock. The same seed and the same calls give the same run,
/// octet for octet.
///
/// The clock of the link never goes back. A frame may be sent at an earlier time all the same, as a
/// capture has them whose time stamps are out of order: its delays count from its own time, or from
/// when the wire is free again if ``Impairments/Values/bandwidth`` is limited, and if it would have
/// arrived already it arrives at once, with the time at which it would have.
public final class ImpairedLink: Link {
  /// A frame on its way.
  private struct Pending {
    let arrival: VirtualTime
    /// Breaks ties: what was sent first arrives first.
    let order: UInt64
    let octets: [UInt8]
  }

  /// What the wire does; can change while it runs.
  public var impairments: Impairments
  /// What it did so far.
  public private(set) var counters = ImpairmentCounters()
  private let next: any Link
  private var random: RandomSource
  private var pending: [Pending] = []
  private var order: UInt64 = 0
  private var now = VirtualTime.start
  /// When the wire is free again.
  private var free = VirtualTime.start

  /// A wire before `next`.
  public init(_ impairments: Impairments, seed: UInt64, next: any Link) {
    (self.impairments, self.next) = (impairments, next)
    random = RandomSource(seed: seed)
  }

  /// Puts frames on the wire, one after the other; what arrives at once goes on at once.
  ///
  /// - Complexity: O(*n*) in the octets, one allocation per frame that is not lost.
  public func send(_ frames: FrameBatch, at time: VirtualTime) {
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
    var octets = frame.array(0..<frame.byteCount)
    if isDamaged, !octets.isEmpty {
      counters.corrupted += 1
      octets[place / 8] ^= 1 << UInt8(place % 8)
    }
    var arrival = departure.adding(nanoseconds: faults.delay)
    if isHeldBack {
      counters.heldBack += 1
      arrival = arrival.adding(nanoseconds: faults.reorderingDelay)
    }
    enqueue(octets, arrival)
    if isDoubled {
      counters.duplicated += 1
      enqueue(octets, arrival)
    }
    deliver()
  }

  /// Lets frames arrive until `time`.
  public func advance(to time: VirtualTime) {
    now = max(now, time)
    deliver()
    next.advance(to: time)
  }

  /// When the next frame arrives, here or after.
  public var nextArrival: VirtualTime? {
    guard let mine = pending.first?.arrival else { return next.nextArrival }
    return next.nextArrival.map { min(mine, $0) } ?? mine
  }

  /// When the last bit of a frame leaves, one frame after the other.
  private func occupyWire(_ byteCount: Int, at time: VirtualTime) -> VirtualTime {
    let start = max(time, free)
    guard let bandwidth = impairments.values.bandwidth else { return time }
    let bits = UInt64(byteCount) * 8
    let (high, low) = bits.multipliedFullWidth(by: 1_000_000_000)
    let duration = high < bandwidth ? bandwidth.dividingFullWidth((high, low)).quotient : .max
    free = start.adding(nanoseconds: duration)
    return free
  }

  private func enqueue(_ octets: [UInt8], _ arrival: VirtualTime) {
    let frame = Pending(arrival: arrival, order: order, octets: octets)
    order += 1
    // Almost always the last place: only frames that were held back are overtaken.
    var place = pending.count
    while place > 0, pending[place - 1].arrival > arrival { place -= 1 }
    pending.insert(frame, at: place)
  }

  private func deliver() {
    let due = pending.prefix { $0.arrival <= now }
    guard !due.isEmpty else { return }
    pending.removeFirst(due.count)
    for frame in due {
      counters.delivered += 1
      next.send(frame.octets.octets, at: frame.arrival)
    }
  }
}
