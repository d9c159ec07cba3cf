public import FrameRecipes

/// A mistake that real segmentation engines have made, by name.
///
/// A test suite that lets one of these pass would not have found it in a real card:
///
/// ```swift
/// for bug in KnownBug.allCases {
///   let frames = try FaultyCard(bug).segments(of: bug.example.octets, segmentSize: 1_000)
///   XCTAssertFalse(looksRight(frames), bug.name)       // looksRight: the checks of your own tests
/// }
/// ```
public enum KnownBug: String, CaseIterable, Hashable, Sendable {
  /// PSH stays on every segment.
  case pushOnEverySegment = "push-on-every-segment"
  /// FIN stays on every segment.
  case finOnEverySegment = "fin-on-every-segment"
  /// FIN and PSH are cleared in the header template, and missing on the last segment, too.
  case finAndPushLost = "fin-and-push-lost"
  /// CWR stays on every segment.
  case cwrOnEverySegment = "cwr-on-every-segment"
  /// The IPv4 identification is that of the super-frame in every segment.
  case identificationStuck = "identification-stuck"
  /// The IPv4 identification is counted in the other byte order.
  case identificationByteSwapped = "identification-byte-swapped"
  /// The sequence number is that of the super-frame in every segment.
  case sequenceNumberStuck = "sequence-number-stuck"
  /// The sequence number advances by frame lengths, headers included.
  case sequenceNumberByFrameLength = "sequence-number-by-frame-length"
  /// The IPv4 total length is that of the super-frame.
  case ipv4LengthOfSuperFrame = "ipv4-length-of-super-frame"
  /// The IPv4 total length counts the Ethernet header.
  case ipv4LengthWithEthernet = "ipv4-length-with-ethernet"
  /// The IPv6 payload length leaves out extension headers.
  case ipv6LengthWithoutExtensions = "ipv6-length-without-extensions"
  /// The IPv6 payload length counts the fixed header.
  case ipv6LengthWithHeader = "ipv6-length-with-header"
  /// The UDP length is that of the super-frame.
  case udpLengthOfSuperFrame = "udp-length-of-super-frame"
  /// The IPv4 header checksum is that of the first segment in every segment.
  case headerChecksumStale = "header-checksum-stale"
  /// The TCP or UDP checksum is that of the first segment in every segment.
  case checksumStale = "checksum-stale"
  /// The TCP or UDP checksum is left as the sum of the pseudo-header.
  case checksumPartial = "checksum-partial"
  /// The last octet of an odd length is summed up as the low half of its word.
  case oddLengthChecksum = "odd-length-checksum"
  /// A UDP checksum that computes to 0 is sent as 0, which means "none".
  case udpChecksumZero = "udp-checksum-zero"
  /// An IPv4 header checksum is written into IPv6 headers, in the middle of the source address.
  case ipv6SourceOverwritten = "ipv6-source-overwritten"
  /// The last segment is filled up to the segment size.
  case lastSegmentTooLong = "last-segment-too-long"
  /// A last segment that is shorter than the others is not sent.
  case tailLost = "tail-lost"
  /// What follows the IP packet in the super-frame is sent as payload.
  case paddingAsPayload = "padding-as-payload"
  /// The first two segments change places.
  case segmentsSwapped = "segments-swapped"
  /// The second segment is sent twice.
  case segmentDoubled = "segment-doubled"

  /// The name, as `vnic transmit --fault` takes it.
  public var name: String { rawValue }

  /// The bug of a name; nil if no bug has it.
  public init?(name: String) { self.init(rawValue: name) }

  /// A field that ``segmentationFaults(_:of:segmentSize:mtu:rules:link:udpTunnels:)`` names for
  /// ``example``.
  public var field: String {
    switch self {
    case .pushOnEverySegment: "tcp.psh"
    case .finOnEverySegment, .finAndPushLost: "tcp.fin"
    case .cwrOnEverySegment: "tcp.cwr"
    case .identificationStuck, .identificationByteSwapped: "ipv4.identification"
    case .sequenceNumberStuck, .sequenceNumberByFrameLength, .segmentsSwapped, .segmentDoubled:
      "tcp.sequenceNumber"
    case .ipv4LengthOfSuperFrame, .ipv4LengthWithEthernet, .lastSegmentTooLong,
      .paddingAsPayload:
      "ipv4.totalLength"
    case .ipv6LengthWithoutExtensions, .ipv6LengthWithHeader: "ipv6.payloadLength"
    case .udpLengthOfSuperFrame: "udp.length"
    case .headerChecksumStale: "ipv4.headerChecksum"
    case .checksumStale, .checksumPartial, .oddLengthChecksum: "tcp.checksum"
    case .udpChecksumZero: "udp.checksum"
    case .ipv6SourceOverwritten: "ipv6.source"
    case .tailLost: "frames"
    }
  }

  /// A super-frame with which the bug shows, in segments of 1,000 octets.
  public var example: FrameRecipe {
    var recipe = FrameRecipe(
      transport: .tcp(from: 40_000, to: 80, flags: [.ack, .psh, .fin, .cwr]),
      payload: .random(count: 2_501), checksum: .pseudoHeader, trailerCount: 6)
    switch self {
    case .ipv6LengthWithoutExtensions, .ipv6LengthWithHeader, .ipv6SourceOverwritten:
      recipe.network = .ipv6(extensions: [.hopByHop(), .destinationOptions()])
    case .udpLengthOfSuperFrame, .udpChecksumZero:
      recipe.transport = .udp(from: 40_000, to: 53)
      recipe = recipe.withZeroSum(inSegment: 1, segmentSize: 1_000)
    case .identificationByteSwapped: recipe.network.ipv4?.identification = 0x00FF
    default: break
    }
    return recipe
  }
}
