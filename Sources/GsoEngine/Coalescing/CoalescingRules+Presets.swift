internal import WireFormats

extension CoalescingRules {
  /// The rules of generic receive offload in the Linux kernel, with UDP as for forwarding
  /// (`rx-udp-gro-forwarding`).
  ///
  /// Segmentation by `SegmentationRules.linux` gives the merged frames back, but for constant IPv4
  /// identifications and urgent pointers without URG.
  public static let linux = CoalescingRules()

  /// ``linux`` for connections with accurate ECN, where CWR is part of a counter (RFC 9768).
  ///
  /// Differs from ``linux``: segments with CWR are merged with each other, as kernels after 6.18 do
  /// it.
  public static let linuxAccurateECN = CoalescingRules {
    $0.startingTCPFlags = []
  }

  /// The rules of Microsoft's pages on receive segment coalescing: TCP only.
  ///
  /// Differs from ``linux``: segments of a unit may have any length, identification, TTL, window
  /// and timestamp, and a later acknowledgement number; they have no flags except ACK and PSH, no
  /// options except timestamps and no extension headers. Tunnels are opaque. What cannot be merged
  /// ends the unit, so nothing overtakes. Padding is removed.
  public static let ndisRsc = CoalescingRules {
    $0.support = .tcp
    $0.setCommonNdisRules()
    $0.setRscRules()
  }

  /// The rules of Microsoft's page on UDP receive segment coalescing (URO): UDP only.
  ///
  /// Differs from ``linux``: identifications may be any, datagrams without a checksum are coalesced
  /// with each other, and their number is not limited; packets with extension headers are not
  /// coalesced. Tunnels are opaque. What cannot be merged ends the unit, so nothing overtakes.
  /// Padding is removed.
  public static let ndisUro = CoalescingRules {
    $0.support = .udp
    $0.setCommonNdisRules()
    $0.setUroRules()
  }

  /// ``ndisRsc`` for TCP and ``ndisUro`` for UDP.
  public static let ndis = CoalescingRules {
    $0.support = .all
    $0.setCommonNdisRules()
    $0.setRscRules()
    $0.setUroRules()
  }

  /// All presets by name.
  public static let presets: [(name: String, rules: CoalescingRules)] = [
    ("linux", .linux), ("linux-accecn", .linuxAccurateECN), ("ndis", .ndis),
    ("ndis-rsc", .ndisRsc), ("ndis-uro", .ndisUro),
  ]

  private mutating func setCommonNdisRules() {
    flows = .addressesAndPorts
    tunnels = .opaque
    extensionHeaders = .notCoalesced
    identification = .any
    trailers = .removed
    unusableFrames = .endUnit
  }

  private mutating func setRscRules() {
    tcpHopLimit = .minimum
    tcpSegmentLength = .any
    acknowledgment = .latest
    window = .latest
    tcpOptions = .timestamps
    mergedTCPFlags = [.psh]
    endingTCPFlags = []
    startingTCPFlags = []
    refusedTCPFlags = TCPFlags(rawValue: 0xFFF).subtracting([.ack, .psh])
  }

  private mutating func setUroRules() {
    zeroUDPChecksum = .coalesced
    maximumUDPSegmentCount = nil
  }

  /// The rules of ``linux`` with some changes.
  private init(_ change: (inout CoalescingRules) -> Void) {
    self.init()
    change(&self)
  }
}
