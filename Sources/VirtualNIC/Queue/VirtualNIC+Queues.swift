public import NetAdapterCore

extension VirtualNIC {
  /// Makes a queue that sends frames through the rings of a driver.
  ///
  /// The driver is `callbacks`, or else that of the adapter's `DatapathCallbacks`. Without either,
  /// it is the emulated hardware of this NIC, which keeps the present ``link``, ``rules`` and
  /// ``tunnels``.
  ///
  /// The queue belongs to the thread of this NIC; ``queueFactory`` makes queues for other threads.
  ///
  /// A NIC has one transmit queue, unless more are declared before the adapter starts:
  ///
  /// ```swift
  /// try nic.adapter.setDatapathCapabilities(
  ///   transmit: TransmitCapabilities(maximumNumberOfQueues: 4),
  ///   receive: ReceiveCapabilities(maximumFrameSize: 65_550))
  /// ```
  ///
  /// - Parameters:
  ///   - ringSize: Elements of the packet ring, a power of two in 2...65,536.
  ///   - fragmentRingSize: Elements of the fragment ring, likewise. Defaults to the size that the
  ///     driver prefers, or else to `ringSize`.
  ///   - bufferCapacity: Octets of the buffer of a fragment. It is raised if the driver takes so
  ///     few fragments that the longest frame would not fit.
  ///   - frameCount: The most frames in the queue, from post to completion; 1 to 65,536.
  ///   - packetsPerAdvance: The most packets that the emulated hardware sends in one advance, at
  ///     least 1; defaults to no limit.
  ///   - isVerified: True to check the driver against the rules of the rings.
  ///   - callbacks: A driver for this queue only. It may be a plain class; see
  ///     `PacketQueueCallbacks`.
  /// - Returns: The queue, started.
  /// - Throws: `AdapterViolation` as `NetAdapter.makeTransmitQueue` does, and with
  ///   `FailureCode.netQueueInvalidConfiguration` (22) for the other numbers.
  public func makeTransmitQueue(
    ringSize: Int = 256, fragmentRingSize: Int? = nil, bufferCapacity: Int = 2_048,
    frameCount: Int = 64, packetsPerAdvance: Int = .max, isVerified: Bool = false,
    servedBy callbacks: PacketQueueCallbacks? = nil
  ) throws(AdapterViolation) -> TransmitFrameQueue {
    try FrameQueueLimits.check(packetsPerAdvance: packetsPerAdvance)
    if callbacks != nil || adapter.hasDatapathCallbacks {
      let queue = try queueFactory.makeTransmitQueue(
        servedBy: callbacks, ringSize: ringSize, fragmentRingSize: fragmentRingSize,
        bufferCapacity: bufferCapacity, frameCount: frameCount, isVerified: isVerified)
      watchDriver(of: queue.driverQueue)
      return queue
    }
    return try queueFactory.makeTransmitQueue(
      to: link, ringSize: ringSize, fragmentRingSize: fragmentRingSize,
      bufferCapacity: bufferCapacity, frameCount: frameCount,
      packetsPerAdvance: packetsPerAdvance, isVerified: isVerified)
  }

  /// Makes a queue that receives frames through the rings of a driver.
  ///
  /// The driver is `callbacks`, or else that of the adapter's `DatapathCallbacks`; it has its own
  /// source of frames. Without either, it is the emulated hardware of this NIC: the frames of
  /// `receive(_:at:)` go to this queue instead of ``onReceive``, until the queue is released.
  ///
  /// - Parameters:
  ///   - ringSize: Elements of the packet ring, a power of two in 2...65,536.
  ///   - fragmentRingSize: Elements of the fragment ring, likewise. Defaults to the size that the
  ///     driver prefers, or else to `ringSize`.
  ///   - bufferCapacity: Octets of the buffer of a fragment.
  ///   - frameCount: The most frames that the emulated hardware keeps while it has no buffers; 1
  ///     to 65,536.
  ///   - isVerified: True to check the driver against the rules of the rings.
  ///   - callbacks: A driver for this queue only.
  /// - Returns: The queue, started.
  /// - Throws: `AdapterViolation` as `NetAdapter.makeReceiveQueue` does, and with
  ///   `FailureCode.netQueueInvalidConfiguration` (22) for `frameCount`.
  public func makeReceiveQueue(
    ringSize: Int = 256, fragmentRingSize: Int? = nil, bufferCapacity: Int = 2_048,
    frameCount: Int = 64, isVerified: Bool = false,
    servedBy callbacks: PacketQueueCallbacks? = nil
  ) throws(AdapterViolation) -> ReceiveFrameQueue {
    try FrameQueueLimits.check(frameCount: frameCount)
    if callbacks != nil || adapter.hasDatapathCallbacks {
      let queue = try queueFactory.makeReceiveQueue(
        servedBy: callbacks, ringSize: ringSize, fragmentRingSize: fragmentRingSize,
        bufferCapacity: bufferCapacity, isVerified: isVerified)
      watchDriver(of: queue.driverQueue)
      return queue
    }
    let hardware = ReceiveHardware(adapter, frameCount: frameCount)
    let driverQueue = try adapter.makeReceiveQueue(
      ringSize: ringSize, fragmentRingSize: fragmentRingSize, bufferCapacity: bufferCapacity,
      isVerified: isVerified, servedBy: hardware.callbacks)
    let queue = ReceiveFrameQueue(of: adapter, driverQueue: driverQueue, hardware: hardware)
    receiveQueue = queue
    return queue
  }
}
