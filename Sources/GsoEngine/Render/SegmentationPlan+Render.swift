internal import WireFormats

extension SegmentationPlan {
  /// Writes some segments as complete frames, back to back, from the start of `output`.
  ///
  /// The payload is copied and summed in one pass. Nothing is written on an error.
  ///
  /// - Parameters:
  ///   - frame: The frame that was planned.
  ///   - segments: Which segments; nil for all. Threads can each render a part of this range.
  ///   - output: Where to write.
  /// - Returns: The number of octets written.
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)`` if `frame` is another one;
  ///   ``SegmentationError/outputTooSmall(needed:available:)``.
  /// - Complexity: O(*n*) in the octets written. Does not allocate.
  @discardableResult
  public func render(
    _ frame: RawSpan, segments: Range<Int>? = nil, into output: inout MutableRawSpan
  ) throws(SegmentationError) -> Int {
    let segments = try checked(frame.byteCount, segments)
    guard !segments.isEmpty else { return 0 }
    let start = segments.lowerBound * fullFrameLength
    let needed = outputRange(of: segments.upperBound - 1).upperBound - start
    guard output.byteCount >= needed else {
      throw .outputTooSmall(needed: needed, available: output.byteCount)
    }
    // SAFETY: the frame is as long as the planned one, the output was compared with what is needed,
    // and a mutable span is exclusive, so the two do not overlap.
    unsafe frame.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBytes { target in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        let writer = unsafe SegmentWriter(self, frame, from)
        unsafe writer.writeFrames(segments, to: to)
      }
    }
    return needed
  }

  /// Writes the complete headers of some segments, back to back, ``headerLength`` octets each.
  ///
  /// The payload is not copied.
  ///
  /// A NIC with scatter-gather sends these headers and ``Segment/payloadRange`` of the frame. With
  /// ``SegmentationRequest/Checksum/complete`` the payload is read once, to sum it.
  ///
  /// - Parameters:
  ///   - frame: The frame that was planned.
  ///   - segments: Which segments; nil for all.
  ///   - output: Where to write.
  /// - Returns: The number of octets written.
  /// - Throws: As ``render(_:segments:into:)-(_,_,MutableRawSpan)``.
  /// - Complexity: O(*n*) in the number of segments, and in the payload if it must be summed. Does
  ///   not allocate.
  @discardableResult
  public func renderHeaders(
    _ frame: RawSpan, segments: Range<Int>? = nil, into output: inout MutableRawSpan
  ) throws(SegmentationError) -> Int {
    let segments = try checked(frame.byteCount, segments)
    let needed = segments.count * headerLength
    guard output.byteCount >= needed else {
      throw .outputTooSmall(needed: needed, available: output.byteCount)
    }
    // SAFETY: as in `render`.
    unsafe frame.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBytes { target in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        let writer = unsafe SegmentWriter(self, frame, from)
        unsafe writer.writeHeaders(segments, to: to)
      }
    }
    return needed
  }

  /// Writes the headers of some segments of a frame of which only the first octets are there, back
  /// to back, ``headerLength`` octets each.
  ///
  /// - Parameters:
  ///   - front: The first octets of the frame that was planned, at least its headers.
  ///   - segments: Which segments; nil for all.
  ///   - output: Where to write.
  /// - Returns: The number of octets written.
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)`` if the headers are not
  ///   there, or if ``checksum`` asks for one that covers the payload;
  ///   ``SegmentationError/outputTooSmall(needed:available:)``.
  /// - Precondition: `segments` lies in `0..<count`.
  /// - Complexity: O(*n*) in the number of segments. Does not allocate.
  @discardableResult
  public func renderHeaders(
    front: RawSpan, segments: Range<Int>? = nil, into output: inout MutableRawSpan
  ) throws(SegmentationError) -> Int {
    guard front.byteCount >= headerLength else {
      throw .frameLengthChanged(planned: headerLength, given: front.byteCount)
    }
    guard checksum != .complete || front.byteCount == frameLength else {
      throw .frameLengthChanged(planned: frameLength, given: front.byteCount)
    }
    let segments = try checked(frameLength, segments)
    let template = HeaderTemplate(front, self)
    let needed = segments.count * headerLength
    guard output.byteCount >= needed else {
      throw .outputTooSmall(needed: needed, available: output.byteCount)
    }
    for (place, index) in segments.enumerated() {
      let start = place * headerLength
      var header = output.part(start..<(start + headerLength))
      header.copy(front.extracting(first: headerLength), at: 0)
      template.complete(
        index, payloadLength: payloadRange(of: index).count, payloadSum: 0, in: &header)
    }
    return needed
  }

  /// Checks that a frame of `byteCount` octets is as long as the planned one, and returns the
  /// segments to render.
  internal func checked(
    _ byteCount: Int, _ segments: Range<Int>?
  ) throws(SegmentationError) -> Range<Int> {
    guard byteCount == frameLength else {
      throw .frameLengthChanged(planned: frameLength, given: byteCount)
    }
    return try existing(segments)
  }
}

// Into an arena.
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
  /// - Complexity: O(*n*) in the number of segments, and in the payload if it must be summed. Does
  ///   not allocate.
  public func renderHeaders(
    _ frame: RawSpan, segments: Range<Int>? = nil, into arena: inout SegmentArena
  ) throws(SegmentationError) {
    let segments = try existing(segments)
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
  /// - Complexity: O(*n*) in the octets written. Does not allocate.
  public func render(
    _ frame: RawSpan, segments: Range<Int>? = nil, into arena: inout SegmentArena
  ) throws(SegmentationError) {
    // As in any plan; here without a generic call.
    let segments = try existing(segments)
    let lengths = lengths(of: segments)
    var output = try arena.room(for: lengths)
    try render(frame, segments: segments, into: &output)
    arena.take(lengths)
  }
}
