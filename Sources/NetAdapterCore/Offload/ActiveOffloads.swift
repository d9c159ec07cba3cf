/// Which offloads are active: one configuration, as a plain value.
///
/// What a driver sees of it in a callback is ``NetOffload``.
public struct ActiveOffloads: Hashable, Sendable {
  /// One half of segmentation: either LSO or USO.
  public struct Segmentation: Hashable, Sendable {
    /// IP headers of frames to segment.
    public var layer3: Layer3Flags = []
    /// Transport headers of frames to segment.
    public var layer4: Layer4Flags = []
    /// Most octets of payload in one frame.
    public var maximumOffloadSize = 0
    /// Fewest segments of one frame.
    public var minimumSegmentCount = 0
    /// Most octets in front of the transport header; 0 for no limit.
    public var layer4HeaderOffsetLimit: UInt16 = 0
    /// No segmentation.
    public init() {}
  }

  /// Kinds of headers that one checksum is computed or checked for.
  public struct Headers: Hashable, Sendable {
    /// IP headers.
    public var layer3: Layer3Flags = []
    /// Transport headers; empty for the checksum of the IPv4 header itself.
    public var layer4: Layer4Flags = []
    /// No checksum.
    public init() {}
  }

  /// Checksums of packets to send, one structure for each.
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

  /// Checksums of received packets, one switch for each.
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

  /// Nothing is active; what a driver is told while offloads are paused.
  public init() {}
}
