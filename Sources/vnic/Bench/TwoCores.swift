import Foundation
import GsoEngine
import Synchronization
import WireFormats

/// Copy and checksums of a few frames whose segments two threads share.
///
/// Plans are small values whose segments can be rendered in any order. So the threads need no lock and
/// never wait for each other: one does the first half of all segments, the other the second, to
/// different parts of the outputs. With three frames the second is divided between them.
@safe
final class TwoCores: @unchecked Sendable {
  /// What the threads do.
  enum Work {
    /// Copy and checksums.
    case render
    /// `memcpy` of the payload.
    case copy(Yardstick)
  }

  /// Frames of the set: few enough for the cache of a core.
  static let frameCount = 3

  private let plans: [SegmentationPlan]
  /// Its frames are only read while two threads are at work, and each writes to its own part of the
  /// outputs.
  private let memory: BenchMemory
  private let ready = Atomic<Bool>(false)
  private let started = Atomic<Bool>(false)
  private let finished = Atomic<Bool>(false)
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

  /// Does the work on this thread, over and over.
  func runAlone(_ work: Work, passes: Int) { run(work, 0..<segmentCount, passes: passes) }

  /// Does the work on this thread and another one, over and over.
  ///
  /// - Parameters:
  ///   - work: What to do.
  ///   - passes: How often.
  ///   - processor: Where the other thread is to run; nil leaves that to the system.
  /// - Returns: How long it took from the moment that both were ready, in nanoseconds.
  func runShared(_ work: Work, passes: Int, otherProcessor processor: Int?) -> Double {
    let middle = segmentCount / 2
    ready.store(false, ordering: .sequentiallyConsistent)
    started.store(false, ordering: .sequentiallyConsistent)
    finished.store(false, ordering: .sequentiallyConsistent)
    Thread.detachNewThread { [self] in
      if let processor { try? Processors.stay(on: [processor]) }
      ready.store(true, ordering: .releasing)
      while !started.load(ordering: .acquiring) {}
      run(work, middle..<segmentCount, passes: passes)
      finished.store(true, ordering: .releasing)
    }
    while !ready.load(ordering: .acquiring) { sched_yield() }
    return nanoseconds {
      started.store(true, ordering: .releasing)
      run(work, 0..<middle, passes: passes)
      while !finished.load(ordering: .acquiring) {}
    }
  }

  /// What is wrong with the outputs that two threads leave; nil if nothing.
  func fault(otherProcessor: Int?) -> String? {
    for index in 0..<Self.frameCount {
      // SAFETY: no other thread is at work.
      unsafe memory.outputs.unprotected(index).initializeMemory(as: UInt8.self, repeating: 0xA5)
    }
    _ = runShared(.render, passes: 1, otherProcessor: otherProcessor)
    guard failures.load(ordering: .relaxed) == 0 else { return "a part was refused" }
    return Self.fault(memory)
  }

  private var segmentCount: Int { plans.reduce(0) { $0 + $1.count } }

  /// Does the work with some segments, counted over all frames.
  private func run(_ work: Work, _ segments: Range<Int>, passes: Int) {
    for _ in 0..<passes {
      var first = 0
      for (index, plan) in plans.enumerated() {
        let own = segments.clamped(to: first..<(first + plan.count))
        let part = (own.lowerBound - first)..<(own.upperBound - first)
        first += plan.count
        if part.isEmpty { continue }
        switch work {
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
    // SAFETY: parts of different segments do not overlap, and nobody else writes to this one.
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
    // SAFETY: parts of different segments do not overlap, and nobody else writes to this one.
    var output = unsafe MutableRawSpan(
      _unsafeBytes: UnsafeMutableRawBufferPointer(
        rebasing: memory.outputs.unprotected(index)[part]))
    try plan.render(memory.sources[index], segments: segments, into: &output)
  }
}
