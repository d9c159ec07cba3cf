internal import GsoEngine
public import NetAdapterCore
internal import WireFormats

/// Frames on their way through the rings of a driver: what NDIS and NetAdapterCx do between a stack and
/// a driver.
///
/// ```swift
/// let queue = try nic.makeTransmitQueue(ringSize: 16)
/// guard queue.post(superFrame, TransmitRequest(segmentSize: 1_448), tag: 7) else { … }   // full
/// try queue.advance()                       // frames become packets, the driver sends them
/// queue.takeCompleted()?.report.path        // .hardware, or .software(because: …)
/// ```
///
/// What the hardware cuts travels as one packet. What software cuts travels as one packet for each
/// segment; if the ring is too small for all of them, the rest follows with the next advance. Order is
/// kept, and every frame completes once, after its last packet.
///
/// A queue stays when its adapter is stopped, and goes on when that is started again. Hardware that was
/// declared meanwhile, of a kind that there was none of when the queue was made, is not used by it: its
/// packets have no room for such requests. A new queue has.
///
/// A queue belongs to one thread at a time, but for ``liveCounts``, and different queues of one NIC can
/// belong to different threads. See ``VirtualNIC``.
public final class TransmitFrameQueue {
  /// A frame that the NIC is done with.
  public struct Completion: Hashable, Sendable {
    /// What its sender calls it.
    public let tag: Int
    /// What became of it.
    public let report: TransmitReport
  }

  /// The packets' own queue, for those who want to look into it.
  public let packets: TransmitQueue
  /// What went through this queue so far, for any thread.
  public let liveCounts: LiveCounters
  private let counters = CounterBox()
  private let nicCounters: LiveCounters
  internal let rules: SegmentationRules
  internal let renderer = FrameRenderer()
  internal let watch: AdapterWatch
  private let hardware: TransmitHardware?

  // A ring of frames. All positions count from the first.
  internal var frames: [SourceFrame]
  private var first = 0
  /// Frames that are here.
  internal private(set) var count = 0
  /// Frames that have become packets as a whole.
  internal var translatedCount = 0
  /// Frames whose packets have all come back.
  private var settledCount = 0

  internal init(
    _ adapter: NetAdapter, _ packets: TransmitQueue, _ hardware: TransmitHardware?,
    _ rules: SegmentationRules, _ nicCounters: LiveCounters, frameCount: Int
  ) {
    liveCounts = LiveCounters(counters)
    self.nicCounters = nicCounters
    nicCounters.add(counters)
    // Rings outlive a stop, and hardware that is declared then does not change them.
    watch = AdapterWatch(adapter, carrying: packets.handle.extensions)
    (self.packets, self.hardware, self.rules) = (packets, hardware, rules)
    frames = [SourceFrame](repeating: SourceFrame(), count: max(1, frameCount))
  }

  // What it did stays counted, but not in a box for every queue that there ever was.
  deinit { nicCounters.retire(counters) }

  /// Frames that can be posted now.
  public var freeFrameCount: Int { frames.count - count }

  /// What went through this queue so far; the NIC's counters have it, too.
  ///
  /// - Complexity: O(1), one short lock.
  public var counts: NICCounters { counters.value }

  /// Takes a frame to be sent; its octets are copied.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - request: What is left to the NIC.
  ///   - tag: Comes back in ``Completion/tag``.
  /// - Returns: False if there is no room; advance, take completions and try again.
  /// - Complexity: O(*n*) in the length of the frame. Allocates only to grow.
  public func post(
    _ frame: RawSpan, _ request: TransmitRequest = TransmitRequest(), tag: Int = 0
  ) -> Bool {
    guard count < frames.count else { return false }
    frames[place(count)].load(frame, request, tag: tag)
    count += 1
    return true
  }

  /// Takes a frame that is held as an array.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - request: What is left to the NIC.
  ///   - tag: Comes back in ``Completion/tag``.
  /// - Returns: False if there is no room.
  public func post(
    _ frame: [UInt8], _ request: TransmitRequest = TransmitRequest(), tag: Int = 0
  ) -> Bool {
    post(frame.octets, request, tag: tag)
  }

  /// Makes packets of as many frames as the rings hold, lets the driver work, and takes back what it
  /// is done with.
  ///
  /// On an adapter that is stopped nothing new is handed over: the driver finishes what it has, and all
  /// other frames are dropped.
  ///
  /// - Parameter time: When packets leave.
  /// - Throws: `QueueError/violation(_:)` if the driver broke a rule of the rings, and
  ///   `QueueError/reentered(call:)` from inside of a link or a driver.
  /// - Complexity: O(*n*) in the octets of the frames that go. Does not allocate.
  public func advance(at time: VirtualTime = .start) throws(QueueError) {
    watch.refresh()
    hardware?.now = time
    if watch.state.isRunning {
      // A driver may have packets left from before a stop; new ones have to wait for those.
      if packets.state == .cancelled { try returnAll() }
      if packets.state == .stopped { try packets.start() }
      if packets.state == .cancelled { return settle() }
      try translate()
      try packets.advance()
    } else {
      try drain()
    }
    settle()
  }

  /// Takes the frame that was posted first, if the NIC is done with it.
  ///
  /// - Complexity: O(1).
  public func takeCompleted() -> Completion? {
    guard settledCount > 0, let work = frames[first].work else { return nil }
    defer {
      first = place(1)
      count -= 1
      translatedCount -= 1
      settledCount -= 1
    }
    return Completion(tag: frames[first].tag, report: TransmitReport(of: work))
  }

  /// The index of a frame, counted from the first one that is here.
  internal func place(_ position: Int) -> Int { (first + position) % frames.count }

  /// Drops what has not gone to the driver, which finishes what has.
  private func drain() throws(QueueError) {
    while translatedCount < count {
      let index = place(translatedCount)
      let (work, posted) = (frames[index].work, frames[index].postedCount)
      if posted > 0, case .cut(let plan, _, _) = work {
        let kind = plan.layout.transport?.kind
        frames[index].work = .drop(.cancelled(framesSent: posted), plan: plan, kind: kind)
      } else {
        frames[index].work = .drop(.notStarted)
      }
      translatedCount += 1
    }
    if packets.state == .started { try packets.cancel() }
    if packets.state == .cancelled { try returnAll() }
  }

  /// Lets the driver of a cancelled queue return packets, and stops the queue if it has none left.
  private func returnAll() throws(QueueError) {
    if packets.outstandingPacketCount > 0 { try packets.advance() }
    guard packets.outstandingPacketCount == 0 else { return }
    settle()
    try packets.stop()
  }

  /// Takes packets back, and counts the frames that have none left.
  private func settle() {
    while let done = packets.takeCompleted() { frames[done.tag].outstandingCount -= 1 }
    while settledCount < translatedCount {
      let frame = frames[place(settledCount)]
      guard frame.outstandingCount == 0, let work = frame.work else { return }
      counters.count { $0.count(work, byteCount: frame.kept.byteCount) }
      settledCount += 1
    }
  }
}
