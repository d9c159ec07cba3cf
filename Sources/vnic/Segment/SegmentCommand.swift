import GsoEngine
import PacketCapture
import WireFormats

/// `vnic segment`: cuts what is too large, and passes the rest.
struct SegmentCommand {
  private let inputPath: String
  private let outputPath: String
  private let limit: SizeLimit
  private let headerForm: VirtioNetHeader.Form?
  private let requestedFormat: OutputFormat?
  private let hasComments: Bool
  private let isStrict: Bool
  private let wantsJSON: Bool

  init(_ arguments: ParsedArguments) throws(Failure) {
    (inputPath, outputPath) = (arguments.operands[0], arguments.operands[1])
    limit = try SizeLimit(arguments)
    headerForm = try arguments.number("--vnet-hdr", in: 10...24).map { number throws(Failure) in
      guard let form = VirtioNetHeader.Form(rawValue: number) else {
        throw Failure(usage: "`--vnet-hdr` takes 10, 12 or 24, not \(number)")
      }
      return form
    }
    hasComments = arguments.has("--comments")
    isStrict = arguments.has("--strict")
    wantsJSON = arguments.has("--json")
    let format: OutputFormat? = try arguments.choice("--format")
    if hasComments, format == .pcap {
      throw Failure(usage: "`--comments` need `--format pcapng`: pcap has no place for them")
    }
    requestedFormat = hasComments ? .pcapng : format ?? OutputFormat(extensionOf: outputPath)
  }

  func run() throws -> ExitStatus {
    let start = ContinuousClock.now
    let input = try InputFile(inputPath)
    try FileIdentity.refuse(output: outputPath, over: inputPath)
    limit.learnDatagramSizes(from: inputPath)
    let file = try OutputFile(outputPath)
    try input.detectFormat()
    let format = requestedFormat ?? (input.startsAsPcapng ? .pcapng : .pcap)
    var cutter = FrameSegmenter(
      limit: limit, headerForm: headerForm, hasComments: hasComments, isStrict: isStrict,
      output: CaptureOutput(file, format: format, inputIsPcapng: input.startsAsPcapng),
      summary: SegmentSummary(
        input: input.name, output: file.name, format: format, limit: limit))
    var progress = Progress()
    defer { progress.end() }
    let end = try input.forEachRecord { record in
      do {
        try cutter.process(record)
      } catch let error as CaptureWriteError {
        throw Failure("\(file.name): frame \(record.frameNumber): \(error)")
      } catch let error as SegmentationError {
        throw Failure("\(input.name): frame \(record.frameNumber): \(error)")
      }
      progress.step(input)
    } blocks: { item in
      try cutter.copy(item)
    }
    if let end { cutter.damage.note(end) }
    try cutter.output.finish()
    progress.end()
    cutter.summary.omissions = cutter.output.omissions
    cutter.summary.damage = cutter.damage.places
    cutter.summary.octetsRead = input.readByteCount
    cutter.summary.octetsWritten = file.writtenByteCount
    cutter.summary.seconds = (ContinuousClock.now - start) / .seconds(1)
    cutter.summary.peakMemory = peakMemory()
    try report(cutter.summary)
    try cutter.damage.check(input.name)
    return ExitStatus(framesSkipped: cutter.summary.framesSkipped)
  }

  /// Standard output belongs to the summary only where it does not hold the capture.
  private func report(_ summary: SegmentSummary) throws {
    if wantsJSON, outputPath == "-" { return printError(try jsonText(summary)) }
    printError(summary.text(limit))
    if wantsJSON { try printOutput(try jsonText(summary)) }
  }

  static let description = CommandDescription(
    name: "segment", summary: "Cuts the frames of a capture that are too large, passes the rest.",
    operands: ["INPUT", "OUTPUT"],
    options: SizeLimit.options + [
      .init(
        "--format", value: "pcap|pcapng",
        "kind of the output (default: by its name, else that of the input)"),
      .init(
        "--vnet-hdr", value: "10|12|24",
        """
        each record starts with a virtio-net header of so many
        octets, which says what to do with the frame
        """),
      .init("--comments", "say on each segment what it was cut from; implies pcapng"),
      .init("--strict", "fail at the first frame that should be cut and cannot be"),
      .init("--json", "print the summary as JSON too"),
    ],
    discussion: """
      INPUT and OUTPUT are two pcap or pcapng files, or - for standard input and output. Frames may be
      Ethernet (with VLAN tags), raw IP, BSD loopback or Linux cooked, with TCP or UDP over IPv4 or
      IPv6, also inside VXLAN, Geneve, GRE and IP in IP.

      Too large is a frame whose outermost IP packet exceeds --mtu. With --mss alone it is one whose
      TCP or UDP payload exceeds that, whatever its length; with both, one of the two is enough, and
      segments keep to both. TCP gets the largest segments that fit.

      UDP has boundaries, and where the datagrams ended that were joined into a frame only their
      sender knows: one above --mtu is skipped, unless --mss says how long they are, --fragment-udp
      makes IP fragments, or --udp-from-flow takes the length in which the flow sent most octets in
      datagrams that fit; without any it takes what fits, and counts that as a guess. For that a
      file is read twice; of a pipe only the datagrams before the frame count. A tunnel that is not
      looked into (L2TP, GTP-U, Teredo, LISP, VXLAN-GPE, GRE in UDP, FOU on 5555, GUE, MPLS in UDP)
      is one datagram: only --mss or --fragment-udp cut it.

      Captures of TAP devices and AF_PACKET sockets may have a virtio-net header in front of every
      frame: 10 octets, 12 with mergeable buffers, 24 with UDP tunnels. --vnet-hdr does what it asks
      for, as the Linux kernel would, and --mtu and --mss do not count. The output has no headers.

      --fragment-udp makes IP fragments of UDP datagrams that are too large, as a router or a sender
      without segmentation would; the linux rules clear "don't fragment", the ndis rules respect it.
      In a tunnel the outer packet is fragmented, unless TCP is inside. Checksums are copied, right or
      wrong, 0 stays 0, and partial ones are completed first. UDP options stay with their datagram.

      pcapng that becomes pcapng keeps every block and option. Of a frame that is cut the segments
      have direction and queue, the first one comments, drop count and packet identifier too;
      hashes and verdicts end with a change. What pcap has no place for is named. The snap length
      is the largest of what INPUT states and what is there; a pipe states 262144.

      A frame check sequence that INPUT states is no part of the packet; what is changed or cut gets
      a new one. Frames of other links pass unmodified and are named. Of a damaged INPUT all that is
      whole is written, the damage is named, and the exit status is 1.

      Checksums that a sender left to its network card are finished in every frame. Wrong ones stay
      wrong in frames that pass. What the flags of a pcapng frame say goes first: a checksum that is
      not ready is computed whatever its field holds, one that is valid stays; the segments and
      frames of OUTPUT have these bits cleared. What cannot be cut, or is too large and was cut short by the snap
      length, passes uncut and is named in the summary on standard error; --strict makes it an
      error, and then OUTPUT is not written.
      """)
}
