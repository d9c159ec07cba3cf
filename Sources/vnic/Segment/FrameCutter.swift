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
  var arena = SegmentArena(atMost: arenaByteCount, slotCount: arenaSlotCount)

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
    let link = try LinkLayer(of: record, in: summary.input)
    summary.framesRead += 1
    guard
      let layout = try? PacketLayout(parsing: record.octets, link: link, tunnels: .wellKnown)
    else { return try processUnreadable(record, link) }
    // A verdict has room for a plan, which is much to carry around for the many frames that fit.
    if !record.isTruncatedBySnapLength, !limit.isExceeded(by: layout) {
      summary.framesPassed += 1
      return try write(record, layout)
    }
    try follow(Verdict(on: record, layout, limit), record, layout)
  }

  private mutating func processUnreadable(_ record: CaptureRecord, _ link: LinkLayer) throws {
    let verdict = Examination(of: record, link, limit).verdict
    if case .kept(let reason) = verdict {
      try noteKept(record, reason)
    } else {
      summary.framesPassed += 1
    }
    try write(record)
  }

  private mutating func follow(
    _ verdict: Verdict, _ record: CaptureRecord, _ layout: PacketLayout
  ) throws {
    switch verdict {
    case .fits:
      summary.framesPassed += 1
      try write(record, layout)
    case .cut(let plan, let isGuess):
      if isGuess { summary.guessedUdpFrames += 1 }
      note(ChecksumFinishing(inspecting: record.octets, plan.layout), inCutFrame: true)
      try cut(record.octets, of: record, plan)
    case .fragment(let plan):
      note(ChecksumFinishing(inspecting: record.octets, plan.layout), inCutFrame: true)
      try cut(record.octets, of: record, plan)
    case .kept(let reason):
      try noteKept(record, reason)
      try write(record, layout)
    }
  }

  /// Counts a frame that should be cut and is not.
  mutating func noteKept(_ record: CaptureRecord, _ reason: KeptReason) throws {
    if isStrict {
      throw Failure(
        "\(summary.input): frame \(record.frameNumber): \(reason.category): \(reason.detail)")
    }
    summary.addKept(record.frameNumber, reason)
  }

  /// Writes a frame as it is, but for checksums that are to be finished.
  private mutating func write(_ record: CaptureRecord, _ layout: PacketLayout) throws {
    note(packetLength: layout.packetLength)
    let origin = try output.origin(of: record)
    // In front of a frame check sequence nothing may change, or it would be wrong.
    if record.isTruncatedBySnapLength || origin.hasFrameCheckSequence { return try write(record) }
    summary.framesWritten += 1
    var checksums = ChecksumFinishing()
    try output.write(record.octets, origin, originalLength: Int(record.originalLength)) { octets in
      checksums.finish(&octets, layout)
    }
    note(checksums, inCutFrame: false)
  }

  /// Writes a frame as it is.
  private mutating func write(_ record: CaptureRecord) throws {
    summary.framesWritten += 1
    let origin = try output.origin(of: record)
    try output.write(record.octets, origin, originalLength: Int(record.originalLength))
  }

  /// Counts what was found in the checksum fields of a frame.
  mutating func note(_ checksums: ChecksumFinishing, inCutFrame: Bool) {
    if inCutFrame {
      if checksums.isWrong { summary.checksums.wrongInCutFrames += 1 }
      if checksums.isUnfinished { summary.checksums.finishedInCutFrames += 1 }
    } else {
      if checksums.isWrong { summary.checksums.wrongInPassedFrames += 1 }
      if checksums.isUnfinished { summary.checksums.finishedInPassedFrames += 1 }
    }
  }

  mutating func note(packetLength: Int?) {
    summary.largestPacket = max(summary.largestPacket, packetLength ?? 0)
  }
}
