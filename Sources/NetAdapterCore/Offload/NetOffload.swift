/// The active offloads as the argument of a set callback: `NETOFFLOAD`.
///
/// It is valid only inside the callback. Microsoft's handle points into the caller's stack frame,
/// so that using it later is undefined. This type is nonescapable, so code that keeps it does not
/// compile. Keep ``offloads`` instead, which is a value.
///
/// Every callback can read all properties, of whichever offload.
public struct NetOffload: ~Escapable {
  /// The active offloads as a value that can be kept.
  public let offloads: ActiveOffloads

  /// Wraps `offloads` for as long unmodified borrowed.
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
  /// IPv4 header checksums are completed: `NetOffloadIsTxChecksumIPv4Enabled`.
  public var isTxChecksumIPv4Enabled: Bool { offloads.isTxChecksumIPv4Enabled }
  /// TCP checksums are completed: `NetOffloadIsTxChecksumTcpEnabled`.
  public var isTxChecksumTcpEnabled: Bool { offloads.isTxChecksumTcpEnabled }
  /// UDP checksums are completed: `NetOffloadIsTxChecksumUdpEnabled`.
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
  /// UDP is coalesced: `NetOffloadIsUdpRscEnabled`, since NetAdapterCx 2.5.
  public var isUdpRscEnabled: Bool { offloads.isUdpRscEnabled }
}
