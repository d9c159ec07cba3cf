/// What is timed.
enum BenchJob: String, CaseIterable {
  /// Plan, and write all headers with partial checksums; the payload stays where it is.
  case headersOnly = "headers"
  /// The same with all checksums, for which the payload is read.
  case headersAndSums = "sums"
  /// Plan, copy everything, all checksums.
  case copyAndSums = "copy"
  /// A frame through an emulated NIC and onto its link.
  case wholeNIC = "nic"
  /// Copy and checksums, the segments of each frame shared by two threads.
  case twoCores = "two-cores"
  /// How the time of copy and checksums grows with payload, segment size and VLAN tags.
  case linear

  /// What the tables say.
  var title: String {
    switch self {
    case .headersOnly: "headers only"
    case .headersAndSums: "zero copy + checksums"
    case .copyAndSums: "copy + checksums"
    case .wholeNIC: "the whole NIC"
    case .twoCores: "two cores"
    case .linear: "linear"
    }
  }

  /// The jobs that are timed by default otherwise.
  static let usual: [BenchJob] = [
    .headersOnly, .headersAndSums, .copyAndSums, .wholeNIC, .twoCores,
  ]
}

/// What is timed together: jobs in turn, with one frame in one kind of memory.
struct BenchTask {
  let jobs: [BenchJob]
  let frame: BenchFrame
  let memory: WorkingSet

  /// For whoever waits.
  var name: String {
    "\(jobs.count == 1 ? jobs[0].title : counted(jobs.count, "job")), \(frame.name), \(memory.title)"
  }
}
