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
    let layout: PacketLayout
    do throws(WireError) {
      layout = try PacketLayout(parsing: record.octets, link: link, tunnels: .wellKnown)
    } catch {
      return try follow(Verdict(onUnreadable: record, link, error, limit), record, nil)
    }
    // A verdict has room for a plan, which is much to carry around for the many frames that fit.
    if !record.isTruncatedBySnapLength, !limit.isExceeded(by: layout) {
      return try pass(record, layout)
    }
    try follow(Verdict(on: record, layout, limit), record, layout)
  }

  private mutating func follow(
    _ verdict: Verdict, _ record: CaptureRecord, _ layout: PacketLayout?
  ) throws {
    switch verdict {
    case .fits: try pass(record, layout)
    case .cut(let plan, let isGuess):
      if isGuess { summary.guessedUdpFrames += 1 }
      note(ChecksumFinishing(inspecting: record.octets, plan.layout), inCutFrame: true)
      try cut(record.octets, of: record, plan)
    case .fragment(let plan):
      note(ChecksumFinishing(inspecting: record.octets, plan.layout), inCutFrame: true)
      try cut(record.octets, of: record, plan)
    case .kept(let reason):
      if isStrict {
        throw Failure(
          "\(summary.input): frame \(record.frameNumber): \(reason.category): \(reason.detail)")
      }
      summary.addKept(record.frameNumber, reason)
      try write(record, layout)
    }
  }

  private mutating func pass(_ record: CaptureRecord, _ layout: PacketLayout?) throws {
    summary.framesPassed += 1
    try write(record, layout)
  }

  /// Writes a frame as it is, but for checksums that are to be finished.
  private mutating func write(_ record: CaptureRecord, _ layout: PacketLayout?) throws {
    note(packetLength: layout?.packetLength)
    summary.framesWritten += 1
    let originalLength = Int(record.originalLength)
    let origin = try output.origin(of: record)
    // In front of a frame check sequence nothing may change, or it would be wrong.
    guard let layout, !record.isTruncatedBySnapLength, !origin.hasFrameCheckSequence else {
      return try output.write(record.octets, origin, originalLength: originalLength)
    }
    var checksums: ChecksumFinishing?
    try output.write(record.octets, origin, originalLength: originalLength) { octets in
      checksums = ChecksumFinishing(finishing: &octets, layout)
    }
    if let checksums { note(checksums, inCutFrame: false) }
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
