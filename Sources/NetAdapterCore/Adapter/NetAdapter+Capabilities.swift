// Declarations of what the hardware can do. Each is checked first and then refused if the adapter is
// started, in this order, as the framework does it.
extension NetAdapter {
  /// Declares what the hardware can segment: `NetAdapterOffloadSetGsoCapabilities`.
  ///
  /// The structure is copied; nothing is called. A later declaration takes the place of this one.
  ///
  /// - Throws: ``AdapterViolation`` as ``GsoCapabilities/validate(_:)`` does in the mode of the
  ///   adapter, and last ``FailureCode/adapterAlreadyStarted`` (3).
  /// - Complexity: O(1).
  public func setGsoCapabilities(_ capabilities: GsoCapabilities) throws(AdapterViolation) {
    try capabilities.validate(validation)
    try declare { $0.gso = capabilities }
  }

  /// Declares which checksums the hardware computes: `NetAdapterOffloadSetTxChecksumCapabilities`.
  ///
  /// - Throws: ``AdapterViolation`` as ``TxChecksumCapabilities/validate(_:)`` does in the mode of
  ///   the adapter, and last ``FailureCode/adapterAlreadyStarted`` (3).
  /// - Complexity: O(1).
  public func setTxChecksumCapabilities(
    _ capabilities: TxChecksumCapabilities
  ) throws(AdapterViolation) {
    try capabilities.validate(validation)
    try declare { $0.txChecksum = capabilities }
  }

  /// Declares that the hardware checks checksums: `NetAdapterOffloadSetRxChecksumCapabilities`.
  ///
  /// - Throws: ``AdapterViolation`` as ``RxChecksumCapabilities/validate(_:)`` does in the mode of
  ///   the adapter, and last ``FailureCode/adapterAlreadyStarted`` (3).
  /// - Complexity: O(1).
  public func setRxChecksumCapabilities(
    _ capabilities: RxChecksumCapabilities
  ) throws(AdapterViolation) {
    try capabilities.validate(validation)
    try declare { $0.rxChecksum = capabilities }
  }

  /// Declares what the hardware coalesces: `NetAdapterOffloadSetRscCapabilities`.
  ///
  /// - Throws: ``AdapterViolation`` as ``RscCapabilities/validate(_:)`` does in the mode of the
  ///   adapter, and last ``FailureCode/adapterAlreadyStarted`` (3).
  /// - Complexity: O(1).
  public func setRscCapabilities(_ capabilities: RscCapabilities) throws(AdapterViolation) {
    try capabilities.validate(validation)
    try declare { $0.rsc = capabilities }
  }

  /// Declares which tags the hardware handles: `NetAdapterOffloadSetIeee8021qTagCapabilities`.
  ///
  /// - Throws: ``AdapterViolation`` as ``Ieee8021QTagCapabilities/validate()`` does, and last
  ///   ``FailureCode/adapterAlreadyStarted`` (3).
  /// - Complexity: O(1).
  public func setIeee8021QTagCapabilities(
    _ capabilities: Ieee8021QTagCapabilities
  ) throws(AdapterViolation) {
    try capabilities.validate()
    try declare { $0.ieee8021Q = capabilities }
  }

  private func declare(
    _ edit: (inout DeclaredCapabilities) -> Void
  ) throws(AdapterViolation) {
    // What was declared before is released out here: its callbacks may hold something that calls the
    // adapter when it goes.
    _ = try change { record throws(AdapterViolation) in
      try record.checkNotStarted("capabilities are declared")
      let replaced = record.negotiation.hardware
      edit(&record.negotiation.hardware)
      return replaced
    }
  }
}

extension AdapterRecord {
  /// Refuses what is allowed only before start.
  internal func checkNotStarted(_ what: String) throws(AdapterViolation) {
    guard isStarted else { return }
    throw AdapterViolation(
      .adapterAlreadyStarted,
      reason: "\(what) before start, and the adapter is \(state.rawValue); call stop() first")
  }
}
