public import WireFormats

extension NetAdapter {
  /// The address in use: `NetAdapterSetCurrentLinkLayerAddress`.
  ///
  /// Defaults to the permanent one.
  public var currentLinkLayerAddress: MACAddress { record.withLock { $0.currentLinkLayerAddress } }

  /// Changes the address in use: `NetAdapterSetCurrentLinkLayerAddress`.
  public func setCurrentLinkLayerAddress(_ address: MACAddress) {
    record.withLock { $0.currentLinkLayerAddress = address }
  }

  /// The largest speeds of the link; nil until set.
  public var linkLayerCapabilities: LinkLayerCapabilities? { record.withLock { $0.linkLayer } }

  /// Sets the largest speeds of the link: `NetAdapterSetLinkLayerCapabilities`.
  ///
  /// Needed before start.
  public func setLinkLayerCapabilities(_ capabilities: LinkLayerCapabilities) {
    record.withLock { $0.linkLayer = capabilities }
  }

  /// The largest frame in octets, without its link-layer header; nil until set.
  public var linkLayerMtuSize: Int? { record.withLock { $0.mtu } }

  /// Sets the MTU: `NetAdapterSetLinkLayerMtuSize`.
  ///
  /// Needed before start, allowed at any time.
  ///
  /// - Parameter mtu: The largest frame in octets, without its link-layer header; at least 1.
  /// - Throws: ``AdapterViolation`` with ``FailureCode/mtuMustBeGreaterThanZero`` (19).
  public func setLinkLayerMtuSize(_ mtu: Int) throws(AdapterViolation) {
    guard mtu > 0 else {
      throw AdapterViolation(
        .mtuMustBeGreaterThanZero, reason: "the MTU is \(mtu) octets; it must be at least 1")
    }
    change { $0.mtu = mtu }
  }

  /// The state of the link; disconnected until set.
  public var linkState: LinkState { record.withLock { $0.linkState } }

  /// Sets the state of the link: `NetAdapterSetLinkState`.
  ///
  /// Allowed at any time.
  ///
  /// - Returns: Whether the state differs from the previous one.
  /// - Throws: ``AdapterViolation`` with ``FailureCode/invalidLinkState`` (14), parameter 2 being
  ///   3, for unknown bits of ``LinkState/autoNegotiation``.
  @discardableResult
  public func setLinkState(_ linkState: LinkState) throws(AdapterViolation) -> Bool {
    guard linkState.autoNegotiation.isSubset(of: .all) else {
      throw AdapterViolation(
        .invalidLinkState, 3,
        reason: "`autoNegotiation` has unknown bits: \(linkState.autoNegotiation.rawValue)")
    }
    return change { record in
      defer { record.linkState = linkState }
      return record.linkState != linkState
    }
  }
}
