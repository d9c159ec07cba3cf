import GsoEngine
import PacketCapture
import VirtualNIC
import VirtualNICTesting
import WireFormats

/// Hands one frame after the other to the NIC, and counts what happens to them.
struct FrameSender {
  private let nic: VirtualNIC
  /// Takes the frames that pass by the NIC.
  private let capture: WireCapture
  private let sequences: FrameCheckSequenceLink
  /// What gives segments the bug that was asked for; nil without one.
  var faulty: FaultyLink?
  private let choice: SegmentSizeChoice
  private var clock = VirtualClock()
  /// When the frame at hand is sent.
  private var time = VirtualTime.start
  private(set) var rows: [DecisionKind: TransmitSummary.Row] = [:]
  private(set) var framesRead = 0
  private(set) var checksumsCompleted = 0
  private(set) var lengthsCompleted = 0
  private(set) var checksumsWrong = 0
  private(set) var udpFramesFromFlow = 0
  private(set) var guessedUdpFrames = 0
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
    omissions.note(item)
    if let interface = item.interface { omissions.noteFileHeader(interface) }
  }

  /// Learns from a frame that is not to be sent.
  func passOver(_ record: CaptureRecord) {
    guard record.linkType == .ethernet,
      let layout = try? PacketLayout(parsing: record.frame, tunnels: choice.tunnels)
    else { return }
    choice.payload.learn(from: record.frame, layout)
  }

  /// Sends a frame of Ethernet at the time that the capture says; frames that are due by then
  /// arrive before it.
  ///
  /// What a NIC cannot send passes by it.
  mutating func send(_ record: CaptureRecord) throws -> FrameDecision {
    framesRead += 1
    time = clock.advance(to: record.timestamp)
    nic.link.advance(to: clock.now)
    guard record.linkType == .ethernet else {
      try capture.pass(foreign: record)
      return note(DecisionKind(foreign: record), nil, record, nil)
    }
    sequences.prepare(record)
    try capture.startNIC(sequenceLength: sequences.sequenceLength)
    omissions.note(record)
    if record.frameCheckSequenceLength > sequences.sequenceLength {
      omissions.noteFrameCheckSequence()
    }
    let layout = try? PacketLayout(parsing: record.frame, tunnels: choice.tunnels)
    if let layout { choice.payload.learn(from: record.frame, layout) }
    if record.isTruncatedBySnapLength {
      let limit = choice.payload(for: record.frame, layout)
      if record.exceeds(mtu: choice.mtu, mss: limit, .ethernet, layout) {
        return note(DecisionKind(truncated: record), nil, record, layout)
      }
      try capture.pass(inPart: record)
      return note(DecisionKind(passedInPart: record), nil, record, layout)
    }
    switch choice.answer(for: record.frame, layout) {
    case .segments(let size, let boundaries):
      faulty?.superFrame = record.frame.array()
      let report = nic.transmit(record.frame, segmentSize: size, at: time)
      if case .sent = report.outcome {
        if boundaries == .fromFlow { udpFramesFromFlow += 1 }
        if boundaries == .guessed { guessedUdpFrames += 1 }
      }
      return note(DecisionKind(report), report, record, layout)
    case .unsendable(let error):
      let report = nic.transmit(record.frame, segmentSize: 0, at: time)
      return note(DecisionKind(unsendable: error), report, record, layout)
    case .checksums:
      return sendWhole(record, layout)
    }
  }

  /// Sends a frame that fits; the NIC completes what the sender left to it.
  private mutating func sendWhole(_ record: CaptureRecord, _ layout: PacketLayout?) -> FrameDecision
  {
    guard let layout else {
      let report = nic.transmit(record.frame, segmentSize: 0, at: time)
      return note(DecisionKind(report), report, record, nil)
    }
    let (fields, findings) = layout.checksumsToComplete(in: record.frame, record.flags)
    if !findings.wrong.isEmpty { checksumsWrong += 1 }
    let request = TransmitRequest(checksums: findings.changesFrame ? fields : [])
    let report = nic.transmit(record.frame, request, at: time)
    return note(DecisionKind(report), report, record, layout, findings)
  }

  private mutating func note(
    _ kind: DecisionKind, _ report: TransmitReport?, _ record: CaptureRecord,
    _ layout: PacketLayout?, _ findings: ChecksumFindings = ChecksumFindings()
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
    let completesChecksum = findings.changesFrame && !findings.partial.isEmpty
    if completesChecksum { checksumsCompleted += 1 }
    if findings.completesLength { lengthsCompleted += 1 }
    return FrameDecision(
      number: record.frameNumber, time: clock.sinceOrigin(time),
      layers: LinkLayer(record.linkType) == .ethernet
        ? FrameReport.layers(of: record.frame, .ethernet, layout) : "\(record.linkType)",
      frameLength: record.frameLength,
      payloadLength: layout?.payloadRange?.count, decision: kind.path, reason: kind.reason,
      detail: kind.detail, wireFrames: wireFrames, segmentSize: report?.plan?.segmentSize,
      checksumCompleted: completesChecksum, lengthCompleted: findings.completesLength)
  }
}
