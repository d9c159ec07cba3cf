/// What a callback is told about the active offloads: `NETOFFLOAD`.
///
/// Valid only inside the callback. Microsoft's handle points into the stack of the caller, and
/// asking it later reads whatever is there by then; this type does not escape, so keeping it does
/// not compile. Keep the answers, or ``offloads``, which is a value.
///
/// Every question may be asked in every callback; each is answered from the whole new configuration.
public struct NetOffload: ~Escapable {
  /// The configuration as a value, which may be kept.
  public let offloads: ActiveOffloads

  /// Lends `offloads` to a callback for as long as they are borrowed.
  @_lifetime(borrow offloads)
  internal init(_ offloads: borrowing ActiveOffloads) { self.offloads = copy offloads }

  /// TCP over IPv4 is segmented: `NetOffloadIsLsoIPv4Enabled`.
  public var isLsoIPv4Enabled: Bool { offloads.isLsoIPv4Enabled }
  /// TCP over IPv6 is segmented: `NetOffloadIsLsoIPv6Enabled`.
  public var isLsoIPv6Enabled: Bool { offloads.isLsoIPv6Enabled }
  /// UDP over IPv4 is segmented: `NetOffloadIsUsoIPv4Enabled`.
  public var isUsoIPv4Enabled: Bool { offloads.isUsoIPv4Enabled }
  /// UDP over IPv6 is segmented: `NetOffloadIsUsoIPv6Enabled`.
  public var isUsoIPv6Enabled: Bool { offloads.isUsoIPv6Enabled }
  /// IPv4 header checksums are computed: `NetOffloadIsTxChecksumIPv4Enabled`.
  public var isTxChecksumIPv4Enabled: Bool { offloads.isTxChecksumIPv4Enabled }
  /// TCP checksums are computed: `NetOffloadIsTxChecksumTcpEnabled`.
  public var isTxChecksumTcpEnabled: Bool { offloads.isTxChecksumTcpEnabled }
  /// UDP checksums are computed: `NetOffloadIsTxChecksumUdpEnabled`.
  public var isTxChecksumUdpEnabled: Bool { offloads.isTxChecksumUdpEnabled }
  /// IPv4 header checksums are checked: `NetOffloadIsRxChecksumIPv4Enabled`.
  public var isRxChecksumIPv4Enabled: Bool { offloads.isRxChecksumIPv4Enabled }
  /// TCP checksums are checked: `NetOffloadIsRxChecksumTcpEnabled`.
  public var isRxChecksumTcpEnabled: Bool { offloads.isRxChecksumTcpEnabled }
  /// UDP checksums are checked: `NetOffloadIsRxChecksumUdpEnabled`.
  public var isRxChecksumUdpEnabled: Bool { offloads.isRxChecksumUdpEnabled }
  /// TCP over IPv4 is coalesced: `NetOffloadIsTcpRscIPv4Enabled`.
  public var isTcpRscIPv4Enabled: Bool { offloads.isTcpRscIPv4Enabled }
  /// TCP over IPv6 is coalesced: `NetOffloadIsTcpRscIPv6Enabled`.
  public var isTcpRscIPv6Enabled: Bool { offloads.isTcpRscIPv6Enabled }
  /// Segments with the TCP timestamp option are coalesced:
  /// `NetOffloadIsRscTcpTimestampOptionEnabled`.
  public var isRscTcpTimestampOptionEnabled: Bool { offloads.isRscTcpTimestampOptionEnabled }
  /// UDP is coalesced: `NetOffloadIsUdpRscEnabled`, from NetAdapterCx 2.3 on.
  public var isUdpRscEnabled: Bool { offloads.isUdpRscEnabled }
}
