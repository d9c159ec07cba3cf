import GsoEngine
import PacketCapture
import WireFormats

/// Takes one frame after the other, and writes what becomes of it.
struct FrameCutter: ~Copyable {
  /// Octets and frames that are rendered before they are written; a plan of more goes in parts.
  static let arenaByteCount = 1_048_576
  static let arenaSlotCount = 4_096

  let limit: SizeLimit
  /// The virtio-net header in front of every frame; nil if there is none.
  let headerForm: VirtioNetHeader.Form?
  let hasComments: Bool
  let isStrict: Bool
  var output: CaptureOutput
  var summary: SegmentSummary
  var arena = SegmentArena(byteCount: arenaByteCount, slotCount: arenaSlotCount)
  var copy: [UInt8] = []

  init(
    limit: SizeLimit, headerForm: VirtioNetHeader.Form?, hasComments: Bool, isStrict: Bool,
    output: consuming CaptureOutput,
    summary: SegmentSummary
  ) {
    (self.limit, self.headerForm) = (limit, headerForm)
    (self.hasComments, self.isStrict) = (hasComments, isStrict)
    self.output = output
    self.summary = summary
  }

  mutating func process(_ record: CaptureRecord) throws {
    if let headerForm { return try processDescribed(record, headerForm) }
    let examination = try Examination(of: record, in: summary.input, limit: limit)
    summary.framesRead += 1
    switch examination.verdict {
    case .fits: try pass(record, examination)
    case .cut(let plan, let isGuess):
      if isGuess { summary.guessedUdpFrames += 1 }
      let checksums = ChecksumFinishing(inspecting: record.octets, plan.layout)
      note(checksums, inCutFrame: true)
      try cut(record.octets, of: record, plan)
    case .fragment(let plan):
      let checksums = ChecksumFinishing(inspecting: record.octets, plan.layout)
      note(checksums, inCutFrame: true)
      summary.datagramsFragmented += 1
      try cut(record.octets, of: record, plan)
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
    note(checksums, inCutFrame: false)
    let finished = copy
    if finished.isEmpty {
      try output.write(record.octets, from: record, originalLength: originalLength)
    } else {
      try output.write(finished.octets, from: record, originalLength: originalLength)
    }
  }

  /// Writes what a frame becomes; it may be a part of the record.
  mutating func cut(
    _ frame: RawSpan, of record: CaptureRecord, _ plan: some FramePlan
  ) throws {
    summary.framesCut += 1
    summary.segments += plan.count
    summary.framesWritten += plan.count
    note(packetLength: plan.outputRange(of: 0).count - plan.layout.linkHeaderLength)
    try Self.write(plan, frame, of: record, hasComments: hasComments, by: &arena, to: &output)
  }

  private static func write(
    _ plan: some FramePlan, _ frame: RawSpan, of record: CaptureRecord, hasComments: Bool,
    by arena: inout SegmentArena, to output: inout CaptureOutput
  ) throws {
    let noun = plan is FragmentationPlan ? "fragment" : "segment"
    let batch = max(1, min(arenaSlotCount, arenaByteCount / plan.outputRange(of: 0).count))
    for start in stride(from: 0, to: plan.count, by: batch) {
      let segments = start..<min(start + batch, plan.count)
      arena.reset()
      try plan.render(frame, segments: segments, into: &arena)
      for index in segments {
        let comment = hasComments ? comment(plan, index, noun, record.frameNumber) : nil
        try output.write(arena[index - start], from: record, comment: comment)
      }
    }
  }

  private static func comment(
    _ plan: some FramePlan, _ index: Int, _ noun: String, _ frame: UInt64
  ) -> String {
    let range = plan[index].payloadRange
    let start = range.lowerBound - plan[0].payloadRange.lowerBound
    return "\(noun) \(index + 1) of \(plan.count) of frame \(frame), "
      + "octets \(start)..<\(start + range.count)"
  }

  /// Counts what was found in the checksum fields of a frame.
  mutating func note(_ checksums: ChecksumFinishing, inCutFrame: Bool) {
    let isFinished = checksums.finishedCount > 0
    if inCutFrame {
      if checksums.isWrong { summary.checksums.wrongInCutFrames += 1 }
      if isFinished { summary.checksums.finishedInCutFrames += 1 }
    } else {
      if checksums.isWrong { summary.checksums.wrongInPassedFrames += 1 }
      if isFinished { summary.checksums.finishedInPassedFrames += 1 }
    }
  }

  mutating func note(packetLength: Int?) {
    summary.largestPacket = max(summary.largestPacket, packetLength ?? 0)
  }
}
