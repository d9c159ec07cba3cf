import GsoEngine
import PacketCapture

/// `vnic segment`: cuts what is too large, and passes the rest.
struct SegmentCommand {
  private let inputPath: String
  private let outputPath: String
  private let limit: SizeLimit
  private let requestedFormat: OutputFormat?
  private let hasComments: Bool
  private let isStrict: Bool
  private let wantsJSON: Bool

  init(_ arguments: ParsedArguments) throws(Failure) {
    (inputPath, outputPath) = (arguments.operands[0], arguments.operands[1])
    limit = try SizeLimit(arguments)
    hasComments = arguments.has("--comments")
    isStrict = arguments.has("--strict")
    wantsJSON = arguments.has("--json")
    let format: OutputFormat? = try arguments.choice("--format")
    if hasComments, format == .pcap {
      throw Failure(usage: "`--comments` need `--format pcapng`: pcap has no place for them")
    }
    requestedFormat = hasComments ? .pcapng : format ?? OutputFormat(extensionOf: outputPath)
  }

  func run() throws {
    let input = try InputFile(inputPath)
    let file = try OutputFile(outputPath)
    try input.detectFormat()
    let format = requestedFormat ?? (input.startsAsPcapng ? .pcapng : .pcap)
    var cutter = FrameCutter(
      limit: limit, hasComments: hasComments, isStrict: isStrict,
      output: CaptureOutput(file, format: format),
      summary: SegmentSummary(
        input: input.name, output: file.name, format: format, limit: limit))
    var progress = Progress()
    defer { progress.end() }
    let interfaces = try input.forEachRecord { record in
      do {
        try cutter.process(record)
      } catch let error as CaptureWriteError {
        throw Failure("\(file.name): frame \(record.frameNumber): \(error)")
      } catch let error as SegmentationError {
        throw Failure("\(input.name): frame \(record.frameNumber): \(error)")
      }
      progress.step(input)
    }
    try cutter.output.finish(interfaces)
    progress.end()
    try report(cutter.summary)
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
      .init("--comments", "say on each segment what it was cut from; implies pcapng"),
      .init("--strict", "fail at the first frame that should be cut and cannot be"),
      .init("--json", "print the summary as JSON too"),
    ],
    discussion: """
      INPUT and OUTPUT are pcap or pcapng files, or - for standard input and output. Frames may be
      Ethernet (with VLAN tags), raw IP, BSD loopback or Linux cooked, with TCP or UDP over IPv4 or
      IPv6, also inside VXLAN, Geneve, GRE and IP in IP.

      Too large is a frame whose outermost IP packet exceeds --mtu. With --mss alone it is one whose
      TCP or UDP payload exceeds that, whatever its length; with both, one of the two is enough, and
      segments keep to both. TCP gets the largest segments that fit. Where UDP datagrams ended
      before somebody joined them only the sender knows: say it with --mss, or it is a guess.

      Checksums that a sender left to its network card are finished in every frame. Wrong ones stay
      wrong in frames that pass. What cannot be cut, or was cut short by the snap length, passes
      uncut and is named in the summary on standard error; --strict makes it an error, and then
      OUTPUT is not written.
      """)
}
