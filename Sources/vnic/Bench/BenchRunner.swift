import Foundation

/// Times jobs and checks their outputs.
struct BenchRunner {
  /// How long a sample of the yardstick lasts at least, in nanoseconds.
  static let sampleTime = 1e6

  let rounds: Int
  /// Frames of a set that is to be cold.
  let rotating: Int
  let kernel: String
  let yardstick: Yardstick
  /// NICs of ``BenchJob/nics``.
  let nicCount: Int

  /// Times jobs with one frame in one kind of memory: in turn, each sample right after one of the
  /// yardstick, and in another order in each round.
  ///
  /// - Parameters:
  ///   - task: What is timed.
  ///   - firstProcessor: Where this thread was told to stay; nil if nowhere.
  /// - Returns: A row for each job.
  /// - Throws: ``Failure`` if an output is not what it must be.
  func rows(_ task: BenchTask, firstProcessor: Int?) throws -> [BenchRow] {
    if task.jobs == [.nics] { return [try manyNICsRow(task.frame, count: nicCount)] }
    if task.jobs == [.twoCores] { return [try twoCores(task.frame, firstProcessor)] }
    if let job = task.jobs.first, job.isSampled { return [try sampledRow(job, task.frame)] }
    let (jobs, frame, set) = (task.jobs, task.frame, task.memory)
    var work = try BenchWork(BenchMemory(frame, set, rotating: rotating), yardstick)
    work.runYardstick(passes: 1)
    let once = nanoseconds { work.runYardstick(passes: 1) }
    let passes = max(1, Int(Self.sampleTime / max(1, once)))
    for job in jobs { try work.run(job, passes: 1) }
    var samples = [BenchPairs](repeating: BenchPairs(), count: jobs.count)
    for round in 0..<rounds {
      for turn in jobs.indices {
        let at = (round + turn) % jobs.count
        let copying = nanoseconds { work.runYardstick(passes: passes) }
        let job = try nanoseconds { try work.run(jobs[at], passes: passes) }
        samples[at].add(yardstick: copying, job: job)
      }
    }
    var rows: [BenchRow] = []
    for (job, pairs) in zip(jobs, samples) {
      let verified = try Self.verify(job, &work)
      rows.append(
        BenchRow(
          job, frame, set, kernel: kernel, pairs,
          framesPerSample: passes * work.memory.frameCount, verified: verified))
    }
    return rows
  }

  /// Does jobs a given number of times, without a clock and without a yardstick.
  func run(_ task: BenchTask, passes: Int) throws {
    if let job = task.jobs.first, job.isSampled {
      return try runSampled(job, task.frame, passes: passes)
    }
    let memory = BenchMemory(task.frame, task.memory, rotating: rotating)
    var work = try BenchWork(memory, yardstick)
    for job in task.jobs where job != .twoCores { try work.run(job, passes: passes) }
  }

  /// Times one thread and two threads in turn, each after a yardstick on as many threads.
  private func twoCores(_ frame: BenchFrame, _ processor: Int?) throws -> BenchRow {
    let threads = try TwoCores(frame)
    let copying = TwoCores.Task.copy(yardstick)
    let other = processor.map { ($0 + 1) % max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
    threads.runAlone(copying, passes: 1)
    let once = nanoseconds { threads.runAlone(copying, passes: 1) }
    // Longer than other samples, because two threads do not begin and end at the same time.
    let passes = max(1, Int(4 * Self.sampleTime / max(1, once)))
    threads.runAlone(.render, passes: passes)
    var alone = BenchPairs()
    var shared = BenchPairs()
    for _ in 0..<rounds {
      alone.add(
        yardstick: nanoseconds { threads.runAlone(copying, passes: passes) },
        job: nanoseconds { threads.runAlone(.render, passes: passes) })
      shared.add(
        yardstick: threads.runShared(copying, passes: passes, otherProcessor: other),
        job: threads.runShared(.render, passes: passes, otherProcessor: other))
    }
    if let fault = threads.fault(otherProcessor: other) {
      throw Failure("\(BenchJob.twoCores.title): wrong output: \(fault)")
    }
    var row = BenchRow(
      .twoCores, frame, .hot, kernel: kernel, shared,
      framesPerSample: passes * TwoCores.frameCount, verified: TwoCores.frameCount)
    row.timesOneCore = alone.time / shared.time
    row.memcpyTimesOneCore = alone.yardstickTime / shared.yardstickTime
    return row
  }

  /// Does the job once more, over outputs full of something else, and checks all of them.
  ///
  /// - Returns: How many outputs were checked.
  /// - Throws: ``Failure`` that says what is wrong with which octet.
  static func verify(_ job: BenchJob, _ work: inout BenchWork) throws -> Int {
    let check = BenchCheck(work.memory.frame, job)
    let frameCount = work.memory.frameCount
    let hasOwnOutputs =
      work.memory.outputs.slotCount == frameCount && ![.wholeNIC, .plan].contains(job)
    work.memory.outputs.spoil()
    // All at once where each frame has an output of its own, as when the clock ran.
    if hasOwnOutputs { try work.run(job, passes: 1) }
    for index in 0..<frameCount {
      if !hasOwnOutputs {
        work.memory.outputs.spoil()
        try work.run(job, frame: index)
      }
      if let fault = check.fault(in: work.memory.outputs[index], of: work.memory.sources[index]) {
        throw Failure("\(job.title): wrong output: \(fault)")
      }
    }
    return frameCount
  }
}
