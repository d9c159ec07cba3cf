public import WireFormats

extension OffloadAction {
  /// Translates a header before a frame that is held as an array.
  ///
  /// - Parameters:
  ///   - frame: The frame after the header, from its link header.
  ///   - header: The header.
  ///   - link: What the frame starts with.
  ///   - checksum: How the TCP or UDP checksum of segments is made.
  ///   - rules: How fields change, and what is refused.
  ///   - fragmentIdentification: Identification of fragments over IPv6.
  /// - Throws: ``SegmentationError`` if the header is refused or the frame cannot be segmented.
  public init(
    on frame: [UInt8], describedBy header: VirtioNetHeader, link: LinkLayer = .ethernet,
    checksum: SegmentationRequest.Checksum = .complete, rules: SegmentationRules = .linux,
    fragmentIdentification: UInt32 = 0
  ) throws(SegmentationError) {
    try self.init(
      on: frame.octets, describedBy: header, link: link, checksum: checksum, rules: rules,
      fragmentIdentification: fragmentIdentification)
  }

  /// Performs the action on its frame and returns the frames that leave the NIC.
  ///
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)`` if `frame` is another one.
  /// - Complexity: O(*n*) in the length of the frame; one allocation per frame and a few more.
  public func frames(of frame: [UInt8]) throws(SegmentationError) -> [[UInt8]] {
    switch self {
    case .unmodified: return [frame]
    case .checksum(let completion): return [try completion.applied(to: frame)]
    case .segmentation(let plan): return try plan.frames(of: frame)
    case .fragmentation(let plan): return try plan.frames(of: frame)
    }
  }
}

extension ChecksumCompletion {
  /// Returns a copy of a frame with the checksum completed.
  ///
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)`` if `frame` is another one.
  public func applied(to frame: [UInt8]) throws(SegmentationError) -> [UInt8] {
    var copy = frame
    var span = copy.mutableSpan
    // SAFETY: every octet pattern is a valid octet, so writing raw bytes keeps the array sound.
    var octets = unsafe span.mutableBytes
    try apply(to: &octets)
    return copy
  }
}
