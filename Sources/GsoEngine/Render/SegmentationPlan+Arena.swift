internal import WireFormats

extension SegmentationPlan {
  /// Writes the complete headers of some segments into an arena, after what it has.
  ///
  /// The payload is not copied.
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
    let lengths = FrameLengths(
      count: segments.count, first: headerLength, middle: headerLength, last: headerLength)
    var output = try arena.room(for: lengths)
    try renderHeaders(frame, segments: segments, into: &output)
    arena.take(lengths)
  }

  /// Writes some segments as complete frames into an arena, after those that it has.
  ///
  /// Nothing is written on an error.
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
    // As in any plan; here without a generic call.
    let segments = segments ?? 0..<count
    let lengths = lengths(of: segments)
    var output = try arena.room(for: lengths)
    try render(frame, segments: segments, into: &output)
    arena.take(lengths)
  }
}
