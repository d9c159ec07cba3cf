public import WireFormats

/// Which frames are merged into one, and what happens to the fields in which they differ.
///
/// Start with a preset and change single rules.
///
/// ```swift
/// var rules = CoalescingRules.linux
/// rules.identification = .any
/// ```
///
/// Some things hold for all rules. Frames of one unit have equal traffic classes and DF bits, and
/// TCP segments follow each other without a gap. Fragments, IPv4 options, GRE with sequence numbers
/// and packets in more than one tunnel are never merged.
public struct CoalescingRules: Hashable, Sendable {
  /// Kinds of packets that are coalesced.
  public struct Support: OptionSet, Hashable, Sendable {
    /// One bit per kind.
    public let rawValue: UInt8
    /// Takes all bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// TCP over IPv4.
    public static let tcpIPv4 = Support(rawValue: 1)
    /// TCP over IPv6.
    public static let tcpIPv6 = Support(rawValue: 2)
    /// UDP over IPv4.
    public static let udpIPv4 = Support(rawValue: 4)
    /// UDP over IPv6.
    public static let udpIPv6 = Support(rawValue: 8)
    /// TCP over both.
    public static let tcp: Support = [.tcpIPv4, .tcpIPv6]
    /// UDP over both.
    public static let udp: Support = [.udpIPv4, .udpIPv6]
    /// All four.
    public static let all: Support = [.tcp, .udp]
  }

  /// What frames have in common that are compared with the same unit.
  public enum FlowIdentity: Hashable, Sendable {
    /// Addresses and ports, and also the link header with its tags, the flow label, all extension
    /// headers and the headers of a tunnel (Linux). Frames that differ in one of them are in
    /// different flows, whose units are held side by side.
    case headers
    /// Addresses and ports. A frame that differs from the unit in another header ends the unit.
    case addressesAndPorts
  }

  /// Whether packets in a tunnel are coalesced.
  public enum Tunnels: Hashable, Sendable {
    /// The inner packets are, in tunnels that are recognised.
    case coalesced
    /// The inner packets of UDP tunnels are: VXLAN and Geneve. A virtio-net header can describe
    /// them, and no other tunnel.
    case overUDP
    /// They are not.
    case notCoalesced
    /// Tunnels are not looked into: the payload of a UDP tunnel is the payload of a datagram.
    case opaque
  }

  /// Whether packets with IPv6 extension headers are coalesced.
  public enum ExtensionHeaders: Hashable, Sendable {
    /// If they are octet for octet the same: hop-by-hop, routing and destination options.
    case identical
    /// They are not.
    case notCoalesced
  }

  /// Which IPv4 identifications the packets of a unit have.
  public enum Identification: Hashable, Sendable {
    /// Each is one more than the one before, modulo 65,536, or all are the same. The second packet
    /// decides which.
    case incrementingOrFixed
    /// Any. The unit has that of the first packet; the others are lost.
    case any
  }

  /// Which TTLs or hop limits the packets of a unit have.
  public enum HopLimit: Hashable, Sendable {
    /// All have the same.
    case equal
    /// Any. The unit has the smallest.
    case minimum
  }

  /// How long the TCP segments of a unit are.
  public enum SegmentLength: Hashable, Sendable {
    /// As long as the first; a shorter one ends the unit. So the segment size tells where the
    /// segments ended.
    case equalExceptLast
    /// Any length. Where the segments ended is lost.
    case any
  }

  /// A number in the TCP headers of a unit.
  public enum Progress: Hashable, Sendable {
    /// The same in all.
    case equal
    /// That of the latest segment. An acknowledgement number must not be smaller than that of the
    /// unit, modulo 2^32.
    case latest
  }

  /// Which TCP options the segments of a unit have.
  public enum TCPOptions: Hashable, Sendable {
    /// The same octets in all.
    case identical
    /// Timestamps and padding, or none (RFC 7323). The unit has the timestamps of the latest
    /// segment, and a segment whose timestamp value is smaller, modulo 2^32, ends it.
    case timestamps
    /// None.
    case none
  }

  /// What a UDP checksum of 0 means over IPv4.
  public enum ZeroUDPChecksum: Hashable, Sendable {
    /// The datagram is not coalesced.
    case notCoalesced
    /// The datagram is coalesced with others without a checksum.
    case coalesced
  }

  /// What octets after the IP packet mean, such as the padding of short Ethernet frames.
  public enum Trailers: Hashable, Sendable {
    /// The frame is not coalesced.
    case notCoalesced
    /// They are removed when the frame is merged.
    case removed
  }

  /// What happens to a held unit if a frame arrives that cannot be in any: one with an invalid
  /// checksum, with IPv4 options, a fragment.
  public enum UnusableFrames: Hashable, Sendable {
    /// The frame is delivered before the unit (Linux).
    case overtake
    /// Units of the same flow are delivered before the frame. A frame without ports, such as a
    /// fragment, belongs to all flows between its addresses.
    case endUnit
  }

  /// Kinds of packets that are coalesced.
  public var support = Support.all
  /// What frames have in common that are compared with the same unit.
  public var flows = FlowIdentity.headers
  /// Whether packets in a tunnel are coalesced.
  public var tunnels = Tunnels.coalesced
  /// Whether packets with IPv6 extension headers are coalesced.
  public var extensionHeaders = ExtensionHeaders.identical
  /// Which IPv4 identifications the packets of a unit have, the outer ones of a tunnel too.
  public var identification = Identification.incrementingOrFixed
  /// Which TTLs or hop limits the TCP packets of a unit have.
  public var tcpHopLimit = HopLimit.equal
  /// Which TTLs or hop limits the UDP packets of a unit have.
  public var udpHopLimit = HopLimit.equal
  /// How long the TCP segments of a unit are.
  ///
  /// Datagrams are as long as the first, except the last.
  public var tcpSegmentLength = SegmentLength.equalExceptLast
  /// Which acknowledgement numbers the segments of a unit have.
  public var acknowledgment = Progress.equal
  /// Which windows the segments of a unit have.
  public var window = Progress.equal
  /// Which TCP options the segments of a unit have.
  public var tcpOptions = TCPOptions.identical
  /// TCP flags in which segments of a unit may differ: the unit has each that one of them has.
  public var mergedTCPFlags: TCPFlags = [.fin, .psh]
  /// TCP flags that end the unit with the segment that has one of them.
  public var endingTCPFlags: TCPFlags = [.fin, .psh]
  /// TCP flags that only the first segment of a unit may have.
  public var startingTCPFlags: TCPFlags = [.cwr]
  /// TCP flags of segments that are not coalesced.
  public var refusedTCPFlags: TCPFlags = [.syn, .rst, .urg]
  /// What a UDP checksum of 0 means over IPv4.
  public var zeroUDPChecksum = ZeroUDPChecksum.notCoalesced
  /// What octets after the IP packet mean.
  public var trailers = Trailers.notCoalesced
  /// What happens to a held unit if a frame arrives that cannot be in any.
  public var unusableFrames = UnusableFrames.overtake
  /// The largest number of TCP segments in a unit; nil for no limit.
  public var maximumTCPSegmentCount: Int?
  /// The largest number of UDP datagrams in a unit; nil for no limit.
  public var maximumUDPSegmentCount: Int? = 64
  /// The longest IP packet of a unit, in octets: the outer one in a tunnel, with its fixed header.
  ///
  /// More than 65,535 means 65,535.
  public var maximumPacketLength = 65_535

  /// Rules with every field at the value that ``linux`` has.
  public init() {}
}
