/// How a driver makes queues: `NET_ADAPTER_DATAPATH_CALLBACKS`.
public struct DatapathCallbacks: Sendable {
  /// Says what to do with a new queue; nil if the driver cannot serve one.
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

  /// Names the first callback that is missing.
  ///
  /// - Throws: ``AdapterViolation`` with ``FailureCode/invalidDatapathCallbacks`` (38).
  public func validate() throws(AdapterViolation) {
    guard evtAdapterCreateTxQueue != nil else { throw Self.missing("evtAdapterCreateTxQueue") }
    guard evtAdapterCreateRxQueue != nil else { throw Self.missing("evtAdapterCreateRxQueue") }
  }

  private static func missing(_ name: String) -> AdapterViolation {
    AdapterViolation(.invalidDatapathCallbacks, reason: "pass a callback for `\(name)`")
  }
}
