public import WireFormats

// Scattered frames. Headers are gathered, because segments rewrite them; the payload is copied from
// its buffers into the segments.
extension SegmentationPlan {
  /// Reads the headers of a scattered frame and plans its segmentation.
  ///
  /// - Parameters:
  ///   - frame: The frame, from its link header.
  ///   - headers: Where to gather its headers, which rendering needs.
  ///   - link: What the frame starts with.
  ///   - tunnels: Which encapsulations to look into; defaults to all well-known ones.
  ///   - request: What is asked for.
  /// - Throws: ``SegmentationError`` if the frame cannot be segmented as asked.
  /// - Complexity: O(*n*) in the number of headers. Allocates only if `headers` has to grow.
  public init(
    of frame: ScatteredFrame, headers: inout LinearHeaders, link: LinkLayer = .ethernet,
    tunnels: TunnelRecognition = .wellKnown, request: SegmentationRequest
  ) throws(SegmentationError) {
    let layout = try headers.layout(of: frame, link: link, tunnels: tunnels)
    try self.init(front: headers.octets, layout: layout, request: request)
  }

  /// Writes some segments of a scattered frame as complete frames, back to back.
  ///
  /// - Parameters:
  ///   - frame: The frame that was planned.
  ///   - headers: Its headers, as planning left them.
  ///   - segments: Which segments; nil for all.
  ///   - output: Where to write.
  /// - Returns: The number of octets written.
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)`` if `frame` or `headers` are
  ///   those of another one; ``SegmentationError/outputTooSmall(needed:available:)``. Nothing is
  ///   written on an error.
  /// - Complexity: O(*n*) in the octets written and the number of buffers. Does not allocate.
  @discardableResult
  public func render(
    _ frame: ScatteredFrame, headers: borrowing LinearHeaders, segments: Range<Int>? = nil,
    into output: inout MutableRawSpan
  ) throws(SegmentationError) -> Int {
    try render(frame, front: headers.octets, segments: segments, into: &output)
  }

  /// Writes some segments of a scattered frame as complete frames, back to back.
  ///
  /// - Parameters:
  ///   - frame: The frame that was planned.
  ///   - front: Its first octets, gathered by the caller: at least its headers.
  ///   - segments: Which segments; nil for all.
  ///   - output: Where to write.
  /// - Returns: The number of octets written.
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)`` if `frame` is another one
  ///   or `front` lacks headers; ``SegmentationError/outputTooSmall(needed:available:)``. Nothing
  ///   is written on an error.
  /// - Complexity: O(*n*) in the octets written and the number of buffers. Does not allocate.
  @discardableResult
  public func render(
    _ frame: ScatteredFrame, front: RawSpan, segments: Range<Int>? = nil,
    into output: inout MutableRawSpan
  ) throws(SegmentationError) -> Int {
    let segments = try checked(frame.byteCount, segments)
    guard front.byteCount >= payloadRange.lowerBound else {
      throw .frameLengthChanged(planned: payloadRange.lowerBound, given: front.byteCount)
    }
    guard !segments.isEmpty else { return 0 }
    let start = segments.lowerBound * fullFrameLength
    let needed = outputRange(of: segments.upperBound - 1).upperBound - start
    guard output.byteCount >= needed else {
      throw .outputTooSmall(needed: needed, available: output.byteCount)
    }
    if omitsJumboOption {
      let headers = try HeadersWithoutJumboOption(front: front, self)
      write(segments, of: frame, headers.octets.octets, headers.template, to: &output)
    } else {
      let header = front.extracting(first: headerLength)
      write(segments, of: frame, header, HeaderTemplate(front, self), to: &output)
    }
    return needed
  }

  /// Writes the complete headers of some segments of a scattered frame, back to back,
  /// ``headerLength`` octets each.
  ///
  /// The payload is not copied, and read only if checksums cover it.
  ///
  /// - Parameters:
  ///   - frame: The frame that was planned.
  ///   - front: Its first octets, gathered by the caller: at least its headers.
  ///   - segments: Which segments; nil for all.
  ///   - output: Where to write.
  /// - Returns: The number of octets written.
  /// - Throws: As ``render(_:front:segments:into:)``.
  /// - Complexity: O(*n*) in the number of segments and of buffers, and in the payload if it must
  ///   be summed. Does not allocate.
  @discardableResult
  public func renderHeaders(
    _ frame: ScatteredFrame, front: RawSpan, segments: Range<Int>? = nil,
    into output: inout MutableRawSpan
  ) throws(SegmentationError) -> Int {
    let segments = try checked(frame.byteCount, segments)
    guard front.byteCount >= payloadRange.lowerBound else {
      throw .frameLengthChanged(planned: payloadRange.lowerBound, given: front.byteCount)
    }
    let needed = segments.count * headerLength
    guard output.byteCount >= needed else {
      throw .outputTooSmall(needed: needed, available: output.byteCount)
    }
    guard !segments.isEmpty else { return 0 }
    if omitsJumboOption {
      let headers = try HeadersWithoutJumboOption(front: front, self)
      writeHeaders(segments, of: frame, headers.octets.octets, headers.template, to: &output)
    } else {
      let header = front.extracting(first: headerLength)
      writeHeaders(segments, of: frame, header, HeaderTemplate(front, self), to: &output)
    }
    return needed
  }

  /// Writes the headers of some segments of a frame, with what they have in common given.
  private func writeHeaders(
    _ segments: Range<Int>, of frame: ScatteredFrame, _ header: RawSpan,
    _ template: HeaderTemplate, to output: inout MutableRawSpan
  ) {
    var payload = ScatterWalk(frame, from: payloadRange(of: segments.lowerBound).lowerBound)
    for (place, index) in segments.enumerated() {
      let byteCount = payloadRange(of: index).count
      var target = output.part((place * headerLength)..<((place + 1) * headerLength))
      target.copy(header, at: 0)
      let sum = template.needsPayloadSum ? payload.sum(byteCount) : 0
      template.complete(index, payloadLength: byteCount, payloadSum: sum, in: &target)
    }
  }

  /// Writes some segments of a frame, with the headers that they have in common given.
  internal func write(
    _ segments: Range<Int>, of frame: ScatteredFrame, _ header: RawSpan,
    _ template: HeaderTemplate, to output: inout MutableRawSpan
  ) {
    let start = segments.lowerBound * fullFrameLength
    var payload = ScatterWalk(frame, from: payloadRange(of: segments.lowerBound).lowerBound)
    for index in segments {
      let byteCount = payloadRange(of: index).count
      let at = index * fullFrameLength - start
      var segment = output.part(at..<(at + headerLength + byteCount))
      segment.copy(header, at: 0)
      var sum: UInt64 = 0
      if template.needsPayloadSum {
        sum = payload.copySumming(byteCount, to: &segment, at: headerLength)
      } else {
        payload.copy(byteCount, to: &segment, at: headerLength)
      }
      template.complete(index, payloadLength: byteCount, payloadSum: sum, in: &segment)
    }
  }

  /// Writes some segments of a scattered frame into an arena, after what it has.
  ///
  /// - Parameters:
  ///   - frame: The frame that was planned.
  ///   - headers: Its headers, as planning left them.
  ///   - segments: Which segments; nil for all.
  ///   - arena: Where to write.
  /// - Throws: As for a span, and ``SegmentationError/tooFewSlots(needed:available:)``.
  /// - Complexity: O(*n*) in the octets written and the number of buffers. Does not allocate.
  public func render(
    _ frame: ScatteredFrame, headers: borrowing LinearHeaders, segments: Range<Int>? = nil,
    into arena: inout SegmentArena
  ) throws(SegmentationError) {
    let segments = try existing(segments)
    let lengths = lengths(of: segments)
    var output = try arena.room(for: lengths)
    try render(frame, headers: headers, segments: segments, into: &output)
    arena.take(lengths)
  }
}
