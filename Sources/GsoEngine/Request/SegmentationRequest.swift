/// How to segment a frame.
///
/// ```swift
/// SegmentationRequest(segmentSize: 1_448)             // payload octets per segment
/// SegmentationRequest(mtu: 1_500, rules: .ndis)       // the largest payload that the MTU allows
/// ```
public struct SegmentationRequest: Hashable, Sendable {
  /// The largest segment size, in octets: the largest value of the 20 bits in `NET_PACKET_GSO`.
  public static let maximumSegmentSize = 0xF_FFFF

  /// How large a segment may be.
  public enum Size: Hashable, Sendable {
    /// This many octets of transport payload: the MSS of TCP, the datagram size of UDP.
    case payload(Int)
    /// The largest payload in an IP packet of at most this many octets.
    ///
    /// For TCP. A UDP datagram that exceeds it needs ``SegmentationRequest/guessesDatagramSize``.
    case mtu(Int)
    /// Both: TCP takes the smaller payload. For UDP only `payload` gives the boundaries of
    /// datagrams, so a `payload` that exceeds the MTU is refused.
    case payloadWithinMTU(payload: Int, mtu: Int)
  }

  /// The segmentation offloads, by Microsoft's names.
  public enum Offload: Hashable, Sendable {
    /// Large send offload: one TCP segment becomes several.
    case lso
    /// UDP segmentation offload: one UDP datagram becomes several.
    case uso
  }

  /// How the TCP or UDP checksum of each segment is made.
  ///
  /// The outer checksum of a tunnel covers a partial inner checksum as if it were complete (Linux:
  /// local checksum offload). Around a copied inner checksum the outer one is copied, too, unless
  /// ``OuterChecksum`` asks for another.
  public enum Checksum: Hashable, Sendable {
    /// Computed over pseudo header, header and payload.
    case complete
    /// Partial: the sum of the pseudo header with the length of the segment, for hardware to
    /// complete.
    case pseudoHeader
    /// Copied from the frame, right or wrong.
    case copied
  }

  /// How the checksum of the outer UDP header of a tunnel is made.
  public enum OuterChecksum: Hashable, Sendable {
    /// Copied if the frame has 0, as many tunnels do, else computed.
    case automatic
    /// Computed whatever the frame has.
    case complete
    /// Partial: the sum of the pseudo header with the length of the segment, for hardware to
    /// complete.
    case pseudoHeader
    /// 0: no checksum.
    case zero
  }

  // First, where no unused octets precede them: they are copied as a whole then.
  /// How fields change, and what is refused.
  public var rules: SegmentationRules
  /// How large a segment may be.
  public var size: Size
  /// True if a UDP datagram that exceeds an MTU may be segmented at the largest payload that the
  /// MTU allows.
  ///
  /// Only the sender knows the boundaries of the datagrams that were joined, or whether any were.
  /// Without a size (``Size/payload(_:)``) any segmentation is a guess. Defaults to false, which
  /// throws ``SegmentationError/datagramSizeUnknown(payload:packetLength:mtu:)``. An `OpaqueTunnel`
  /// is refused in any case. TCP has no boundaries.
  public var guessesDatagramSize = false
  /// The offload that the frame must need; nil for either.
  public var offload: Offload?
  /// How the TCP or UDP checksum of each segment is made.
  public var checksum: Checksum
  /// How the checksum of the outer UDP header of a tunnel is made.
  public var outerChecksum = OuterChecksum.automatic
  /// IPv4 identification of the first segment, the inner one in a tunnel; nil for that of the
  /// frame.
  public var identification: UInt16?
  /// True if a virtio-net header makes the request, for which the Linux kernel's checks apply.
  internal var isDescribed = false

  /// Asks for segments of at most `segmentSize` octets of payload.
  public init(
    segmentSize: Int, offload: Offload? = nil, checksum: Checksum = .complete,
    rules: SegmentationRules = .linux
  ) {
    size = .payload(segmentSize)
    (self.offload, self.checksum, self.rules) = (offload, checksum, rules)
  }

  /// Asks for IP packets of at most `mtu` octets, with at most `segmentSize` octets of payload if
  /// that is given.
  public init(
    mtu: Int, segmentSize: Int? = nil, offload: Offload? = nil, checksum: Checksum = .complete,
    rules: SegmentationRules = .linux
  ) {
    size = segmentSize.map { .payloadWithinMTU(payload: $0, mtu: mtu) } ?? .mtu(mtu)
    (self.offload, self.checksum, self.rules) = (offload, checksum, rules)
  }
}
