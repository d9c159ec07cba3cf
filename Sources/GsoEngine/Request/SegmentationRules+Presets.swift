internal import WireFormats

// All but those of Linux send a TCP checksum that comes to 0 as 0, whoever asked for it.
extension SegmentationRules {
  /// What the Linux kernel's own segmentation does: at most 128 datagrams, everything else allowed.
  public static let linux = SegmentationRules()

  /// ``linux`` for a connection with accurate ECN, where CWR is part of a counter (RFC 9768).
  ///
  /// Differs from ``linux``: every segment keeps the CWR bit.
  public static let linuxAccurateECN = SegmentationRules {
    $0.congestionWindowReduced = .everySegment
  }

  /// What Microsoft's pages on large send offload and UDP segmentation offload ask of a NIC.
  ///
  /// Differs from ``linux``: 15-bit identification for TCP, a UDP checksum of 0 stays 0, a short
  /// last datagram is refused, frames with SYN, RST or URG are refused, and the number of
  /// datagrams is not limited.
  ///
  /// The page on combining task offloads gives 16 bits for TCP, too; set
  /// ``tcpIdentification`` to ``Identification/incrementing16`` for that reading.
  public static let ndis = SegmentationRules {
    $0.tcpIdentification = .incrementing15
    $0.zeroUDPChecksum = .copied
    $0.shortLastDatagram = .refused
    $0.maximumUDPSegmentCount = nil
    $0.refusedTCPFlags = [.syn, .rst, .urg]
    $0.virtioZeroTCPChecksum = .zero
  }

  /// What DPDK's librte_gso makes of TCP over IPv4, as its source reads.
  ///
  /// Differs from ``linux``: all segments keep CWR; no checksum is computed, neither that of TCP nor
  /// that of IPv4 (the application or the NIC has to); IPv6 is not segmented, and UDP only into IP
  /// fragments, for which there is ``FragmentationPlan``.
  ///
  /// DPDK's `gso_size` is the length of a whole output frame: take the headers off for a segment
  /// size.
  public static let dpdk = SegmentationRules {
    $0.support = .lsoIPv4
    $0.congestionWindowReduced = .everySegment
    $0.transportChecksum = .copied
    $0.ipv4HeaderChecksum = .copied
    $0.virtioZeroTCPChecksum = .zero
  }

  /// What VPP makes of TCP, as its source reads.
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

  /// What wireguard-go makes of TCP and UDP, as its source reads, faults included.
  ///
  /// Differs from ``linux``: all segments keep CWR; a UDP checksum that computes to 0 is sent as 0;
  /// the IPv6 payload length leaves out the extension headers; the number of datagrams is not
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
