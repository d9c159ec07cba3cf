public import WireFormats

/// How header fields change from segment to segment, and what is refused.
///
/// A plain value: take a preset and set what you need otherwise.
///
/// ```swift
/// var rules = SegmentationRules.linux
/// rules.tcpIdentification = .fixed
/// ```
public struct SegmentationRules: Hashable, Sendable {
  /// How the IPv4 identification runs.
  public enum Identification: Hashable, Sendable {
    /// Base + index, modulo 65,536: Linux, and the USO page.
    case incrementing16
    /// Base + index, modulo 32,768, the top bit cleared: the LSO version 2 page.
    case incrementing15
    /// The same in every segment.
    case fixed

    /// The identification of segment `index` of a frame that came with `base`.
    @inlinable
    public func value(base: UInt16, index: Int) -> UInt16 {
      switch self {
      case .incrementing16: base &+ UInt16(truncatingIfNeeded: index)
      case .incrementing15: (base &+ UInt16(truncatingIfNeeded: index)) & 0x7FFF
      case .fixed: base
      }
    }
  }

  /// Which segments keep the CWR bit of TCP.
  public enum CongestionWindowReduced: Hashable, Sendable {
    /// Only the first one (RFC 3168).
    case firstSegment
    /// All, as accurate ECN wants it (RFC 9768), where the bit is part of a counter.
    case everySegment
  }

  /// What a UDP checksum of 0 in the input means.
  public enum ZeroUDPChecksum: Hashable, Sendable {
    /// Nothing: every datagram gets a checksum.
    case computeAnyway
    /// The sender wants no checksum: 0 in every datagram (the USO page). Over IPv6, where 0 is not
    /// allowed (RFC 8200, section 8.1), a checksum is computed all the same.
    case leaveZero
  }

  /// Whether the last UDP datagram may be shorter than the others.
  public enum ShortLastDatagram: Hashable, Sendable {
    /// It carries what is left.
    case allowed
    /// The payload must be a multiple of the segment size (NDIS without
    /// `SubMssFinalSegmentSupported`).
    case refused
  }

  /// IPv4 identification of TCP segments, and of what carries them.
  public var tcpIdentification = Identification.incrementing16
  /// IPv4 identification of UDP datagrams, and of what carries them.
  public var udpIdentification = Identification.incrementing16
  /// Which TCP segments keep the CWR bit.
  public var congestionWindowReduced = CongestionWindowReduced.firstSegment
  /// What a UDP checksum of 0 in the input means.
  public var zeroUDPChecksum = ZeroUDPChecksum.computeAnyway
  /// Whether the last UDP datagram may be shorter than the others.
  public var shortLastDatagram = ShortLastDatagram.allowed
  /// Most segments of a TCP frame; nil for no limit.
  public var maximumTCPSegmentCount: Int?
  /// Most datagrams of a UDP frame; nil for no limit.
  public var maximumUDPSegmentCount: Int?
  /// TCP flags that a frame to be cut must not have.
  public var refusedTCPFlags: TCPFlags = []

  /// Rules with every field at the value that ``linux`` has.
  public init() { maximumUDPSegmentCount = 128 }
}

extension SegmentationRules {
  /// What the Linux kernel's own segmentation does: at most 128 datagrams, everything else allowed.
  public static let linux = SegmentationRules()

  /// What Microsoft's pages on large send offload and UDP segmentation offload ask of a NIC.
  ///
  /// Differs from ``linux``: 15-bit identification for TCP, a UDP checksum of 0 stays 0, a short
  /// last datagram is refused, frames with SYN, RST or URG are refused, and the number of datagrams
  /// is not limited.
  public static let ndis: SegmentationRules = {
    var rules = SegmentationRules()
    rules.tcpIdentification = .incrementing15
    rules.zeroUDPChecksum = .leaveZero
    rules.shortLastDatagram = .refused
    rules.maximumUDPSegmentCount = nil
    rules.refusedTCPFlags = [.syn, .rst, .urg]
    return rules
  }()
}
