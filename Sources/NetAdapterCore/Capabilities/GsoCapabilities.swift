/// What the hardware of an adapter can segment: `NET_ADAPTER_OFFLOAD_GSO_CAPABILITIES`.
///
/// ```swift
/// var gso = GsoCapabilities(
///   layer3: [.ipv4NoOptions, .ipv6NoExtensions], layer4: [.tcpNoOptions, .udp],
///   maximumOffloadSize: 64_000, minimumSegmentCount: 2
/// ) { adapter, offload in
///   print(offload.isLsoIPv4Enabled, offload.isUsoIPv4Enabled)
/// }
/// gso.layer4HeaderOffsetLimit = 127
/// try adapter.setGsoCapabilities(gso)
/// ```
///
/// A plain value: nothing is checked before ``NetAdapter/setGsoCapabilities(_:)`` or
/// ``validate(_:)``.
public struct GsoCapabilities: Sendable {
  /// Octets of Microsoft's structure in a 64-bit driver.
  public static let structureSize = 40

  /// Octets that this structure says it has; what `Size` is to Microsoft's.
  ///
  /// Swift's type system leaves no room for a structure of another version. The field is here so
  /// that the framework's check can be seen at work.
  public var size = GsoCapabilities.structureSize
  /// `Layer3Flags`: the IP headers that the hardware can repeat.
  public var layer3: Layer3Flags
  /// `Layer4Flags`: the TCP flags for LSO, ``Layer4Flags/udp`` for USO.
  public var layer4: Layer4Flags
  /// Most octets in front of the layer-4 header that the hardware can handle; 0 for no limit.
  ///
  /// `Layer4HeaderOffsetLimit`, which the page "Generic Segmentation Offload" calls
  /// `Layer4OffsetLimit`. Optional. Frames beyond it are not the hardware's to segment.
  public var layer4HeaderOffsetLimit: UInt16 = 0
  /// `MaximumOffloadSize`: most octets of TCP or UDP payload in one frame, headers not counted.
  public var maximumOffloadSize: Int
  /// `MinimumSegmentCount`: frames that give fewer segments are not the hardware's to segment.
  public var minimumSegmentCount: Int
  /// `EvtAdapterOffloadSetGso`: told at every start and at every change what is active.
  public var evtSetGso: EvtAdapterSetOffload?

  /// `NET_ADAPTER_OFFLOAD_GSO_CAPABILITIES_INIT`: takes five values, and no header offset limit.
  ///
  /// - Parameters:
  ///   - layer3: IP headers that the hardware can repeat.
  ///   - layer4: TCP flags for LSO, the UDP flag for USO.
  ///   - maximumOffloadSize: Most octets of payload in one frame.
  ///   - minimumSegmentCount: Fewest segments of one frame.
  ///   - evtSetGso: The set-GSO callback, `EVT_NET_ADAPTER_OFFLOAD_SET_GSO`.
  public init(
    layer3: Layer3Flags, layer4: Layer4Flags, maximumOffloadSize: Int, minimumSegmentCount: Int,
    evtSetGso: EvtAdapterSetOffload?
  ) {
    self.layer3 = layer3
    self.layer4 = layer4
    self.maximumOffloadSize = maximumOffloadSize
    self.minimumSegmentCount = minimumSegmentCount
    self.evtSetGso = evtSetGso
  }
}
