public import WireFormats

/// How header fields change from segment to segment, and what is refused.
///
/// Start with a preset and change single rules.
///
/// ```swift
/// var rules = SegmentationRules.linux
/// rules.tcpIdentification = .fixed
/// ```
public struct SegmentationRules: Hashable, Sendable {
  /// How the IPv4 identification changes from segment to segment.
  public enum Identification: Hashable, Sendable {
    /// Base + index, modulo 65,536: Linux, and the USO page.
    case incrementing16
    /// Base + index, modulo 32,768, the top bit cleared: the LSO version 2 page.
    case incrementing15
    /// The same in every segment.
    case fixed

    /// Returns the identification of segment `index` of a frame with the identification `base`.
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
    /// Only the first segment (RFC 3168).
    case firstSegment
    /// All segments, for accurate ECN (RFC 9768), where the bit is part of a counter.
    case everySegment
  }

  /// What a UDP checksum of 0 in the input means.
  public enum ZeroUDPChecksum: Hashable, Sendable {
    /// A checksum is computed for every datagram.
    case computeAnyway
    /// The sender wants no checksum: every datagram has 0 (Microsoft's page on USO). Over IPv6,
    /// where 0 is not allowed (RFC 8200, section 8.1), a checksum is computed.
    case copied
  }

  /// Whether the last UDP datagram may be shorter than the others.
  public enum ShortLastDatagram: Hashable, Sendable {
    /// It carries the remainder.
    case allowed
    /// The payload must be a multiple of the segment size (NDIS without
    /// `SubMssFinalSegmentSupported`).
    case refused
  }

  /// What a computed UDP checksum of 0 is sent as.
  public enum ComputedZeroUDPChecksum: Hashable, Sendable {
    /// 0xFFFF, which verifies as well (RFC 768).
    case allOnes
    /// 0, which means "no checksum" to receivers: a fault that some engines have.
    case zero
  }

  /// What a computed TCP checksum of 0 is sent as if a virtio-net header asks for it in a frame
  /// that is not segmented.
  ///
  /// In all other frames it is sent as 0 (RFC 9293, section 3.1).
  public enum VirtioZeroTCPChecksum: Hashable, Sendable {
    /// 0xFFFF, which verifies as well: the checksum helper of Linux does not distinguish protocols,
    /// and UDP must not send 0.
    case allOnes
    /// 0.
    case zero
  }

  /// Where TCP and UDP checksums come from.
  public enum TransportChecksum: Hashable, Sendable {
    /// As the request asks.
    case asRequested
    /// Copied from the frame.
    case copied
  }

  /// Where the IPv4 header checksum comes from.
  public enum HeaderChecksum: Hashable, Sendable {
    /// Computed.
    case computed
    /// Copied from the frame, which is wrong for most segments.
    case copied
  }

  /// What the IPv6 payload length counts.
  public enum IPv6PayloadLength: Hashable, Sendable {
    /// Extension headers, transport header and payload (RFC 8200, section 3).
    case exact
    /// Transport header and payload only: a fault that some engines have.
    case withoutExtensionHeaders
  }

  /// How the outer UDP checksum of a tunnel over IPv4 is made.
  public enum OuterUDPChecksum: Hashable, Sendable {
    /// As the request asks.
    case asRequested
    /// 0 whatever the frame has.
    case zero
  }

  /// Kinds of frames that are segmented.
  public struct Support: OptionSet, Hashable, Sendable {
    /// One bit per kind.
    public let rawValue: UInt8
    /// Takes all bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// TCP over IPv4.
    public static let lsoIPv4 = Support(rawValue: 1)
    /// TCP over IPv6.
    public static let lsoIPv6 = Support(rawValue: 2)
    /// UDP over IPv4.
    public static let usoIPv4 = Support(rawValue: 4)
    /// UDP over IPv6.
    public static let usoIPv6 = Support(rawValue: 8)
    /// All four.
    public static let all: Support = [.lsoIPv4, .lsoIPv6, .usoIPv4, .usoIPv6]
  }

  /// Kinds of frames that are segmented.
  public var support = Support.all
  /// IPv4 identification of TCP segments, and of the outer packets of their tunnel.
  public var tcpIdentification = Identification.incrementing16
  /// IPv4 identification of UDP datagrams, and of the outer packets of their tunnel.
  public var udpIdentification = Identification.incrementing16
  /// Which TCP segments keep the CWR bit.
  public var congestionWindowReduced = CongestionWindowReduced.firstSegment
  /// What a UDP checksum of 0 in the input means.
  public var zeroUDPChecksum = ZeroUDPChecksum.computeAnyway
  /// Whether the last UDP datagram may be shorter than the others.
  public var shortLastDatagram = ShortLastDatagram.allowed
  private var tcpLimit = SegmentLimit()
  private var udpLimit = SegmentLimit(128)
  /// What a computed UDP checksum of 0 is sent as.
  public var computedZeroUDPChecksum = ComputedZeroUDPChecksum.allOnes
  /// What a computed TCP checksum of 0 is sent as if a virtio-net header asks for it in a frame
  /// that is not segmented.
  public var virtioZeroTCPChecksum = VirtioZeroTCPChecksum.allOnes
  /// Where TCP and UDP checksums come from.
  public var transportChecksum = TransportChecksum.asRequested
  /// Where IPv4 header checksums come from.
  public var ipv4HeaderChecksum = HeaderChecksum.computed
  /// What the IPv6 payload length counts.
  public var ipv6PayloadLength = IPv6PayloadLength.exact
  /// How the outer UDP checksum of a tunnel over IPv4 is made.
  public var outerUDPChecksumOverIPv4 = OuterUDPChecksum.asRequested
  /// TCP flags that a frame to be segmented must not have.
  public var refusedTCPFlags: TCPFlags = []

  /// Rules with every field at the value that ``linux`` has.
  public init() {}

  /// The largest number of segments of a TCP frame; nil for no limit, less than 0 means 0.
  public var maximumTCPSegmentCount: Int? {
    get { tcpLimit.count }
    set { tcpLimit = SegmentLimit(newValue) }
  }

  /// The largest number of datagrams of a UDP frame; nil for no limit, less than 0 means 0.
  public var maximumUDPSegmentCount: Int? {
    get { udpLimit.count }
    set { udpLimit = SegmentLimit(newValue) }
  }
}

/// A number of segments, or no limit, in four octets.
private struct SegmentLimit: Hashable, Sendable {
  /// More segments than a frame can have, and so no limit.
  private static let none = UInt32.max
  private let stored: UInt32

  init(_ count: Int? = nil) { stored = count.map { UInt32(clamping: $0) } ?? Self.none }

  var count: Int? { stored == Self.none ? nil : Int(stored) }
}
