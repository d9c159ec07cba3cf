import Foundation
import GsoEngine
import Synchronization
import WireFormats

/// Copy and checksums of a few frames whose segments two threads share.
///
/// Plans are small values whose segments can be rendered in any order. So the threads need no lock
/// and never wait for each other: one does the first half of all segments, the other the second, to
/// different parts of the outputs. With three frames the second is divided between them.
@safe
final class TwoCores: @unchecked Sendable {
  /// What the threads do.
  enum Task {
    /// Copy and checksums.
    case render
    /// `memcpy` of the payload.
    case copy(Yardstick)
  }

  /// Frames of the set: few enough for the cache of a core.
  static let frameCount = 3

  private let plans: [SegmentationPlan]
  /// Its frames are only read while two threads run, and each writes to its own part of the
  /// outputs.
  private let memory: BenchMemory
  private let ready = Atomic<Bool>(false)
  private let started = Atomic<Bool>(false)
  private let isOtherDone = Atomic<Bool>(false)
  private let failures = Atomic<Int>(0)

  init(_ frame: BenchFrame) throws {
    let memory = BenchMemory(frame, .bothCold, rotating: Self.frameCount)
    plans = try (0..<Self.frameCount).map { index in
      try SegmentationPlan(
        of: memory.sources[index], tunnels: .wellKnown,
        request: BenchWork.request(for: .twoCores, frame))
    }
    self.memory = memory
  }

  /// Runs the task on this thread, over and over.
  func runAlone(_ task: Task, passes: Int) { run(task, 0..<segmentCount, passes: passes) }

  /// Runs the task on this thread and another one, over and over.
  ///
  /// - Parameters:
  ///   - task: What to do.
  ///   - passes: How often.
  ///   - processor: Where the other thread is to run; nil leaves that to the system.
  /// - Returns: How long it took from the moment that both were ready, in nanoseconds.
  func runShared(_ task: Task, passes: Int, otherProcessor processor: Int?) -> Double {
    let middle = segmentCount / 2
    ready.store(false, ordering: .sequentiallyConsistent)
    started.store(false, ordering: .sequentiallyConsistent)
    isOtherDone.store(false, ordering: .sequentiallyConsistent)
    Thread.detachNewThread { [self] in
      if let processor { try? Processors.stay(on: [processor]) }
      ready.store(true, ordering: .releasing)
      while !started.load(ordering: .acquiring) {}
      run(task, middle..<segmentCount, passes: passes)
      isOtherDone.store(true, ordering: .releasing)
    }
    while !ready.load(ordering: .acquiring) { sched_yield() }
    return nanoseconds {
      started.store(true, ordering: .releasing)
      run(task, 0..<middle, passes: passes)
      while !isOtherDone.load(ordering: .acquiring) {}
    }
  }

  /// What is wrong with the outputs that two threads leave; nil if nothing.
  func fault(otherProcessor: Int?) -> String? {
    for index in 0..<Self.frameCount {
      // SAFETY: no other thread runs.
      unsafe memory.outputs.unprotected(index).initializeMemory(as: UInt8.self, repeating: 0xA5)
    }
    _ = runShared(.render, passes: 1, otherProcessor: otherProcessor)
    guard failures.load(ordering: .relaxed) == 0 else { return "a part was refused" }
    return Self.fault(memory)
  }

  private var segmentCount: Int { plans.reduce(0) { $0 + $1.count } }

  /// Runs the task with some segments, counted over all frames.
  private func run(_ task: Task, _ segments: Range<Int>, passes: Int) {
    for _ in 0..<passes {
      var first = 0
      for (index, plan) in plans.enumerated() {
        let own = segments.clamped(to: first..<(first + plan.count))
        let part = (own.lowerBound - first)..<(own.upperBound - first)
        first += plan.count
        if part.isEmpty { continue }
        switch task {
        case .copy(let yardstick): Self.copy(yardstick, part, memory, index)
        case .render: render(plan, part, index)
        }
      }
    }
  }

  private func render(_ plan: SegmentationPlan, _ segments: Range<Int>, _ index: Int) {
    do throws(SegmentationError) {
      try Self.render(plan, segments, memory, index)
    } catch {
      failures.add(1, ordering: .relaxed)
    }
  }

  // Spans must not outlive the access to what they point into, so these borrow it as a whole.

  private static func copy(
    _ yardstick: Yardstick, _ segments: Range<Int>, _ memory: borrowing BenchMemory, _ index: Int
  ) {
    // SAFETY: parts of different segments do not overlap, and no other thread writes to this one.
    unsafe yardstick.run(
      memory.frame, segments, memory.sources[index], to: memory.outputs.unprotected(index))
  }

  private static func fault(_ memory: borrowing BenchMemory) -> String? {
    let check = BenchCheck(memory.frame, .copyAndSums)
    for index in 0..<frameCount {
      if let fault = check.fault(in: memory.outputs[index], of: memory.sources[index]) {
        return fault
      }
    }
    return nil
  }

  private static func render(
    _ plan: SegmentationPlan, _ segments: Range<Int>, _ memory: borrowing BenchMemory, _ index: Int
  ) throws(SegmentationError) {
    let start = plan.outputRange(of: segments.lowerBound).lowerBound
    let part = start..<plan.outputRange(of: segments.upperBound - 1).upperBound
    // SAFETY: parts of different segments do not overlap, and no other thread writes to this one.
    var output = unsafe MutableRawSpan(
      _unsafeBytes: UnsafeMutableRawBufferPointer(
        rebasing: memory.outputs.unprotected(index)[part]))
    try plan.render(memory.sources[index], segments: segments, into: &output)
  }
}

/// Which processors this thread may run on.
enum Processors {
  /// `sched_setaffinity(2)`: process, size of the set in octets, the set.
  private typealias SetAffinity = @convention(c) (Int32, Int, UnsafeRawPointer) -> Int32

  /// As many processors as Linux has names for, in octets.
  private static let setSize = 128

  /// Pins the calling thread, and the threads that it starts from now on.
  static func stay(on processors: [Int]) throws(Failure) {
    // Looked up by name: the C library shows it to GNU sources only, which Swift's are not.
    // SAFETY: the name is that of a function with exactly this C signature.
    guard let symbol = unsafe dlsym(nil, "sched_setaffinity") else {
      throw Failure("the C library cannot choose a processor")
    }
    let setAffinity = unsafe unsafeBitCast(symbol, to: SetAffinity.self)
    var set = [UInt8](repeating: 0, count: setSize)
    for number in processors where number / 8 < setSize { set[number / 8] |= 1 << (number % 8) }
    // SAFETY: the size is that of the array; 0 is the calling thread.
    guard unsafe setAffinity(0, setSize, set) == 0 else {
      throw Failure("processor \(processors[0]): \(systemErrorText())")
    }
  }
}
