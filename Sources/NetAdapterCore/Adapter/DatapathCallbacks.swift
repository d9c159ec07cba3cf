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
  internal private(set) var transmitQueueCount = 0
  internal private(set) var receiveQueueCount = 0

  /// Counts a new queue; throws if the driver supports no more.
  internal mutating func count(
    _ direction: PacketQueue.Direction, limit: Int
  ) throws(AdapterViolation) {
    let count = direction == .transmit ? transmitQueueCount : receiveQueueCount
    guard count < limit else {
      throw AdapterViolation(
        nil, count, limit,
        reason: "the adapter has \(count) \(direction.rawValue) queues already, of "
          + "`maximumNumberOfQueues` \(limit)")
    }
    if direction == .transmit { transmitQueueCount += 1 } else { receiveQueueCount += 1 }
  }

  /// Subtracts a queue that does not exist any more.
  internal mutating func uncount(_ direction: PacketQueue.Direction) {
    if direction == .transmit { transmitQueueCount -= 1 } else { receiveQueueCount -= 1 }
  }
}
