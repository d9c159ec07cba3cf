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
  /// - Complexity: O(*n*) in the octets written. Does not allocate, but for two small arrays if the
  ///   frame has a jumbo payload option, which segments leave out.
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
    try write(segments, of: frame, to: &output)
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
    if omitsJumboOption {
      let headers = try HeadersWithoutJumboOption(front: frame, self)
      writeHeaders(
        segments, headers.octets.octets, headers.template, payloadOf: frame, to: &output)
      return needed
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
  /// - Complexity: O(*n*) in the number of segments. Does not allocate.
  @discardableResult
  public func renderHeaders(
    front: RawSpan, segments: Range<Int>? = nil, into output: inout MutableRawSpan
  ) throws(SegmentationError) -> Int {
    guard front.byteCount >= payloadRange.lowerBound else {
      throw .frameLengthChanged(planned: payloadRange.lowerBound, given: front.byteCount)
    }
    guard checksum != .complete || front.byteCount == frameLength else {
      throw .frameLengthChanged(planned: frameLength, given: front.byteCount)
    }
    let segments = try checked(frameLength, segments)
    let needed = segments.count * headerLength
    guard output.byteCount >= needed else {
      throw .outputTooSmall(needed: needed, available: output.byteCount)
    }
    if omitsJumboOption {
      let headers = try HeadersWithoutJumboOption(front: front, self)
      writeHeaders(segments, headers.octets.octets, headers.template, payloadOf: nil, to: &output)
    } else {
      let header = front.extracting(first: headerLength)
      writeHeaders(segments, header, HeaderTemplate(front, self), payloadOf: nil, to: &output)
    }
    return needed
  }

  /// Writes the headers of some segments, with what they have in common given.
  ///
  /// - Parameters:
  ///   - segments: Which segments.
  ///   - header: The headers of the frame, without a jumbo payload option.
  ///   - template: What was made of them.
  ///   - frame: The frame, whose payload is summed if checksums cover it; nil if none does.
  ///   - output: Where to write; it has room.
  private func writeHeaders(
    _ segments: Range<Int>, _ header: RawSpan, _ template: HeaderTemplate,
    payloadOf frame: RawSpan?, to output: inout MutableRawSpan
  ) {
    for (place, index) in segments.enumerated() {
      let start = place * headerLength
      let payload = payloadRange(of: index)
      var sum: UInt64 = 0
      if let frame, template.needsPayloadSum { sum = WordSum.sum(frame.extracting(payload)) }
      var target = output.part(start..<(start + headerLength))
      target.copy(header, at: 0)
      template.complete(index, payloadLength: payload.count, payloadSum: sum, in: &target)
    }
  }

  /// Writes some segments as complete frames; there is at least one, and `output` has room.
  @inline(__always)
  private func write(
    _ segments: Range<Int>, of frame: RawSpan, to output: inout MutableRawSpan
  ) throws(SegmentationError) {
    if omitsJumboOption {
      let headers = try HeadersWithoutJumboOption(front: frame, self)
      let buffers = [0..<frame.byteCount]
      let whole = try ScatteredFrame(memory: frame, buffers: buffers.span)
      return write(segments, of: whole, headers.octets.octets, headers.template, to: &output)
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
  }

  /// Checks that a frame of `byteCount` octets is as long as the planned one, and returns the
  /// segments to render.
  @inline(__always)
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
    // As in any plan, but without adding up the lengths of frames that are all the same.
    let segments = try existing(segments)
    if arena.freeSlotCount < segments.count { _ = try arena.room(for: lengths(of: segments)) }
    var output = arena.freeOctets()
    let byteCount = try render(frame, segments: segments, into: &output)
    if byteCount > 0 { arena.take(segments.count, stride: fullFrameLength, byteCount: byteCount) }
  }
}
