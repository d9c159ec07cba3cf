// The questions of `netadapteroffload.h`. Flags for options and extensions never change an answer.
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

  /// IPv4 header checksums are computed: `NetOffloadIsTxChecksumIPv4Enabled`.
  public var isTxChecksumIPv4Enabled: Bool { txChecksum.ipv4.layer3.contains(.ipv4NoOptions) }
  /// TCP checksums are computed: `NetOffloadIsTxChecksumTcpEnabled`.
  public var isTxChecksumTcpEnabled: Bool { txChecksum.tcp.layer4.contains(.tcpNoOptions) }
  /// UDP checksums are computed: `NetOffloadIsTxChecksumUdpEnabled`.
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
  /// UDP is coalesced: `NetOffloadIsUdpRscEnabled`, from NetAdapterCx 2.3 on.
  public var isUdpRscEnabled: Bool { rsc.layer4.contains(.udp) }
}
