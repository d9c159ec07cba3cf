public import GsoEngine
public import NetAdapterCore
public import WireFormats

/// Makes queues of one NIC on any thread.
///
/// A ``VirtualNIC`` belongs to one thread at a time, and so do the queues that it makes. Queues for
/// other threads come from its factory, which is `Sendable`:
///
/// ```swift
/// let factory = nic.queueFactory
/// Thread.detachNewThread {
///   let wire = QueueLink()                                 // a link of this thread
///   guard let queue = try? factory.makeTransmitQueue(to: wire) else { return }
///   …
/// }
/// ```
///
/// A queue belongs to the thread that its link or its driver belongs to. The compiler checks this.
/// A queue may be passed to another thread together with its link or driver. The counters of the
/// NIC include those of its queues, on any thread.
public struct QueueFactory: Sendable {
  /// The adapter whose queues are made.
  public let adapter: NetAdapter
  /// How header fields change in segments, and what is refused.
  public var rules: SegmentationRules
  /// The encapsulations to look into when a frame is segmented.
  public var tunnels: TunnelRecognition
  internal let nicCounters: LiveCounters

  /// Makes a queue whose emulated hardware sends to a link, also if the adapter has
  /// `DatapathCallbacks`.
  ///
  /// - Parameters:
  ///   - link: The link that frames are sent to. Two queues of different threads need two links.
  ///   - ringSize: Elements of the packet ring, a power of two in 2...65,536.
  ///   - fragmentRingSize: Elements of the fragment ring, likewise. Defaults to the size that the
  ///     driver prefers, or else to `ringSize`.
  ///   - bufferCapacity: Octets of the buffer of a fragment. It is raised if the driver takes so
  ///     few fragments that the longest frame would not fit.
  ///   - frameCount: The most frames in the queue, from post to completion; 1 to 65,536.
  ///   - packetsPerAdvance: The most packets that the emulated hardware sends in one advance, at
  ///     least 1; defaults to no limit.
  ///   - isVerified: True to check the emulated hardware against the rules of the rings.
  /// - Returns: The queue, started.
  /// - Throws: `AdapterViolation` as `NetAdapter.makeTransmitQueue` does, and with
  ///   `FailureCode.netQueueInvalidConfiguration` (22) for the other numbers.
  public func makeTransmitQueue(
    to link: any Link, ringSize: Int = 256, fragmentRingSize: Int? = nil,
    bufferCapacity: Int = 2_048, frameCount: Int = 64, packetsPerAdvance: Int = .max,
    isVerified: Bool = false
  ) throws(AdapterViolation) -> TransmitFrameQueue {
    try FrameQueueLimits.check(packetsPerAdvance: packetsPerAdvance)
    try FrameQueueLimits.check(frameCount: frameCount)
    let hardware = TransmitHardware(
      link: link, rules: rules, tunnels: tunnels, packetsPerAdvance: packetsPerAdvance)
    let driverQueue = try adapter.makeTransmitQueue(
      ringSize: ringSize, fragmentRingSize: fragmentRingSize,
      bufferCapacity: raised(bufferCapacity), isVerified: isVerified,
      servedBy: hardware.callbacks)
    return transmitQueue(driverQueue, hardware, frameCount: frameCount)
  }

  /// Makes a queue that sends frames through the rings of a driver.
  ///
  /// - Parameters:
  ///   - callbacks: The driver of the queue; nil for that of the adapter's `DatapathCallbacks`.
  ///   - ringSize: Elements of the packet ring, a power of two in 2...65,536.
  ///   - fragmentRingSize: Elements of the fragment ring, likewise. Defaults to the size that the
  ///     driver prefers, or else to `ringSize`.
  ///   - bufferCapacity: Octets of the buffer of a fragment. It is raised if the driver takes so
  ///     few fragments that the longest frame would not fit.
  ///   - frameCount: The most frames in the queue, from post to completion; 1 to 65,536.
  ///   - isVerified: True to check the driver against the rules of the rings.
  /// - Returns: The queue, started.
  /// - Throws: `AdapterViolation` as `NetAdapter.makeTransmitQueue` does, and with
  ///   `FailureCode.netQueueInvalidConfiguration` (22) for the other numbers.
  public func makeTransmitQueue(
    servedBy callbacks: PacketQueueCallbacks?, ringSize: Int = 256, fragmentRingSize: Int? = nil,
    bufferCapacity: Int = 2_048, frameCount: Int = 64, isVerified: Bool = false
  ) throws(AdapterViolation) -> TransmitFrameQueue {
    try FrameQueueLimits.check(frameCount: frameCount)
    let driverQueue = try adapter.makeTransmitQueue(
      ringSize: ringSize, fragmentRingSize: fragmentRingSize,
      bufferCapacity: raised(bufferCapacity), isVerified: isVerified,
      servedBy: callbacks)
    return transmitQueue(driverQueue, nil, frameCount: frameCount)
  }

  /// Makes a queue that receives frames through the rings of a driver, which has its own source of
  /// frames.
  ///
  /// - Parameters:
  ///   - callbacks: The driver of the queue; nil for that of the adapter's `DatapathCallbacks`.
  ///   - ringSize: Elements of the packet ring, a power of two in 2...65,536.
  ///   - fragmentRingSize: Elements of the fragment ring, likewise. Defaults to the size that the
  ///     driver prefers, or else to `ringSize`.
  ///   - bufferCapacity: Octets of the buffer of a fragment.
  ///   - isVerified: True to check the driver against the rules of the rings.
  /// - Returns: The queue, started.
  /// - Throws: `AdapterViolation` as `NetAdapter.makeReceiveQueue` does.
  public func makeReceiveQueue(
    servedBy callbacks: PacketQueueCallbacks?, ringSize: Int = 256, fragmentRingSize: Int? = nil,
    bufferCapacity: Int = 2_048, isVerified: Bool = false
  ) throws(AdapterViolation) -> ReceiveFrameQueue {
    let driverQueue = try adapter.makeReceiveQueue(
      ringSize: ringSize, fragmentRingSize: fragmentRingSize, bufferCapacity: bufferCapacity,
      isVerified: isVerified, servedBy: callbacks)
    return ReceiveFrameQueue(of: adapter, driverQueue: driverQueue, hardware: nil)
  }

  /// Returns the capacity of buffers with which the driver takes the longest frame.
  private func raised(_ bufferCapacity: Int) -> Int {
    bufferCapacity < 1 ? bufferCapacity : max(bufferCapacity, adapter.bounceCapacity)
  }

  private func transmitQueue(
    _ driverQueue: TransmitQueue, _ hardware: TransmitHardware?, frameCount: Int
  ) -> TransmitFrameQueue {
    let queue = TransmitFrameQueue(
      of: adapter, driverQueue: driverQueue, hardware: hardware, rules: rules,
      nicCounters: nicCounters, frameCount: frameCount)
    queue.renderer.tunnels = tunnels
    return queue
  }
}

extension VirtualNIC {
  /// Makes queues of this NIC on any thread, with the present ``rules`` and ``tunnels``.
  public var queueFactory: QueueFactory {
    QueueFactory(adapter: adapter, rules: rules, tunnels: tunnels, nicCounters: liveCounters)
  }
}
