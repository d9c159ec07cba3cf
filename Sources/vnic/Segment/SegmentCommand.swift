import GsoEngine
import PacketCapture
import WireFormats

/// `vnic segment`: segments what is too large, and copies the rest.
struct SegmentCommand {
  private let inputPath: String
  private let outputPath: String
  private let limit: SizeLimit
  private let frames: FrameRange
  private let headerForm: VirtioNetHeader.Form?
  private let requestedFormat: OutputFormat?
  private let hasComments: Bool
  private let isStrict: Bool
  private let fixesChecksums: Bool
  private let wantsJSON: Bool

  init(_ arguments: ParsedArguments) throws(Failure) {
    (inputPath, outputPath) = (arguments.operands[0], arguments.operands[1])
    limit = try SizeLimit(arguments)
    frames = try FrameRange(arguments)
    headerForm = try VirtioNetHeader.Form(arguments)
    hasComments = arguments.has("--comments")
    isStrict = arguments.has("--strict")
    fixesChecksums = arguments.has("--fix-checksums")
    if fixesChecksums, headerForm != nil {
      throw Failure(usage: "`--fix-checksums` and `--vnet-hdr` exclude each other")
    }
    wantsJSON = arguments.has("--json")
    requestedFormat = try OutputFormat(
      arguments, outputPath: outputPath, hasComments: hasComments)
  }

  func run() throws -> ExitStatus {
    let start = ContinuousClock.now
    let input = try InputFile(inputPath)
    try FileIdentity.refuse(output: outputPath, over: inputPath)
    limit.learnDatagramSizes(from: inputPath)
    let file = try OutputFile(outputPath)
    try input.detectFormat()
    let format = requestedFormat ?? (input.startsAsPcapng ? .pcapng : .pcap)
    var segmenter = FrameSegmenter(
      limit: limit, headerForm: headerForm, hasComments: hasComments, isStrict: isStrict,
      fixesChecksums: fixesChecksums,
      output: CaptureOutput(file, format: format, inputIsPcapng: input.startsAsPcapng),
      summary: SegmentSummary(
        input: input.name, output: file.name, format: format, limit: limit))
    var progress = Progress()
    defer { progress.end() }
    let end = try input.forEachRecord { record in
      guard frames.contains(record.frameNumber) else { return limit.learn(from: record) }
      do {
        try segmenter.process(record)
      } catch let error as CaptureWriteError {
        throw Failure("\(file.name): frame \(record.frameNumber): \(error)")
      } catch let error as SegmentationError {
        throw Failure("\(input.name): frame \(record.frameNumber): \(error)")
      }
      progress.step(input)
    } blocks: { item in
      try segmenter.copy(item)
    }
    if let end { segmenter.damage.note(end) }
    try segmenter.output.finish()
    progress.end()
    segmenter.summary.omissions = segmenter.output.omissions
    segmenter.summary.damage = segmenter.damage.places
    segmenter.summary.octetsRead = input.readByteCount
    segmenter.summary.octetsWritten = file.writtenByteCount
    segmenter.summary.seconds = (ContinuousClock.now - start) / .seconds(1)
    segmenter.summary.peakMemory = peakMemory()
    try printSummary(
      segmenter.summary, text: segmenter.summary.text(limit), wantsJSON: wantsJSON,
      besides: outputPath)
    try segmenter.damage.check(input.name)
    return ExitStatus(framesSkipped: segmenter.summary.framesSkipped)
  }

  static let description = CommandDescription(
    name: "segment",
    summary: "Segments the frames of a capture that are too large, copies the rest.",
    operands: ["INPUT", "OUTPUT"],
    options: SizeLimit.options + [
      FrameRange.option,
      .init(
        "--format", value: "pcap|pcapng",
        "kind of the output (default: by its name, else that of the input)"),
      .init(
        "--vnet-hdr", value: "10|12|20|24",
        """
        each record starts with a virtio-net header of so many
        octets, which says what to do with the frame
        """),
      .init("--comments", "say on each segment which frame it is of; implies pcapng"),
      .init("--fix-checksums", "compute wrong checksums of frames that fit, too"),
      .init("--strict", "fail at the first frame that would be skipped"),
      .init("--json", "print the summary as JSON, too"),
    ],
    discussion: """
      INPUT and OUTPUT are two pcap or pcapng files, or - for standard input and output. Frames may
      be Ethernet (with VLAN tags, MPLS labels, PPPoE), raw IP, PPP, BSD loopback or Linux cooked,
      with TCP or UDP over IPv4 or IPv6, also inside VXLAN, VXLAN-GPE, Geneve, GUE, FOU, GTP-U, GRE
      and IP in IP.

      A frame is too large if its outermost IP packet exceeds --mtu. With --mss alone it is too
      large if its TCP or UDP payload exceeds that, whatever its length; with both, one of the two
      is enough, and segments keep to both: TCP gets the smaller of --mss and what fits --mtu, and
      UDP datagrams of --mss that exceed --mtu are skipped.

      A frame that is too large and cannot be segmented is skipped: it is written whole and
      named in the summary on standard error, and the exit status is 3. With --strict that is an
      error, and OUTPUT is not written.

      A frame that is too large and was captured in part becomes the headers of its segments, with
      what was captured of their payload and the lengths that they had on the wire; checksums that
      cover the payload are left partial. If its headers were not captured it is skipped.

      A TCP frame is segmented to what its receiver announced in the MSS option of its SYN, less the
      frame's TCP and IP options, or to what fits --mtu if that is less; a frame that exceeds the
      announced size is too large. A SYN without the option means 536 over IPv4 and 1220 over IPv6.
      If the SYN is not in INPUT what fits counts, and --ignore-announced-mss makes it count always.

      Where the datagrams end that were joined into a UDP frame only their sender knows: one above
      --mtu is skipped, unless --mss says how long they are, --fragment-udp makes IP fragments, or
      --udp-from-flow takes the length in which the flow sent most octets in datagrams that fit;
      without any it takes what fits, and counts that as a guess. For that a file is read twice; of
      a pipe only the datagrams before the frame count. A tunnel that is not looked into (L2TP,
      Teredo, LISP, GRE in UDP, MPLS in UDP, and messages of the others that carry no packet) is one
      datagram: only --mss or --fragment-udp divide it.

      --fragment-udp makes IP fragments of UDP datagrams that are too large, as a router or a sender
      without segmentation would; the rules of Linux clear "don't fragment", all others respect it.
      In a tunnel the outer packet is fragmented, unless TCP is inside. Checksums are copied, right
      or wrong, 0 stays 0, and partial ones are completed first. UDP options stay with their
      datagram.

      --rules are those of the Linux kernel, of Microsoft's pages on NDIS, or of DPDK, VPP or
      wireguard-go according to their source, with their faults: dpdk leaves checksums to a NIC and
      segments TCP over IPv4 alone, vpp TCP alone. linux-accecn keeps CWR in every segment, as
      accurate ECN needs. What rules do not segment is skipped.

      In frames that fit, partial checksums, which a sender left to its network card, are completed,
      and lengths of IP and UDP that it left at 0 are written. Wrong checksums are counted, and
      copied unless --fix-checksums computes them; nothing else changes. Segments have right
      checksums, whatever their frame had. The flags of a pcapng frame go first: a checksum that is
      not ready is computed whatever its field holds, one that is valid is copied. These flags are
      cleared in OUTPUT.

      Captures of TAP devices and AF_PACKET sockets may have a virtio-net header before every frame:
      10 octets, 12 with mergeable buffers, 20 with a hash, 24 with UDP tunnels. --vnet-hdr does
      what it asks for, as the Linux kernel would, and --mtu and --mss do not count. The output has
      no headers.

      pcapng that becomes pcapng keeps every block and option. All segments have the direction and
      queue of their frame; comments, drop count and packet identifier go to the first one. A hash
      or verdict of a frame that changes is left out. What pcap has no place for is named. The snap
      length is the largest of what INPUT states and what is there; a pipe states 262144.

      A frame check sequence that INPUT states is no part of the packet; segments and frames that
      change get a new one. Frames of other links stay unmodified and are named. Of a damaged INPUT
      all that is whole is written, the damage is named, and the exit status is 1.
      """)
}
