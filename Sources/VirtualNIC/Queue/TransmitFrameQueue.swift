public import GsoEngine
public import NetAdapterCore
internal import WireFormats

/// A transmit queue of frames: from the caller through the rings of a driver to the link.
///
/// It does what NDIS and NetAdapterCx do between a protocol stack and a driver.
///
/// ```swift
/// let queue = try nic.makeTransmitQueue(ringSize: 16)
/// guard queue.post(superFrame, TransmitRequest(segmentSize: 1_448), tag: 7) else { … }   // full
/// try queue.advance()                       // frames become packets, the driver sends them
/// queue.takeCompleted()?.report.segmentation  // .hardware, or .software(because: …)
/// ```
///
/// A frame that the hardware segments is one packet; a frame that software segments is one packet
/// for each segment. If the rings cannot hold all packets of a frame, the rest follows with the
/// next advance. Frames keep their order. Every frame completes once, after its last packet.
///
/// A queue can be used again after a stop and a start of its adapter. Packet extensions are fixed
/// when the queue is made. Capabilities that are declared later need a new queue.
///
/// A queue belongs to one thread at a time, except for ``liveCounters``. A ``QueueFactory`` makes
/// queues of one NIC for different threads.
public final class TransmitFrameQueue {
  /// The completion of one frame.
  public struct Completion: Hashable, Sendable {
    /// The number that its sender gave it.
    public let tag: Int
    /// What the NIC did with the frame.
    public let report: TransmitReport
  }

  /// The queue of packets that the driver serves.
  public var packetQueue: QueueView<TransmitQueue> { QueueView(driverQueue) }
  internal let driverQueue: TransmitQueue
  /// The counters of this queue, for any thread.
  public let liveCounters: LiveCounters
  internal let box = CounterBox()
  private let nicCounters: LiveCounters
  internal let rules: SegmentationRules
  internal let renderer = FrameRenderer()
  internal let watch: AdapterWatch
  internal let hardware: TransmitHardware?
  /// What the length fields of the IP header hold in frames that the driver is to segment.
  ///
  /// Defaults to the length of the packet. Windows has 0 there for LSO version 2. The frames on the
  /// wire are the same. A change affects frames that are not decided about yet.
  public var handOffLengths = NdisHandOff.Lengths.exact

  /// The frames whose completion was not taken yet.
  internal var frames: FrameRing<SourceFrame>
  /// Number of frames, from the front, all of whose packets were posted.
  internal var translatedCount = 0
  /// Number of frames, from the front, all of whose packets were returned.
  internal var settledCount = 0
  /// True while ``advance(at:)`` runs, which a link or a driver may try to call.
  internal private(set) var isAdvancing = false

  internal init(
    of adapter: NetAdapter, driverQueue: TransmitQueue, hardware: TransmitHardware?,
    rules: SegmentationRules, nicCounters: LiveCounters, frameCount: Int
  ) {
    liveCounters = LiveCounters(box)
    self.nicCounters = nicCounters
    nicCounters.add(box)
    // The extensions of the rings stay, even if other hardware is declared while stopped.
    watch = AdapterWatch(adapter, carrying: driverQueue.handle.extensions)
    (self.driverQueue, self.hardware, self.rules) = (driverQueue, hardware, rules)
    frames = FrameRing(repeating: SourceFrame(), capacity: frameCount)
  }

  /// Adds the totals of this queue to those of the NIC and frees its counters.
  deinit { nicCounters.retire(box) }

  /// The number of frames that can be posted now.
  public var freeFrameCount: Int { frames.freeCount }

  /// The counters of this queue; those of the NIC include them.
  ///
  /// - Complexity: O(1), one short lock.
  public var counters: NICCounters { box.value }

  /// Posts the packets of as many frames as the rings hold, runs the driver, and takes back the
  /// packets that it returns.
  ///
  /// On an adapter that is stopped, no more packets are posted: the driver sends those that it has,
  /// and all other frames are dropped.
  ///
  /// - Parameter time: When the emulated hardware sends packets.
  /// - Throws: `QueueError/violation(_:)` if the driver breaks a rule of the rings, and
  ///   `QueueError/reentered(call:)` from inside of a link or a driver. After the driver has
  ///   replaced the rings, every call throws, and all frames complete as dropped
  ///   (``TransmitReport/DropReason/ringsReplaced(packetsPosted:)``).
  /// - Complexity: O(*n*) in the octets of the frames that are sent. Does not allocate.
  public func advance(at time: VirtualTime = .start) throws(QueueError) {
    guard !isAdvancing else { throw .reentered(call: "advance(at:)") }
    isAdvancing = true
    defer {
      if driverQueue.state == .broken { abandon() }
      isAdvancing = false
    }
    watch.refresh()
    hardware?.now = time
    if watch.state.isRunning {
      // New packets are posted only after the driver has returned those from before a stop.
      if driverQueue.state == .cancelled { try returnAll() }
      if driverQueue.state == .stopped { try driverQueue.start() }
      if driverQueue.state == .cancelled { return settle() }
      try translate()
      try driverQueue.advance()
    } else {
      try drain()
    }
    settle()
  }

  /// Takes the completion of the first frame; nil if it is not complete yet.
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

  /// Drops the frames that are not posted to the driver, and cancels the queue.
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
    if driverQueue.state == .started { try driverQueue.cancel() }
    if driverQueue.state == .cancelled { try returnAll() }
  }

  /// Completes all frames of a queue whose driver does not have its rings any more.
  private func abandon() {
    settle()
    for position in settledCount..<max(settledCount, frames.count) {
      let index = frames.index(at: position)
      let posted = frames.slots[index].postedCount
      frames.slots[index].outstandingCount = 0
      if case .drop = frames.slots[index].action { continue }
      frames.slots[index].action = .drop(.ringsReplaced(packetsPosted: posted))
    }
    translatedCount = frames.count
    settle()
  }

  /// Runs the driver of a cancelled queue, and stops the queue once all packets are returned.
  private func returnAll() throws(QueueError) {
    if driverQueue.outstandingPacketCount > 0 { try driverQueue.advance() }
    guard driverQueue.outstandingPacketCount == 0 else { return }
    settle()
    try driverQueue.stop()
  }

  /// Takes returned packets back, and counts the frames all of whose packets were returned.
  private func settle() {
    while let done = driverQueue.takeCompleted() { frames.slots[done.tag].outstandingCount -= 1 }
    while settledCount < translatedCount {
      let frame = frames.slots[frames.index(at: settledCount)]
      guard frame.outstandingCount == 0, let action = frame.action else { return }
      box.count(
        action, byteCount: frame.buffer.byteCount,
        added: frame.request.vlanTag == nil ? 0 : VLANTag.byteCount)
      settledCount += 1
    }
  }
}
