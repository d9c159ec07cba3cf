public import NetAdapterCore

extension VirtualNIC {
  /// Makes a queue through which frames travel in the rings of a driver.
  ///
  /// The driver is `callbacks`, or else the one that the adapter's `DatapathCallbacks` name. Without
  /// any it is the emulated hardware of this NIC, which sends to ``link`` as it is now, by ``rules`` as they are now.
  ///
  /// A NIC has one transmit queue unless the adapter is told of more before it starts:
  ///
  /// ```swift
  /// try nic.adapter.setDatapathCapabilities(
  ///   transmit: TransmitCapabilities(maximumNumberOfQueues: 4),
  ///   receive: ReceiveCapabilities(maximumFrameSize: 65_550))
  /// ```
  ///
  /// - Parameters:
  ///   - ringSize: Elements of the packet ring, a power of two in 2...65,536.
  ///   - fragmentRingSize: Elements of the fragment ring, likewise; by default, what the driver
  ///     prefers, else as many as packets.
  ///   - bufferCapacity: Octets of a fragment's buffer.
  ///   - frameCount: Frames that can wait or be under way.
  ///   - packetsPerAdvance: Packets that the emulated hardware sends in one advance, at most.
  ///   - isVerified: Whether to hold the driver against the rules of the rings.
  ///   - callbacks: A driver for this queue alone. Unlike those of the adapter they may hold a link.
  /// - Returns: The queue, started.
  /// - Throws: `AdapterViolation` as `NetAdapter.makeTransmitQueue` does.
  public func makeTransmitQueue(
    ringSize: Int = 256, fragmentRingSize: Int? = nil, bufferCapacity: Int = 2_048,
    frameCount: Int = 64, packetsPerAdvance: Int = .max, isVerified: Bool = false,
    servedBy callbacks: PacketQueueCallbacks? = nil
  ) throws(AdapterViolation) -> TransmitFrameQueue {
    let hardware =
      adapter.hasDatapathCallbacks || callbacks != nil
      ? nil : TransmitHardware(link, rules, packetsPerAdvance: packetsPerAdvance)
    let packetQueue = try adapter.makeTransmitQueue(
      ringSize: ringSize, fragmentRingSize: fragmentRingSize, bufferCapacity: bufferCapacity,
      isVerified: isVerified, servedBy: callbacks ?? hardware?.callbacks)
    let queue = TransmitFrameQueue(
      of: adapter, packetQueue: packetQueue, hardware: hardware, rules: rules,
      nicCounters: liveCounters, frameCount: frameCount)
    queue.renderer.tunnels = tunnels
    hardware?.renderer.tunnels = tunnels
    return queue
  }

  /// Makes a queue through which frames from the link travel in the rings of a driver.
  ///
  /// The driver is `callbacks`, or else the one that the adapter's `DatapathCallbacks` name, and gets
  /// its frames from wherever it likes. Without any it is the emulated hardware of this NIC: what
  /// `receive(_:at:)` takes from the link goes into this queue from now on and no longer to
  /// ``onReceive``, as long as somebody keeps the queue.
  ///
  /// - Parameters:
  ///   - ringSize: Elements of the packet ring, a power of two in 2...65,536.
  ///   - fragmentRingSize: Elements of the fragment ring, likewise; by default, what the driver
  ///     prefers, else as many as packets.
  ///   - bufferCapacity: Octets of a fragment's buffer.
  ///   - frameCount: Frames that the emulated hardware can keep while it has no buffers.
  ///   - isVerified: Whether to hold the driver against the rules of the rings.
  ///   - callbacks: A driver for this queue alone.
  /// - Returns: The queue, started.
  /// - Throws: `AdapterViolation` as `NetAdapter.makeReceiveQueue` does.
  public func makeReceiveQueue(
    ringSize: Int = 256, fragmentRingSize: Int? = nil, bufferCapacity: Int = 2_048,
    frameCount: Int = 64, isVerified: Bool = false,
    servedBy callbacks: PacketQueueCallbacks? = nil
  ) throws(AdapterViolation) -> ReceiveFrameQueue {
    let hardware =
      adapter.hasDatapathCallbacks || callbacks != nil
      ? nil : ReceiveHardware(adapter, frameCount: frameCount)
    let packetQueue = try adapter.makeReceiveQueue(
      ringSize: ringSize, fragmentRingSize: fragmentRingSize, bufferCapacity: bufferCapacity,
      isVerified: isVerified, servedBy: callbacks ?? hardware?.callbacks)
    let queue = ReceiveFrameQueue(of: adapter, packetQueue: packetQueue, hardware: hardware)
    if hardware != nil { receiveQueue = queue }
    return queue
  }
}
