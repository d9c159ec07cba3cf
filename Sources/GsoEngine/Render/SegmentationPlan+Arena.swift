internal import WireFormats

extension SegmentationPlan {
  /// Writes the complete headers of some segments into an arena, after what it has: one slot each,
  /// the payload stays where it is.
  ///
  /// - Parameters:
  ///   - frame: The frame that was planned.
  ///   - segments: Which segments; nil for all.
  ///   - arena: Where to write.
  /// - Throws: As the call that renders frames.
  /// - Precondition: `segments` lies in `0..<count`.
  /// - Complexity: O(*n*) in the number of segments, and in the payload if it must be summed. Does
  ///   not allocate.
  public func renderHeaders(
    _ frame: RawSpan, segments: Range<Int>? = nil, into arena: inout SegmentArena
  ) throws(SegmentationError) {
    let segments = segments ?? 0..<count
    try arena.checkRoom(byteCount: segments.count * headerLength, slotCount: segments.count)
    var output = arena.freeOctets()
    try renderHeaders(frame, segments: segments, into: &output)
    arena.append(
      frameCount: segments.count, byteCount: headerLength, lastByteCount: headerLength)
  }

  /// Writes some segments as complete frames into an arena, after those that it has.
  ///
  /// Nothing is written if this fails.
  ///
  /// - Parameters:
  ///   - frame: The frame that was planned.
  ///   - segments: Which segments; nil for all.
  ///   - arena: Where to write.
  /// - Throws: As for any ``FramePlan``.
  /// - Precondition: `segments` lies in `0..<count`.
  /// - Complexity: O(*n*) in the octets written. Does not allocate.
  public func render(
    _ frame: RawSpan, segments: Range<Int>? = nil, into arena: inout SegmentArena
  ) throws(SegmentationError) {
    let segments = segments ?? 0..<count
    try arena.checkRoom(for: segments, of: self)
    var output = arena.freeOctets()
    try render(frame, segments: segments, into: &output)
    guard !segments.isEmpty else { return }
    arena.append(
      frameCount: segments.count, byteCount: fullFrameLength,
      lastByteCount: outputRange(of: segments.upperBound - 1).count)
  }
}
