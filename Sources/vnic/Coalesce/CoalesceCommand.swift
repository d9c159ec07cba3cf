import GsoEngine
import PacketCapture
import WireFormats

/// `vnic coalesce`: merges the frames of a capture as a receiving NIC would.
struct CoalesceCommand {
  private let inputPath: String
  private let outputPath: String
  private let preset: RulesPreset<CoalescingRules>
  private let frames: FrameRange
  private let window: Int
  private let flows: Int
  private let headerForm: VirtioNetHeader.Form?
  private let tunnels: TunnelRecognition
  private let requestedFormat: OutputFormat?
  private let hasComments: Bool
  private let wantsJSON: Bool

  init(_ arguments: ParsedArguments) throws(Failure) {
    (inputPath, outputPath) = (arguments.operands[0], arguments.operands[1])
    preset = try RulesPreset<CoalescingRules>(arguments)
    frames = try FrameRange(arguments)
    window = try arguments.number("--window", in: 0...1_000_000_000) ?? 1_000
    flows = try arguments.number("--flows", in: 1...4_096) ?? 64
    headerForm = try VirtioNetHeader.Form(arguments)
    tunnels = try TunnelRecognition(arguments)
    hasComments = arguments.has("--comments")
    wantsJSON = arguments.has("--json")
    requestedFormat = try OutputFormat(
      arguments, outputPath: outputPath, hasComments: hasComments)
  }

  func run() throws -> ExitStatus {
    let start = ContinuousClock.now
    let input = try InputFile(inputPath)
    try FileIdentity.refuse(output: outputPath, over: inputPath)
    let file = try OutputFile(outputPath)
    try input.detectFormat()
    let format = requestedFormat ?? (input.startsAsPcapng ? .pcapng : .pcap)
    let writer = UnitWriter(
      CaptureOutput(file, format: format, inputIsPcapng: input.startsAsPcapng),
      headerForm: headerForm, hasComments: hasComments,
      summary: CoalesceSummary(
        input: input.name, output: file.name, format: format, rules: preset.name, window: window,
        flows: flows, headerForm: headerForm))
    let merger = FrameMerger(request: request, writer: writer)
    var damage = DamageReport()
    var progress = Progress()
    defer { progress.end() }
    let end = try input.forEachRecord { record in
      guard frames.contains(record.frameNumber) else { return }
      do {
        try merger.process(record)
      } catch let error as CaptureWriteError {
        throw Failure("\(file.name): frame \(record.frameNumber): \(error)")
      }
      progress.step(input)
    } blocks: { item in
      if case .damage(let error) = item.kind { damage.note(error) }
      try merger.copy(item)
    }
    if let end { damage.note(end) }
    try merger.finish()
    progress.end()
    writer.summary.damage = damage.places
    writer.summary.octetsRead = input.readByteCount
    writer.summary.octetsWritten = file.writtenByteCount
    writer.summary.seconds = (ContinuousClock.now - start) / .seconds(1)
    writer.summary.peakMemory = peakMemory()
    try printSummary(
      writer.summary, text: writer.summary.text, wantsJSON: wantsJSON, besides: outputPath)
    try damage.check(input.name)
    return .done
  }

  /// What all coalescers are asked for, but for the link.
  private var request: CoalescingRequest {
    // Frames whose times differ by just as much as the window are merged.
    var request = CoalescingRequest(rules: preset.rules, window: UInt64(window) * 1_000 + 1)
    (request.flowCapacity, request.recognition) = (flows, tunnels)
    guard let headerForm else { return request }
    request.checksum = .pseudoHeader
    // What the header cannot describe could not be segmented again.
    if request.rules.tunnels == .coalesced {
      request.rules.tunnels = headerForm == .udpTunnel ? .overUDP : .notCoalesced
    }
    return request
  }

  static let description = CommandDescription(
    name: "coalesce",
    summary: "Merges the frames of a capture that follow each other, as a receiving NIC would.",
    operands: ["INPUT", "OUTPUT"],
    options: [
      RulesPreset<CoalescingRules>.option,
      .init(
        "--window", value: "US",
        """
        microseconds between the first frame and the last one that
        is merged with it (default 1000)
        """),
      .init("--flows", value: "N", "flows that are held at a time (default 64)"),
      FrameRange.option,
    ] + TunnelRecognition.options + [
      .init(
        "--format", value: "pcap|pcapng",
        "kind of the output (default: by its name, else that of the input)"),
      .init(
        "--vnet-hdr", value: "10|12|20|24",
        """
        write a virtio-net header of so many octets before each
        frame, by which `vnic segment --vnet-hdr` segments it again
        """),
      .init("--comments", "say on each merged frame what it was merged from; implies pcapng"),
      .init("--json", "print the summary as JSON, too"),
    ],
    discussion: """
      INPUT and OUTPUT are two pcap or pcapng files, or - for standard input and output. Frames may
      be Ethernet (with VLAN tags), raw IP, BSD loopback or Linux cooked, with TCP or UDP over IPv4
      or IPv6, also inside VXLAN, Geneve, GRE and IP in IP.

      Frames of a flow that follow each other become one frame of up to 64 KB: by the rules of
      Linux (GRO) or of NDIS (RSC for TCP, URO for UDP). The clock is that of INPUT. A merged frame
      has the time stamp, interface and options of its first frame, and stands where a receiver
      would get it: after the frame that ended it, or when --window is over. Frames of different
      interfaces are not merged.

      A merged frame has complete checksums; with --vnet-hdr it has partial ones, and the header
      says so. A header of 24 octets describes UDP tunnels as well; others are not merged with
      --vnet-hdr. Frames that are not merged stay unmodified. A checksum that the sender left
      partial counts as right. Frames that were truncated by the snap length are not merged.

      The summary on standard error says why frames were not merged and why merged ones ended. It
      also says what is lost: every merged frame is segmented again, and compared with the frames
      that went in. By the rules of Linux nothing is lost but constant IPv4 identifications and
      urgent pointers without URG.

      pcapng that becomes pcapng keeps every block and option. What pcap has no place for is named.
      A frame check sequence is no part of the packet; merged frames get a new one. Frames of other
      links stay unmodified and are named. Of a damaged INPUT all that is whole is written, the
      damage is named, and the exit status is 1.
      """)
}
