import GsoEngine
import PacketCapture
import WireFormats

/// Takes one frame after the other, and writes it, or its segments.
struct FrameSegmenter: ~Copyable {
  /// Octets and frames that are rendered before they are written; a plan of more goes in parts.
  static let arenaByteCount = 1_048_576
  static let arenaSlotCount = 4_096

  let limit: SizeLimit
  /// The virtio-net header before every frame; nil if there is none.
  let headerForm: VirtioNetHeader.Form?
  let hasComments: Bool
  let isStrict: Bool
  /// Whether wrong checksums of frames that stay one are computed.
  let fixesChecksums: Bool
  var output: CaptureOutput
  var summary: SegmentSummary
  var damage = DamageReport()
  var arena = SegmentArena(atMost: arenaByteCount, slotCount: arenaSlotCount)

  init(
    limit: SizeLimit, headerForm: VirtioNetHeader.Form?, hasComments: Bool, isStrict: Bool,
    fixesChecksums: Bool, output: consuming CaptureOutput,
    summary: SegmentSummary
  ) {
    (self.limit, self.headerForm) = (limit, headerForm)
    (self.hasComments, self.isStrict) = (hasComments, isStrict)
    self.fixesChecksums = fixesChecksums
    self.output = output
    self.summary = summary
  }

  /// Takes an item that is no frame.
  mutating func copy(_ item: CaptureItem) throws {
    if case .damage(let error) = item.kind { damage.note(error) }
    try output.copy(item)
  }

  /// Takes a frame.
  mutating func process(_ record: CaptureRecord) throws {
    guard let link = LinkLayer(record.linkType) else { return try passForeign(record) }
    if let headerForm { return try processDescribed(record, link, headerForm) }
    summary.framesRead += 1
    guard
      let layout = try? PacketLayout(
        parsing: record.frame, link: link, tunnels: limit.tunnels)
    else { return try processUnreadable(record, link) }
    limit.payload.learn(from: record.frame, layout)
    // An action has room for a plan, which is much to carry around for the many frames that fit.
    if !record.isTruncatedBySnapLength, !limit.isExceeded(by: record.frame, layout) {
      limit.datagramSizes?.note(record.frame, layout)
      summary.framesFitting += 1
      return try write(record, layout)
    }
    try perform(SegmentDecision.Action(for: record, layout, limit), record, layout)
  }

  /// Writes a frame of a link that has no IP packets as far as this program knows.
  private mutating func passForeign(_ record: CaptureRecord) throws {
    summary.framesRead += 1
    summary.framesWritten += 1
    summary.foreign.note(record)
    try output.write(record)
  }

  /// Writes a frame whose headers cannot be read.
  private mutating func processUnreadable(_ record: CaptureRecord, _ link: LinkLayer) throws {
    if case .skip(let reason) = SegmentDecision(for: record, link, limit).action {
      try noteSkipped(record, reason)
    } else {
      noteFitting(record)
    }
    try write(record)
  }

  private mutating func perform(
    _ action: SegmentDecision.Action, _ record: CaptureRecord, _ layout: PacketLayout
  ) throws {
    switch action {
    case .fits:
      noteFitting(record)
      try write(record, layout)
    case .segment(let plan, _) where record.isTruncatedBySnapLength:
      try segmentPart(of: record, plan)
    case .segment(let plan, let boundaries):
      if boundaries == .fromFlow { summary.udpFramesFromFlow += 1 }
      if boundaries == .guessed { summary.guessedUdpFrames += 1 }
      if limit.mss == nil, let fitting = limit.fittingPayload(of: plan.layout),
        plan.segmentSize < fitting
      {
        summary.tcpFramesByAnnouncedMss += 1
      }
      // Otherwise those of the frame are copied to its segments, for a NIC to compute.
      if limit.preset.computesChecksums { noteChecksums(of: record, plan.layout) }
      try segment(record.frame, of: record, plan)
    case .fragment(let plan):
      noteChecksums(of: record, plan.layout)
      try segment(record.frame, of: record, plan)
    case .skip(let reason):
      try noteSkipped(record, reason)
      try write(record, layout)
    }
  }

  /// Counts what the checksum fields of a frame held that is segmented.
  private mutating func noteChecksums(of record: CaptureRecord, _ layout: PacketLayout) {
    let findings = layout.checksumsToComplete(in: record.frame, record.flags).findings
    note(findings, inSegmentedFrame: true)
  }

  /// Counts a frame that should be segmented and is not.
  mutating func noteSkipped(_ record: CaptureRecord, _ reason: SkipReason) throws {
    if isStrict {
      throw Failure(
        "\(summary.input): frame \(record.frameNumber): \(reason.category): \(reason.text)")
    }
    summary.addSkipped(record.frameNumber, reason)
  }

  private mutating func noteFitting(_ record: CaptureRecord) {
    summary.framesFitting += 1
    if record.isTruncatedBySnapLength { summary.framesFittingInPart += 1 }
  }

  /// Writes a frame unmodified, but for what its sender left to the NIC.
  private mutating func write(_ record: CaptureRecord, _ layout: PacketLayout) throws {
    if record.isTruncatedBySnapLength {
      note(packetLength: record.packetLength(layout))
      return try write(record)
    }
    note(packetLength: layout.packetLength)
    // Without a frame check sequence that can be renewed nothing may change, or it would be wrong.
    if !record.canRenewFrameCheckSequence { return try write(record) }
    summary.framesWritten += 1
    var findings = ChecksumFindings()
    let (flags, fixesChecksums) = (record.flags, fixesChecksums)
    try output.write(record) { octets in
      findings = layout.completeChecksums(in: &octets, flags, fixesAll: fixesChecksums)
      return findings.changesFrame
    }
    note(findings, inSegmentedFrame: false)
  }

  /// Writes a frame unmodified.
  private mutating func write(_ record: CaptureRecord) throws {
    summary.framesWritten += 1
    try output.write(record)
  }

  /// Counts what was found in the checksum fields of a frame.
  mutating func note(_ found: ChecksumFindings, inSegmentedFrame: Bool) {
    if inSegmentedFrame {
      if !found.wrong.isEmpty { summary.checksums.wrongInSegmentedFrames += 1 }
      if !found.partial.isEmpty { summary.checksums.completedInSegmentedFrames += 1 }
    } else {
      if !found.wrong.isEmpty {
        summary.checksums.wrongInFittingFrames += 1
        if fixesChecksums { summary.checksums.fixed += 1 }
      }
      if !found.partial.isEmpty { summary.checksums.completedInFittingFrames += 1 }
      if found.completesLength { summary.lengthsCompleted += 1 }
    }
  }

  mutating func note(packetLength: Int?) {
    summary.largestPacket = max(summary.largestPacket, packetLength ?? 0)
  }
}
