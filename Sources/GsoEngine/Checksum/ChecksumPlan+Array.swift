public import WireFormats

// Frames that are held as arrays.
extension ChecksumPlan {
  /// Reads the headers of a frame and plans its checksums.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - link: What the frame starts with.
  ///   - tunnels: Which encapsulations to look into; defaults to all well-known ones.
  ///   - fields: Checksums to complete or compute.
  ///   - rules: What a UDP checksum of 0 means, before and after.
  /// - Throws: ``SegmentationError`` if the frame has no such checksum.
  public init(
    of frame: [UInt8], link: LinkLayer = .ethernet, tunnels: TunnelRecognition = .wellKnown,
    fields: Fields, rules: SegmentationRules = .linux
  ) throws(SegmentationError) {
    try self.init(of: frame.octets, link: link, tunnels: tunnels, fields: fields, rules: rules)
  }

  /// Completes the fields in place.
  ///
  /// - Returns: What they held.
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)`` if `frame` is another one.
  /// - Complexity: O(*n*). Does not allocate.
  @discardableResult
  public func apply(to frame: inout [UInt8]) throws(SegmentationError) -> ChecksumFindings {
    let findings = try findings(in: frame.octets)
    // Lengths were compared, so this cannot fail.
    if findings.changesFrame { frame.withMutableOctets { _ = try? apply(to: &$0) } }
    return findings
  }
}
