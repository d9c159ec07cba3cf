extension NetAdapter {
  /// Starts the adapter: `NetAdapterStart`.
  ///
  /// Reads the keywords, registers per-packet extensions, works out what is active, and calls the set
  /// callbacks once each, even if nothing differs from the last start.
  ///
  /// - Throws: ``AdapterError/wrongState(call:state:remedy:)`` if the adapter is started;
  ///   ``AdapterError/missing(_:)`` naming every call that must come first.
  public func start() throws(AdapterError) {
    try change { record throws(AdapterError) in
      guard !record.isStarted else {
        throw .wrongState(call: "start()", state: record.state, remedy: "stop()")
      }
      let missing = record.missingRequirements
      guard missing.isEmpty else { throw .missing(missing) }
      record.readKeywords()
      record.negotiation.start()
      record.registeredExtensions = PacketExtension.registered(
        for: record.negotiation.hardware, quirks: record.negotiation.quirks)
      record.state = .started
      record.announce()
    }
    deliver()
  }

  /// Stops the adapter: `NetAdapterStop`.
  ///
  /// Calls no callback; declarations stay.
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
      record.rounds.append(
        CallbackRound(
          callbacks: [], offloads: ActiveOffloads(), stack: ActiveOffloads(), tellsStackFirst: true)
      )
    }
    deliver()
  }
}

extension AdapterRecord {
  /// What must be set before a start, in the order of Microsoft's start sequence.
  fileprivate var missingRequirements: [AdapterError.Requirement] {
    var missing: [AdapterError.Requirement] = []
    if transmit == nil || receive == nil { missing.append(.datapathCapabilities) }
    if linkLayer == nil { missing.append(.linkLayerCapabilities) }
    if mtu == nil { missing.append(.linkLayerMtuSize) }
    return missing
  }
}
