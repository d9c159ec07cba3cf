// Calls that change the active offloads of a started adapter, and the keywords in its software key
// of the registry.
extension NetAdapter {
  /// The keywords that are stored now; accepted requests write them.
  public var keywords: KeywordStore { record.withLock { $0.keywords } }

  /// The issues of the keywords when they were last read, at the latest start or request.
  public var keywordIssues: [KeywordIssue] { record.withLock { $0.keywordIssues } }

  /// All accepted requests since the latest start, together: each member that was not "no change"
  /// has its latest value.
  public var requestedOffloads: OffloadParameters {
    record.withLock { $0.negotiation.requested }
  }

  /// Stores a keyword, or removes it if `value` is nil.
  ///
  /// Keywords are read at every start and every request of a protocol. A change takes effect then.
  /// With ``Quirks/release21H2`` they are read at a start only.
  public func setKeyword(_ keyword: Keyword, to value: KeywordStore.Value?) {
    record.withLock { $0.keywords[keyword] = value }
  }

  /// Stores a keyword by its name, or removes it if `value` is nil.
  ///
  /// For keywords of a driver, which it reads with ``KeywordStore/subscript(name:)`` of
  /// ``keywords``: `NetAdapterOpenConfiguration`. The name of a ``Keyword`` works as well.
  public func setKeyword(name: String, to value: KeywordStore.Value?) {
    record.withLock { $0.keywords[name: name] = value }
  }

  /// Applies a protocol's request to change the active offloads: `OID_TCP_OFFLOAD_PARAMETERS`.
  ///
  /// All members are checked first, so a refused request changes nothing. An accepted one writes
  /// each member that is not "no change" into its keyword, unless
  /// ``OffloadParameters/skipsRegistryUpdate`` is set; the next start goes by the keywords.
  /// Hardware that lacks an offload is no reason to refuse it: the keyword is written, and the
  /// offload stays off. An accepted request calls all set callbacks, even if nothing changed; a
  /// refused one calls none.
  ///
  /// - Throws: ``AdapterError/wrongState(call:state:remedy:)`` unless the adapter is started and
  ///   not paused; with ``Quirks/release21H2`` it may be paused. ``AdapterError/refused(_:)`` if
  ///   the keywords would not allow what the request enables.
  ///   ``AdapterError/tooManyNestedChanges(call:limit:)`` from inside of set callbacks.
  public func setOffloadParameters(_ parameters: OffloadParameters) throws(AdapterError) {
    try change { record throws(AdapterError) in
      try record.checkNesting("setOffloadParameters(_:)")
      guard record.acceptsRequests else {
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
      record.writeKeywords()
      record.isQuiet = false
      record.announce()
    }
    deliver()
  }

  /// Pauses all offloads: `NetAdapterPauseOffloadCapabilities`.
  ///
  /// The stack is told first, then all set callbacks are called with no active offload.
  ///
  /// - Throws: ``AdapterViolation`` with ``FailureCode/adapterNotStarted`` (96) unless started;
  ///   without a code if paused already, which ``Quirks/release21H2`` accepts, or from inside of
  ///   set callbacks that have caused ``maximumNestedChanges`` changes.
  public func pauseOffloadCapabilities() throws(AdapterViolation) {
    try change { record throws(AdapterViolation) in
      try record.checkNesting(of: "pauseOffloadCapabilities()")
      try record.checkStarted("pauseOffloadCapabilities()")
      guard record.state != .paused || record.negotiation.is21H2 else {
        throw AdapterViolation(
          nil, reason: "offloads are paused already; call resumeOffloadCapabilities() first")
      }
      (record.state, record.isQuiet) = (.paused, true)
      record.announceNothing(to: record.callbacks)
    }
    deliver()
  }

  /// Resumes paused offloads: `NetAdapterResumeOffloadCapabilities`.
  ///
  /// All set callbacks are called with the active offloads, then the stack is told.
  ///
  /// - Throws: ``AdapterViolation`` with ``FailureCode/adapterNotStarted`` (96) unless started;
  ///   after this ``FailureCode/offloadNotPaused`` (97) unless paused; without a code from inside
  ///   of set callbacks that have caused ``maximumNestedChanges`` changes.
  public func resumeOffloadCapabilities() throws(AdapterViolation) {
    try change { record throws(AdapterViolation) in
      try record.checkNesting(of: "resumeOffloadCapabilities()")
      try record.checkStarted("resumeOffloadCapabilities()")
      guard record.state == .paused else {
        throw AdapterViolation(
          .offloadNotPaused,
          reason: "the adapter is \(record.state.rawValue), its offloads are not paused; "
            + "call pauseOffloadCapabilities() first")
      }
      (record.state, record.isQuiet) = (.started, false)
      record.negotiation.resume()
      record.announce()
    }
    deliver()
  }
}
