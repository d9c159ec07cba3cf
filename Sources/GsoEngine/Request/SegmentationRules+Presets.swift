internal import WireFormats

// All presets but those of Linux send a TCP checksum that computes to 0 as 0, with a virtio-net
// header, too.
extension SegmentationRules {
  /// The rules of segmentation in the Linux kernel: at most 128 datagrams, no other limit.
  public static let linux = SegmentationRules()

  /// ``linux`` for a connection with accurate ECN, where CWR is part of a counter (RFC 9768).
  ///
  /// Differs from ``linux``: every segment keeps the CWR bit.
  public static let linuxAccurateECN = SegmentationRules {
    $0.congestionWindowReduced = .everySegment
  }

  /// The rules of Microsoft's pages on large send offload and UDP segmentation offload.
  ///
  /// Differs from ``linux``: 15-bit identification for TCP, a UDP checksum of 0 is copied, a short
  /// last datagram is refused, frames with SYN, RST or URG are refused, and the number of
  /// datagrams is not limited.
  ///
  /// The page on combining task offloads has 16 bits for TCP, too. For that reading set
  /// ``tcpIdentification`` to ``Identification/incrementing16``.
  public static let ndis = SegmentationRules {
    $0.tcpIdentification = .incrementing15
    $0.zeroUDPChecksum = .copied
    $0.shortLastDatagram = .refused
    $0.maximumUDPSegmentCount = nil
    $0.refusedTCPFlags = [.syn, .rst, .urg]
    $0.virtioZeroTCPChecksum = .zero
  }

  /// The rules of DPDK's librte_gso for TCP over IPv4, according to its source.
  ///
  /// Differs from ``linux``: all segments keep CWR; checksums of TCP and IPv4 are copied, because
  /// the application or the NIC computes them; IPv6 is not segmented; UDP is fragmented only, for
  /// which there is ``FragmentationPlan``.
  ///
  /// DPDK's `gso_size` is the length of an output frame: subtract the headers for a segment size.
  public static let dpdk = SegmentationRules {
    $0.support = .lsoIPv4
    $0.congestionWindowReduced = .everySegment
    $0.transportChecksum = .copied
    $0.ipv4HeaderChecksum = .copied
    $0.virtioZeroTCPChecksum = .zero
  }

  /// The rules of VPP for TCP, according to its source.
  ///
  /// Differs from ``linux``: all segments have the same identification and keep CWR; outer UDP
  /// checksums over IPv4 are 0; UDP is not segmented.
  public static let vpp = SegmentationRules {
    $0.support = [.lsoIPv4, .lsoIPv6]
    $0.tcpIdentification = .fixed
    $0.congestionWindowReduced = .everySegment
    $0.outerUDPChecksumOverIPv4 = .zero
    $0.virtioZeroTCPChecksum = .zero
  }

  /// The rules of wireguard-go for TCP and UDP, according to its source, with its faults.
  ///
  /// Differs from ``linux``: all segments keep CWR; a UDP checksum that computes to 0 is sent as 0;
  /// the IPv6 payload length does not count the extension headers; the number of datagrams is not
  /// limited.
  public static let wireguardGo = SegmentationRules {
    $0.congestionWindowReduced = .everySegment
    $0.computedZeroUDPChecksum = .zero
    $0.ipv6PayloadLength = .withoutExtensionHeaders
    $0.maximumUDPSegmentCount = nil
    $0.virtioZeroTCPChecksum = .zero
  }

  /// All presets by name.
  public static let presets: [(name: String, rules: SegmentationRules)] = [
    ("linux", .linux), ("linux-accecn", .linuxAccurateECN), ("ndis", .ndis), ("dpdk", .dpdk),
    ("vpp", .vpp), ("wireguard-go", .wireguardGo),
  ]

  /// The rules of ``linux`` with some changes.
  private init(_ change: (inout SegmentationRules) -> Void) {
    self.init()
    change(&self)
  }
}
