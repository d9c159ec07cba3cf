/// A protocol's request to change the active offloads: `NDIS_OFFLOAD_PARAMETERS`, which travels in
/// `OID_TCP_OFFLOAD_PARAMETERS`.
///
/// Each member defaults to "no change". Raw values are NDIS's.
public struct OffloadParameters: Hashable, Sendable {
  /// A request about segmentation or coalescing.
  public enum Switch: UInt8, Hashable, Sendable, CaseIterable {
    /// `NDIS_OFFLOAD_PARAMETERS_NO_CHANGE`.
    case noChange = 0
    /// Off, as in `NDIS_OFFLOAD_PARAMETERS_LSOV2_DISABLED`.
    case disabled = 1
    /// On, as in `NDIS_OFFLOAD_PARAMETERS_LSOV2_ENABLED`.
    case enabled = 2
  }

  /// A request about a checksum.
  public enum Checksum: UInt8, Hashable, Sendable, CaseIterable {
    /// `NDIS_OFFLOAD_PARAMETERS_NO_CHANGE`.
    case noChange = 0
    /// `NDIS_OFFLOAD_PARAMETERS_TX_RX_DISABLED`.
    case disabled = 1
    /// `NDIS_OFFLOAD_PARAMETERS_TX_ENABLED_RX_DISABLED`.
    case txEnabled = 2
    /// `NDIS_OFFLOAD_PARAMETERS_RX_ENABLED_TX_DISABLED`.
    case rxEnabled = 3
    /// `NDIS_OFFLOAD_PARAMETERS_TX_RX_ENABLED`.
    case enabled = 4

    /// Whether the request enables the checksum of packets to send.
    internal var enablesTx: Bool { self == .txEnabled || self == .enabled }
    /// Whether the request enables the checksum of received packets.
    internal var enablesRx: Bool { self == .rxEnabled || self == .enabled }
  }

  /// `IPv4Checksum`: the header checksum.
  public var ipv4Checksum = Checksum.noChange
  /// `TCPIPv4Checksum`.
  public var tcpIPv4Checksum = Checksum.noChange
  /// `UDPIPv4Checksum`.
  public var udpIPv4Checksum = Checksum.noChange
  /// `TCPIPv6Checksum`.
  public var tcpIPv6Checksum = Checksum.noChange
  /// `UDPIPv6Checksum`.
  public var udpIPv6Checksum = Checksum.noChange
  /// `LsoV1`: LSO over IPv4 is off only if this and ``lsoV2IPv4`` are disabled.
  public var lsoV1 = Switch.noChange
  /// `LsoV2IPv4`: LSO over IPv4 is off only if this and ``lsoV1`` are disabled.
  public var lsoV2IPv4 = Switch.noChange
  /// `LsoV2IPv6`.
  public var lsoV2IPv6 = Switch.noChange
  /// `UdpSegmentation.IPv4`.
  public var usoIPv4 = Switch.noChange
  /// `UdpSegmentation.IPv6`.
  public var usoIPv6 = Switch.noChange
  /// `RscIPv4`.
  public var rscIPv4 = Switch.noChange
  /// `RscIPv6`.
  public var rscIPv6 = Switch.noChange

  /// A request that changes nothing.
  public init() {}
}
