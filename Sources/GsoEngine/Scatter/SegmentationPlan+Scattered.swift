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
    let segments = try checked(frame.byteCount, segments)
    guard headers.octets.byteCount >= payloadRange.lowerBound else {
      throw .frameLengthChanged(
        planned: payloadRange.lowerBound, given: headers.octets.byteCount)
    }
    guard !segments.isEmpty else { return 0 }
    let start = segments.lowerBound * fullFrameLength
    let needed = outputRange(of: segments.upperBound - 1).upperBound - start
    guard output.byteCount >= needed else {
      throw .outputTooSmall(needed: needed, available: output.byteCount)
    }
    if omitsJumboOption {
      let headers = try HeadersWithoutJumboOption(front: headers.octets, self)
      write(segments, of: frame, headers.octets.octets, headers.template, to: &output)
    } else {
      let header = headers.octets.extracting(first: headerLength)
      write(segments, of: frame, header, HeaderTemplate(headers.octets, self), to: &output)
    }
    return needed
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
