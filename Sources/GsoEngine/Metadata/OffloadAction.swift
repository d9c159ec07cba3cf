public import WireFormats

/// The action that a virtio-net header asks for on the frame after it.
///
/// The header is checked as the Linux kernel checks one from a guest: a header that contradicts
/// itself or the frame is refused, and hints are not trusted.
///
/// ```swift
/// switch try OffloadAction(on: frame, describedBy: header) {
/// case .unmodified: send(frame)
/// case .checksum(let completion): try completion.apply(to: &octets)
/// case .segmentation(let plan): try plan.render(frame, into: &arena)
/// case .fragmentation(let plan): try plan.render(frame, into: &arena)
/// }
/// ```
public enum OffloadAction: Hashable, Sendable {
  /// The frame is sent unmodified.
  case unmodified
  /// One checksum is to be completed.
  case checksum(ChecksumCompletion)
  /// The frame is to be segmented; a small one gives one segment.
  case segmentation(SegmentationPlan)
  /// The packet is to be fragmented; a small one gives one packet.
  case fragmentation(FragmentationPlan)

  /// Translates a header.
  ///
  /// - Parameters:
  ///   - frame: The frame after the header, from its link header.
  ///   - header: The header.
  ///   - link: What the frame starts with.
  ///   - checksum: How the TCP or UDP checksum of segments is made.
  ///   - rules: How fields of segments change, and what is refused. A header with the bit of
  ///     accurate ECN is refused unless they repeat CWR on every segment. Fragments always follow
  ///     ``FragmentationRules/linux``, because only Linux knows a header that asks for them.
  ///   - fragmentIdentification: Identification of fragments over IPv6.
  /// - Throws: ``SegmentationError/metadata(_:)`` if the header is refused, else another one if the
  ///   frame cannot be segmented.
  /// - Complexity: O(*n*) in the number of headers. Does not allocate.
  public init(
    on frame: RawSpan, describedBy header: VirtioNetHeader, link: LinkLayer = .ethernet,
    checksum: SegmentationRequest.Checksum = .complete, rules: SegmentationRules = .linux,
    fragmentIdentification: UInt32 = 0
  ) throws(SegmentationError) {
    try self.init(
      onFront: frame, frameLength: frame.byteCount, describedBy: header, link: link,
      checksum: checksum, rules: rules, fragmentIdentification: fragmentIdentification)
  }

  /// Translates a header before a frame of which only the first octets are there.
  ///
  /// - Parameters:
  ///   - front: The first octets of the frame, at least all headers; the whole frame if the header
  ///     asks for fragments or describes a tunnel.
  ///   - frameLength: Length of the frame, in octets.
  ///   - header: The header.
  ///   - link: What the frame starts with.
  ///   - checksum: How the TCP or UDP checksum of segments is made.
  ///   - rules: How fields of segments change, and what is refused.
  ///   - fragmentIdentification: Identification of fragments over IPv6.
  /// - Throws: As for a whole frame. If headers are missing, ``SegmentationError/frame(_:)`` with
  ///   `WireError.truncated(_:offset:needed:available:)`.
  /// - Complexity: O(*n*) in the number of headers. Does not allocate.
  public init(
    onFront front: RawSpan, frameLength: Int, describedBy header: VirtioNetHeader,
    link: LinkLayer = .ethernet, checksum: SegmentationRequest.Checksum = .complete,
    rules: SegmentationRules = .linux, fragmentIdentification: UInt32 = 0
  ) throws(SegmentationError) {
    let frameLength = max(frameLength, front.byteCount)
    try SegmentationError.wrap { () throws(MetadataError) in
      try header.check(
        frameLength: frameLength,
        takesAccurateECN: rules.congestionWindowReduced == .everySegment)
    }
    guard header.gsoType.base != .none else {
      self = try Self.checksumOnly(header, frameLength: frameLength)
      return
    }
    let layout = try Self.layout(of: front, frameLength, header, link)
    try SegmentationError.wrap { () throws(MetadataError) in try header.check(against: layout) }
    // Without NEEDS_CSUM all checksums are complete, so that a single frame needs no action.
    let isComplete = !header.flags.contains(.needsChecksum)
    if header.gsoType.base == .udp {
      let request = FragmentationRequest(
        fragmentSize: Int(header.gsoSize), identification: fragmentIdentification, rules: .linux)
      let plan = try FragmentationPlan(of: front, layout: layout, request: request)
      self = plan.count == 1 && isComplete ? .unmodified : .fragmentation(plan)
    } else {
      var request = SegmentationRequest(
        segmentSize: Int(header.gsoSize), checksum: checksum, rules: rules)
      request.isDescribed = true
      if header.flags.contains(.udpTunnelChecksum) { request.outerChecksum = .complete }
      let plan = try SegmentationPlan(ofFront: front, layout: layout, request: request)
      self = plan.count == 1 && isComplete ? .unmodified : .segmentation(plan)
    }
  }

  private static func checksumOnly(
    _ header: VirtioNetHeader, frameLength: Int
  ) throws(SegmentationError) -> OffloadAction {
    guard header.flags.contains(.needsChecksum) else { return .unmodified }
    return .checksum(
      try SegmentationError.wrap { () throws(MetadataError) in
        try ChecksumCompletion(
          start: Int(header.checksumStart), offset: Int(header.checksumOffset),
          frameLength: frameLength)
      })
  }

  private static func layout(
    of front: RawSpan, _ frameLength: Int, _ header: VirtioNetHeader, _ link: LinkLayer
  ) throws(SegmentationError) -> PacketLayout {
    // A tunnel that the header does not describe is payload, whatever its port.
    guard header.gsoType.isTunnel else {
      do throws(WireError) {
        return try PacketLayout(
          parsingFront: front, ofFrameLength: frameLength, link: link, tunnels: .described)
      } catch {
        throw .frame(error)
      }
    }
    return try PacketLayout(
      reading: front, link: link, innerNetworkOffset: Int(header.innerNetworkOffset))
  }
}
