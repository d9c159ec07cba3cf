/// The header that the virtio network device puts before every frame (VIRTIO 1.3, section
/// 5.1.6; Linux `struct virtio_net_hdr`), with the fields of its UDP tunnel extension.
///
/// It describes what the sender left to the receiver of the frame: a checksum to complete, a frame
/// to segment. TAP devices and AF_PACKET sockets use the same header. All fields are little-endian.
public struct VirtioNetHeader: Hashable, Sendable {
  /// What the sender says about checksums.
  public struct Flags: OptionSet, Hashable, Sendable {
    /// The bits on the wire.
    public let rawValue: UInt8
    /// Takes all bits, unknown ones too.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The checksum at ``VirtioNetHeader/checksumStart`` is partial (`NEEDS_CSUM`).
    public static let needsChecksum = Flags(rawValue: 1)
    /// The checksum has been verified (`DATA_VALID`).
    public static let dataValid = Flags(rawValue: 2)
    /// The header describes a coalesced packet (`RSC_INFO`).
    public static let receiveSegmentCoalescing = Flags(rawValue: 4)
    /// The outer UDP checksum of a tunnel is partial (`UDP_TUNNEL_CSUM`).
    public static let udpTunnelChecksum = Flags(rawValue: 8)
  }

  /// What is to be segmented, and at which layer.
  public struct GsoType: RawRepresentable, Hashable, Sendable {
    /// The octet on the wire, with the tunnel and ECN bits.
    public let rawValue: UInt8
    /// Takes all bits, unknown ones too.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Nothing.
    public static let none = GsoType(rawValue: 0)
    /// TCP over IPv4.
    public static let tcpv4 = GsoType(rawValue: 1)
    /// One UDP datagram into IP fragments ("UFO").
    public static let udp = GsoType(rawValue: 3)
    /// TCP over IPv6.
    public static let tcpv6 = GsoType(rawValue: 4)
    /// Many UDP datagrams in one frame ("USO").
    public static let udpL4 = GsoType(rawValue: 5)

    /// Bit: the packet travels in a UDP tunnel over IPv4.
    public static let udpTunnelIPv4Bit: UInt8 = 0x20
    /// Bit: the packet travels in a UDP tunnel over IPv6.
    public static let udpTunnelIPv6Bit: UInt8 = 0x40
    /// Bit: TCP with explicit congestion notification.
    public static let ecnBit: UInt8 = 0x80
    /// Bit: TCP with accurate explicit congestion notification (RFC 9768; VIRTIO 1.4 drafts), whose
    /// flags all segments repeat.
    public static let accurateECNBit: UInt8 = 0x10

    /// The type without the tunnel and ECN bits.
    public var base: GsoType {
      let bits =
        Self.ecnBit | Self.accurateECNBit | Self.udpTunnelIPv4Bit | Self.udpTunnelIPv6Bit
      return GsoType(rawValue: rawValue & ~bits)
    }
    /// True if the ECN bit is set.
    public var hasECN: Bool { rawValue & Self.ecnBit != 0 }
    /// True if the bit of accurate ECN is set.
    public var hasAccurateECN: Bool { rawValue & Self.accurateECNBit != 0 }
    /// True if a tunnel bit is set.
    public var isTunnel: Bool { rawValue & (Self.udpTunnelIPv4Bit | Self.udpTunnelIPv6Bit) != 0 }
  }

  /// The forms that the header has on the wire.
  public enum Form: Int, Hashable, Sendable, CaseIterable {
    /// Legacy devices without mergeable buffers, and TAP devices by default.
    case legacy = 10
    /// With the number of buffers: every modern device.
    case modern = 12
    /// With the hash of a received frame after it (`VIRTIO_NET_F_HASH_REPORT`).
    case hashReport = 20
    /// With the offsets of a UDP tunnel after the hash (VIRTIO 1.4 drafts, Linux 6.17).
    case udpTunnel = 24

    /// Header size, in octets.
    public var byteCount: Int { rawValue }
  }

  /// What the sender says about checksums.
  public var flags: Flags = []
  /// What is to be segmented, and at which layer.
  public var gsoType: GsoType = .none
  /// Length of all headers before the payload, in octets; a hint that is not trusted.
  public var headerLength: UInt16 = 0
  /// Payload octets of a segment; of a fragment for ``GsoType/udp``.
  public var gsoSize: UInt16 = 0
  /// Where the octets that the checksum covers start, in octets from the start of the frame.
  public var checksumStart: UInt16 = 0
  /// Where the checksum is stored, in octets from ``checksumStart``.
  public var checksumOffset: UInt16 = 0
  /// Buffers that one received frame fills; absent in ``Form/legacy``.
  public var bufferCount: UInt16 = 0
  /// Where the outer UDP header of a tunnel starts, in octets; only in ``Form/udpTunnel``.
  public var outerTransportOffset: UInt16 = 0
  /// Where the inner IP header of a tunnel starts, in octets; only in ``Form/udpTunnel``.
  public var innerNetworkOffset: UInt16 = 0

  /// A header that asks for nothing.
  public init() {}
}
