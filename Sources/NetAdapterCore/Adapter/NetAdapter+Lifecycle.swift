extension NetAdapter {
  /// Starts the adapter: `NetAdapterStart`.
  ///
  /// Reads the keywords, registers packet extensions, determines the active offloads, and calls
  /// each set callback once, even if nothing differs from the previous start. Requests from before
  /// a stop have an effect only by the keywords that they wrote.
  ///
  /// - Throws: ``AdapterError/wrongState(call:state:remedy:)`` if the adapter is started;
  ///   ``AdapterError/missing(_:)`` with all calls that are required before;
  ///   ``AdapterError/tooManyNestedChanges(call:limit:)`` from inside of set callbacks.
  public func start() throws(AdapterError) {
    try change { record throws(AdapterError) in
      try record.checkNesting("start()")
      guard !record.isStarted else {
        throw .wrongState(call: "start()", state: record.state, remedy: "stop()")
      }
      let missing = record.missingRequirements
      guard missing.isEmpty else { throw .missing(missing) }
      record.readKeywords()
      record.negotiation.start()
      record.registeredExtensions = record.negotiation.packetExtensions
      (record.state, record.isQuiet) = (.started, false)
      record.announce()
    }
    deliver()
  }

  /// Stops the adapter: `NetAdapterStop`.
  ///
  /// Calls no callback. Declarations remain.
  ///
  /// - Throws: ``AdapterError/wrongState(call:state:remedy:)`` unless the adapter is started or
  ///   paused.
  public func stop() throws(AdapterError) {
    try change { record throws(AdapterError) in
      guard record.isStarted else {
        throw .wrongState(call: "stop()", state: record.state, remedy: "start()")
      }
      record.state = .stopped
      record.registeredExtensions = []
      record.announceNothing(to: [])
    }
    deliver()
  }
}

extension AdapterRecord {
  /// The calls that a start still needs, in the order of Microsoft's start sequence.
  fileprivate var missingRequirements: [AdapterError.Requirement] {
    var missing: [AdapterError.Requirement] = []
    if transmit == nil || receive == nil { missing.append(.datapathCapabilities) }
    if linkLayer == nil { missing.append(.linkLayerCapabilities) }
    if mtu == nil { missing.append(.linkLayerMtuSize) }
    return missing
  }
}
