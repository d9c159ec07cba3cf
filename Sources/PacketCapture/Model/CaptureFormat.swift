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

/// The largest lengths and counts that are accepted from a file.
///
/// A larger one is an error, before anything is allocated.
public enum CaptureLimits {
  /// Most octets of one captured frame, 262,144: the limit that tcpdump and Wireshark have.
  public static let recordByteCount = 262_144
  /// Most octets of a pcapng block that is held as a whole, 16,777,216: the limit that Wireshark
  /// has.
  ///
  /// Longer blocks of types without frames are skipped.
  public static let blockByteCount = 16_777_216
  /// Most interfaces of one pcapng section, 65,536.
  public static let interfaceCount = 65_536
  /// Most octets of an interface's name: a longer one is read up to there, and not written, 255.
  public static let nameByteCount = 255
}

/// The order in which a capture stores the octets of its own integers.
///
/// A capture is written in the order of the machine that made it, and says which by its magic
/// number. The frames inside are not affected.
public enum ByteOrder: Hashable, Sendable, CaseIterable {
  /// The least significant octet first, as on x86-64 and nearly all arm64 systems.
  case littleEndian
  /// The most significant octet first.
  case bigEndian
}
