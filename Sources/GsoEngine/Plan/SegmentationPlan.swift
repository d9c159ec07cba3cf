public import WireFormats

/// How a frame will be segmented.
///
/// A plan is a value of at most 160 octets. It has no octets of the frame and can be sent to other
/// threads. Every segment can be described or rendered without those before it.
///
/// ```swift
/// let plan = try SegmentationPlan(of: frame, request: .init(segmentSize: 1_448))
/// plan.count                            // 45
/// plan[44].payloadRange                 // 63_778..<65_226
/// plan[44].tcpFlags.contains(.fin)      // only here
/// ```
public struct SegmentationPlan: Hashable, Sendable {
  // Stored properties are as small as the formats allow, because plans are copied a lot. The layout
  // is stored in parts: a plan always has a network and a transport layout.
  @usableFromInline package internal(set) var network: NetworkLayout
  @usableFromInline package let tunnel: TunnelLayout?
  @usableFromInline package let transport: TransportLayout
  @usableFromInline internal let etherType: EtherType?
  @usableFromInline internal let link: LinkLayer
  @usableFromInline internal let vlanTagCount8: UInt8
  @usableFromInline internal var frameLength32: UInt32
  @usableFromInline internal let headerLength32: UInt32
  @usableFromInline internal let segmentSize32: UInt32
  @usableFromInline internal let count32: UInt32
  private let identification16: UInt16
  private let outerIdentification16: UInt16
  private let sequenceNumber32: UInt32
  internal let tcpFlags: TCPFlags
  /// True if a virtio-net header made the request.
  internal let isDescribed: Bool
  /// True if the frame has a UDP checksum of 0, and the rules copy it.
  @usableFromInline internal let hasUnusedChecksum: Bool
  /// How the TCP or UDP checksum of each segment is made.
  public let checksum: SegmentationRequest.Checksum
  /// How the checksum of the outer UDP header of a tunnel is made.
  public let outerChecksum: SegmentationRequest.OuterChecksum
  /// How fields change.
  public let rules: SegmentationRules

  /// The layout of the frame that was planned.
  @inlinable public var layout: PacketLayout {
    PacketLayout(
      frameLength: frameLength, link: link, vlanTagCount: Int(vlanTagCount8),
      etherType: etherType, tunnel: tunnel, network: network, transport: transport)
  }

  /// The offload: ``SegmentationRequest/Offload/lso`` for TCP, ``SegmentationRequest/Offload/uso``
  /// for UDP.
  @inlinable public var offload: SegmentationRequest.Offload {
    transport.kind == .tcp ? .lso : .uso
  }

  /// Payload octets of every segment but the last, which may have fewer.
  @inlinable public var segmentSize: Int { Int(segmentSize32) }

  /// Number of segments; 1 if the payload does not exceed the segment size.
  @inlinable public var count: Int { Int(count32) }

  /// Octets of all headers of a segment before its payload.
  ///
  /// A jumbo payload option is not among them: the segments of such a frame have 8 octets of
  /// headers less than the frame.
  @inlinable public var headerLength: Int { Int(headerLength32) }

  /// Where the transport payload lies, in octets from the start of the frame.
  @inlinable public var payloadRange: Range<Int> {
    transport.payloadOffset..<network.end
  }

  /// Length of all headers before the outermost IP header, in octets.
  package var linkHeaderLength: Int { tunnel?.network.offset ?? network.offset }

  /// Where a PPPoE session header starts; nil without one.
  @inline(__always)
  internal var pppoeOffset: Int? {
    etherType == .pppoeSession ? linkHeaderLength - PPPoEHeader.byteCount : nil
  }

  /// Number of VLAN tags in the octets of the frame.
  @inlinable package var vlanTagCount: Int { Int(vlanTagCount8) }

  /// Length of the link header without tags, labels and sessions after it, in octets.
  @inlinable package var plainLinkHeaderLength: Int { link.headerLength }

  /// Length of the frame that was planned, in octets.
  @inlinable internal var frameLength: Int { Int(frameLength32) }

  /// True if segments leave out a hop-by-hop header with a jumbo payload option.
  internal var omitsJumboOption: Bool { network.hasJumboPayloadOption }

  /// IPv4 identification of the first segment; nil over IPv6.
  internal var identification: UInt16? { network.version == .ipv4 ? identification16 : nil }

  /// Outer IPv4 identification of the first segment of a tunnel; nil without an outer IPv4 header.
  internal var outerIdentification: UInt16? {
    tunnel?.network.version == .ipv4 ? outerIdentification16 : nil
  }

  /// Sequence number of the first segment; nil for UDP.
  internal var sequenceNumber: UInt32? { transport.kind == .tcp ? sequenceNumber32 : nil }

  /// No plan: what a report stores in place of one that is not there.
  package init() {
    (network, tunnel, transport) = (NetworkLayout(), nil, TransportLayout())
    (etherType, link, vlanTagCount8) = (nil, .ethernet, 0)
    (frameLength32, headerLength32, segmentSize32, count32) = (0, 0, 0, 0)
    (identification16, outerIdentification16, sequenceNumber32) = (0, 0, 0)
    (tcpFlags, isDescribed, hasUnusedChecksum) = ([], false, false)
    (checksum, outerChecksum, rules) = (.complete, .automatic, .linux)
  }

  /// Plans the segmentation of a frame whose layout is known.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - layout: The layout of that frame.
  ///   - request: What is asked for.
  /// - Throws: ``SegmentationError`` if the frame cannot be segmented as asked.
  /// - Complexity: O(1). Does not allocate.
  @inline(__always)
  public init(
    of frame: RawSpan, layout: PacketLayout, request: SegmentationRequest
  ) throws(SegmentationError) {
    guard frame.byteCount == layout.frameLength else {
      throw .frameLengthChanged(planned: layout.frameLength, given: frame.byteCount)
    }
    try self.init(front: frame, layout: layout, request: request)
  }

  /// Plans the segmentation of a frame of which only the first octets are there, at least all
  /// headers.
  ///
  /// - Parameters:
  ///   - front: The first octets of the frame.
  ///   - layout: The layout of the whole frame, as
  ///     `PacketLayout(parsingFront:ofFrameLength:link:tunnels:)` reads it.
  ///   - request: What is asked for. Without the payload no checksum can be complete, so the
  ///     headers can be rendered with ``SegmentationRequest/Checksum/pseudoHeader`` or
  ///     ``SegmentationRequest/Checksum/copied`` alone: ``renderHeaders(front:segments:into:)``.
  /// - Throws: ``SegmentationError`` if the frame cannot be segmented as asked;
  ///   ``SegmentationError/frameLengthChanged(planned:given:)`` if the headers are not there.
  /// - Complexity: O(1). Does not allocate.
  public init(
    ofFront front: RawSpan, layout: PacketLayout, request: SegmentationRequest
  ) throws(SegmentationError) {
    // Also of a packet that is refused, because the reason may be in its IP headers.
    let headerEnd = layout.headerLength ?? layout.network?.upperOffset ?? 0
    guard front.byteCount >= headerEnd else {
      throw .frameLengthChanged(planned: headerEnd, given: front.byteCount)
    }
    try self.init(front: front, layout: layout, request: request)
  }

  /// Plans the segmentation of a frame that starts with `frame`, which has all headers.
  @inline(__always)
  internal init(
    front frame: RawSpan, layout: PacketLayout, request: SegmentationRequest
  ) throws(SegmentationError) {
    let check = try SegmentationCheck(of: frame, layout: layout, request: request)
    (network, tunnel, transport) = (check.network, layout.tunnel, check.transport)
    (etherType, link) = (layout.etherType, layout.link)
    vlanTagCount8 = UInt8(truncatingIfNeeded: layout.vlanTagCount)
    frameLength32 = UInt32(truncatingIfNeeded: layout.frameLength)
    headerLength32 = UInt32(truncatingIfNeeded: check.headerLength)
    segmentSize32 = UInt32(truncatingIfNeeded: check.segmentSize)
    count32 = UInt32(truncatingIfNeeded: check.segmentCount)
    (rules, isDescribed) = (request.rules, request.isDescribed)
    checksum = request.rules.transportChecksum == .copied ? .copied : request.checksum
    let outer = tunnel?.network ?? network
    let isOuterZero = request.rules.outerUDPChecksumOverIPv4 == .zero && outer.version == .ipv4
    outerChecksum = isOuterZero ? .zero : request.outerChecksum
    identification16 =
      request.identification ?? Self.identification(of: frame, network)
    outerIdentification16 = tunnel.map { Self.identification(of: frame, $0.network) } ?? 0
    let isTCP = transport.kind == .tcp
    hasUnusedChecksum =
      !isTCP && network.version == .ipv4 && request.rules.zeroUDPChecksum == .copied
      && frame.hostOrder(at: transport.checksumOffset, as: UInt16.self) == 0
    sequenceNumber32 =
      isTCP ? frame.networkOrder(at: transport.offset + TCPHeader.Field.sequenceNumber) : 0
    tcpFlags =
      isTCP
      ? TCPFlags(rawValue: frame.networkOrder(at: transport.offset + TCPHeader.Field.dataOffset))
      : []
  }

  /// Reads the headers of a frame and plans its segmentation.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - link: What the frame starts with.
  ///   - tunnels: Which encapsulations to look into; defaults to all well-known ones.
  ///   - request: What is asked for.
  /// - Throws: ``SegmentationError`` if the frame cannot be segmented as asked.
  /// - Complexity: O(*n*) in the number of headers. Does not allocate.
  @inline(__always)
  public init(
    of frame: RawSpan, link: LinkLayer = .ethernet, tunnels: TunnelRecognition = .wellKnown,
    request: SegmentationRequest
  ) throws(SegmentationError) {
    let layout = try PacketLayout(reading: frame, link: link, tunnels: tunnels)
    try self.init(of: frame, layout: layout, request: request)
  }

  /// Replaces this plan by that of another frame, which is segmented by a size alone.
  ///
  /// A plan and a request are large to copy: this call does without.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - link: What the frame starts with.
  ///   - segmentSize: Payload octets of a segment.
  ///   - checksum: How the TCP or UDP checksum of each segment is made.
  /// - Throws: ``SegmentationError`` if the frame cannot be segmented as asked; nothing changes
  ///   then.
  /// - Complexity: O(*n*) in the number of headers. Does not allocate.
  package mutating func replan(
    _ frame: RawSpan, link: LinkLayer, segmentSize: Int, checksum: SegmentationRequest.Checksum
  ) throws(SegmentationError) {
    let request = SegmentationRequest(segmentSize: segmentSize, checksum: checksum)
    self = try Self(of: frame, link: link, request: request)
  }

  /// Reads the headers of a frame that is held as an array, and plans its segmentation.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - link: What the frame starts with.
  ///   - tunnels: Which encapsulations to look into; defaults to all well-known ones.
  ///   - request: What is asked for.
  /// - Throws: ``SegmentationError`` if the frame cannot be segmented as asked.
  public init(
    of frame: [UInt8], link: LinkLayer = .ethernet, tunnels: TunnelRecognition = .wellKnown,
    request: SegmentationRequest
  ) throws(SegmentationError) {
    try self.init(of: frame.octets, link: link, tunnels: tunnels, request: request)
  }

  /// The identification in an IPv4 header; 0 for IPv6.
  @inline(__always)
  private static func identification(of frame: RawSpan, _ network: NetworkLayout) -> UInt16 {
    network.version == .ipv4
      ? frame.networkOrder(at: network.offset + IPv4Header.Field.identification) : 0
  }

  /// The checksums that each segment has computed, in the headers before the payload.
  ///
  /// The others are copied from the frame.
  @inlinable package var computedChecksums: ChecksumPlan.Fields {
    var fields: ChecksumPlan.Fields = []
    if network.version == .ipv4, rules.ipv4HeaderChecksum == .computed { fields = .ipv4Header }
    if checksum != .copied, !hasUnusedChecksum { fields.insert(.transport) }
    return fields
  }

  /// Whether the length fields of each segment are those of its packet.
  ///
  /// Hardware that gets a segment finds the end of the packet by them.
  package var writesExactLengths: Bool {
    rules.ipv6PayloadLength == .exact || network.version == .ipv4 || !network.hasOptions
  }

  /// The rule for identifications of this transport protocol.
  internal var identificationRule: SegmentationRules.Identification {
    offload == .lso ? rules.tcpIdentification : rules.udpIdentification
  }
}
