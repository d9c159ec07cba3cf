import GsoEngine

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
  private var frames: NumberedFrames

  init(_ file: OutputFile) { frames = NumberedFrames(file) }

  mutating func add(
    _ item: CorpusCase, _ result: Result<[[UInt8]], SegmentationError>
  ) throws {
    guard outcomes[item.name] == nil else {
      throw Failure("cases.json: two cases have the name \(item.name)")
    }
    let first = frames.count
    switch result {
    case .success(let segments):
      for segment in segments { try frames.write(segment) }
      let outcome = segments.count > 1 ? "segmented" : "passed"
      outcomes[item.name] = Outcome(
        outcome: outcome, first: first, count: segments.count, reason: nil)
    case .failure(let error):
      outcomes[item.name] = Outcome(
        outcome: "rejected", first: first, count: 0, reason: error.description)
    }
  }

  mutating func finish() throws { try frames.finish() }

  /// How many cases ended how.
  var tally: ConformanceTally {
    let count = { (name: String, outcomes: [String: Outcome]) in
      outcomes.values.count { $0.outcome == name }
    }
    return ConformanceTally(
      cases: outcomes.count, segmented: count("segmented", outcomes),
      passed: count("passed", outcomes), rejected: count("rejected", outcomes),
      framesWritten: frames.count)
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
