internal import GsoEngine
public import VirtualNIC

/// Two NICs back to back: a cable with impairments each way, and one clock for everything.
///
/// ```swift
/// let cable = Cable(left, right, impairments: try Impairments { $0.lossRate = 0.01 }, seed: 7)
/// left.transmit(superFrame, segmentSize: 1_448, at: cable.now)
/// cable.run(for: .milliseconds(5))
/// cable.leftToRight.counters.lost
/// ```
///
/// Frames go onto the wire when the cable runs, never within `transmit`, so what a NIC sends from
/// its `onReceive` does not arrive before that has returned. The same seed and the same calls give
/// the same run, octet for octet. The cable connects the NICs for as long as it lives; it belongs
/// to one thread.
public final class Cable {
  /// One way through the cable.
  public final class Direction {
    /// The wire; its impairments may change while the cable runs.
    public let wire: ImpairedLink
    /// Called with every frame as it leaves the NIC, before the wire has done anything to it.
    public var onFrame: (([UInt8], VirtualTime) -> Void)?
    let end = CableEnd()

    init(to nic: VirtualNIC, _ impairments: Impairments, seed: UInt64) {
      wire = ImpairedLink(impairments, seed: seed, next: NICLink(to: nic))
    }

    /// What the wire does to frames.
    public var impairments: Impairments {
      get { wire.impairments }
      set { wire.impairments = newValue }
    }

    /// What the wire has done so far.
    public var counters: ImpairmentCounters { wire.counters }

    /// Puts what the NIC has sent onto the wire; false if it has sent nothing.
    func carry() -> Bool {
      let frames = end.takeAll()
      for frame in frames {
        onFrame?(frame.octets, frame.time)
        wire.send(frame.octets, at: frame.time)
      }
      return !frames.isEmpty
    }
  }

  /// The NIC at one end.
  public let left: VirtualNIC
  /// The NIC at the other end.
  public let right: VirtualNIC
  /// The way from left to right.
  public let leftToRight: Direction
  /// The way from right to left.
  public let rightToLeft: Direction
  /// The clock: time passes only while the cable runs.
  public private(set) var now = VirtualTime.start

  /// Connects two NICs: their links are this cable from now on.
  ///
  /// - Parameters:
  ///   - left: One NIC, started or not.
  ///   - right: The other one.
  ///   - impairments: What both wires do to frames; nothing by default.
  ///   - seed: The luck of the wires; the way back has a luck of its own.
  public init(
    _ left: VirtualNIC, _ right: VirtualNIC, impairments: Impairments = Impairments(),
    seed: UInt64 = 1
  ) {
    (self.left, self.right) = (left, right)
    leftToRight = Direction(to: right, impairments, seed: seed)
    rightToLeft = Direction(to: left, impairments, seed: ~seed)
    left.link = leftToRight.end
    right.link = rightToLeft.end
  }

  deinit {
    // A NIC that has another link by now keeps it.
    if left.link === leftToRight.end { left.link = QueueLink() }
    if right.link === rightToLeft.end { right.link = QueueLink() }
  }

  /// When the next frame arrives; nil if none is on its way.
  public var nextArrival: VirtualTime? {
    [leftToRight.wire.nextArrival, rightToLeft.wire.nextArrival].compactMap { $0 }.min()
  }

  /// Puts frames that were sent onto the wires, until none is left that could go.
  ///
  /// Frames that take no time arrive here, and so do the answers that the receivers send at once.
  ///
  /// - Returns: How often there was anything.
  private func carry() -> Int {
    // NICs that answer every answer never come to an end, so they take their turns.
    for turn in 0..<1_000 {
      let (there, back) = (leftToRight.carry(), rightToLeft.carry())
      guard there || back else { return turn }
    }
    return 1_000
  }

  private func advance(to time: VirtualTime) {
    now = max(now, time)
    leftToRight.wire.advance(to: now)
    rightToLeft.wire.advance(to: now)
  }

  /// Lets time pass until an instant, with everything that arrives until then.
  ///
  /// - Parameter time: Where the clock stands afterwards; an earlier instant than ``now`` lets no
  ///   time pass, but carries what was sent.
  public func run(until time: VirtualTime) {
    _ = carry()
    while let next = nextArrival, next <= time {
      advance(to: next)
      _ = carry()
    }
    advance(to: time)
  }

  /// Lets a span of time pass.
  public func run(for duration: Duration) { run(until: now.adding(duration)) }

  /// Lets time pass until something is the case.
  ///
  /// Time jumps from one event to the next: an arrival, or the next moment at which `work` wants to
  /// be called. Nothing ever sleeps.
  ///
  /// - Parameters:
  ///   - limit: The most time to let pass; ten seconds by default.
  ///   - work: Lets your stacks or drivers work at an instant, and returns the next later instant
  ///     at which they want to, such as a timeout; nil for none. Called after every event.
  ///   - isDone: Ends the run; asked after every event.
  /// - Returns: Whether it was the case before the time was up, and before nothing could happen any
  ///   more. False, too, after NICs have answered each other 100,000 times within one instant.
  @discardableResult
  public func run(
    atMost limit: Duration = .seconds(10),
    working work: (VirtualTime) -> VirtualTime? = { _ in nil },
    until isDone: () -> Bool
  ) -> Bool {
    let end = now.adding(limit)
    var (instant, turns) = (now, 0)
    while true {
      if isDone() { return true }
      let wish = work(now).flatMap { $0 > now ? $0 : nil }
      let moved = carry()
      if moved > 0 {
        (instant, turns) = (now, now == instant ? turns + moved : moved)
        guard turns >= 100_000 else { continue }
        return isDone()
      }
      if isDone() { return true }
      guard let next = [nextArrival, wish].compactMap({ $0 }).min(), next <= end else {
        return false
      }
      advance(to: next)
    }
  }
}

/// Keeps what a NIC sends until the cable carries it.
final class CableEnd: Link {
  private let queue = QueueLink()

  func send(_ frames: FrameBatch, at time: VirtualTime) { queue.send(frames, at: time) }

  func takeAll() -> [ArrivedFrame] { queue.takeAll() }
}
