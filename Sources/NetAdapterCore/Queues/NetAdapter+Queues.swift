extension NetAdapter {
  /// Says how the driver makes queues: `NetAdapterInitSetDatapathCallbacks`.
  ///
  /// Needed before queues are made, not for a start.
  ///
  /// - Throws: ``AdapterViolation`` with ``FailureCode/invalidDatapathCallbacks`` (38) if one is
  ///   missing, and last ``FailureCode/adapterAlreadyStarted`` (3).
  public func setDatapathCallbacks(_ callbacks: DatapathCallbacks) throws(AdapterViolation) {
    try callbacks.validate()
    // What was set before is released out here: it may hold something that calls the adapter when it
    // goes.
    _ = try record.withLock { record throws(AdapterViolation) in
      try record.checkNotStarted("datapath callbacks are set")
      let replaced = record.datapath.callbacks
      record.datapath.callbacks = callbacks
      return replaced
    }
  }

  /// Whether a driver has said how it makes queues.
  public var hasDatapathCallbacks: Bool { record.withLock { $0.datapath.callbacks != nil } }

  /// Number of transmit queues that are in use.
  public var transmitQueueCount: Int { record.withLock { $0.datapath.transmitQueueCount } }

  /// Number of receive queues that are in use.
  public var receiveQueueCount: Int { record.withLock { $0.datapath.receiveQueueCount } }

  /// Makes and starts a transmit queue: `EvtNetAdapterCreateTxQueue`, `NetTxQueueCreate`.
  ///
  /// The queue takes one of ``TransmitCapabilities/maximumNumberOfQueues`` until it is released.
  /// Stopping the adapter does not stop its queues; whoever has them does.
  ///
  /// - Parameters:
  ///   - ringSize: Elements of the packet ring, a power of two in 2...65,536.
  ///   - fragmentRingSize: Elements of the fragment ring, likewise; unless told, what the driver
  ///     prefers, else as many as packets.
  ///   - bufferCapacity: Octets of a fragment's buffer, rounded up to the driver's alignment.
  ///   - isVerified: Whether to hold the driver against the rules of the rings, at the cost of a look
  ///     at all elements in each advance.
  ///   - callbacks: Who serves the queue; nil asks the ``DatapathCallbacks`` of the adapter.
  /// - Returns: The queue, started.
  /// - Throws: ``AdapterViolation`` with ``FailureCode/adapterNotStarted`` (96),
  ///   ``FailureCode/invalidDatapathCallbacks`` (38), ``FailureCode/notPowerOfTwo`` (26) or
  ///   ``FailureCode/netQueueInvalidConfiguration`` (22); without a code if there are too many queues
  ///   or the driver does not make one.
  public func makeTransmitQueue(
    ringSize: Int, fragmentRingSize: Int? = nil, bufferCapacity: Int = 2_048,
    isVerified: Bool = false, servedBy callbacks: PacketQueueCallbacks? = nil
  ) throws(AdapterViolation) -> TransmitQueue {
    let record = try startedRecord("makeTransmitQueue()")
    let create = callbacks == nil ? try record.datapathCallbacks().evtAdapterCreateTxQueue : nil
    let transmit = record.transmit ?? TransmitCapabilities()
    let hint = transmit.fragmentRingNumberOfElementsHint
    let configuration = try QueueConfiguration(
      ringSize: ringSize, fragmentRingSize: fragmentRingSize ?? (hint == 0 ? ringSize : hint),
      bufferCapacity: bufferCapacity, bufferAlignment: transmit.fragmentBufferAlignment,
      extensions: record.registeredExtensions)
    try TransmitQueue.check(transmit, configuration)
    let plan = try plan(
      .transmit, configuration, limit: transmit.maximumNumberOfQueues, isVerified: isVerified)
    guard let callbacks = callbacks ?? create?(self, plan.handle) else {
      throw AdapterViolation(nil, reason: "the driver did not make a transmit queue")
    }
    return TransmitQueue(plan, try CheckedQueueCallbacks(callbacks), transmit)
  }

  /// Makes and starts a receive queue: `EvtNetAdapterCreateRxQueue`, `NetRxQueueCreate`.
  ///
  /// The queue takes one of ``ReceiveCapabilities/maximumNumberOfQueues`` until it is released. The
  /// operating system attaches the buffers; drivers that attach their own are refused.
  ///
  /// - Parameters:
  ///   - ringSize: Elements of the packet ring, a power of two in 2...65,536.
  ///   - fragmentRingSize: Elements of the fragment ring, likewise; unless told, what the driver
  ///     prefers, else as many as packets.
  ///   - bufferCapacity: Octets of a fragment's buffer, rounded up to the driver's alignment; unless
  ///     told, the driver's longest frame.
  ///   - isVerified: Whether to hold the driver against the rules of the rings, at the cost of a look
  ///     at all elements in each advance.
  ///   - callbacks: Who serves the queue; nil asks the ``DatapathCallbacks`` of the adapter.
  /// - Returns: The queue, started and without buffers.
  /// - Throws: As ``makeTransmitQueue(ringSize:fragmentRingSize:bufferCapacity:isVerified:servedBy:)`` does.
  public func makeReceiveQueue(
    ringSize: Int, fragmentRingSize: Int? = nil, bufferCapacity: Int? = nil,
    isVerified: Bool = false, servedBy callbacks: PacketQueueCallbacks? = nil
  ) throws(AdapterViolation) -> ReceiveQueue {
    let record = try startedRecord("makeReceiveQueue()")
    let create = callbacks == nil ? try record.datapathCallbacks().evtAdapterCreateRxQueue : nil
    let receive = record.receive ?? ReceiveCapabilities(maximumFrameSize: 1_514)
    guard receive.attachmentMode == .system else {
      throw AdapterViolation(
        .netQueueInvalidConfiguration,
        reason: "buffers that the driver attaches are not emulated; set `attachmentMode` to system")
    }
    let hint = receive.fragmentRingNumberOfElementsHint
    let configuration = try QueueConfiguration(
      ringSize: ringSize, fragmentRingSize: fragmentRingSize ?? (hint == 0 ? ringSize : hint),
      bufferCapacity: bufferCapacity ?? receive.maximumFrameSize,
      bufferAlignment: receive.fragmentBufferAlignment, extensions: record.registeredExtensions)
    let plan = try plan(
      .receive, configuration, limit: receive.maximumNumberOfQueues, isVerified: isVerified)
    guard let callbacks = callbacks ?? create?(self, plan.handle) else {
      throw AdapterViolation(nil, reason: "the driver did not make a receive queue")
    }
    return ReceiveQueue(plan, try CheckedQueueCallbacks(callbacks))
  }

  /// What a started adapter knows.
  private func startedRecord(_ call: String) throws(AdapterViolation) -> AdapterRecord {
    let record = record.withLock { $0 }
    try record.checkStarted(call)
    return record
  }

  private func plan(
    _ direction: PacketQueue.Direction, _ configuration: QueueConfiguration, limit: Int,
    isVerified: Bool
  ) throws(AdapterViolation) -> QueuePlan {
    try record.withLock { record throws(AdapterViolation) in
      try record.datapath.take(direction, limit: limit)
    }
    return QueuePlan(
      handle: PacketQueue(direction, configuration), configuration: configuration,
      slot: QueueSlot(self, direction), isVerified: isVerified)
  }
}

extension AdapterRecord {
  /// How the driver makes queues.
  fileprivate func datapathCallbacks() throws(AdapterViolation) -> DatapathCallbacks {
    guard let callbacks = datapath.callbacks else {
      throw AdapterViolation(
        .invalidDatapathCallbacks, reason: "call setDatapathCallbacks(_:) before start()")
    }
    return callbacks
  }
}
