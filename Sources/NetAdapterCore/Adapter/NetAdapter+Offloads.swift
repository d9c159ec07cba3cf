extension NetAdapter {
  /// Takes over a protocol's request to change the active offloads: `OID_TCP_OFFLOAD_PARAMETERS`.
  ///
  /// Reads the keywords anew. An accepted request calls all set callbacks, even if nothing changed; a
  /// refused one calls none.
  ///
  /// - Throws: ``AdapterError/wrongState(call:state:remedy:)`` unless the adapter is started and not
  ///   paused; ``AdapterError/refused(_:)`` if the keywords do not allow it.
  public func setOffloadParameters(_ parameters: OffloadParameters) throws(AdapterError) {
    try change { record throws(AdapterError) in
      guard record.state == .started else {
        let remedy = record.state == .paused ? "resumeOffloadCapabilities()" : "start()"
        throw .wrongState(
          call: "setOffloadParameters(_:)", state: record.state, remedy: remedy)
      }
      record.readKeywords()
      do throws(OffloadRefusal) {
        try record.negotiation.request(parameters)
      } catch {
        throw .refused(error)
      }
      record.announce()
    }
    deliver()
  }

  /// Takes all offloads away for a while: `NetAdapterPauseOffloadCapabilities`.
  ///
  /// The stack is told first, then all set callbacks that nothing is active.
  ///
  /// - Throws: ``AdapterViolation`` with ``FailureCode/adapterNotStarted`` (96) unless started;
  ///   without a code if paused already.
  public func pauseOffloadCapabilities() throws(AdapterViolation) {
    try change { record throws(AdapterViolation) in
      try record.checkStarted("pauseOffloadCapabilities()")
      guard record.state != .paused else {
        throw AdapterViolation(
          nil, reason: "offloads are paused already; call resumeOffloadCapabilities() first")
      }
      record.state = .paused
      record.rounds.append(
        CallbackRound(
          callbacks: record.callbacks, offloads: ActiveOffloads(), stack: ActiveOffloads(),
          tellsStackFirst: true))
    }
    deliver()
  }

  /// Gives paused offloads back: `NetAdapterResumeOffloadCapabilities`.
  ///
  /// All set callbacks are told what is active, then the stack is.
  ///
  /// - Throws: ``AdapterViolation`` with ``FailureCode/offloadNotPaused`` (97) unless paused.
  public func resumeOffloadCapabilities() throws(AdapterViolation) {
    try change { record throws(AdapterViolation) in
      guard record.state == .paused else {
        throw AdapterViolation(
          .offloadNotPaused,
          reason: "the adapter is \(record.state.rawValue), its offloads are not paused; "
            + "call pauseOffloadCapabilities() first")
      }
      record.state = .started
      record.negotiation.resume()
      record.announce()
    }
    deliver()
  }
}

extension AdapterRecord {
  /// Refuses what is allowed only after start.
  internal func checkStarted(_ call: String) throws(AdapterViolation) {
    guard !isStarted else { return }
    throw AdapterViolation(
      .adapterNotStarted,
      reason: "\(call) needs a started adapter, and it is \(state.rawValue); call start() first")
  }
}
