/// Which checksums the hardware can compute for sending:
/// `NET_ADAPTER_OFFLOAD_TX_CHECKSUM_CAPABILITIES`.
///
/// A plain value: nothing is checked before ``NetAdapter/setTxChecksumCapabilities(_:)`` or
/// ``validate(_:)``.
public struct TxChecksumCapabilities: Sendable {
  /// Octets of Microsoft's structure in a 64-bit driver.
  public static let structureSize = 24

  /// Octets that this structure says it has; see ``GsoCapabilities/size``.
  public var size = TxChecksumCapabilities.structureSize
  /// `Layer3Flags`: the IP headers that the hardware knows.
  public var layer3: Layer3Flags
  /// `Layer4Flags`: the transport checksums that it computes.
  ///
  /// Set it after initialisation.
  public var layer4: Layer4Flags = []
  /// `Layer3HeaderOffsetLimit`: most octets in front of the IP header; 0 for no limit.
  public var layer3HeaderOffsetLimit: UInt16 = 0
  /// `Layer4HeaderOffsetLimit`: most octets in front of the transport header; 0 for no limit.
  public var layer4HeaderOffsetLimit: UInt16 = 0
  /// `EvtAdapterOffloadSetTxChecksum`: told at every start and at every change what is active.
  public var evtSetTxChecksum: EvtAdapterSetOffload?

  /// `NET_ADAPTER_OFFLOAD_TX_CHECKSUM_CAPABILITIES_INIT`.
  ///
  /// - Parameters:
  ///   - layer3: IP headers that the hardware knows.
  ///   - evtSetTxChecksum: The callback, `EVT_NET_ADAPTER_OFFLOAD_SET_TX_CHECKSUM`.
  public init(layer3: Layer3Flags, evtSetTxChecksum: EvtAdapterSetOffload?) {
    self.layer3 = layer3
    self.evtSetTxChecksum = evtSetTxChecksum
  }
}

extension TxChecksumCapabilities {
  /// Holds the structure against the rules, in the framework's order.
  ///
  /// - Throws: ``AdapterViolation`` with ``FailureCode/invalidStructTypeSize`` (8);
  ///   ``FailureCode/invalidTxChecksumCapabilities`` (91), parameter 3 being 0 for IPv4 options, 1 for
  ///   IPv6 extensions, 2 for TCP options; ``FailureCode/invalidTxChecksumHardwareCapabilities`` (94);
  ///   ``FailureCode/invalidTxChecksumIPv6Flags`` (92). In documented mode also
  ///   ``FailureCode/invalidTxChecksumLayer4Capabilities`` (95), which the framework finds only when a
  ///   driver queries the offload, and ``FailureCode/parameterCantBeNull`` (15).
  /// - Complexity: O(1).
  public func validate(
    _ validation: CapabilityValidation = .documented
  ) throws(AdapterViolation) {
    try AdapterViolation.checkSize(size, Self.structureSize)
    try checkPlainHeaders()
    try checkFlags(validation)
    try AdapterViolation.checkCallback(
      isPresent: evtSetTxChecksum != nil, "evtSetTxChecksum", validation)
  }

  private func checkPlainHeaders() throws(AdapterViolation) {
    let code = FailureCode.invalidTxChecksumCapabilities
    if layer3.contains(.ipv4WithOptions), !layer3.contains(.ipv4NoOptions) {
      throw AdapterViolation(
        code, Int(layer3.rawValue), 0, reason: "`ipv4WithOptions` needs `ipv4NoOptions`; add it")
    }
    if layer3.contains(.ipv6WithExtensions), !layer3.contains(.ipv6NoExtensions) {
      throw AdapterViolation(
        code, Int(layer3.rawValue), 1,
        reason: "`ipv6WithExtensions` needs `ipv6NoExtensions`; add it")
    }
    if layer4.contains(.tcpWithOptions), !layer4.contains(.tcpNoOptions) {
      throw AdapterViolation(
        code, Int(layer4.rawValue), 2, reason: "`tcpWithOptions` needs `tcpNoOptions`; add it")
    }
  }

  private func checkFlags(_ validation: CapabilityValidation) throws(AdapterViolation) {
    let noLayer3 = layer3.isDisjoint(with: .all)
    let noLayer4 = layer4.isDisjoint(with: .all)
    let (flags3, flags4) = (Int(layer3.rawValue), Int(layer4.rawValue))
    if noLayer3, noLayer4 {
      throw AdapterViolation(
        .invalidTxChecksumHardwareCapabilities, flags3, flags4,
        reason: "neither `layer3` nor `layer4` declares anything; set at least one flag")
    }
    if !layer3.isDisjoint(with: .ipv6), noLayer4, layer3.isDisjoint(with: .ipv4) {
      throw AdapterViolation(
        .invalidTxChecksumIPv6Flags, flags3, flags4,
        reason: "IPv6 headers have no checksum; declare what `layer4` behind them can do")
    }
    if validation == .documented, noLayer3 {
      throw AdapterViolation(
        .invalidTxChecksumLayer4Capabilities, flags3, flags4,
        reason: "`layer4` is set and `layer3` is not; say which IP headers may stand in front")
    }
  }
}
