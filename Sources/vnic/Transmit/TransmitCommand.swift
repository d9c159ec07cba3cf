import NetAdapterCore
import PacketCapture
import VirtualNIC
import VirtualNICTesting
import WireFormats

/// `vnic transmit`: sends the frames of a capture through an emulated NIC.
struct TransmitCommand {
  private let inputPath: String
  private let outputPath: String
  private let declaration: GsoDeclaration
  private let keywords: KeywordStore
  private let choice: SegmentSizeChoice
  private let frames: FrameRange
  private let faults: WireFaults
  private let bug: KnownBug?
  private let coalesces: Bool
  private let requestedFormat: OutputFormat?
  private let explains: Bool
  private let wantsJSON: Bool

  init(_ arguments: ParsedArguments) throws(Failure) {
    (inputPath, outputPath) = (arguments.operands[0], arguments.operands[1])
    declaration = try GsoDeclaration(arguments)
    keywords = try KeywordStore(arguments.values("--keyword"))
    choice = try SegmentSizeChoice(arguments)
    frames = try FrameRange(arguments)
    faults = try WireFaults(arguments)
    bug = try KnownBug(arguments)
    coalesces = arguments.has("--rsc")
    requestedFormat = try OutputFormat(arguments, outputPath: outputPath)
    explains = arguments.has("--explain")
    wantsJSON = arguments.has("--json")
  }

  func run() throws -> ExitStatus {
    outliveReaders()
    let input = try InputFile(inputPath)
    let address = MACAddress(0x02_00_00_00_00_01)
    let nic = try VirtualNIC(macAddress: address, mtu: choice.mtu, rules: choice.preset.rules)
    nic.tunnels = choice.tunnels
    choice.learnDatagramSizes(from: inputPath)
    let handshake = try Handshake(starting: nic, declaration, keywords)
    try FileIdentity.refuse(output: outputPath, over: inputPath)
    let file = try OutputFile(outputPath)
    try input.detectFormat()
    let format = requestedFormat ?? (input.startsAsPcapng ? .pcapng : .pcap)
    let capture = WireCapture(file, format: format)
    // A receiving NIC removes a frame check sequence, so what it delivers gets one after it.
    let sequences = FrameCheckSequenceLink(next: capture)
    let peer = coalesces ? try ReceivingPeer(next: sequences) : nil
    let end: any Link = peer ?? capture
    let wire = faults.impairments.map { ImpairedLink($0, seed: faults.seed, next: end) }
    if peer == nil { sequences.next = wire ?? capture }
    let first: any Link = peer == nil ? sequences : wire ?? end
    let faulty = bug.map { FaultyLink($0, next: first) }
    nic.link = faulty ?? first

    var printer = TransmitReportPrinter(
      wantsJSON: wantsJSON, goesToStandardError: outputPath == "-")
    let run = TransmitReportPrinter.Run(
      input: input.name, output: file.name, format: format.rawValue,
      rules: choice.preset.name, mtu: choice.mtu, mss: choice.mss)
    try printer.begin(run, choice, handshake)
    var sender = FrameSender(nic, choice, sequences, capture)
    sender.faulty = faulty
    try send(input, by: &sender, to: capture, explainingTo: &printer)
    nic.link.advance(to: VirtualTime(nanoseconds: .max))
    try capture.finish()
    let counters = wire.map { TransmitSummary.LinkCounters($0.counters, seed: faults.seed) }
    let summary = TransmitSummary(
      of: sender, nic.counters, framesWritten: capture.arrivedCount + capture.passedCount,
      link: counters, receiver: peer?.counters)
    try printer.end(summary, output: file.name, explains: explains)
    try sender.damage.check(input.name)
    return ExitStatus(framesSkipped: sender.framesSkipped)
  }

  private func send(
    _ input: InputFile, by sender: inout FrameSender, to capture: WireCapture,
    explainingTo printer: inout TransmitReportPrinter
  ) throws {
    var progress = Progress()
    defer { progress.end() }
    let end = try input.forEachItem { item in
      guard let record = item.record else { return sender.note(item) }
      guard frames.contains(record.frameNumber) else { return sender.passOver(record) }
      let decision = try sender.send(record)
      try capture.checkFailure()
      if explains { try printer.add(decision) } else { progress.step(input) }
    }
    if let end { sender.damage.note(end) }
  }

  static let description = CommandDescription(
    name: "transmit",
    summary: "Sends a capture through an emulated NIC, and says who segmented which frame.",
    operands: ["INPUT", "OUTPUT"],
    options: GsoDeclaration.options + [
      .init(
        "--keyword", value: "*NAME=VALUE", isRepeatable: true,
        """
        an INF keyword of the adapter, such as '*LsoV2IPv4=0'
        (dword:0 for a number instead of text); may be repeated
        """)
    ] + SegmentSizeChoice.options + [FrameRange.option] + WireFaults.options
      + [KnownBug.option, ReceivingPeer.option] + [
        .init(
          "--format", value: "pcap|pcapng",
          "kind of the output (default: by its name, else that of the input)"),
        .init("--explain", "one line for every frame: what happened to it, and why"),
        .init("--json", "print JSON"),
      ],
    discussion: """
      INPUT is a pcap or pcapng file with frames of Ethernet as a sender handed them to its network
      card, OUTPUT what the emulated NIC put on the wire; - is standard input or output. The report
      goes to standard output, or to standard error where that holds the capture.

      A frame asks for segmentation if its IP packet exceeds --mtu, or its TCP or UDP payload --mss;
      TCP gets the smaller of --mss and what fits --mtu, and without --mss no more than its receiver
      announced when the connection was opened. All others are sent whole; their partial
      checksums are completed, and lengths that their sender left at 0. The hardware segments what
      it was declared for and what is active, software the rest: the octets are the same, and the
      report says who did it and why. The hardware is that of a modern card unless options say less:
      it repeats IP options, extension headers and TCP options, among them the time stamps that most
      senders add. What cannot be sent is dropped,
      as by a real NIC; so is UDP above --mtu without --mss or --udp-from-flow, because only its
      sender knows the boundaries. On a perfect wire OUTPUT has the frames that `vnic segment`
      writes with the same options, without those that it skips.

      What a NIC cannot send passes by it unmodified, and is named: frames of other links, and
      frames that fit and were captured in part. A frame check sequence that INPUT states is no part
      of the packet: frames that the NIC changes get a new one. OUTPUT records the wire: comments
      and the like are left out, and named. Of a damaged INPUT all that is whole is sent, the damage
      is named, and the exit status is 1.

      The handshake is that of NetAdapterCx: the driver declares, keywords and a request switch off,
      and the set-GSO callback is told what is left. A bad keyword is reported and counts as on.

      --rsc puts a second NIC at the far end of the wire, which coalesces what arrives for up to 50
      microseconds by the rules of NDIS (RSC, URO). OUTPUT is then what that NIC delivers.

      Virtual time goes by the time stamps of INPUT. Those of OUTPUT say when a frame arrived: the
      same time on a perfect wire, later by --delay, --bandwidth and --reorder-delay. Time stamps
      that go back are copied: delays count from a frame's own time, or from when the wire of
      --bandwidth is free. Frames under way are held in memory, nothing else is.
      """)
}
