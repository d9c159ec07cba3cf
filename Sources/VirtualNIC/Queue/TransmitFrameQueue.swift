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
/// queue.takeCompleted()?.report.segmentation  // .hardware, or .software(because: …)
/// ```
///
/// A frame that the hardware segments travels as one packet, one that software segments as a packet per
/// segment; if the ring is too small for all of them, the rest follows with the next advance. Order is
/// kept, and every frame completes once, after its last packet.
///
/// A queue outlives a stop of its adapter and goes on after the next start. Packet extensions are fixed
/// when the queue is made; capabilities that are declared later need a new queue.
///
/// A queue belongs to one thread at a time, but for ``liveCounters``, and different queues of one NIC can
/// belong to different threads. See ``VirtualNIC``.
public final class TransmitFrameQueue {
  /// A frame that the NIC is done with.
  public struct Completion: Hashable, Sendable {
    /// The number that its sender gave it.
    public let tag: Int
    /// What became of it.
    public let report: TransmitReport
  }

  /// The queue of packets that the driver serves.
  public let packetQueue: TransmitQueue
  /// What went through this queue so far, for any thread.
  public let liveCounters: LiveCounters
  private let box = CounterBox()
  private let nicCounters: LiveCounters
  internal let rules: SegmentationRules
  internal let renderer = FrameRenderer()
  internal let watch: AdapterWatch
  private let hardware: TransmitHardware?

  /// Frames that have not been taken back.
  internal var frames: SlotRing<SourceFrame>
  /// Frames that have become packets as a whole.
  internal var translatedCount = 0
  /// Frames whose packets have all come back.
  private var settledCount = 0

  internal init(
    of adapter: NetAdapter, packetQueue: TransmitQueue, hardware: TransmitHardware?,
    rules: SegmentationRules, nicCounters: LiveCounters, frameCount: Int
  ) {
    liveCounters = LiveCounters(box)
    self.nicCounters = nicCounters
    nicCounters.add(box)
    // Rings outlive a stop, and hardware that is declared then does not change them.
    watch = AdapterWatch(adapter, carrying: packetQueue.handle.extensions)
    (self.packetQueue, self.hardware, self.rules) = (packetQueue, hardware, rules)
    frames = SlotRing(repeating: SourceFrame(), capacity: frameCount)
  }

  /// Adds this queue's totals to the NIC's and frees its counter.
  deinit { nicCounters.retire(box) }

  /// Frames that can be posted now.
  public var freeFrameCount: Int { frames.freeCount }

  /// What went through this queue so far; the NIC's counters have it, too.
  ///
  /// - Complexity: O(1), one short lock.
  public var counters: NICCounters { box.value }

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
    frames.append { $0.load(frame, request, tag: tag) }
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
      if packetQueue.state == .cancelled { try returnAll() }
      if packetQueue.state == .stopped { try packetQueue.start() }
      if packetQueue.state == .cancelled { return settle() }
      try translate()
      try packetQueue.advance()
    } else {
      try drain()
    }
    settle()
  }

  /// Takes the frame that was posted first, if the NIC is done with it.
  ///
  /// - Complexity: O(1).
  public func takeCompleted() -> Completion? {
    let index = frames.index(at: 0)
    guard settledCount > 0, let action = frames.slots[index].action else { return nil }
    defer {
      frames.removeFirst()
      translatedCount -= 1
      settledCount -= 1
    }
    return Completion(tag: frames.slots[index].tag, report: TransmitReport(of: action))
  }

  /// Drops what has not gone to the driver, which finishes what has.
  private func drain() throws(QueueError) {
    while translatedCount < frames.count {
      let index = frames.index(at: translatedCount)
      let (action, posted) = (frames.slots[index].action, frames.slots[index].postedCount)
      if posted > 0, case .segment(let plan, _, _) = action {
        let kind = plan.transport.kind
        frames.slots[index].action = .drop(.cancelled(framesSent: posted), plan: plan, kind: kind)
      } else {
        frames.slots[index].action = .drop(.notStarted)
      }
      translatedCount += 1
    }
    if packetQueue.state == .started { try packetQueue.cancel() }
    if packetQueue.state == .cancelled { try returnAll() }
  }

  /// Lets the driver of a cancelled queue return packets, and stops the queue if it has none left.
  private func returnAll() throws(QueueError) {
    if packetQueue.outstandingPacketCount > 0 { try packetQueue.advance() }
    guard packetQueue.outstandingPacketCount == 0 else { return }
    settle()
    try packetQueue.stop()
  }

  /// Takes packets back, and counts the frames that have none left.
  private func settle() {
    while let done = packetQueue.takeCompleted() { frames.slots[done.tag].outstandingCount -= 1 }
    while settledCount < translatedCount {
      let frame = frames.slots[frames.index(at: settledCount)]
      guard frame.outstandingCount == 0, let action = frame.action else { return }
      box.count(action, byteCount: frame.buffer.byteCount)
      settledCount += 1
    }
  }
}
