import Foundation
import GsoEngine
import NetAdapterCore
import PacketCapture
import VirtualNIC
import WireFormats

/// `vnic explain`: what a NIC would do with one frame of a capture, and why.
struct ExplainCommand {
  private let inputPath: String
  private let frameNumber: Int
  private let declaration: GsoDeclaration
  private let keywords: KeywordStore
  private let choice: SegmentSizeChoice
  private let output: ExplanationOutput

  /// The command that the arguments ask for.
  static func run(_ arguments: ParsedArguments) throws -> ExitStatus {
    if arguments.has("--coalesce") { return try ExplainUnitsCommand(arguments).run() }
    return try ExplainCommand(arguments).run()
  }

  private init(_ arguments: ParsedArguments) throws(Failure) {
    inputPath = arguments.operands[0]
    for name in ["--frames", "--window"] where arguments.has(name) {
      throw Failure(usage: "`\(name)` goes with `--coalesce`; one frame is `--frame N`")
    }
    guard let frameNumber = try arguments.number("--frame", in: 1...Int.max) else {
      throw Failure(
        usage: "which frame? `--frame N` explains how it is sent, "
          + "`--coalesce --frames A-B` how frames are merged")
    }
    self.frameNumber = frameNumber
    declaration = try GsoDeclaration(arguments)
    keywords = try KeywordStore(arguments.values("--keyword"))
    choice = try SegmentSizeChoice(arguments)
    output = try ExplanationOutput(arguments)
  }

  private func run() throws -> ExitStatus {
    let input = try InputFile(inputPath)
    try output.refuse(over: inputPath)
    let nic = try VirtualNIC(
      macAddress: MACAddress(0x02_00_00_00_00_01), mtu: choice.mtu, rules: choice.preset.rules)
    nic.tunnels = choice.tunnels
    choice.learnDatagramSizes(from: inputPath)
    _ = try Handshake(starting: nic, declaration, keywords)
    let explained = try input.withFrame(frameNumber, learn: learn) { record, time in
      try check(record, of: input)
      return ExplainedFrame(record, time: time, of: input.name, choice, by: nic)
    }
    try output.write(
      json: { try jsonText(explained) }, text: { explained.text },
      page: { try Page(explained).html }, picture: { Picture(explained).svg })
    return ExitStatus(framesSkipped: explained.explanation.refusal == nil ? 0 : 1)
  }

  private func learn(from record: CaptureRecord) {
    guard record.linkType == .ethernet,
      let layout = try? PacketLayout(parsing: record.frame, tunnels: choice.tunnels)
    else { return }
    choice.payload.learn(from: record.frame, layout)
  }

  /// Refuses a frame that a NIC cannot send.
  private func check(_ record: CaptureRecord, of input: InputFile) throws(Failure) {
    guard record.linkType == .ethernet else {
      throw Failure(
        "\(input.name): frame \(frameNumber) is \(record.linkType), and a NIC sends Ethernet; "
          + "`vnic inspect \(inputPath) --frame \(frameNumber)` shows its fields")
    }
    guard !record.isTruncatedBySnapLength else {
      throw Failure(
        "\(input.name): frame \(frameNumber) was captured in part, "
          + "\(SkipReason.truncated(record).detail), and a NIC sends whole frames; "
          + "`vnic inspect \(inputPath) --frame \(frameNumber)` shows what is there")
    }
  }

  static let description = CommandDescription(
    name: "explain",
    summary: "Says what a NIC does with one frame, and why: as text, a page or a picture.",
    operands: ["INPUT"],
    options: [
      .init("--frame", value: "N", "explain how this frame is sent, counted from 1"),
      .init("--coalesce", "explain how frames are merged by a NIC that receives them"),
      FrameRange.option,
    ] + ExplanationOutput.options + GsoDeclaration.options + [
      .init(
        "--keyword", value: "*NAME=VALUE", isRepeatable: true,
        "an INF keyword of the adapter; may be repeated")
    ] + SegmentSizeChoice.options + [
      .init(
        "--window", value: "US",
        "with --coalesce: microseconds that a unit is held (default 1000)")
    ],
    discussion: """
      INPUT is a pcap or pcapng file with frames of Ethernet, or - for standard input. With --frame
      the frame is explained as `vnic transmit` would send it with the same options; nothing is
      sent. You see its headers field by field, the handshake of the adapter and its driver, the
      decision with each rule that was checked, every segment with the octets of the frame that it
      carries, and each header field that changes, with the rule and where it is written. If the
      frame is refused: which octet, what was needed, and what to do.

      -o writes a page of HTML that needs nothing else: it can be kept, printed and sent. Its data
      is in it, as JSON. A name that ends in .svg gets a picture of the segments instead.

      --coalesce explains the way back: which of the frames --frames A-B are merged, and why the
      others are not. --rules is then linux, linux-accecn, ndis, ndis-rsc or ndis-uro.
      """)
}
