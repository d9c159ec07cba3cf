/// What does a job with memory and outputs of its own.
protocol SampledBench: ~Copyable {
  /// What the frames are like.
  var frame: BenchFrame { get }
  /// Number of frames that a pass handles.
  var framesPerPass: Int { get }
  /// Does the job with all frames, over and over.
  mutating func run(passes: Int) throws
  /// Copies the payload of all frames with `memcpy`, over and over.
  mutating func runYardstick(passes: Int)
  /// Does the job once more, and checks what comes out.
  ///
  /// - Returns: How many outputs were checked.
  /// - Throws: ``Failure`` that says what is wrong.
  mutating func verify(_ job: BenchJob) throws -> Int
}

extension BenchRunner {
  /// Times such a job.
  func sampledRow(_ job: BenchJob, _ frame: BenchFrame) throws -> BenchRow {
    #if os(Linux)
      if job.bridges { return try row(job, try BridgeBench(job, frame, yardstick)) }
    #endif
    try Self.checkPlatform(job)
    return try row(job, try CoalescingBench(job, frame, yardstick))
  }

  /// Does such a job a given number of times, without a clock.
  func runSampled(_ job: BenchJob, _ frame: BenchFrame, passes: Int) throws {
    #if os(Linux)
      if job.bridges {
        var bench = try BridgeBench(job, frame, yardstick)
        return try bench.run(passes: passes)
      }
    #endif
    try Self.checkPlatform(job)
    var bench = try CoalescingBench(job, frame, yardstick)
    bench.run(passes: passes)
  }

  private static func checkPlatform(_ job: BenchJob) throws(Failure) {
    if job.bridges { throw Failure("`--job \(job.rawValue)` needs Linux") }
  }

  /// Times a job, each sample right after one of the yardstick.
  private func row<Bench: SampledBench & ~Copyable>(
    _ job: BenchJob, _ bench: consuming Bench
  ) throws -> BenchRow {
    bench.runYardstick(passes: 1)
    let once = try nanoseconds { try bench.run(passes: 1) }
    let passes = max(1, Int(Self.sampleTime / max(1, once)))
    var samples = BenchPairs()
    for _ in 0..<rounds {
      samples.add(
        yardstick: nanoseconds { bench.runYardstick(passes: passes) },
        job: try nanoseconds { try bench.run(passes: passes) })
    }
    return BenchRow(
      job, bench.frame, .hot, kernel: kernel, samples,
      framesPerSample: passes * bench.framesPerPass,
      verified: try bench.verify(job))
  }
}
