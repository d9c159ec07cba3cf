public import WireFormats

/// What a virtio-net header leaves to be done on the frame after it.
///
/// The header is judged as the Linux kernel judges one that comes from a guest: what contradicts
/// itself or the frame is refused, hints are not trusted.
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
  /// The frame is finished.
  case unmodified
  /// One checksum is to be finished.
  case checksum(ChecksumCompletion)
  /// The frame is to be segmented, into one segment if it is small enough.
  case segmentation(SegmentationPlan)
  /// The datagram is to travel as IP fragments, or whole if it is small enough.
  case fragmentation(FragmentationPlan)

  /// Translates a header.
  ///
  /// - Parameters:
  ///   - frame: The frame after the header, from its link header.
  ///   - header: The header.
  ///   - link: What the frame starts with.
  ///   - checksum: What becomes of the checksum of segments.
  ///   - rules: How fields of segments change, and what is refused. Fragments always follow
  ///     ``FragmentationRules/linux``, because only Linux knows a header that asks for them.
  ///   - fragmentIdentification: Identification of fragments over IPv6.
  /// - Throws: ``SegmentationError/metadata(_:)`` if the header is refused, else why the frame cannot
  ///   be segmented.
  /// - Complexity: O(*n*) in the number of headers. Does not allocate.
  public init(
    on frame: RawSpan, describedBy header: VirtioNetHeader, link: LinkLayer = .ethernet,
    checksum: SegmentationRequest.Checksum = .complete, rules: SegmentationRules = .linux,
    fragmentIdentification: UInt32 = 0
  ) throws(SegmentationError) {
    do throws(MetadataError) {
      try header.check(frameLength: frame.byteCount)
    } catch {
      throw .metadata(error)
    }
    guard header.gsoType.base != .none else {
      self = try Self.checksumOnly(header, frameLength: frame.byteCount)
      return
    }
    let layout = try Self.layout(of: frame, header, link)
    do throws(MetadataError) {
      try header.check(against: layout)
    } catch {
      throw .metadata(error)
    }
    // Without NEEDS_CSUM a frame that needs no segmentation is finished: the sender says so.
    let isFinished = !header.flags.contains(.needsChecksum)
    if header.gsoType.base == .udp {
      let request = FragmentationRequest(
        fragmentSize: Int(header.gsoSize), identification: fragmentIdentification, rules: .linux)
      let plan = try FragmentationPlan(of: frame, layout: layout, request: request)
      self = plan.count == 1 && isFinished ? .unmodified : .fragmentation(plan)
    } else {
      var request = SegmentationRequest(
        segmentSize: Int(header.gsoSize), checksum: checksum, rules: rules)
      request.isDescribed = true
      if header.flags.contains(.udpTunnelChecksum) { request.outerChecksum = .complete }
      let plan = try SegmentationPlan(of: frame, layout: layout, request: request)
      self = plan.count == 1 && isFinished ? .unmodified : .segmentation(plan)
    }
  }

  private static func checksumOnly(
    _ header: VirtioNetHeader, frameLength: Int
  ) throws(SegmentationError) -> OffloadAction {
    guard header.flags.contains(.needsChecksum) else { return .unmodified }
    do throws(MetadataError) {
      return .checksum(
        try ChecksumCompletion(
          start: Int(header.checksumStart), offset: Int(header.checksumOffset),
          frameLength: frameLength))
    } catch {
      throw .metadata(error)
    }
  }

  private static func layout(
    of frame: RawSpan, _ header: VirtioNetHeader, _ link: LinkLayer
  ) throws(SegmentationError) -> PacketLayout {
    do throws(WireError) {
      // What the header does not describe as a tunnel is none, whatever its port.
      guard header.gsoType.isTunnel else {
        return try PacketLayout(parsing: frame, link: link, tunnels: .none)
      }
      return try PacketLayout(
        parsing: frame, link: link, innerNetworkOffset: Int(header.innerNetworkOffset))
    } catch {
      throw .frame(error)
    }
  }
}
