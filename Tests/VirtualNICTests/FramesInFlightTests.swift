import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// What a wire does with many frames under way, and with frames that are sent while it delivers.
final class FramesInFlightTests: XCTestCase {
  private func time(_ nanoseconds: UInt64) -> VirtualTime { VirtualTime(nanoseconds: nanoseconds) }

  /// Frames of equal arrivals keep the order in which they were sent, all others arrive by time.
  func testFramesArriveByTimeAndThenInOrder() throws {
    var random = SeededGenerator.fromEnvironment(0x11)
    for _ in 0..<50 {
      let queue = QueueLink()
      let wire = ImpairedLink(Impairments(), seed: 1, next: queue)
      var expected: [(arrival: UInt64, octets: [UInt8])] = []
      for number in 0..<200 {
        let delay = UInt64(random.below(20))
        wire.impairments = try Impairments { $0.delay = 1_000 + delay }
        var octets = random.octets(random.pick([0, 1, 60, 64, 65, 1_514, 9_000]))
        if octets.count > 1 { octets[0] = UInt8(number & 255) }
        let sent = UInt64(random.below(20))
        wire.send(octets, at: time(sent))
        expected.append((sent + delay + 1_000, octets))
      }
      XCTAssertEqual(queue.count, 0)
      wire.advance(to: time(1_010))
      wire.advance(to: time(5_000))
      // The sort of the standard library is stable.
      expected.sort { $0.arrival < $1.arrival }
      let arrived = queue.takeAll()
      XCTAssertEqual(arrived.map(\.time.nanoseconds), expected.map(\.arrival))
      XCTAssertEqual(arrived.map(\.octets), expected.map(\.octets), "seed \(random.seed)")
    }
  }

  /// A receiver that answers on the same wire: the answer does not arrive before earlier frames.
  func testAnAnswerFromWithinADelivery() throws {
    let arrivals = Box<[(UInt64, Int)]>([])
    let again = Box<ImpairedLink?>(nil)
    let wire = ImpairedLink(
      try Impairments { $0.delay = 10 }, seed: 1,
      next: ClosureLink { frame, time in
        arrivals.value.append((time.nanoseconds, frame.byteCount))
        guard frame.byteCount == 60, let wire = again.value else { return }
        wire.impairments = Impairments()
        // The time of an answer is that of the delivery, whatever its sender says.
        wire.send([1, 2, 3], at: .start)
        wire.send([1, 2, 3, 4], at: time)
        wire.send([1, 2, 3, 4, 5], at: time.adding(nanoseconds: 7))
        XCTAssertEqual(arrivals.value.count, 1, "delivered when its turn comes")
      })
    again.value = wire
    wire.send([UInt8](repeating: 0, count: 60), at: time(0))
    wire.send([UInt8](repeating: 0, count: 61), at: time(5))
    wire.advance(to: time(100))
    again.value = nil
    XCTAssertEqual(arrivals.value.map(\.0), [10, 10, 10, 15, 17])
    XCTAssertEqual(arrivals.value.map(\.1), [60, 3, 4, 61, 5])
    XCTAssertEqual(wire.counters.delivered, 5)
  }

  /// Receivers that answer every answer without delay come to an end, and what is dropped is
  /// counted.
  func testAnswersWithoutEnd() throws {
    for duplicates in [0.0, 1.0] {
      let again = Box<ImpairedLink?>(nil)
      let wire = ImpairedLink(
        try Impairments { $0.duplicationRate = duplicates }, seed: 1,
        next: ClosureLink { frame, time in again.value?.send(frame, at: time) })
      again.value = wire
      wire.send([1], at: time(3))
      let limit = ImpairedLink.maximumAnswersAtOnce
      XCTAssertEqual(limit, 65_536)
      let counters = wire.counters
      let first = duplicates == 0 ? 1 : 2
      XCTAssertEqual(counters.delivered, limit + first)
      XCTAssertEqual(counters.delivered + counters.answersDropped, counters.sent * first)
      XCTAssertNil(wire.nextArrival)
      // The next moment has answers of its own.
      wire.send([1], at: time(4))
      XCTAssertEqual(wire.counters.delivered, 2 * (limit + first))
      again.value = nil
    }
  }

  /// A frame costs about the same with 100 and with 40,000 frames under way, held back or not.
  func testManyFramesUnderWay() throws {
    let frame = [UInt8](repeating: 0, count: 60)
    func cost(_ count: Int, _ impairments: Impairments) -> Double {
      let sink = CountingLink()
      let wire = ImpairedLink(impairments, seed: 1, next: sink)
      // One frame per nanosecond; each stays for `count` of them.
      for moment in 0..<count { wire.send(frame, at: time(UInt64(moment))) }
      var best = Duration.seconds(100)
      for round in 1...3 {
        let clock = ContinuousClock()
        let start = count * round
        let took = clock.measure {
          for moment in start..<start + 1_000 { wire.send(frame, at: time(UInt64(moment))) }
        }
        best = min(best, took)
      }
      XCTAssertGreaterThan(sink.count, 0)
      return best / Duration.nanoseconds(1_000)
    }
    let ways: [(String, (Int) throws -> Impairments)] = [
      ("delayed", { count in try Impairments { $0.delay = UInt64(count) } }),
      (
        "held back",
        { count in
          try Impairments {
            $0.reorderingRate = 0.5
            $0.reorderingDelay = UInt64(count)
          }
        }
      ),
    ]
    for (name, impairments) in ways {
      let few = cost(100, try impairments(100))
      let many = cost(40_000, try impairments(40_000))
      XCTAssertLessThan(many / few, 8, "\(name): \(few) ns and \(many) ns a frame")
    }
  }

  func testNothingIsAllocated() throws {
    let sink = CountingLink()
    let faults = try Impairments {
      $0.delay = 1_000
      $0.duplicationRate = 0.1
      $0.corruptionRate = 0.1
      $0.reorderingRate = 0.1
      $0.reorderingDelay = 500
    }
    let wire = ImpairedLink(faults, seed: 1, next: sink)
    let (small, large) = ([UInt8](repeating: 0, count: 60), [UInt8](repeating: 0, count: 1_500))
    var now: UInt64 = 0
    func run() {
      for _ in 0..<1_000 {
        now += 10
        wire.send(small.octets, at: time(now))
        wire.send(large.octets, at: time(now))
      }
    }
    for _ in 0..<20 { run() }
    guard let count = allocations(during: run) else {
      throw XCTSkip("allocations are not counted in this build")
    }
    #if DEBUG
      // Code that is not specialised allocates for accesses to elements of arrays.
      XCTAssertLessThanOrEqual(count, 200_000)
    #else
      XCTAssertEqual(count, 0)
    #endif
    XCTAssertGreaterThan(sink.count, 40_000)
  }
}
