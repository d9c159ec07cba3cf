public import WireFormats

extension ChecksumPlan {
  /// Reads the headers of a frame in pieces and plans its checksums.
  ///
  /// - Parameters:
  ///   - frame: The frame, from its link header.
  ///   - headers: Where to gather its headers.
  ///   - link: What the frame starts with.
  ///   - tunnels: Which encapsulations to look into; defaults to all well-known ones.
  ///   - fields: Checksums to compute.
  ///   - rules: What a UDP checksum of 0 means, before and after.
  /// - Throws: ``SegmentationError`` if the frame has no such checksum.
  /// - Complexity: O(*n*) in the number of headers. Allocates only if `headers` has to grow.
  public init(
    of frame: ScatteredFrame, headers: inout LinearHeaders, link: LinkLayer = .ethernet,
    tunnels: TunnelRecognition = .wellKnown, fields: Fields, rules: SegmentationRules = .linux
  ) throws(SegmentationError) {
    let layout = try headers.layout(of: frame, link: link, tunnels: tunnels)
    try self.init(front: headers.octets, layout: layout, fields: fields, rules: rules)
  }

  /// Copies a frame in pieces, with its checksums computed, after those that the arena has.
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
