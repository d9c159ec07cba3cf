extension NetAdapter {
  /// Sets the callbacks that make queues: `NetAdapterInitSetDatapathCallbacks`.
  ///
  /// Needed before queues are made, not before start.
  ///
  /// - Throws: ``AdapterViolation`` with ``FailureCode/invalidDatapathCallbacks`` (38) if one is
  ///   missing; after this ``FailureCode/adapterAlreadyStarted`` (3).
  public func setDatapathCallbacks(_ callbacks: DatapathCallbacks) throws(AdapterViolation) {
    try callbacks.validate()
    // The replaced callbacks are released outside of the lock: their deinitialisation may call the
    // adapter.
    _ = try record.withLock { record throws(AdapterViolation) in
      try record.checkNotStarted("datapath callbacks are set")
      let replaced = record.datapath.callbacks
      record.datapath.callbacks = callbacks
      return replaced
    }
  }

  /// Whether ``setDatapathCallbacks(_:)`` was called.
  public var hasDatapathCallbacks: Bool { record.withLock { $0.datapath.callbacks != nil } }

  /// Number of transmit queues that exist.
  public var transmitQueueCount: Int { record.withLock { $0.datapath.transmitQueueCount } }

  /// Number of receive queues that exist.
  public var receiveQueueCount: Int { record.withLock { $0.datapath.receiveQueueCount } }

  /// Makes and starts a transmit queue: `EvtNetAdapterCreateTxQueue`, `NetTxQueueCreate`.
  ///
  /// The queue counts towards ``TransmitCapabilities/maximumNumberOfQueues`` until its last
  /// reference is gone. Stopping the adapter does not stop its queues; their owner does.
  ///
  /// The queue belongs to the thread that its callbacks belong to. An adapter may be used from any
  /// thread, so a queue is best made on the thread that uses it, or passed there with its driver.
  ///
  /// - Parameters:
  ///   - ringSize: Elements of the packet ring, a power of two in 2...65,536.
  ///   - fragmentRingSize: Elements of the fragment ring, a power of two in 2...65,536; defaults to
  ///     the driver's hint, or to `ringSize` if it gives none.
  ///   - bufferCapacity: Octets of each fragment's buffer, rounded up to the driver's alignment.
  ///   - isVerified: Whether to check the driver by all rules of the rings, which compares all
  ///     elements in each ``DatapathQueue/advance()``.
  ///   - callbacks: The callbacks that serve the queue; defaults to those that the adapter's
  ///     ``DatapathCallbacks`` return.
  /// - Returns: The queue, started.
  /// - Throws: ``AdapterViolation`` with ``FailureCode/adapterNotStarted`` (96),
  ///   ``FailureCode/invalidDatapathCallbacks`` (38), ``FailureCode/notPowerOfTwo`` (26) or
  ///   ``FailureCode/netQueueInvalidConfiguration`` (22); without a code if there are too many
  ///   queues, if the driver does not make one, or from inside of 16 callbacks that make queues.
  public func makeTransmitQueue(
    ringSize: Int, fragmentRingSize: Int? = nil, bufferCapacity: Int = 2_048,
    isVerified: Bool = false, servedBy callbacks: PacketQueueCallbacks? = nil
  ) throws(AdapterViolation) -> TransmitQueue {
    try AdapterViolation.checkQueueDepth("makeTransmitQueue()")
    let record = try startedRecord("makeTransmitQueue()")
    let create = callbacks == nil ? try record.datapathCallbacks().evtAdapterCreateTxQueue : nil
    let transmit = record.transmit ?? TransmitCapabilities()
    let hint = transmit.fragmentRingNumberOfElementsHint
    let configuration = try RingConfiguration(
      ringSize: ringSize, fragmentRingSize: fragmentRingSize ?? (hint == 0 ? ringSize : hint),
      bufferCapacity: bufferCapacity, bufferAlignment: transmit.fragmentBufferAlignment,
      extensions: record.registeredExtensions)
    try TransmitQueue.check(payloadBackfill: transmit.payloadBackfill, configuration)
    let plan = try plan(
      .transmit, configuration, limit: transmit.maximumNumberOfQueues, isVerified: isVerified)
    let checked = try checkedCallbacks(for: plan, callbacks, orFrom: create)
    // Runs `evtStart`.
    return CallbackContext.$queueDepth.withValue(CallbackContext.queueDepth + 1) {
      TransmitQueue(
        plan, servedBy: checked, payloadBackfill: transmit.payloadBackfill,
        maximumFragmentCount: transmit.maximumNumberOfFragments)
    }
  }

  /// Makes and starts a receive queue: `EvtNetAdapterCreateRxQueue`, `NetRxQueueCreate`.
  ///
  /// The queue counts towards ``ReceiveCapabilities/maximumNumberOfQueues`` until its last
  /// reference is gone. The operating system attaches the buffers; drivers that attach their own
  /// are refused.
  ///
  /// - Parameters:
  ///   - ringSize: Elements of the packet ring, a power of two in 2...65,536.
  ///   - fragmentRingSize: Elements of the fragment ring, a power of two in 2...65,536; defaults to
  ///     the driver's hint, or to `ringSize` if it gives none.
  ///   - bufferCapacity: Octets of each fragment's buffer, rounded up to the driver's alignment;
  ///     defaults to ``ReceiveCapabilities/maximumFrameSize``.
  ///   - isVerified: Whether to check the driver by all rules of the rings, which compares all
  ///     elements in each ``DatapathQueue/advance()``.
  ///   - callbacks: The callbacks that serve the queue; defaults to those that the adapter's
  ///     ``DatapathCallbacks`` return.
  /// - Returns: The queue, started and without posted buffers.
  /// - Throws: As
  ///   ``makeTransmitQueue(ringSize:fragmentRingSize:bufferCapacity:isVerified:servedBy:)`` does.
  public func makeReceiveQueue(
    ringSize: Int, fragmentRingSize: Int? = nil, bufferCapacity: Int? = nil,
    isVerified: Bool = false, servedBy callbacks: PacketQueueCallbacks? = nil
  ) throws(AdapterViolation) -> ReceiveQueue {
    try AdapterViolation.checkQueueDepth("makeReceiveQueue()")
    let record = try startedRecord("makeReceiveQueue()")
    let create = callbacks == nil ? try record.datapathCallbacks().evtAdapterCreateRxQueue : nil
    let receive = record.receive ?? ReceiveCapabilities(maximumFrameSize: 1_514)
    guard receive.attachmentMode == .system else {
      throw AdapterViolation(
        .netQueueInvalidConfiguration,
        reason: "buffers that the driver attaches are not emulated; set `attachmentMode` to system")
    }
    let hint = receive.fragmentRingNumberOfElementsHint
    let configuration = try RingConfiguration(
      ringSize: ringSize, fragmentRingSize: fragmentRingSize ?? (hint == 0 ? ringSize : hint),
      bufferCapacity: bufferCapacity ?? receive.maximumFrameSize,
      bufferAlignment: receive.fragmentBufferAlignment, extensions: record.registeredExtensions)
    let plan = try plan(
      .receive, configuration, limit: receive.maximumNumberOfQueues, isVerified: isVerified)
    let checked = try checkedCallbacks(for: plan, callbacks, orFrom: create)
    return CallbackContext.$queueDepth.withValue(CallbackContext.queueDepth + 1) {
      ReceiveQueue(plan, servedBy: checked)
    }
  }

  /// Octets that a buffer needs so that the longest frame fits into the fragments that the driver
  /// takes; 0 if it takes any number.
  ///
  /// The framework copies a frame with more fragments into one buffer: it bounces it. The longest
  /// frame is that of the framework's `MaximumTxFragmentSize`. Beyond 128 KiB it is not provided
  /// for: the hardware gets such a frame only if the rings hold it anyway.
  package var bounceCapacity: Int {
    record.withLock { record in
      let fragments = record.transmit?.maximumNumberOfFragments ?? .max
      guard fragments < 1 << 16 else { return 0 }
      return (min(record.longestFrame, 131_072) + fragments - 1) / fragments
    }
  }

  /// Returns a copy of the record; throws unless the adapter is started.
  private func startedRecord(_ call: String) throws(AdapterViolation) -> AdapterRecord {
    let record = record.withLock { $0 }
    try record.checkStarted(call)
    return record
  }

  /// Counts a queue, and prepares it; `number` is that of a queue that is restored.
  internal func plan(
    _ direction: PacketQueue.Direction, _ configuration: RingConfiguration, limit: Int,
    isVerified: Bool, number: Int? = nil
  ) throws(AdapterViolation) -> QueuePlan {
    let queueId = try record.withLock { record throws(AdapterViolation) in
      try record.datapath.count(direction, limit: limit, number: number)
    }
    let slot = QueueSlot { [self] in
      record.withLock { $0.datapath.uncount(direction, queueId) }
    }
    return QueuePlan(
      handle: PacketQueue(direction, queueId: queueId, configuration),
      configuration: configuration, slot: slot, isVerified: isVerified)
  }

  /// Returns the callbacks of a queue: those given, or else those that the driver creates.
  internal func checkedCallbacks(
    for plan: QueuePlan, _ callbacks: PacketQueueCallbacks?,
    orFrom create: DatapathCallbacks.EvtCreateQueue?
  ) throws(AdapterViolation) -> CheckedQueueCallbacks {
    let made = CallbackContext.$queueDepth.withValue(CallbackContext.queueDepth + 1) {
      callbacks ?? create?(self, plan.handle)
    }
    guard let callbacks = made else {
      throw AdapterViolation(
        nil, reason: "the driver did not make a \(plan.handle.direction.rawValue) queue")
    }
    return try CheckedQueueCallbacks(
      callbacks, tellOffloads: callbacks.evtSetOffloads.map { tellOffloads(by: $0) })
  }

  /// Returns a closure that calls a callback if the active offloads have changed.
  private func tellOffloads(by evtSetOffloads: @escaping EvtPacketQueueSetOffloads) -> (
    PacketQueue
  ) -> Void {
    var seen: Int?
    var told: ActiveOffloads?
    return { queue in
      // Read before the offloads, so that no change in between is missed.
      let count = self.changeCount
      guard count != seen else { return }
      seen = count
      let offloads = self.activeOffloads
      guard offloads != told else { return }
      told = offloads
      evtSetOffloads(queue, NetOffload(offloads))
    }
  }
}

extension AdapterRecord {
  /// Returns the driver's callbacks that make queues; throws if there are none.
  fileprivate func datapathCallbacks() throws(AdapterViolation) -> DatapathCallbacks {
    guard let callbacks = datapath.callbacks else {
      throw AdapterViolation(
        .invalidDatapathCallbacks, reason: "call setDatapathCallbacks(_:) before start()")
    }
    return callbacks
  }
}
