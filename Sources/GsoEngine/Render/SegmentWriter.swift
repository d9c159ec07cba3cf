internal import WireFormats

/// The loops over segments.
///
/// The caller compares all lengths first. The loops then use raw pointers, and read nothing of the
/// output but one complete header.
@safe
internal struct SegmentWriter {
  private let template: HeaderTemplate
  private let source: UnsafeRawPointer
  private let headerLength: Int
  private let payload: Range<Int>
  private let segmentSize: Int
  private let lastIndex: Int
  private let kernel: SumKernel

  /// Gathers what all segments have in common.
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

  /// Where the payload of a segment starts in the frame, and its length.
  @inline(__always)
  private func payload(of index: Int) -> (start: Int, count: Int) {
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

  /// Writes some segments.
  ///
  /// The first and the last are built from the template; those between them update a copy of an
  /// earlier header.
  ///
  /// - Parameters:
  ///   - segments: Which.
  ///   - target: Where to.
  ///   - room: 1 if there is room for the payload after the headers, 0 if not.
  ///   - body: Called with the target, the source and the length of each payload; returns its sum.
  @inline(__always)
  @unsafe
  private func write(
    _ segments: Range<Int>, to target: UnsafeMutableRawPointer, room: Int,
    _ body: (UnsafeMutableRawPointer, UnsafeRawPointer, Int) -> UInt64
  ) {
    var target = unsafe target
    var index = segments.lowerBound
    let uniform = template.uniformSegments
    // A run needs a complete header directly before it.
    let start = min(segments.upperBound, max(uniform.lowerBound, segments.lowerBound + 1))
    let end = min(segments.upperBound, max(start, uniform.upperBound))
    while index < segments.upperBound {
      if index == start, end > start {
        let stride = headerLength &+ segmentSize &* room
        // SAFETY: the segments of the run lie in the frame, and the caller guarantees room at the
        // target.
        unsafe writeRun(index..<end, to: target, stride: stride, body)
        unsafe target += stride &* (end &- index)
        index = end
        continue
      }
      let (start, count) = payload(of: index)
      // SAFETY: the caller guarantees room at the target; the payload lies in the frame.
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
    // SAFETY: the caller guarantees room at the target.
    let header = unsafe UncheckedHeader(target)
    unsafe header.copy(source, count: headerLength)
    template.complete(index, payloadLength: payloadLength, payloadSum: payloadSum, in: header)
  }

  /// Writes segments whose headers are made from those of the segment directly before `target`.
  ///
  /// There are four copies of the loop, so that it has no branches that are the same for all
  /// segments.
  @inline(__always)
  @unsafe
  private func writeRun(
    _ segments: Range<Int>, to target: UnsafeMutableRawPointer, stride: Int,
    _ body: (UnsafeMutableRawPointer, UnsafeRawPointer, Int) -> UInt64
  ) {
    let (length, segmentSize) = (headerLength, segmentSize)
    var run = template.run(from: segments.lowerBound, payloadLength: segmentSize)
    // SAFETY: the caller guarantees a complete segment before the target.
    let image = unsafe UnsafeRawPointer(target - stride)
    let from = unsafe source + (payload.lowerBound &+ segments.lowerBound &* segmentSize)
    let walk = unsafe Walk(
      target: target, source: from, stride: stride, headerLength: length,
      segmentSize: segmentSize, count: segments.count)
    if run.isTunnel, UncheckedHeader.lengths113To128.contains(length) {
      unsafe walk.forEach(body) { header, sum in
        unsafe header.copy113To128(image, count: length)
        run.writeNext(isTunnel: true, payloadSum: sum, to: header)
      }
    } else if run.isTunnel {
      unsafe walk.forEach(body) { header, sum in
        unsafe header.copy(image, count: length)
        run.writeNext(isTunnel: true, payloadSum: sum, to: header)
      }
    } else if UncheckedHeader.lengths65To80.contains(length) {
      unsafe walk.forEach(body) { header, sum in
        unsafe header.copy65To80(image, count: length)
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
      // SAFETY: the caller of the initialiser guarantees room for all steps.
      let sum = unsafe payload(target + headerLength, source, segmentSize)
      headers(unsafe UncheckedHeader(target), sum)
      unsafe target += stride
      unsafe source += segmentSize
      left &-= 1
    }
  }
}
