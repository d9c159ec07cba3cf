import PacketCapture
import WireFormats

/// `vnic inspect`: what frames are, and what segmentation would do to them.
struct InspectCommand {
  /// The version of the forms of `inspect`.
  static let jsonVersion = 2

  private let inputPath: String
  private let limit: SizeLimit
  private let frameNumber: Int?
  private let frames: FrameRange
  private let wantsJSON: Bool

  init(_ arguments: ParsedArguments) throws(Failure) {
    inputPath = arguments.operands[0]
    limit = try SizeLimit(arguments)
    frameNumber = try arguments.number("--frame", in: 1...Int.max)
    frames = try FrameRange(arguments)
    if frameNumber != nil, arguments.has(FrameRange.option.name) {
      throw Failure(usage: "`--frame` and `--frames` exclude each other")
    }
    wantsJSON = arguments.has("--json")
  }

  func run() throws -> ExitStatus {
    let input = try InputFile(inputPath)
    limit.learnDatagramSizes(from: inputPath)
    if let frameNumber { return try showOne(frameNumber, input) }
    return try showAll(input)
  }

  private func showOne(_ frameNumber: Int, _ input: InputFile) throws -> ExitStatus {
    let isSkipped = try input.withFrame(
      frameNumber, learn: { limit.learn(from: $0) },
      { record, time in
        guard let link = LinkLayer(record.linkType) else {
          let detail = FrameDetail(foreign: record, time: time)
          try printOutput(wantsJSON ? try jsonText(detail) : detail.text)
          return false
        }
        let decision = SegmentDecision(for: record, link, limit)
        let detail = FrameDetail(record, decision, limit: limit, time: time)
        try printOutput(wantsJSON ? try jsonText(detail) : detail.text)
        return decision.isSkipped
      })
    return ExitStatus(framesSkipped: isSkipped ? 1 : 0)
  }

  /// The list is written while the capture is read, so its JSON is put together here.
  private func showAll(_ input: InputFile) throws -> ExitStatus {
    var pending = wantsJSON ? "{\n  \"version\" : \(Self.jsonVersion),\n  \"frames\" : [" : ""
    var isFirst = true
    var skippedCount = 0
    var damage = DamageReport()
    var clock = CaptureClock()
    let end = try input.forEachItem { item in
      if case .damage(let error) = item.kind {
        damage.note(error)
        if !wantsJSON { pending += "     -  damage at \(error)\n" }
      }
      guard let record = item.record else { return }
      let time = clock.time(of: record)
      guard frames.contains(record.frameNumber) else { return limit.learn(from: record) }
      let report: FrameReport
      if let link = LinkLayer(record.linkType) {
        let decision = SegmentDecision(for: record, link, limit)
        if decision.isSkipped { skippedCount += 1 }
        report = FrameReport(record, decision, limit: limit, time: time)
      } else {
        report = FrameReport(foreign: record, time: time)
      }
      if wantsJSON {
        pending += (isFirst ? "\n    " : ",\n    ") + (try jsonLine(report))
      } else {
        pending += report.text
      }
      isFirst = false
      if pending.utf8.count > 16_384 {
        try printOutput(pending)
        pending = ""
      }
    }
    if let end {
      damage.note(end)
      if !wantsJSON { pending += "     -  damage at \(end)\n" }
    }
    if wantsJSON { pending += "\n  ],\n  \"damage\" : \(try jsonLine(damage.places))\n}\n" }
    try printOutput(pending)
    try damage.check(input.name)
    return ExitStatus(framesSkipped: skippedCount)
  }

  static let description = CommandDescription(
    name: "inspect",
    summary: "Shows the frames of a capture, and what segmentation would do to them.",
    operands: ["INPUT"],
    options: [
      .init(
        "--frame", value: "N",
        """
        show the fields of one frame, and the plan of its segments;
        `vnic explain` says why, too
        """),
      FrameRange.option,
    ] + SizeLimit.options + [
      .init("--json", "print JSON")
    ],
    discussion: """
      INPUT is a pcap or pcapng file, or - for standard input. A line has the number of the frame,
      its time in seconds since the first frame, its headers, its length on the wire, that of the IP
      packet and of the TCP or UDP payload, the largest TCP payload that would fit into the MTU, and
      what `vnic segment` would do with the same options.
      """)
}
