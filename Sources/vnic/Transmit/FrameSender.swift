import GsoEngine
import PacketCapture
import VirtualNIC
import WireFormats

/// Hands one frame after the other to the NIC, and counts what becomes of them.
struct FrameSender {
  private let nic: VirtualNIC
  /// Where frames go that pass by the NIC.
  private let capture: WireCapture
  private let sequences: FrameCheckSequenceLink
  private let choice: SegmentSizeChoice
  private var clock = VirtualClock()
  /// When the frame at hand is sent.
  private var time = VirtualTime.start
  private var rows: [DecisionKind: TransmitSummary.Row] = [:]
  private var framesRead = 0
  private var checksumsCompleted = 0
  private var checksumsWrong = 0
  private var udpFramesFromFlow = 0
  private var guessedUdpFrames = 0
  /// What the capture knows and the output does not have.
  private(set) var omissions = Omissions()
  /// Where the capture is damaged.
  var damage = DamageReport()
  /// Frames that were not sent.
  private(set) var framesSkipped = 0

  init(
    _ nic: VirtualNIC, _ choice: SegmentSizeChoice, _ sequences: FrameCheckSequenceLink,
    _ capture: WireCapture
  ) {
    (self.nic, self.choice) = (nic, choice)
    (self.sequences, self.capture) = (sequences, capture)
  }

  /// Takes an item that is no frame.
  mutating func note(_ item: CaptureItem) {
    if case .damage(let error) = item.kind { damage.note(error) }
    // The interface of pcap has nothing to lose.
    omissions.note(item)
  }

  /// Sends a frame of Ethernet at the time that the capture says; before it, frames that are due by
  /// then arrive.
  ///
  /// What a NIC cannot send passes by it.
  mutating func send(_ record: CaptureRecord) throws -> FrameDecision {
    framesRead += 1
    time = clock.advance(to: record.timestamp)
    nic.link.advance(to: clock.now)
    let frame = record.frame
    guard record.linkType == .ethernet else {
      try capture.pass(foreign: record)
      return note(DecisionKind(foreign: record), nil, record, frame, nil)
    }
    sequences.prepare(record)
    try capture.startNIC(sequenceLength: sequences.sequenceLength)
    omissions.note(record)
    if record.frameCheckSequenceLength > sequences.sequenceLength {
      omissions.noteFrameCheckSequence()
    }
    let layout = try? PacketLayout(parsing: frame, tunnels: choice.tunnels)
    if record.isTruncatedBySnapLength {
      if !record.exceeds(mtu: choice.mtu, mss: choice.mss, .ethernet, layout) {
        try capture.pass(inPart: record)
        return note(DecisionKind(passedInPart: record), nil, record, frame, layout)
      }
      return note(DecisionKind(cutShort: record), nil, record, frame, layout)
    }
    switch choice.answer(for: frame, layout, nic.rules) {
    case .segments(let size, let boundaries):
      let report = nic.transmit(frame, segmentSize: size, at: time)
      if case .sent = report.outcome {
        if boundaries == .fromFlow { udpFramesFromFlow += 1 }
        if boundaries == .guessed { guessedUdpFrames += 1 }
      }
      return note(DecisionKind(report), report, record, frame, layout)
    case .unsendable(let error):
      let report = nic.transmit(frame, segmentSize: 0, at: time)
      return note(DecisionKind(unsendable: error), report, record, frame, layout)
    case .asIs: break
    }
    guard let layout else {
      let report = nic.transmit(frame, segmentSize: 0, at: time)
      return note(DecisionKind(report), report, record, frame, layout)
    }
    // What the sender left partial is the NIC's to complete.
    let (fields, findings) = layout.checksumsToComplete(in: frame, record.flags)
    if !findings.wrong.isEmpty { checksumsWrong += 1 }
    let isPartial = findings.changesFrame
    let request = TransmitRequest(checksums: isPartial ? fields : [])
    let report = nic.transmit(frame, request, at: time)
    return note(DecisionKind(report), report, record, frame, layout, isFinished: isPartial)
  }

  private mutating func note(
    _ kind: DecisionKind, _ report: TransmitReport?, _ record: CaptureRecord, _ frame: RawSpan,
    _ layout: PacketLayout?, isFinished: Bool = false
  ) -> FrameDecision {
    var wireFrames = 0
    if case .sent(let count)? = report?.outcome { wireFrames = count }
    var row =
      rows[kind]
      ?? TransmitSummary.Row(
        decision: kind.path, reason: kind.reason, category: kind.category, remedy: kind.remedy,
        firstFrame: record.frameNumber)
    row.frames += 1
    row.wireFrames += wireFrames
    rows[kind] = row
    if kind.path == .dropped || kind.path == .notSent { framesSkipped += 1 }
    if isFinished { checksumsCompleted += 1 }
    return FrameDecision(
      number: record.frameNumber, time: clock.sinceOrigin(time),
      layers: LinkLayer(record.linkType) == .ethernet
        ? FrameReport.layers(of: frame, .ethernet, layout) : "\(record.linkType)",
      frameLength: record.frameLength,
      payloadLength: layout?.payloadRange?.count, decision: kind.path, reason: kind.reason,
      detail: kind.detail, wireFrames: wireFrames, segmentSize: report?.plan?.segmentSize,
      checksumCompleted: isFinished)
  }

  /// What happened so far.
  func summary(framesWritten: Int, link: TransmitSummary.LinkCounters?) -> TransmitSummary {
    let counters = nic.counters
    let reasons = SoftwareReason.Kind.allCases.compactMap { kind in
      counters.softwareFrames.nonzero[kind].map {
        TransmitSummary.Counters.Reason(reason: "\(kind)", frames: $0)
      }
    }
    let sorted = Path.allCases.flatMap { path in
      rows.values.filter { $0.decision == path }
        .sorted { ($1.frames, $0.firstFrame) < ($0.frames, $1.firstFrame) }
    }
    return TransmitSummary(
      decisions: sorted,
      counters: TransmitSummary.Counters(
        framesRead: framesRead, sourceFrames: counters.sourceFrames,
        hardwareFrames: counters.hardwareFrames,
        softwareFrames: reasons.reduce(0) { $0 + $1.frames }, softwareReasons: reasons,
        sentWhole: counters.sentWhole, dropped: counters.dropped, wireFrames: counters.wireFrames,
        wireOctets: counters.wireOctets, tcpSuccess: counters.tcpSuccess,
        tcpFailure: counters.tcpFailure, udpSuccess: counters.udpSuccess,
        udpFailure: counters.udpFailure, hardwareChecksums: counters.hardwareChecksums,
        softwareChecksums: counters.softwareChecksums.total, checksumsCompleted: checksumsCompleted,
        checksumsWrong: checksumsWrong, udpFramesFromFlow: udpFramesFromFlow,
        guessedUdpFrames: guessedUdpFrames,
        framesWritten: framesWritten), link: link, damage: damage.places, omissions: omissions)
  }
}
