/// A configuration of offloads, such as those that are active.
///
/// Set callbacks get it as ``NetOffload``.
public struct ActiveOffloads: Hashable, Sendable {
  /// Segmentation of one transport protocol: LSO or USO.
  public struct Segmentation: Hashable, Sendable {
    /// IP headers of frames to segment.
    public var layer3: Layer3Flags = []
    /// Transport headers of frames to segment.
    public var layer4: Layer4Flags = []
    /// The largest payload of one frame, in octets.
    public var maximumOffloadSize = 0
    /// The smallest number of segments of one frame.
    public var minimumSegmentCount = 0
    /// The largest offset of the transport header, in octets; 0 for no limit.
    public var layer4HeaderOffsetLimit: UInt16 = 0
    /// No segmentation.
    public init() {}
  }

  /// Kinds of headers for which one checksum is completed.
  public struct Headers: Hashable, Sendable {
    /// IP headers.
    public var layer3: Layer3Flags = []
    /// Transport headers; empty for the checksum of the IPv4 header itself.
    public var layer4: Layer4Flags = []
    /// No checksum.
    public init() {}
  }

  /// Checksums of packets to send.
  public struct TxChecksum: Hashable, Sendable {
    /// Of the IPv4 header.
    public var ipv4 = Headers()
    /// Of TCP.
    public var tcp = Headers()
    /// Of UDP.
    public var udp = Headers()
    /// No checksum.
    public init() {}
  }

  /// Checksums of received packets.
  public struct RxChecksum: Hashable, Sendable {
    /// Of the IPv4 header.
    public var ipv4 = false
    /// Of TCP over IPv4 and IPv6.
    public var tcp = false
    /// Of UDP over IPv4 and IPv6.
    public var udp = false
    /// No checksum.
    public init() {}
  }

  /// Coalescing of received packets.
  public struct Coalescing: Hashable, Sendable {
    /// IP headers of packets to coalesce.
    public var layer3: Layer3Flags = []
    /// Transport headers of packets to coalesce.
    public var layer4: Layer4Flags = []
    /// Whether segments with the TCP timestamp option are coalesced.
    public var tcpTimestampOption = false
    /// No coalescing.
    public init() {}
  }

  /// Segmentation of TCP.
  public var lso = Segmentation()
  /// Segmentation of UDP.
  public var uso = Segmentation()
  /// Checksums of packets to send.
  public var txChecksum = TxChecksum()
  /// Checksums of received packets.
  public var rxChecksum = RxChecksum()
  /// Coalescing of received packets.
  public var rsc = Coalescing()

  /// No offload, as while offloads are paused.
  public init() {}
}

// The queries of `netadapteroffload.h`. Flags for options and extensions have no effect on them.
extension ActiveOffloads {
  /// TCP over IPv4 is segmented: `NetOffloadIsLsoIPv4Enabled`.
  public var isLsoIPv4Enabled: Bool {
    lso.layer3.contains(.ipv4NoOptions) && lso.layer4.contains(.tcpNoOptions)
  }
  /// TCP over IPv6 is segmented: `NetOffloadIsLsoIPv6Enabled`.
  public var isLsoIPv6Enabled: Bool {
    lso.layer3.contains(.ipv6NoExtensions) && lso.layer4.contains(.tcpNoOptions)
  }
  /// UDP over IPv4 is segmented: `NetOffloadIsUsoIPv4Enabled`.
  public var isUsoIPv4Enabled: Bool {
    uso.layer3.contains(.ipv4NoOptions) && uso.layer4.contains(.udp)
  }
  /// UDP over IPv6 is segmented: `NetOffloadIsUsoIPv6Enabled`.
  public var isUsoIPv6Enabled: Bool {
    uso.layer3.contains(.ipv6NoExtensions) && uso.layer4.contains(.udp)
  }

  /// IPv4 header checksums are completed: `NetOffloadIsTxChecksumIPv4Enabled`.
  public var isTxChecksumIPv4Enabled: Bool { txChecksum.ipv4.layer3.contains(.ipv4NoOptions) }
  /// TCP checksums are completed: `NetOffloadIsTxChecksumTcpEnabled`.
  public var isTxChecksumTcpEnabled: Bool { txChecksum.tcp.layer4.contains(.tcpNoOptions) }
  /// UDP checksums are completed: `NetOffloadIsTxChecksumUdpEnabled`.
  public var isTxChecksumUdpEnabled: Bool { txChecksum.udp.layer4.contains(.udp) }

  /// IPv4 header checksums are checked: `NetOffloadIsRxChecksumIPv4Enabled`.
  public var isRxChecksumIPv4Enabled: Bool { rxChecksum.ipv4 }
  /// TCP checksums are checked: `NetOffloadIsRxChecksumTcpEnabled`.
  public var isRxChecksumTcpEnabled: Bool { rxChecksum.tcp }
  /// UDP checksums are checked: `NetOffloadIsRxChecksumUdpEnabled`.
  public var isRxChecksumUdpEnabled: Bool { rxChecksum.udp }

  /// TCP over IPv4 is coalesced: `NetOffloadIsTcpRscIPv4Enabled`.
  public var isTcpRscIPv4Enabled: Bool {
    rsc.layer3.contains(.ipv4NoOptions) && rsc.layer4.contains(.tcpNoOptions)
  }
  /// TCP over IPv6 is coalesced: `NetOffloadIsTcpRscIPv6Enabled`.
  public var isTcpRscIPv6Enabled: Bool {
    rsc.layer3.contains(.ipv6NoExtensions) && rsc.layer4.contains(.tcpNoOptions)
  }
  /// Segments with the TCP timestamp option are coalesced:
  /// `NetOffloadIsRscTcpTimestampOptionEnabled`.
  public var isRscTcpTimestampOptionEnabled: Bool { rsc.tcpTimestampOption }
  /// UDP is coalesced: `NetOffloadIsUdpRscEnabled`, since NetAdapterCx 2.5.
  public var isUdpRscEnabled: Bool { rsc.layer4.contains(.udp) }
}
