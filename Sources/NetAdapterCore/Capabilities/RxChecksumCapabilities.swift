/// Says that the hardware checks checksums of received packets:
/// `NET_ADAPTER_OFFLOAD_RX_CHECKSUM_CAPABILITIES`.
///
/// There are no flags: whoever declares it checks IPv4, TCP and UDP.
public struct RxChecksumCapabilities: Sendable {
  /// Octets of Microsoft's structure in a 64-bit driver.
  public static let structureSize = 16

  /// Octets that this structure says it has; see ``GsoCapabilities/size``.
  public var size = RxChecksumCapabilities.structureSize
  /// `EvtAdapterOffloadSetRxChecksum`: told at every start and at every change what is active.
  public var evtSetRxChecksum: EvtAdapterSetOffload?

  /// `NET_ADAPTER_OFFLOAD_RX_CHECKSUM_CAPABILITIES_INIT`.
  ///
  /// - Parameter evtSetRxChecksum: The callback, `EVT_NET_ADAPTER_OFFLOAD_SET_RX_CHECKSUM`.
  public init(evtSetRxChecksum: EvtAdapterSetOffload?) {
    self.evtSetRxChecksum = evtSetRxChecksum
  }

  /// Holds the structure against the rules.
  ///
  /// - Throws: ``AdapterViolation`` with ``FailureCode/invalidStructTypeSize`` (8); in documented
  ///   mode also ``FailureCode/parameterCantBeNull`` (15).
  /// - Complexity: O(1).
  public func validate(
    _ validation: CapabilityValidation = .documented
  ) throws(AdapterViolation) {
    try AdapterViolation.checkSize(size, Self.structureSize)
    try AdapterViolation.checkCallback(
      isPresent: evtSetRxChecksum != nil, "evtSetRxChecksum", validation)
  }
}
