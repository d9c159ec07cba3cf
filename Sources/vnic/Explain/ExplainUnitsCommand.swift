import GsoEngine
import PacketCapture
import VirtualNIC
import WireFormats

/// `vnic explain --coalesce`: which received frames are merged, and why.
struct ExplainUnitsCommand {
  /// Most frames that are explained at once: they are held in memory, and become one page.
  private static let frameLimit = 10_000

  private let inputPath: String
  private let frames: FrameRange
  private let preset: RulesPreset<CoalescingRules>
  private let tunnels: TunnelRecognition
  private let window: Int
  private let output: ExplanationOutput

  init(_ arguments: ParsedArguments) throws(Failure) {
    inputPath = arguments.operands[0]
    if arguments.has("--frame") {
      throw Failure(usage: "`--coalesce` is about several frames: `--frames A-B`, not `--frame`")
    }
    let sending =
      GsoDeclaration.options.map(\.name) + ["--keyword"]
      + SegmentSizeChoice.options.map(\.name).filter { name in
        name != "--rules" && !TunnelRecognition.options.contains { $0.name == name }
      }
    if let name = sending.first(where: { arguments.has($0) }) {
      throw Failure(usage: "`\(name)` is about sending, and `--coalesce` about receiving")
    }
    frames = try FrameRange(arguments)
    preset = try RulesPreset<CoalescingRules>(arguments)
    tunnels = try TunnelRecognition(arguments)
    window = try arguments.number("--window", in: 0...1_000_000_000) ?? 1_000
    output = try ExplanationOutput(arguments)
    if output.isPicture {
      throw Failure(usage: "a picture shows one frame; give -o a page for `--coalesce`: x.html")
    }
  }

  func run() throws -> ExitStatus {
    let input = try InputFile(inputPath)
    try output.refuse(over: inputPath)
    var arrivals: [ArrivedFrame] = []
    var numbers: [UInt64] = []
    var count: UInt64 = 0
    var damage = DamageReport()
    let end = try input.forEachItem { item in
      if case .damage(let error) = item.kind { damage.note(error) }
      guard let record = item.record else { return }
      count = record.frameNumber
      guard frames.contains(record.frameNumber) else { return }
      try check(record, of: input)
      guard arrivals.count < Self.frameLimit else {
        throw Failure(
          "\(input.name): more than \(Self.frameLimit) frames; choose some by `--frames A-B`")
      }
      let time = UInt64(max(0, record.time.nanoseconds))
      arrivals.append(
        ArrivedFrame(octets: record.frame.array(), time: VirtualTime(nanoseconds: time)))
      numbers.append(record.frameNumber)
    }
    if let end { damage.note(end) }
    guard !arrivals.isEmpty else {
      try damage.check(input.name)
      throw Failure("\(input.name): there are no such frames, only \(count)")
    }
    // Frames whose times differ by just as much as the window are merged.
    var request = CoalescingRequest(rules: preset.rules, window: UInt64(window) * 1_000 + 1)
    request.recognition = tunnels
    let explained = ExplainedUnits(
      input: input.name, rules: preset.name, window: window, numbers: numbers,
      explanation: try CoalescingExplanation(of: arrivals, request))
    try output.write(
      json: { try jsonText(explained) }, text: { explained.text },
      page: { try Page(explained).html }, picture: { "" })
    try damage.check(input.name)
    return .done
  }

  private func check(_ record: CaptureRecord, of input: InputFile) throws(Failure) {
    let number = record.frameNumber
    guard record.linkType == .ethernet else {
      throw Failure(
        "\(input.name): frame \(number) is \(record.linkType), and a NIC receives Ethernet; "
          + "choose others by `--frames A-B`")
    }
    guard !record.isTruncatedBySnapLength else {
      throw Failure(
        "\(input.name): frame \(number) was captured in part, "
          + "\(SkipReason.truncated(record).detail); choose others by `--frames A-B`")
    }
  }
}
