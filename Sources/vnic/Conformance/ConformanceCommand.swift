import Foundation
import GsoEngine
import PacketCapture
import WireFormats

/// `vnic conformance`: writes what the engine makes of a corpus, for `verify.py` to check.
struct ConformanceCommand {
  private let corpusFolder: URL
  private let resultsFolder: URL
  private let wantsJSON: Bool
  /// Whether received frames are merged, and not large ones segmented.
  private let coalesces: Bool

  init(_ arguments: ParsedArguments) throws(Failure) {
    corpusFolder = URL(fileURLWithPath: arguments.operands[0], isDirectory: true)
    resultsFolder = URL(fileURLWithPath: arguments.operands[1], isDirectory: true)
    wantsJSON = arguments.has("--json")
    coalesces = arguments.has("--gro")
  }

  func run() throws -> ExitStatus {
    if coalesces { return try runCoalescing() }
    let corpus = try Corpus(corpusFolder)
    let frames = try inputFrames("input.pcap")
    let file = try openResults("actual", inputs: ["input.pcap", "cases.json"])
    var results = ConformanceResults(file)
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
    try writeOutcomes(results.outcomes, "actual.json")
    printError(results.tally.text)
    if wantsJSON { try printOutput(try jsonText(results.tally)) }
    return .done
  }

  /// Merges the batches of `gro_cases.json`.
  private func runCoalescing() throws -> ExitStatus {
    let cases = try Corpus.coalescingCases(in: corpusFolder)
    let frames = try inputFrames("gro_input.pcap")
    let file = try openResults("gro_actual", inputs: ["gro_input.pcap", "gro_cases.json"])
    var results = CoalescingResults(file)
    for item in cases {
      guard 0...frames.count ~= item.input, 0...(frames.count - item.input) ~= item.input_count
      else {
        throw Failure(
          "gro_cases.json: case \(item.name): \(item.input_count) frames from frame "
            + "\(item.input), gro_input.pcap has \(counted(frames.count, "frame"))")
      }
      try results.add(item, try item.units(frames[item.input..<(item.input + item.input_count)]))
    }
    try results.finish()
    try writeOutcomes(results.outcomes, "gro_actual.json")
    printError(results.tally.text)
    if wantsJSON { try printOutput(try jsonText(results.tally)) }
    return .done
  }

  /// Opens the file for frames in the folder of results, which is made if it is not there.
  private func openResults(_ name: String, inputs: [String]) throws -> OutputFile {
    for output in ["\(name).pcap", "\(name).json"] {
      for input in inputs {
        try FileIdentity.refuse(
          output: resultsFolder.appendingPathComponent(output).path,
          over: corpusFolder.appendingPathComponent(input).path)
      }
    }
    do {
      try FileManager.default.createDirectory(
        at: resultsFolder, withIntermediateDirectories: true)
    } catch {
      throw Failure("\(resultsFolder.path): \(error.localizedDescription)")
    }
    return try OutputFile(resultsFolder.appendingPathComponent("\(name).pcap").path)
  }

  private func writeOutcomes(_ outcomes: some Encodable, _ name: String) throws {
    let file = try OutputFile(resultsFolder.appendingPathComponent(name).path)
    // SAFETY: the array outlives the call.
    try file.write(unsafe Array(try jsonText(outcomes).utf8).span.bytes)
    try file.finish()
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

  private func inputFrames(_ name: String) throws -> [CapturedFrame] {
    let input = try InputFile(corpusFolder.appendingPathComponent(name).path)
    var frames: [CapturedFrame] = []
    _ = try input.forEachRecord { frames.append(CapturedFrame($0)) }
    return frames
  }

  static let description = CommandDescription(
    name: "conformance",
    summary: "Runs the engine over a corpus of recorded kernel behaviour.",
    operands: ["CORPUS", "RESULTS"],
    options: [
      .init("--gro", "merge the batches of received frames of the corpus"),
      .init("--json", "print how many cases ended how as JSON, too"),
    ],
    discussion: """
      CORPUS is a folder with cases.json and input.pcap; Tests/Oracle/README.md has their format,
      and Tests/Oracle/generate.py records one from the kernel that it runs on. RESULTS is a folder,
      made if it is not there, for actual.json and actual.pcap:

          vnic conformance Fixtures/KernelCorpus results
          python3 Tests/Oracle/verify.py Fixtures/KernelCorpus results --lenient

      With --gro it is gro_cases.json and gro_input.pcap, and gro_actual.json and gro_actual.pcap:

          vnic conformance Fixtures/KernelCorpus results --gro
          python3 Tests/Oracle/verify.py Fixtures/KernelCorpus results --gro
      """)
}
