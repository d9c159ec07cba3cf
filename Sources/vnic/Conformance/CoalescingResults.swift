/// What the batches of a corpus were merged into, in the form that `verify.py` reads.
struct CoalescingResults: ~Copyable {
  struct Outcome: Encodable {
    /// Index of the first frame in `gro_actual.pcap`.
    let first: Int
    let count: Int
    /// The header of each frame.
    let vnet: [CoalescedHeader]
  }

  private(set) var outcomes: [String: Outcome] = [:]
  private var (inputCount, mergedCount) = (0, 0)
  private var frames: NumberedFrames

  init(_ file: OutputFile) { frames = NumberedFrames(file) }

  mutating func add(
    _ item: CoalescingCase, _ units: [(frame: [UInt8], header: CoalescedHeader)]
  ) throws {
    guard outcomes[item.name] == nil else {
      throw Failure("gro_cases.json: two cases have the name \(item.name)")
    }
    outcomes[item.name] = Outcome(
      first: frames.count, count: units.count, vnet: units.map(\.header))
    for unit in units {
      try frames.write(unit.frame)
      if unit.header.gso_type != 0 { mergedCount += 1 }
    }
    inputCount += item.input_count
  }

  mutating func finish() throws { try frames.finish() }

  /// How many frames there were.
  var tally: CoalescingTally {
    CoalescingTally(
      batches: outcomes.count, framesRead: inputCount, framesWritten: frames.count,
      framesMerged: mergedCount)
  }
}

/// How many frames became how many, as `--json` prints it.
struct CoalescingTally: Encodable {
  let version = jsonVersion
  let batches: Int
  let framesRead: Int
  let framesWritten: Int
  /// Frames among those written that were merged from several.
  let framesMerged: Int

  /// For people.
  var text: String {
    "\(batches) batches: \(counted(framesRead, "frame")) became \(framesWritten), "
      + "\(framesMerged) of them merged\n"
  }
}
