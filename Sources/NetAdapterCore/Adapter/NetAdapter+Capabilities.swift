// Declarations of what the hardware can do. As in the framework, the structure is checked before
// the state of the adapter.
extension NetAdapter {
  /// Declares what the hardware can segment: `NetAdapterOffloadSetGsoCapabilities`.
  ///
  /// Calls no callback. A later declaration replaces this one.
  ///
  /// - Throws: ``AdapterViolation`` as ``GsoCapabilities/validate(_:)`` does by the rules of
  ///   ``validation``; after these ``FailureCode/adapterAlreadyStarted`` (3).
  /// - Complexity: O(1).
  public func setGsoCapabilities(_ capabilities: GsoCapabilities) throws(AdapterViolation) {
    try capabilities.validate(validation)
    try declare { $0.gso = capabilities }
  }

  /// Declares which checksums the hardware can complete:
  /// `NetAdapterOffloadSetTxChecksumCapabilities`.
  ///
  /// - Throws: ``AdapterViolation`` as ``TxChecksumCapabilities/validate(_:)`` does by the rules of
  ///   ``validation``; after these ``FailureCode/adapterAlreadyStarted`` (3).
  /// - Complexity: O(1).
  public func setTxChecksumCapabilities(
    _ capabilities: TxChecksumCapabilities
  ) throws(AdapterViolation) {
    try capabilities.validate(validation)
    try declare { $0.txChecksum = capabilities }
  }

  /// Declares that the hardware checks received checksums:
  /// `NetAdapterOffloadSetRxChecksumCapabilities`.
  ///
  /// - Throws: ``AdapterViolation`` as ``RxChecksumCapabilities/validate(_:)`` does by the rules of
  ///   ``validation``; after these ``FailureCode/adapterAlreadyStarted`` (3).
  /// - Complexity: O(1).
  public func setRxChecksumCapabilities(
    _ capabilities: RxChecksumCapabilities
  ) throws(AdapterViolation) {
    try capabilities.validate(validation)
    try declare { $0.rxChecksum = capabilities }
  }

  /// Declares what the hardware can coalesce: `NetAdapterOffloadSetRscCapabilities`.
  ///
  /// - Throws: ``AdapterViolation`` as ``RscCapabilities/validate(_:)`` does by the rules of
  ///   ``validation``; after these ``FailureCode/adapterAlreadyStarted`` (3).
  /// - Complexity: O(1).
  public func setRscCapabilities(_ capabilities: RscCapabilities) throws(AdapterViolation) {
    try capabilities.validate(validation)
    try declare { $0.rsc = capabilities }
  }

  /// Declares which tags the hardware inserts and removes:
  /// `NetAdapterOffloadSetIeee8021qTagCapabilities`.
  ///
  /// - Throws: ``AdapterViolation`` as ``Ieee8021QTagCapabilities/validate()`` does; after
  ///   this ``FailureCode/adapterAlreadyStarted`` (3).
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
    // The replaced callbacks are released outside of the lock: their deinitialisation may call the
    // adapter.
    _ = try change { record throws(AdapterViolation) in
      try record.checkNotStarted("capabilities are declared")
      let replaced = record.negotiation.hardware
      edit(&record.negotiation.hardware)
      return replaced
    }
  }
}

extension NetAdapter {
  /// How the driver wants packets to send; nil until set.
  public var transmitCapabilities: TransmitCapabilities? { record.withLock { $0.transmit } }

  /// How the driver receives packets; nil until set.
  public var receiveCapabilities: ReceiveCapabilities? { record.withLock { $0.receive } }

  /// Declares both directions of the datapath: `NetAdapterSetDataPathCapabilities`.
  ///
  /// Needed before start.
  ///
  /// - Parameters:
  ///   - transmit: How the driver wants packets to send.
  ///   - receive: How the driver receives packets.
  /// - Throws: ``AdapterViolation`` as ``TransmitCapabilities/validate()`` and
  ///   ``ReceiveCapabilities/validate()`` do; after these ``FailureCode/adapterAlreadyStarted``
  ///   (3).
  /// - Complexity: O(1).
  public func setDatapathCapabilities(
    transmit: TransmitCapabilities, receive: ReceiveCapabilities
  ) throws(AdapterViolation) {
    try transmit.validate()
    try receive.validate()
    try record.withLock { record throws(AdapterViolation) in
      try record.checkNotStarted("datapath capabilities are declared")
      (record.transmit, record.receive) = (transmit, receive)
    }
  }
}
