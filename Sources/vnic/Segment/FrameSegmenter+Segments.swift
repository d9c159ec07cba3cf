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
