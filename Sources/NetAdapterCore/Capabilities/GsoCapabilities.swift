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
/// A value, which is checked by ``NetAdapter/setGsoCapabilities(_:)`` and ``validate(_:)`` only.
public struct GsoCapabilities: Sendable {
  /// Octets of Microsoft's structure in a 64-bit driver.
  public static let structureSize = 40

  /// The size in octets that the structure declares for itself: `Size`.
  ///
  /// The initialiser sets it to ``structureSize``. Another size is refused, as by the framework.
  public var size = GsoCapabilities.structureSize
  /// `Layer3Flags`: IP headers of frames that the hardware can segment.
  public var layer3: Layer3Flags
  /// `Layer4Flags`: TCP flags for LSO, ``Layer4Flags/udp`` for USO.
  public var layer4: Layer4Flags
  /// `Layer4HeaderOffsetLimit`: the largest offset of the transport header, in octets; 0 for no
  /// limit.
  ///
  /// The page "Generic Segmentation Offload" calls it `Layer4OffsetLimit`. Optional. Frames beyond
  /// it are segmented in software.
  public var layer4HeaderOffsetLimit: UInt16 = 0
  /// `MaximumOffloadSize`: the largest TCP or UDP payload of one frame, in octets without headers.
  public var maximumOffloadSize: Int
  /// `MinimumSegmentCount`: the smallest number of segments of a frame that the hardware segments.
  public var minimumSegmentCount: Int
  /// `EvtAdapterOffloadSetGso`: called with the active offloads at every start and every change.
  public var evtSetGso: EvtAdapterSetOffload?

  /// `NET_ADAPTER_OFFLOAD_GSO_CAPABILITIES_INIT`: takes five values, and no header offset limit.
  ///
  /// - Parameters:
  ///   - layer3: IP headers of frames that the hardware can segment.
  ///   - layer4: TCP flags for LSO, the UDP flag for USO.
  ///   - maximumOffloadSize: The largest payload of one frame, in octets.
  ///   - minimumSegmentCount: The smallest number of segments of one frame.
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

/// The fields of ``GsoCapabilities`` that frames are compared with.
///
/// Copying it retains no callback.
package struct GsoLimits: Sendable {
  package let layer3: Layer3Flags
  package let layer4: Layer4Flags
  package let layer4HeaderOffsetLimit: Int
  package let maximumOffloadSize: Int
  package let minimumSegmentCount: Int

  package init(_ gso: GsoCapabilities) {
    (layer3, layer4) = (gso.layer3, gso.layer4)
    layer4HeaderOffsetLimit = Int(gso.layer4HeaderOffsetLimit)
    maximumOffloadSize = gso.maximumOffloadSize
    minimumSegmentCount = gso.minimumSegmentCount
  }
}
