import PacketCapture

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
  private var (frameCount, inputCount, mergedCount) = (0, 0, 0)
  private let file: OutputFile
  private var writer = PcapWriter(linkType: .ethernet)

  init(_ file: OutputFile) { self.file = file }

  mutating func add(
    _ item: CoalescingCase, _ units: [(frame: [UInt8], header: CoalescedHeader)]
  ) throws {
    guard outcomes[item.name] == nil else {
      throw Failure("gro_cases.json: two cases have the name \(item.name)")
    }
    outcomes[item.name] = Outcome(
      first: frameCount, count: units.count, vnet: units.map(\.header))
    for unit in units {
      try writer.write(unit.frame, at: CaptureTimestamp(nanoseconds: 0))
      if unit.header.gso_type != 0 { mergedCount += 1 }
    }
    frameCount += units.count
    inputCount += item.input_count
    if writer.pendingByteCount > 65_536 { try drain() }
  }

  mutating func finish() throws {
    try drain()
    try file.finish()
  }

  private mutating func drain() throws {
    let file = file
    try writer.drain { (octets) throws(Failure) in try file.write(octets) }
  }

  /// How many frames there were.
  var tally: CoalescingTally {
    CoalescingTally(
      batches: outcomes.count, framesRead: inputCount, framesWritten: frameCount,
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
