/// What the hardware can coalesce on receive: `NET_ADAPTER_OFFLOAD_RSC_CAPABILITIES`.
public struct RscCapabilities: Sendable {
  /// Octets of Microsoft's structure in a 64-bit driver.
  public static let structureSize = 24

  /// The size in octets that the structure declares for itself; see ``GsoCapabilities/size``.
  public var size = RscCapabilities.structureSize
  /// `Layer3Flags`: only ``Layer3Flags/ipv4NoOptions`` and ``Layer3Flags/ipv6NoExtensions``.
  public var layer3: Layer3Flags
  /// `Layer4Flags`: only ``Layer4Flags/tcpNoOptions`` and, since NetAdapterCx 2.5,
  /// ``Layer4Flags/udp``.
  public var layer4: Layer4Flags
  /// `TcpTimestampOption`: whether segments with the TCP timestamp option are coalesced.
  ///
  /// Defaults to false.
  public var tcpTimestampOption = false
  /// `EvtAdapterOffloadSetRsc`: called with the active offloads at every start and every change.
  public var evtSetRsc: EvtAdapterSetOffload?

  /// `NET_ADAPTER_OFFLOAD_RSC_CAPABILITIES_INIT`.
  ///
  /// - Parameters:
  ///   - layer3: IP headers of coalesced packets.
  ///   - layer4: Transport protocols of coalesced packets.
  ///   - evtSetRsc: The callback, `EVT_NET_ADAPTER_OFFLOAD_SET_RSC`.
  public init(layer3: Layer3Flags, layer4: Layer4Flags, evtSetRsc: EvtAdapterSetOffload?) {
    self.layer3 = layer3
    self.layer4 = layer4
    self.evtSetRsc = evtSetRsc
  }

  /// Checks the structure by the rules; the framework has none about the flags.
  ///
  /// - Throws: ``AdapterViolation`` with ``FailureCode/invalidStructTypeSize`` (8); in documented
  ///   mode also ``FailureCode/parameterCantBeNull`` (15), and one without a code for headers that
  ///   cannot be coalesced and for TCP without layer-3 flags. UDP needs none.
  /// - Complexity: O(1).
  public func validate(
    _ validation: CapabilityValidation = .documented
  ) throws(AdapterViolation) {
    try AdapterViolation.checkSize(size, expected: Self.structureSize)
    guard validation == .documented else { return }
    let plain: Layer3Flags = [.ipv4NoOptions, .ipv6NoExtensions]
    guard layer3.isSubset(of: plain), layer4.isSubset(of: [.tcpNoOptions, .udp]) else {
      throw AdapterViolation(
        nil, Int(layer3.rawValue), Int(layer4.rawValue),
        reason: "only `ipv4NoOptions`, `ipv6NoExtensions`, `tcpNoOptions`, `udp` can be coalesced")
    }
    guard !layer4.contains(.tcpNoOptions) || !layer3.isEmpty else {
      throw AdapterViolation(
        nil, 0, Int(layer4.rawValue),
        reason: "`layer4` has TCP and `layer3` is empty; declare the IP headers in `layer3`")
    }
    try validation.checkCallback(isPresent: evtSetRsc != nil, named: "evtSetRsc")
  }
}
