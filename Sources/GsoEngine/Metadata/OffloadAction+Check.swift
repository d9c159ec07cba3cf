public import WireFormats

extension OffloadAction {
  /// Number of frames that the action gives.
  public var frameCount: Int {
    switch self {
    case .unmodified, .checksum: 1
    case .segmentation(let plan): plan.count
    case .fragmentation(let plan): plan.count
    }
  }

  /// Checks whether a frame with its virtio-net header is accepted, without segmenting it.
  ///
  /// The result comes from the plan that segments the frame, so the two never disagree.
  ///
  /// - Parameters:
  ///   - frame: The frame after the header, from its link header.
  ///   - header: The header.
  ///   - link: What the frame starts with.
  ///   - rules: How fields change, and what is refused.
  /// - Returns: The number of frames, or the reason for the refusal.
  /// - Complexity: O(*n*) in the number of headers. Does not allocate.
  public static func check(
    _ frame: RawSpan, describedBy header: VirtioNetHeader, link: LinkLayer = .ethernet,
    rules: SegmentationRules = .linux
  ) -> Result<Int, SegmentationError> {
    do throws(SegmentationError) {
      let action = try OffloadAction(on: frame, describedBy: header, link: link, rules: rules)
      return .success(action.frameCount)
    } catch {
      return .failure(error)
    }
  }

  /// Checks whether a frame that is held as an array is accepted, without segmenting it.
  ///
  /// - Parameters:
  ///   - frame: The frame after the header, from its link header.
  ///   - header: The header.
  ///   - link: What the frame starts with.
  ///   - rules: How fields change, and what is refused.
  /// - Returns: The number of frames, or the reason for the refusal.
  public static func check(
    _ frame: [UInt8], describedBy header: VirtioNetHeader, link: LinkLayer = .ethernet,
    rules: SegmentationRules = .linux
  ) -> Result<Int, SegmentationError> {
    check(frame.octets, describedBy: header, link: link, rules: rules)
  }
}
