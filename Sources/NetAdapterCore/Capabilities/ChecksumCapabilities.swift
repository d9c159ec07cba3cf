/// Which checksums of packets to send the hardware can complete:
/// `NET_ADAPTER_OFFLOAD_TX_CHECKSUM_CAPABILITIES`.
///
/// A value, which is checked by ``NetAdapter/setTxChecksumCapabilities(_:)`` and ``validate(_:)``
/// only.
public struct TxChecksumCapabilities: Sendable {
  /// Octets of Microsoft's structure in a 64-bit driver.
  public static let structureSize = 24

  /// The size in octets that the structure declares for itself; see ``GsoCapabilities/size``.
  public var size = TxChecksumCapabilities.structureSize
  /// `Layer3Flags`: IP headers of packets whose checksums the hardware can complete.
  public var layer3: Layer3Flags
  /// `Layer4Flags`: transport headers whose checksums the hardware can complete.
  ///
  /// Empty after initialisation, as in Microsoft's structure.
  public var layer4: Layer4Flags = []
  /// `Layer3HeaderOffsetLimit`: the largest offset of the IP header, in octets; 0 for no limit.
  public var layer3HeaderOffsetLimit: UInt16 = 0
  /// `Layer4HeaderOffsetLimit`: the largest offset of the transport header, in octets; 0 for no
  /// limit.
  public var layer4HeaderOffsetLimit: UInt16 = 0
  /// `EvtAdapterOffloadSetTxChecksum`: called with the active offloads at every start and change.
  public var evtSetTxChecksum: EvtAdapterSetOffload?

  /// `NET_ADAPTER_OFFLOAD_TX_CHECKSUM_CAPABILITIES_INIT`.
  ///
  /// - Parameters:
  ///   - layer3: IP headers of packets whose checksums the hardware can complete.
  ///   - evtSetTxChecksum: The callback, `EVT_NET_ADAPTER_OFFLOAD_SET_TX_CHECKSUM`.
  public init(layer3: Layer3Flags, evtSetTxChecksum: EvtAdapterSetOffload?) {
    self.layer3 = layer3
    self.evtSetTxChecksum = evtSetTxChecksum
  }
}

extension TxChecksumCapabilities {
  /// Checks the structure by the rules, in the framework's order.
  ///
  /// - Throws: ``AdapterViolation`` with ``FailureCode/invalidStructTypeSize`` (8);
  ///   ``FailureCode/invalidTxChecksumCapabilities`` (91), whose parameter 3 is 0 for IPv4 options,
  ///   1 for IPv6 extensions and 2 for TCP options;
  ///   ``FailureCode/invalidTxChecksumHardwareCapabilities`` (94);
  ///   ``FailureCode/invalidTxChecksumIPv6Flags`` (92). In documented mode also
  ///   ``FailureCode/invalidTxChecksumLayer4Capabilities`` (95) if one of the two sets of flags is
  ///   empty, and ``FailureCode/parameterCantBeNull`` (15). The framework accepts empty `layer4`,
  ///   for hardware that completes checksums of IPv4 headers only, and checks empty `layer3` only
  ///   when a driver queries the offload.
  /// - Complexity: O(1).
  public func validate(
    _ validation: CapabilityValidation = .documented
  ) throws(AdapterViolation) {
    try AdapterViolation.checkSize(size, expected: Self.structureSize)
    let rules: [(PlainHeaderRule, parameter3: Int)] = [(.ipv4, 0), (.ipv6, 1), (.tcp, 2)]
    for (rule, parameter3) in rules {
      try rule.check(
        layer3: layer3, layer4: layer4, code: .invalidTxChecksumCapabilities,
        parameter3: parameter3)
    }
    try checkFlags(validation)
    try validation.checkCallback(isPresent: evtSetTxChecksum != nil, named: "evtSetTxChecksum")
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
        reason: "IPv6 headers have no checksum; declare transport headers in `layer4`")
    }
    guard validation == .documented else { return }
    if noLayer3 {
      throw AdapterViolation(
        .invalidTxChecksumLayer4Capabilities, flags3, flags4,
        reason: "`layer4` is set and `layer3` is not; declare the IP headers in `layer3`")
    }
    if noLayer4 {
      throw AdapterViolation(
        .invalidTxChecksumLayer4Capabilities, flags3, flags4,
        reason: "`layer3` is set and `layer4` is not; declare the transports in `layer4`")
    }
  }
}

/// That the hardware checks the checksums of received packets:
/// `NET_ADAPTER_OFFLOAD_RX_CHECKSUM_CAPABILITIES`.
///
/// There are no flags: hardware that declares it checks IPv4, TCP and UDP.
public struct RxChecksumCapabilities: Sendable {
  /// Octets of Microsoft's structure in a 64-bit driver.
  public static let structureSize = 16

  /// The size in octets that the structure declares for itself; see ``GsoCapabilities/size``.
  public var size = RxChecksumCapabilities.structureSize
  /// `EvtAdapterOffloadSetRxChecksum`: called with the active offloads at every start and change.
  public var evtSetRxChecksum: EvtAdapterSetOffload?

  /// `NET_ADAPTER_OFFLOAD_RX_CHECKSUM_CAPABILITIES_INIT`.
  ///
  /// - Parameter evtSetRxChecksum: The callback, `EVT_NET_ADAPTER_OFFLOAD_SET_RX_CHECKSUM`.
  public init(evtSetRxChecksum: EvtAdapterSetOffload?) {
    self.evtSetRxChecksum = evtSetRxChecksum
  }

  /// Checks the structure by the rules.
  ///
  /// - Throws: ``AdapterViolation`` with ``FailureCode/invalidStructTypeSize`` (8); in documented
  ///   mode also ``FailureCode/parameterCantBeNull`` (15).
  /// - Complexity: O(1).
  public func validate(
    _ validation: CapabilityValidation = .documented
  ) throws(AdapterViolation) {
    try AdapterViolation.checkSize(size, expected: Self.structureSize)
    try validation.checkCallback(isPresent: evtSetRxChecksum != nil, named: "evtSetRxChecksum")
  }
}
