public import WireFormats

/// What a virtio-net header leaves to be done on the frame behind it.
///
/// The header is judged as the Linux kernel judges one that comes from a guest: what contradicts
/// itself or the frame is refused, hints are not trusted.
///
/// ```swift
/// switch try OffloadWork(on: frame, describedBy: header) {
/// case .nothing: send(frame)
/// case .checksum(let completion): try completion.apply(to: &octets)
/// case .segmentation(let plan): try plan.render(frame, into: &arena)
/// }
/// ```
public enum OffloadWork: Hashable, Sendable {
  /// The frame is finished.
  case nothing
  /// One checksum is to be finished.
  case checksum(ChecksumCompletion)
  /// The frame is to be cut, into one segment if it is small enough.
  case segmentation(SegmentationPlan)

  /// Translates a header.
  ///
  /// - Parameters:
  ///   - frame: The frame behind the header, from its link header.
  ///   - header: The header.
  ///   - link: What the frame starts with.
  ///   - checksum: What becomes of the checksum of segments.
  ///   - rules: How fields change, and what is refused.
  /// - Throws: ``SegmentationError/metadata(_:)`` if the header is refused, else why the frame cannot
  ///   be cut.
  /// - Complexity: O(*n*) in the number of headers. Does not allocate.
  public init(
    on frame: RawSpan, describedBy header: VirtioNetHeader, link: LinkLayer = .ethernet,
    checksum: SegmentationRequest.Checksum = .complete, rules: SegmentationRules = .linux
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
    let plan = try Self.plan(frame, header, link, checksum, rules)
    // Without NEEDS_CSUM a frame that needs no cut is finished: the sender says so.
    let isFinished = plan.count == 1 && !header.flags.contains(.needsChecksum)
    self = isFinished ? .nothing : .segmentation(plan)
  }

  private static func checksumOnly(
    _ header: VirtioNetHeader, frameLength: Int
  ) throws(SegmentationError) -> OffloadWork {
    guard header.flags.contains(.needsChecksum) else { return .nothing }
    do throws(MetadataError) {
      return .checksum(
        try ChecksumCompletion(
          start: Int(header.checksumStart), offset: Int(header.checksumOffset),
          frameLength: frameLength))
    } catch {
      throw .metadata(error)
    }
  }

  private static func plan(
    _ frame: RawSpan, _ header: VirtioNetHeader, _ link: LinkLayer,
    _ checksum: SegmentationRequest.Checksum, _ rules: SegmentationRules
  ) throws(SegmentationError) -> SegmentationPlan {
    let layout: PacketLayout
    do throws(WireError) {
      layout =
        header.gsoType.isTunnel
        ? try PacketLayout(
          parsing: frame, link: link, innerNetworkOffset: Int(header.innerNetworkOffset))
        : try PacketLayout(parsing: frame, link: link)
    } catch {
      throw .frame(error)
    }
    var request = SegmentationRequest(
      segmentSize: Int(header.gsoSize), checksum: checksum, rules: rules)
    if header.flags.contains(.udpTunnelChecksum) { request.outerChecksum = .complete }
    let plan = try SegmentationPlan(of: frame, layout: layout, request: request)
    do throws(MetadataError) {
      try header.check(against: plan)
    } catch {
      throw .metadata(error)
    }
    return plan
  }
}
