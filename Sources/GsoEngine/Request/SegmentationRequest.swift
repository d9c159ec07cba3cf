/// What to make of a frame that is too large.
///
/// ```swift
/// SegmentationRequest(segmentSize: 1_448)             // payload octets per segment
/// SegmentationRequest(mtu: 1_500, rules: .ndis)       // whatever payload fits
/// ```
public struct SegmentationRequest: Hashable, Sendable {
  /// Largest segment size that a request may ask for, in octets: what the twenty bits of
  /// `NET_PACKET_GSO` can say.
  public static let maximumSegmentSize = 0xF_FFFF

  /// How large a segment may be.
  public enum Size: Hashable, Sendable {
    /// This many octets of transport payload: the MSS of TCP, the datagram size of UDP.
    case payload(Int)
    /// An IP packet of at most this many octets: what its headers leave goes to the payload.
    ///
    /// For TCP. UDP datagrams that exceed it need ``SegmentationRequest/guessesDatagramSize``.
    case mtu(Int)
    /// Both: TCP takes the smaller. A UDP datagram that does not fit the MTU has boundaries that only
    /// `payload` says, so one that does not fit either is refused.
    case payloadWithinMTU(payload: Int, mtu: Int)
  }

  /// The offloads, by Microsoft's names.
  public enum Offload: Hashable, Sendable {
    /// Large send offload: a TCP segment becomes several.
    case lso
    /// UDP segmentation offload: a datagram becomes several.
    case uso
  }

  /// What becomes of the TCP or UDP checksum.
  ///
  /// IPv4 header checksums are always computed. Around an inner checksum that is left for hardware the
  /// outer one of a tunnel is computed as if it were finished (Linux: local checksum offload); around
  /// one that is copied it is copied, too, unless ``OuterChecksum`` asks for more.
  public enum Checksum: Hashable, Sendable {
    /// Computed over header and payload.
    case complete
    /// The sum of the pseudo header with the length of the segment, for hardware to finish.
    case pseudoHeader
    /// Copied from the frame, right or wrong.
    case copied
  }

  /// What becomes of the checksum of the outer UDP header of a tunnel.
  public enum OuterChecksum: Hashable, Sendable {
    /// 0 stays 0, which tunnels use a lot; anything else becomes a computed checksum.
    case automatic
    /// Computed, whatever the frame has.
    case complete
    /// The sum of the pseudo header with the length of the segment, for hardware to finish.
    case pseudoHeader
    /// 0: no checksum.
    case zero
  }

  /// How large a segment may be.
  public var size: Size
  /// True if a UDP datagram that exceeds an MTU may become datagrams of what fits.
  ///
  /// Where the datagrams ended that were joined into one only their sender knows, and a datagram may
  /// never have been joined at all. So without a size (``Size/payload(_:)``) this is a guess, and
  /// defaults to false: ``SegmentationError/datagramSizeUnknown(payload:packetLength:mtu:)``. Nothing
  /// is guessed about the payload of an `OpaqueTunnel`. TCP has no such boundaries.
  public var guessesDatagramSize = false
  /// The offload that the frame must be for; nil takes what the frame carries.
  public var offload: Offload?
  /// What becomes of the TCP or UDP checksum.
  public var checksum: Checksum
  /// What becomes of the checksum of the outer UDP header of a tunnel.
  public var outerChecksum = OuterChecksum.automatic
  /// IPv4 identification of the first segment; nil takes the frame's own.
  ///
  /// In a tunnel this is the inner one.
  public var identification: UInt16?
  /// How fields change, and what is refused.
  public var rules: SegmentationRules
  /// True for what a virtio-net header asks for, where the Linux kernel decides.
  internal var isDescribed = false

  /// Asks for segments of at most `segmentSize` octets of payload.
  public init(
    segmentSize: Int, offload: Offload? = nil, checksum: Checksum = .complete,
    rules: SegmentationRules = .linux
  ) {
    size = .payload(segmentSize)
    (self.offload, self.checksum, self.rules) = (offload, checksum, rules)
  }

  /// Asks for IP packets of at most `mtu` octets, with at most `segmentSize` octets of payload if that
  /// is given.
  public init(
    mtu: Int, segmentSize: Int? = nil, offload: Offload? = nil, checksum: Checksum = .complete,
    rules: SegmentationRules = .linux
  ) {
    size = segmentSize.map { .payloadWithinMTU(payload: $0, mtu: mtu) } ?? .mtu(mtu)
    (self.offload, self.checksum, self.rules) = (offload, checksum, rules)
  }
}
