import Foundation
import GsoEngine
import PacketCapture
import WireFormats

/// `vnic conformance`: writes what the engine makes of a corpus, for `verify.py` to check.
struct ConformanceCommand {
  private let corpusFolder: URL
  private let resultsFolder: URL
  private let wantsJSON: Bool

  init(_ arguments: ParsedArguments) throws(Failure) {
    corpusFolder = URL(fileURLWithPath: arguments.operands[0], isDirectory: true)
    resultsFolder = URL(fileURLWithPath: arguments.operands[1], isDirectory: true)
    wantsJSON = arguments.has("--json")
  }

  func run() throws -> ExitStatus {
    let corpus = try Corpus(corpusFolder)
    for output in ["actual.pcap", "actual.json"] {
      for input in ["input.pcap", "cases.json"] {
        try FileIdentity.refuse(
          output: resultsFolder.appendingPathComponent(output).path,
          over: corpusFolder.appendingPathComponent(input).path)
      }
    }
    let frames = try inputFrames()
    do {
      try FileManager.default.createDirectory(
        at: resultsFolder, withIntermediateDirectories: true)
    } catch {
      throw Failure("\(resultsFolder.path): \(error.localizedDescription)")
    }
    var results = ConformanceResults(
      try OutputFile(resultsFolder.appendingPathComponent("actual.pcap").path))
    for item in corpus.cases {
      guard frames.indices.contains(item.input) else {
        throw Failure(
          "cases.json: case \(item.name): input \(item.input), input.pcap has "
            + "\(counted(frames.count, "frame"))")
      }
      let frame = frames[item.input]
      guard let link = LinkLayer(frame.interface.linkType) else {
        throw Failure("input.pcap: \(frame.interface.linkType) is not supported")
      }
      try results.add(item, try Self.outcome(of: item, frame.octets, link))
    }
    try results.finish()
    let file = try OutputFile(resultsFolder.appendingPathComponent("actual.json").path)
    // SAFETY: the array outlives the call.
    try file.write(unsafe Array(try jsonText(results.outcomes).utf8).span.bytes)
    try file.finish()
    printError(results.tally.text)
    if wantsJSON { try printOutput(try jsonText(results.tally)) }
    return .done
  }

  /// The frames that leave the engine, or the error.
  private static func outcome(
    of item: CorpusCase, _ frame: [UInt8], _ link: LinkLayer
  ) throws(Failure) -> Result<[[UInt8]], SegmentationError> {
    let header = try item.header()
    return Result { () throws(SegmentationError) in
      guard item.encap != nil else {
        return try OffloadAction(on: frame, describedBy: header, link: link).frames(of: frame)
      }
      let plan = try SegmentationPlan(
        of: frame, link: link, tunnels: .wellKnown,
        request: SegmentationRequest(segmentSize: Int(header.gsoSize)))
      return try plan.frames(of: frame)
    }
  }

  private func inputFrames() throws -> [CapturedFrame] {
    let input = try InputFile(corpusFolder.appendingPathComponent("input.pcap").path)
    var frames: [CapturedFrame] = []
    _ = try input.forEachRecord { frames.append(CapturedFrame($0)) }
    return frames
  }

  static let description = CommandDescription(
    name: "conformance",
    summary: "Runs the engine over a corpus of frames with virtio-net headers.",
    operands: ["CORPUS", "RESULTS"],
    options: [.init("--json", "print how many cases ended how as JSON, too")],
    discussion: """
      CORPUS is a folder with cases.json and input.pcap; Tests/Oracle/README.md has their format,
      and Tests/Oracle/generate.py records one from the kernel that it runs on. RESULTS is a folder,
      made if it is not there, for actual.json and actual.pcap:

          vnic conformance Fixtures/KernelCorpus results
          python3 Tests/Oracle/verify.py Fixtures/KernelCorpus results --lenient
      """)
}
