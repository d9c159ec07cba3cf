/// A kind of capture file.
public enum CaptureFormat: Hashable, Sendable {
  /// The classic format (draft-ietf-opsawg-pcap), version 2.4.
  case pcap(PcapResolution, ByteOrder)
  /// The next generation (draft-ietf-opsawg-pcapng), version 1.0; the order is that of the
  /// current section.
  case pcapng(ByteOrder)
}

/// The two resolutions a pcap file can have; its magic number tells which.
public enum PcapResolution: Hashable, Sendable, CaseIterable {
  /// Magic number 0xA1B2C3D4.
  case microseconds
  /// Magic number 0xA1B23C4D.
  case nanoseconds

  /// The same resolution in general terms.
  public var timestampResolution: TimestampResolution {
    switch self {
    case .microseconds: .microseconds
    case .nanoseconds: .nanoseconds
    }
  }
}

/// What this module is willing to hold in memory on the word of a file.
///
/// A claim beyond these is an error, before anything is allocated.
public enum CaptureLimits {
  /// Most octets of one captured frame, 262,144: the limit that tcpdump and Wireshark have.
  public static let recordByteCount = 262_144
  /// Most octets of a pcapng block that is held as a whole, 16,777,216: the limit that Wireshark
  /// has; longer blocks of types without frames are skipped.
  public static let blockByteCount = 16_777_216
  /// Most interfaces of one pcapng section, 65,536.
  public static let interfaceCount = 65_536
  /// Most octets kept of an interface's name, 255.
  public static let nameByteCount = 255
}
