internal import WireFormats

/// The loops over segments.
///
/// All lengths were compared when this is made; from there on raw pointers walk along source and
/// output, and nothing that was written is read again.
@safe
internal struct SegmentWriter {
  private let template: HeaderTemplate
  private let source: UnsafeRawPointer
  private let headerLength: Int
  private let payload: Range<Int>
  private let segmentSize: Int
  private let lastIndex: Int
  private let kernel: SumKernel

  /// Gathers what segments have in common.
  ///
  /// - Parameters:
  ///   - plan: How the frame is segmented.
  ///   - frame: The frame, as long as the plan says.
  ///   - source: Where its octets lie.
  @inline(__always)
  @unsafe
  init(_ plan: SegmentationPlan, _ frame: RawSpan, _ source: UnsafeRawPointer) {
    template = HeaderTemplate(frame, plan)
    unsafe self.source = unsafe source
    headerLength = plan.headerLength
    (payload, segmentSize) = (plan.payloadRange, plan.segmentSize)
    lastIndex = plan.count - 1
    kernel = .current
  }

  /// Where the payload of a segment starts in the frame, and how long it is.
  @inline(__always)
  private func piece(_ index: Int) -> (start: Int, count: Int) {
    let start = payload.lowerBound &+ index &* segmentSize
    return (start, index == lastIndex ? payload.upperBound &- start : segmentSize)
  }

  /// Writes the headers of some segments, back to back.
  ///
  /// `target` has room for them.
  @inline(__always)
  @unsafe
  func writeHeaders(_ segments: Range<Int>, to target: UnsafeMutableRawPointer) {
    let kernel = kernel
    if template.needsPayloadSum {
      unsafe write(segments, to: target, room: 0) { _, source, count in
        unsafe wordSum(source, count: count, kernel: kernel)
      }
    } else {
      unsafe write(segments, to: target, room: 0) { _, _, _ in 0 }
    }
  }

  /// Writes some complete segments, back to back.
  ///
  /// `target` has room for them.
  @inline(__always)
  @unsafe
  func writeFrames(_ segments: Range<Int>, to target: UnsafeMutableRawPointer) {
    let kernel = kernel
    if template.needsPayloadSum {
      unsafe write(segments, to: target, room: 1) { target, source, count in
        unsafe copyAndSum(to: target, from: source, count: count, kernel: kernel)
      }
    } else {
      unsafe write(segments, to: target, room: 1) { target, source, count in
        unsafe target.copyMemory(from: source, byteCount: count)
        return 0
      }
    }
  }

  /// Writes some segments, one by one at the edges and from each other between them.
  ///
  /// - Parameters:
  ///   - segments: Which.
  ///   - target: Where to.
  ///   - room: 1 if there is room for the payload after the headers, 0 if not.
  ///   - body: What to do with the payload: where to, where from, how many octets; returns its sum.
  @inline(__always)
  @unsafe
  private func write(
    _ segments: Range<Int>, to target: UnsafeMutableRawPointer, room: Int,
    _ body: (UnsafeMutableRawPointer, UnsafeRawPointer, Int) -> UInt64
  ) {
    var target = unsafe target
    var index = segments.lowerBound
    let uniform = template.uniformSegments
    // The one before a run is the first that the run is made from.
    let start = min(segments.upperBound, max(uniform.lowerBound, segments.lowerBound + 1))
    let end = min(segments.upperBound, max(start, uniform.upperBound))
    while index < segments.upperBound {
      if index == start, end > start {
        let stride = headerLength &+ segmentSize &* room
        // SAFETY: the segments of the run lie in the frame, and the caller vouches for the target.
        unsafe writeRun(index..<end, to: target, stride: stride, body)
        unsafe target += stride &* (end &- index)
        index = end
        continue
      }
      let (start, count) = piece(index)
      // SAFETY: the caller vouches for the target; the piece lies in the frame.
      let sum = unsafe body(target + headerLength, source + start, count)
      unsafe writeHeader(index, payloadLength: count, payloadSum: sum, to: target)
      unsafe target += headerLength &+ count &* room
      index &+= 1
    }
  }

  /// Writes the headers of one segment.
  @inline(never)
  @unsafe
  private func writeHeader(
    _ index: Int, payloadLength: Int, payloadSum: UInt64, to target: UnsafeMutableRawPointer
  ) {
    // SAFETY: the caller vouches for the target.
    let header = unsafe UncheckedHeader(target)
    unsafe header.copy(source, count: headerLength)
    template.finish(index, payloadLength: payloadLength, payloadSum: payloadSum, in: header)
  }

  /// Writes segments whose headers are made from that of the one before them, which stands in
  /// front of `target`.
  ///
  /// The loop is there four times, so that what is the same for all segments is decided outside of it.
  @inline(__always)
  @unsafe
  private func writeRun(
    _ segments: Range<Int>, to target: UnsafeMutableRawPointer, stride: Int,
    _ body: (UnsafeMutableRawPointer, UnsafeRawPointer, Int) -> UInt64
  ) {
    let (length, segmentSize) = (headerLength, segmentSize)
    var run = template.run(from: segments.lowerBound, payloadLength: segmentSize)
    // SAFETY: what the caller says.
    let image = unsafe UnsafeRawPointer(target - stride)
    let from = unsafe source + (payload.lowerBound &+ segments.lowerBound &* segmentSize)
    let walk = unsafe Walk(
      target: target, source: from, stride: stride, headerLength: length,
      segmentSize: segmentSize, count: segments.count)
    if run.isTunnel, UncheckedHeader.usualTunnel.contains(length) {
      unsafe walk.forEach(body) { header, sum in
        unsafe header.copy100To115(image, count: length)
        run.writeNext(isTunnel: true, payloadSum: sum, to: header)
      }
    } else if run.isTunnel {
      unsafe walk.forEach(body) { header, sum in
        unsafe header.copy(image, count: length)
        run.writeNext(isTunnel: true, payloadSum: sum, to: header)
      }
    } else if UncheckedHeader.usual.contains(length) {
      unsafe walk.forEach(body) { header, sum in
        unsafe header.copyUsual(image, count: length)
        run.writeNext(isTunnel: false, payloadSum: sum, to: header)
      }
    } else {
      unsafe walk.forEach(body) { header, sum in
        unsafe header.copy(image, count: length)
        run.writeNext(isTunnel: false, payloadSum: sum, to: header)
      }
    }
  }
}

/// Equally long steps along source and output.
@unsafe
private struct Walk {
  let target: UnsafeMutableRawPointer
  let source: UnsafeRawPointer
  /// From segment to segment in the output, in octets.
  let stride: Int
  let headerLength: Int
  let segmentSize: Int
  let count: Int

  @inline(__always)
  func forEach(
    _ payload: (UnsafeMutableRawPointer, UnsafeRawPointer, Int) -> UInt64,
    _ headers: (UncheckedHeader, UInt64) -> Void
  ) {
    var (target, source, left) = unsafe (target, source, count)
    while left > 0 {
      // SAFETY: whoever made the walk vouches for all of its steps.
      let sum = unsafe payload(target + headerLength, source, segmentSize)
      headers(unsafe UncheckedHeader(target), sum)
      unsafe target += stride
      unsafe source += segmentSize
      left &-= 1
    }
  }
}
