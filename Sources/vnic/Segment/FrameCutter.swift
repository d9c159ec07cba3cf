import GsoEngine
import PacketCapture
import WireFormats

/// Takes one frame after the other, and writes what becomes of it.
struct FrameCutter: ~Copyable {
  /// Octets and frames that are rendered before they are written; a plan of more goes in parts.
  private static let arenaByteCount = 1_048_576
  private static let arenaSlotCount = 4_096

  let limit: SizeLimit
  let hasComments: Bool
  let isStrict: Bool
  var output: CaptureOutput
  var summary: SegmentSummary
  private var arena = SegmentArena(byteCount: arenaByteCount, slotCount: arenaSlotCount)
  private var copy: [UInt8] = []

  init(
    limit: SizeLimit, hasComments: Bool, isStrict: Bool, output: consuming CaptureOutput,
    summary: SegmentSummary
  ) {
    (self.limit, self.hasComments, self.isStrict) = (limit, hasComments, isStrict)
    self.output = output
    self.summary = summary
  }

  mutating func process(_ record: CaptureRecord) throws {
    let examination = try Examination(of: record, in: summary.input, limit: limit)
    summary.framesRead += 1
    switch examination.verdict {
    case .fits: try pass(record, examination)
    case .cut(let plan, let isGuess):
      if isGuess { summary.guessedUdpFrames += 1 }
      try cut(record, plan)
    case .kept(let reason):
      if isStrict {
        throw Failure(
          "\(summary.input): frame \(record.frameNumber): \(reason.category): \(reason.detail)")
      }
      summary.addKept(record.frameNumber, reason)
      try write(record, examination)
    }
  }

  private mutating func pass(_ record: CaptureRecord, _ examination: Examination) throws {
    summary.framesPassed += 1
    try write(record, examination)
  }

  /// Writes a frame as it is, but for checksums that are to be finished.
  private mutating func write(_ record: CaptureRecord, _ examination: Examination) throws {
    note(packetLength: examination.packetLength)
    summary.framesWritten += 1
    let originalLength = Int(record.originalLength)
    // In front of a frame check sequence nothing may change, or it would be wrong.
    let isSealed = (record.interface.frameCheckSequenceByteCount ?? 0) > 0
    guard let layout = examination.layout, !record.isTruncatedBySnapLength, !isSealed else {
      return try output.write(record.octets, from: record, originalLength: originalLength)
    }
    let checksums = ChecksumFinishing(of: record.octets, layout, into: &copy)
    if checksums.isWrong { summary.checksums.wrongInPassedFrames += 1 }
    if checksums.finishedCount > 0 { summary.checksums.finishedInPassedFrames += 1 }
    let finished = copy
    if finished.isEmpty {
      try output.write(record.octets, from: record, originalLength: originalLength)
    } else {
      try output.write(finished.octets, from: record, originalLength: originalLength)
    }
  }

  private mutating func cut(_ record: CaptureRecord, _ plan: SegmentationPlan) throws {
    let checksums = ChecksumFinishing(inspecting: record.octets, plan.layout)
    if checksums.isWrong { summary.checksums.wrongInCutFrames += 1 }
    if checksums.finishedCount > 0 { summary.checksums.finishedInCutFrames += 1 }
    summary.framesCut += 1
    summary.segments += plan.count
    summary.framesWritten += plan.count
    note(packetLength: plan.fullFrameLength - plan.layout.linkHeaderLength)
    try Self.write(plan, of: record, hasComments: hasComments, by: &arena, to: &output)
  }

  private static func write(
    _ plan: SegmentationPlan, of record: CaptureRecord, hasComments: Bool,
    by arena: inout SegmentArena, to output: inout CaptureOutput
  ) throws {
    let batch = max(1, min(arenaSlotCount, arenaByteCount / plan.fullFrameLength))
    for start in stride(from: 0, to: plan.count, by: batch) {
      let segments = start..<min(start + batch, plan.count)
      arena.reset()
      try plan.render(record.octets, segments: segments, into: &arena)
      for index in segments {
        let comment = hasComments ? comment(plan, index, record.frameNumber) : nil
        try output.write(arena[index - start], from: record, comment: comment)
      }
    }
  }

  private static func comment(_ plan: SegmentationPlan, _ index: Int, _ frame: UInt64) -> String {
    let range = plan[index].payloadRange
    let start = range.lowerBound - plan.payloadRange.lowerBound
    return "segment \(index + 1) of \(plan.count) of frame \(frame), "
      + "octets \(start)..<\(start + range.count)"
  }

  private mutating func note(packetLength: Int?) {
    summary.largestPacket = max(summary.largestPacket, packetLength ?? 0)
  }
}
