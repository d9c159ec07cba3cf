/// The callbacks of a driver that make queues: `NET_ADAPTER_DATAPATH_CALLBACKS`.
public struct DatapathCallbacks: Sendable {
  /// Returns the callbacks that serve a new queue; nil if the driver cannot make one.
  public typealias EvtCreateQueue = @Sendable (NetAdapter, PacketQueue) -> PacketQueueCallbacks?

  /// `EvtAdapterCreateTxQueue`, required.
  public var evtAdapterCreateTxQueue: EvtCreateQueue?
  /// `EvtAdapterCreateRxQueue`, required.
  public var evtAdapterCreateRxQueue: EvtCreateQueue?

  /// `NET_ADAPTER_DATAPATH_CALLBACKS_INIT`.
  public init(
    evtAdapterCreateTxQueue: EvtCreateQueue?, evtAdapterCreateRxQueue: EvtCreateQueue?
  ) {
    self.evtAdapterCreateTxQueue = evtAdapterCreateTxQueue
    self.evtAdapterCreateRxQueue = evtAdapterCreateRxQueue
  }

  /// Checks that both callbacks are there.
  ///
  /// - Throws: ``AdapterViolation`` with ``FailureCode/invalidDatapathCallbacks`` (38) for the
  ///   first that is missing.
  public func validate() throws(AdapterViolation) {
    let code = FailureCode.invalidDatapathCallbacks
    guard evtAdapterCreateTxQueue != nil else {
      throw .missingCallback("evtAdapterCreateTxQueue", code)
    }
    guard evtAdapterCreateRxQueue != nil else {
      throw .missingCallback("evtAdapterCreateRxQueue", code)
    }
  }
}

/// An adapter's state about queues: the callbacks that make them, and their numbers.
internal struct DatapathRecord: Sendable {
  internal var callbacks: DatapathCallbacks?
  /// The numbers of the transmit queues that exist.
  private var transmitQueues: Set<Int> = []
  /// The numbers of the receive queues that exist.
  private var receiveQueues: Set<Int> = []

  internal var transmitQueueCount: Int { transmitQueues.count }
  internal var receiveQueueCount: Int { receiveQueues.count }

  /// Counts a new queue and returns its number; throws if the driver supports no more.
  ///
  /// `wanted` is the number of a queue that is restored.
  internal mutating func count(
    _ direction: PacketQueue.Direction, limit: Int, number wanted: Int? = nil
  ) throws(AdapterViolation) -> Int {
    let taken = direction == .transmit ? transmitQueues : receiveQueues
    if let wanted, taken.contains(wanted) || wanted >= limit {
      throw AdapterViolation(
        nil, wanted, limit,
        reason: "the adapter cannot have a \(direction.rawValue) queue with number \(wanted): "
          + (wanted >= limit ? "`maximumNumberOfQueues` is \(limit)" : "it has one already"))
    }
    guard taken.count < limit,
      let number = wanted ?? (0...taken.count).first(where: { !taken.contains($0) })
    else {
      throw AdapterViolation(
        nil, taken.count, limit,
        reason: "the adapter has \(taken.count) \(direction.rawValue) queues already, of "
          + "`maximumNumberOfQueues` \(limit)")
    }
    if direction == .transmit {
      transmitQueues.insert(number)
    } else {
      receiveQueues.insert(number)
    }
    return number
  }

  /// Frees the number of a queue that does not exist any more.
  internal mutating func uncount(_ direction: PacketQueue.Direction, _ number: Int) {
    if direction == .transmit {
      transmitQueues.remove(number)
    } else {
      receiveQueues.remove(number)
    }
  }
}
