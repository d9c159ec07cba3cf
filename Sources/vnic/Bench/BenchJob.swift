/// What is timed.
enum BenchJob: String, CaseIterable {
  /// Plan, and write nothing.
  case plan
  /// Plan, and write all headers with partial checksums; the payload stays where it is.
  case headersOnly = "headers"
  /// The same through the functions of C.
  case headersThroughC = "c-headers"
  /// The same with all checksums, for which the payload is read.
  case headersAndSums = "sums"
  /// Plan, copy everything, all checksums.
  case copyAndSums = "copy"
  /// A frame through an emulated NIC and onto its link.
  case wholeNIC = "nic"
  /// All segments of a frame become one frame again.
  case coalesce
  /// The same with the segments of 64 flows in turn.
  case coalesceFlows = "coalesce-64"
  /// A segment that a coalescer merges with nothing.
  case alone
  /// A frame through a bridge to a side that needs segments.
  case bridge
  /// A frame through a bridge to a side that takes it in one piece.
  case bridgePass = "bridge-pass"
  /// A small frame through a bridge.
  case bridgeWhole = "bridge-whole"
  /// Copy and checksums, the segments of each frame shared by two threads.
  case twoCores = "two-cores"
  /// Many NICs in one process, which share the memory of their segments and send in turn.
  case nics
  /// How the time of copy and checksums grows with payload, segment size and VLAN tags.
  case linear

  /// The name in tables.
  var title: String {
    switch self {
    case .plan: "plan only"
    case .headersOnly: "headers only"
    case .headersThroughC: "headers only, through C"
    case .headersAndSums: "zero copy + checksums"
    case .copyAndSums: "copy + checksums"
    case .wholeNIC: "the whole NIC"
    case .coalesce: "coalesce"
    case .coalesceFlows: "coalesce, 64 flows"
    case .alone: "not coalesced"
    case .bridge: "bridge, segmenting"
    case .bridgePass: "bridge, passing"
    case .bridgeWhole: "bridge, a small frame"
    case .twoCores: "two cores"
    case .nics: "many NICs"
    case .linear: "linear"
    }
  }

  /// The jobs that are timed by default.
  static let usual: [BenchJob] = [
    .headersOnly, .headersAndSums, .copyAndSums, .wholeNIC, .coalesce, .coalesceFlows, .twoCores,
  ]

  /// Whether headers alone are written, with partial checksums; those of ``plan`` are written when
  /// the clock has stopped, to check the plan.
  var writesPartialHeaders: Bool { [.plan, .headersOnly, .headersThroughC].contains(self) }

  /// Whether a coalescer does it.
  var coalesces: Bool { [.coalesce, .coalesceFlows, .alone].contains(self) }

  /// Whether a bridge between two kernels does it.
  var bridges: Bool { [.bridge, .bridgePass, .bridgeWhole].contains(self) }

  /// Whether the job has memory and outputs of its own: a ``SampledBench`` does it.
  var isSampled: Bool { coalesces || bridges }
}

/// What is timed together: jobs in turn, with one frame in one kind of memory.
struct BenchTask {
  let jobs: [BenchJob]
  let frame: BenchFrame
  let memory: WorkingSet

  /// The name for people.
  var name: String {
    let title = jobs.count == 1 ? jobs[0].title : counted(jobs.count, "job")
    return "\(title), \(frame.name), \(memory.title)"
  }
}

/// The frames that show how time grows with the payload, the number of segments and the headers.
enum LinearCost {
  static let frames: [BenchFrame] =
    payloads.map { frame("payload \($0)", payload: $0) }
    + segmentSizes.map { frame("MSS \($0)", segmentSize: $0) }
    + (0...7).map { frame("\(counted($0, "tag"))", tags: $0) }

  /// The jobs that are timed with them.
  static let jobs: [BenchJob] = [.headersOnly, .copyAndSums]

  private static let payloads = [1_024, 4_096, 16_384, 65_226, 262_144, 1_048_576]
  private static let segmentSizes = [1, 8, 64, 536, 1_448, 4_000, 9_000]

  private static func frame(
    _ name: String, payload: Int = BenchFrame.usualPayload, segmentSize: Int = 1_448, tags: Int = 0
  ) -> BenchFrame {
    BenchFrame(
      name: "tcp4 \(name)", .tcp4, payload: payload, segmentSize: segmentSize, tags: tags)
  }
}
