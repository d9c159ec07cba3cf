public import WireFormats

extension OffloadAction {
  /// Number of frames that the work gives.
  public var frameCount: Int {
    switch self {
    case .unmodified, .checksum: 1
    case .segmentation(let plan): plan.count
    case .fragmentation(let plan): plan.count
    }
  }

  /// Whether a frame with its virtio-net header would be taken, without segmentation it: the number of
  /// frames that it gives, or why it is refused.
  ///
  /// The verdict and the cut come from the same plan, so they cannot disagree.
  ///
  /// - Parameters:
  ///   - frame: The frame after the header, from its link header.
  ///   - header: The header.
  ///   - link: What the frame starts with.
  ///   - rules: How fields change, and what is refused.
  /// - Returns: The number of frames, or the reason.
  /// - Complexity: O(*n*) in the number of headers. Does not allocate.
  public static func verdict(
    on frame: RawSpan, describedBy header: VirtioNetHeader, link: LinkLayer = .ethernet,
    rules: SegmentationRules = .linux
  ) -> Result<Int, SegmentationError> {
    do throws(SegmentationError) {
      let work = try OffloadAction(on: frame, describedBy: header, link: link, rules: rules)
      return .success(work.frameCount)
    } catch {
      return .failure(error)
    }
  }

  /// Whether a frame that is held as an array would be taken, without segmentation it.
  ///
  /// - Parameters:
  ///   - frame: The frame after the header, from its link header.
  ///   - header: The header.
  ///   - link: What the frame starts with.
  ///   - rules: How fields change, and what is refused.
  /// - Returns: The number of frames, or the reason.
  public static func verdict(
    on frame: [UInt8], describedBy header: VirtioNetHeader, link: LinkLayer = .ethernet,
    rules: SegmentationRules = .linux
  ) -> Result<Int, SegmentationError> {
    verdict(on: frame.octets, describedBy: header, link: link, rules: rules)
  }
}
