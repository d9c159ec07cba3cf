import GsoEngine
import PacketCapture

/// What happened to the cases of a corpus, in the form that `verify.py` reads.
struct ConformanceResults: ~Copyable {
  struct Outcome: Encodable {
    let outcome: String
    /// Index of the first frame in `actual.pcap`.
    let first: Int
    let count: Int
    /// Why the case was rejected.
    let reason: String?
  }

  private(set) var outcomes: [String: Outcome] = [:]
  private var frameCount = 0
  private let file: OutputFile
  private var writer = PcapWriter(linkType: .ethernet)

  init(_ file: OutputFile) { self.file = file }

  mutating func add(
    _ item: CorpusCase, _ result: Result<[[UInt8]], SegmentationError>
  ) throws {
    guard outcomes[item.name] == nil else {
      throw Failure("cases.json: two cases have the name \(item.name)")
    }
    let first = frameCount
    switch result {
    case .success(let frames):
      for frame in frames {
        try writer.write(frame, at: CaptureTimestamp(nanoseconds: 0))
      }
      frameCount += frames.count
      let outcome = frames.count > 1 ? "segmented" : "passed"
      outcomes[item.name] = Outcome(
        outcome: outcome, first: first, count: frames.count, reason: nil)
      if writer.pendingByteCount > 65_536 { try drain() }
    case .failure(let error):
      outcomes[item.name] = Outcome(
        outcome: "rejected", first: first, count: 0, reason: error.description)
    }
  }

  mutating func finish() throws {
    try drain()
    try file.finish()
  }

  private mutating func drain() throws {
    let file = file
    try writer.drain { (octets) throws(Failure) in try file.write(octets) }
  }

  /// How many cases ended how.
  var tally: ConformanceTally {
    let count = { (name: String, outcomes: [String: Outcome]) in
      outcomes.values.count { $0.outcome == name }
    }
    return ConformanceTally(
      cases: outcomes.count, segmented: count("segmented", outcomes),
      passed: count("passed", outcomes), rejected: count("rejected", outcomes),
      framesWritten: frameCount)
  }
}

/// How many cases ended how, as `--json` prints it.
struct ConformanceTally: Encodable {
  let version = jsonVersion
  let cases: Int
  let segmented: Int
  let passed: Int
  let rejected: Int
  let framesWritten: Int

  /// For people.
  var text: String {
    "\(counted(cases, "case")): \(segmented) segmented, \(passed) passed, \(rejected) rejected; "
      + "\(counted(framesWritten, "frame")) written\n"
  }
}
