public import WireFormats

// The frame in an arena.
extension ChecksumPlan {
  /// Copies the frame, with its checksums completed, after those that the arena has.
  ///
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)``,
  ///   ``SegmentationError/outputTooSmall(needed:available:)`` or
  ///   ``SegmentationError/tooFewSlots(needed:available:)``; nothing is written then.
  /// - Complexity: O(*n*). Does not allocate.
  public func render(
    _ frame: RawSpan, into arena: inout SegmentArena
  ) throws(SegmentationError) {
    try arena.append(byteCount: frame.byteCount) { (slot) throws(SegmentationError) in
      slot.copy(frame, at: 0)
      try apply(to: &slot)
    }
  }

  /// Copies a scattered frame, with its checksums completed, after those that the arena has.
  ///
  /// - Throws: As for a span.
  /// - Complexity: O(*n*). Does not allocate.
  public func render(
    _ frame: ScatteredFrame, into arena: inout SegmentArena
  ) throws(SegmentationError) {
    try arena.append(byteCount: frame.byteCount) { (slot) throws(SegmentationError) in
      frame.copy(0..<frame.byteCount, to: &slot)
      try apply(to: &slot)
    }
  }
}

// Scattered frames.
extension ChecksumPlan {
  /// Reads the headers of a scattered frame and plans its checksums.
  ///
  /// - Parameters:
  ///   - frame: The frame, from its link header.
  ///   - headers: Where to gather its headers.
  ///   - link: What the frame starts with.
  ///   - tunnels: Which encapsulations to look into; defaults to all well-known ones.
  ///   - fields: Checksums to complete or compute.
  ///   - rules: What a UDP checksum of 0 means in the input, and how a computed 0 is stored.
  /// - Throws: ``SegmentationError`` if the frame has no such checksum.
  /// - Complexity: O(*n*) in the number of headers. Allocates only if `headers` has to grow.
  public init(
    of frame: ScatteredFrame, headers: inout LinearHeaders, link: LinkLayer = .ethernet,
    tunnels: TunnelRecognition = .wellKnown, fields: Fields, rules: SegmentationRules = .linux
  ) throws(SegmentationError) {
    let layout = try headers.layout(of: frame, link: link, tunnels: tunnels)
    try self.init(front: headers.octets, layout: layout, fields: fields, rules: rules)
  }
}

// Frames that are held as arrays.
extension ChecksumPlan {
  /// Reads the headers of a frame and plans its checksums.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - link: What the frame starts with.
  ///   - tunnels: Which encapsulations to look into; defaults to all well-known ones.
  ///   - fields: Checksums to complete or compute.
  ///   - rules: What a UDP checksum of 0 means in the input, and how a computed 0 is stored.
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
    // The length was compared, so this cannot fail.
    if findings.changesFrame { frame.withMutableOctets { _ = try? apply(to: &$0) } }
    return findings
  }
}
