import Foundation
import WireFormats

/// `vnic bench`: how fast the engine is, compared with copying.
struct BenchCommand {
  private let rounds: Int
  private let rotating: Int
  private let processor: Int?
  private let kernel: SumKernel
  private let jobs: [BenchJob]
  private let frames: [BenchFrame.Kind]
  private let sets: [WorkingSet]
  /// How often to do the jobs without a clock; nil to time them.
  private let passes: Int?
  private let nicCount: Int
  private let wantsJSON: Bool

  init(_ arguments: ParsedArguments) throws(Failure) {
    rounds = try arguments.number("--rounds", in: 1...10_000) ?? 11
    rotating = try arguments.number("--rotate", in: 1...65_536) ?? 1_024
    processor = try arguments.number("--cpu", in: 0...1_023)
    kernel = try arguments.choice("--kernel", SumKernel.self) ?? .current
    let job = try arguments.choice("--job", BenchJob.self)
    jobs = arguments.has("--linear") ? [.linear] : job.map { [$0] } ?? BenchJob.usual
    let frame = try arguments.choice("--frame", BenchFrame.Kind.self)
    frames = frame.map { [$0] } ?? BenchFrame.Kind.usual
    let set = try arguments.choice("--memory", WorkingSet.self)
    sets = set.map { [$0] } ?? WorkingSet.allCases
    wantsJSON = arguments.has("--json")
    passes = try arguments.number("--passes", in: 1...1_000_000)
    let count = try arguments.number("--nics", in: 1...1_000_000)
    nicCount = count ?? ManyNICs.usualCount
    if count != nil, jobs != [.nics] { throw Failure(usage: "`--nics` is for `--job nics`") }
    if passes != nil, jobs == [.linear] || jobs == [.twoCores] || jobs == [.nics] {
      throw Failure(usage: "`--passes` is for jobs on one thread and one frame")
    }
    if let job, job.coalesces, let frame, !frame.canCoalesce {
      throw Failure(usage: "frames with IPv4 options are not coalesced; choose another `--frame`")
    }
    if arguments.has("--linear"), job != nil {
      throw Failure(usage: "`--linear` and `--job` exclude each other")
    }
  }

  func run() throws -> ExitStatus {
    guard kernel.use() else {
      throw Failure("this processor cannot run the kernel `\(kernel.rawValue)`")
    }
    if let processor { try Processors.stay(on: [processor]) }
    let runner = BenchRunner(
      rounds: rounds, rotating: rotating, kernel: kernel.rawValue, yardstick: try Yardstick(),
      nicCount: nicCount)
    let tasks = tasks
    if let passes {
      for task in tasks { try runner.run(task, passes: passes) }
      try printOutput("each job was done \(passes) times with each frame\n")
      return .done
    }
    var progress = BenchProgress(total: tasks.count)
    var rows: [BenchRow] = []
    for task in tasks {
      progress.step(task.name)
      rows += try runner.rows(task, firstProcessor: processor)
    }
    progress.end()
    try printOutput(wantsJSON ? BenchRow.json(rows) : BenchRow.table(rows))
    return .done
  }

  /// What is timed together: jobs in turn, with one frame in one kind of memory.
  private var tasks: [BenchTask] {
    if jobs == [.linear] {
      return LinearCost.frames.map { BenchTask(jobs: LinearCost.jobs, frame: $0, memory: .hot) }
    }
    let plain = jobs.filter { $0 != .twoCores && $0 != .nics && !$0.isSampled }
    var tasks: [BenchTask] = []
    for kind in frames {
      let frame = BenchFrame(kind)
      for set in sets where !plain.isEmpty {
        tasks.append(BenchTask(jobs: plain, frame: frame, memory: set))
      }
      for job in jobs where job.isSampled && sets.contains(.hot) {
        guard kind.canCoalesce || !job.coalesces else { continue }
        tasks.append(BenchTask(jobs: [job], frame: frame, memory: .hot))
      }
    }
    for job in jobs where job == .twoCores || job == .nics {
      tasks.append(BenchTask(jobs: [job], frame: BenchFrame(frames[0]), memory: .hot))
    }
    return tasks
  }

  static let description = CommandDescription(
    name: "bench", summary: "Measures how fast frames are segmented, compared with copying them.",
    operands: [],
    options: [
      .init(
        "--job", value: "JOB",
        """
        plan, headers, c-headers, sums, copy, nic, coalesce,
        coalesce-64, alone, bridge, bridge-pass, bridge-whole,
        two-cores, nics or linear (default: all but plan, c-headers,
        alone, the bridges, nics and linear)
        """),
      .init(
        "--frame", value: "FRAME",
        """
        tcp4, tcp6, udp4, vxlan4-tcp4, geneve4-tcp4 or
        tcp4-ip-options (default: the first four)
        """),
      .init("--memory", value: "MEMORY", "hot, cold-source or both-cold (default: all)"),
      .init("--linear", "how time grows with payload, segment size and VLAN tags"),
      .init("--kernel", value: "KERNEL", "portable or avx2 (default: the fastest that there is)"),
      .init("--cpu", value: "N", "stay on processor N (two-cores: on N and the next one)"),
      .init("--nics", value: "N", "NICs of the job nics (default 100000)"),
      .init("--rounds", value: "N", "samples of each job (default 11)"),
      .init("--rotate", value: "N", "frames in turn for cold memory (default 1024)"),
      .init(
        "--passes", value: "N",
        """
        do each job N times and time nothing: for tools that
        count instructions
        """),
      .init("--json", "print JSON"),
    ],
    discussion: """
      coalesce merges the segments of a frame again, coalesce-64 those of 64 flows in turn; alone
      takes a segment without payload, which merges with nothing, so that only its time counts.

      bridge sends the frame of one side of `vnic bridge` to a side without offloads, bridge-pass to
      one that takes it in one piece; bridge-whole sends a frame without payload. The kernels at the
      ends are memory: what their system calls take does not count. They need Linux.

      nics makes NICs that share an arena pool and lets each send a frame in turn; it says how much
      memory a NIC takes, and how long its first frame takes compared with later ones.

      Frames carry 65,226 octets of random payload and are planned and segmented over and over; the
      outputs are checked octet by octet when the clock has stopped. What everything is compared
      with is `memcpy` of the same payload to the same places, timed right before each sample;
      samples count as quiet if that took at most 15 % longer than at its best. Times are medians of
      the quiet samples. On a busy machine compare ratios, not times, and repeat.
      """)
}
