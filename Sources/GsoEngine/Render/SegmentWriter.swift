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
  @inline(always)
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
  @inline(always)
  private func payload(of index: Int) -> (start: Int, count: Int) {
    let start = payload.lowerBound &+ index &* segmentSize
    return (start, index == lastIndex ? payload.upperBound &- start : segmentSize)
  }

  /// Writes the headers of some segments, back to back.
  ///
  /// `target` has room for them.
  @inline(always)
  @unsafe
  func writeHeaders(_ segments: Range<Int>, to target: UnsafeMutableRawPointer) {
    if template.needsPayloadSum {
      unsafe write(segments, to: target, .sum)
    } else {
      unsafe write(segments, to: target, .leave)
    }
  }

  /// Writes some complete segments, back to back.
  ///
  /// `target` has room for them.
  @inline(always)
  @unsafe
  func writeFrames(_ segments: Range<Int>, to target: UnsafeMutableRawPointer) {
    if template.needsPayloadSum {
      unsafe write(segments, to: target, .copyAndSum)
    } else {
      unsafe write(segments, to: target, .copy)
    }
  }

  /// Writes some segments.
  ///
  /// The first and the last are built from the template; those between them update a copy of an
  /// earlier header.
  ///
  /// - Parameters:
  ///   - segments: Which.
  ///   - target: Where to; it has room.
  ///   - step: What happens to each payload.
  @inline(always)
  @unsafe
  private func write(
    _ segments: Range<Int>, to target: UnsafeMutableRawPointer, _ step: PayloadStep
  ) {
    var target = unsafe target
    var index = segments.lowerBound
    let uniform = template.uniformSegments
    // A run needs a complete header directly before it.
    let start = min(segments.upperBound, max(uniform.lowerBound, segments.lowerBound &+ 1))
    let end = min(segments.upperBound, max(start, uniform.upperBound))
    while index < segments.upperBound {
      if index == start, end > start {
        let stride = headerLength &+ (step.copies ? segmentSize : 0)
        // SAFETY: the segments of the run lie in the frame, and the caller guarantees room at the
        // target.
        unsafe writeRun(index..<end, to: target, stride: stride, step)
        unsafe target += stride &* (end &- index)
        index = end
        continue
      }
      let (start, count) = payload(of: index)
      // SAFETY: the caller guarantees room at the target; the payload lies in the frame.
      let sum = unsafe step(
        to: target + headerLength, from: source + start, count: count, kernel: kernel)
      unsafe writeHeader(index, payloadLength: count, payloadSum: sum, to: target)
      unsafe target += headerLength &+ (step.copies ? count : 0)
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
  /// There are several copies of the loop, so that it has no branches that are the same for all
  /// segments: for the usual lengths of headers, 14 octets of Ethernet and the usual options.
  @inline(always)
  @unsafe
  private func writeRun(
    _ segments: Range<Int>, to target: UnsafeMutableRawPointer, stride: Int, _ step: PayloadStep
  ) {
    let run = template.run(from: segments.lowerBound, payloadLength: segmentSize)
    // SAFETY: the caller guarantees a complete segment before the target.
    let image = unsafe UnsafeRawPointer(target - stride)
    let from = unsafe source + (payload.lowerBound &+ segments.lowerBound &* segmentSize)
    let walk = unsafe Walk(
      run: run, image: image, target: target, source: from, stride: stride,
      headerLength: headerLength, segmentSize: segmentSize, count: segments.count, kernel: kernel)
    unsafe walk.writeAll(step)
  }
}

/// Equally long steps along source and output.
@unsafe
private struct Walk {
  let run: HeaderRun
  let image: UnsafeRawPointer
  let target: UnsafeMutableRawPointer
  let source: UnsafeRawPointer
  /// From segment to segment in the output, in octets.
  let stride: Int
  let headerLength: Int
  let segmentSize: Int
  let count: Int
  let kernel: SumKernel

  @inline(always)
  func writeAll(_ step: PayloadStep) {
    guard unsafe count > 0 else { return }
    let blocks = unsafe HeaderImage.blocks(of: headerLength)
    switch unsafe (run.shape, blocks) {
    case (.tcpOverIPv4, 3): unsafe write(step, .tcpOverIPv4, blocks: 3)
    case (.tcpOverIPv4, 4): unsafe write(step, .tcpOverIPv4, blocks: 4)
    case (.plain, 2): unsafe write(step, .plain, blocks: 2)
    case (.plain, 5): unsafe write(step, .plain, blocks: 5)
    case (.tcpOverIPv4InIPv4, 7): unsafe write(step, .tcpOverIPv4InIPv4, blocks: 7)
    case (.tunnel, _), (.tcpOverIPv4InIPv4, _): unsafe write(step, .tunnel, blocks: 0)
    default: unsafe write(step, .plain, blocks: 0)
    }
  }

  /// Writes all segments; the arguments are constants.
  @inline(always)
  private func write(_ step: PayloadStep, _ shape: HeaderRun.Shape, blocks: Int) {
    let image = unsafe HeaderImage(image, length: headerLength, blocks: blocks)
    var (run, target, source, left) = unsafe (run, target, source, count)
    repeat {
      // SAFETY: the caller of the initialiser guarantees room for all steps.
      let sum = unsafe step(
        to: target + headerLength, from: source, count: segmentSize, kernel: kernel)
      let header = unsafe UncheckedHeader(target)
      image.copy(to: header)
      run.writeNext(shape, sums: step.sums, payloadSum: sum, to: header)
      unsafe target += stride
      unsafe source += segmentSize
      left &-= 1
    } while left != 0
  }
}
