extension NetAdapter {
  /// How the driver wants frames to send; nil until set.
  public var transmitCapabilities: TransmitCapabilities? { record.withLock { $0.transmit } }

  /// How the driver receives frames; nil until set.
  public var receiveCapabilities: ReceiveCapabilities? { record.withLock { $0.receive } }

  /// Declares both directions of the datapath: `NetAdapterSetDataPathCapabilities`.
  ///
  /// Needed before start.
  ///
  /// - Parameters:
  ///   - transmit: How the driver wants frames to send.
  ///   - receive: How the driver receives frames.
  /// - Throws: ``AdapterViolation`` as ``TransmitCapabilities/validate()`` and
  ///   ``ReceiveCapabilities/validate()`` do, and last ``FailureCode/adapterAlreadyStarted`` (3).
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
