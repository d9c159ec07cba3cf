import GsoEngine
import PacketCapture
import WireFormats

/// Frames that are segmented.
extension FrameSegmenter {
  /// Writes the segments or fragments of a frame, which may be a part of the record.
  mutating func segment(
    _ frame: RawSpan, of record: CaptureRecord, _ plan: some FramePlan
  ) throws {
    summary.framesSegmented += 1
    if plan is FragmentationPlan {
      summary.datagramsFragmented += 1
      summary.fragments += plan.count
    } else {
      summary.segments += plan.count
    }
    summary.framesWritten += plan.count
    note(packetLength: plan.outputRange(of: 0).count - plan.layout.linkHeaderLength)
    try Self.write(plan, frame, of: record, hasComments: hasComments, by: &arena, to: &output)
  }

  /// Writes the segments of a frame that was captured in part: their headers, what was captured of
  /// their payload, and their lengths on the wire.
  ///
  /// Transport checksums cannot be known without the payload; they are partial.
  mutating func segmentPart(of record: CaptureRecord, _ plan: SegmentationPlan) throws {
    summary.framesSegmented += 1
    summary.framesSegmentedInPart += 1
    summary.segments += plan.count
    summary.framesWritten += plan.count
    note(packetLength: plan.outputRange(of: 0).count - plan.layout.linkHeaderLength)
    for segment in plan {
      var octets = [UInt8](repeating: 0, count: plan.headerLength)
      octets.withMutableOctets { span in
        // The array has room, and the plan was made of this frame, so this cannot fail.
        _ = try? plan.renderHeaders(
          front: record.frame, segments: segment.index..<(segment.index + 1), into: &span)
      }
      let end = min(segment.payloadRange.upperBound, record.frame.byteCount)
      octets += record.frame.array(min(segment.payloadRange.lowerBound, end)..<end)
      try output.write(
        octets.octets, madeOf: record, isFirst: segment.index == 0,
        originalLength: segment.frameLength,
        comment: hasComments ? Self.comment(plan, segment.index, record.frameNumber) : nil)
    }
  }

  /// Renders many frames at once and copies them to the output, which the caches make cheap:
  /// rendering each in its place would gather what all of them have in common once for each.
  private static func write(
    _ plan: some FramePlan, _ frame: RawSpan, of record: CaptureRecord, hasComments: Bool,
    by arena: inout SegmentArena, to output: inout CaptureOutput
  ) throws {
    let batch = max(1, min(arenaSlotCount, arenaByteCount / plan.outputRange(of: 0).count))
    for start in stride(from: 0, to: plan.count, by: batch) {
      let segments = start..<min(start + batch, plan.count)
      arena.reset()
      try plan.render(frame, segments: segments, into: &arena)
      for index in segments {
        let comment = hasComments ? Self.comment(plan, index, record.frameNumber) : nil
        try output.write(
          arena[index - start], madeOf: record, isFirst: index == 0, comment: comment)
      }
    }
  }

  private static func comment(_ plan: some FramePlan, _ index: Int, _ frame: UInt64) -> String {
    let noun = plan is FragmentationPlan ? "fragment" : "segment"
    let range = plan[index].payloadRange
    let start = range.lowerBound - plan[0].payloadRange.lowerBound
    return "\(noun) \(index + 1) of \(plan.count) of frame \(frame), "
      + "octets \(start)..<\(start + range.count)"
  }
}
