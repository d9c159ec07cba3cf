import VirtualNIC
import XCTest

/// `TestSupport` has a type of the same name, and the module's name is that of its class.
typealias VirtualNICLink = Link

/// Links one by one, with a clock that the test moves.
final class LinkTests: XCTestCase {
  private func send(_ frame: [UInt8], over link: any Link, at nanoseconds: UInt64 = 0) {
    let span = frame.span
    link.send(unsafe span.bytes, at: VirtualTime(nanoseconds: nanoseconds))
  }

  func testAQueueKeepsOrderAndTime() throws {
    let queue = QueueLink()
    send([1, 2, 3], over: queue, at: 5)
    send([4], over: queue, at: 7)
    XCTAssertEqual(queue.count, 2)
    let frames = queue.takeAll()
    XCTAssertEqual(frames.map(\.octets), [[1, 2, 3], [4]])
    XCTAssertEqual(frames.map(\.time.nanoseconds), [5, 7])
    XCTAssertEqual(queue.takeAll(), [])
  }

  func testAnArrayIsSentLikeASpan() throws {
    let queue = QueueLink()
    queue.send([1, 2, 3], at: VirtualTime(nanoseconds: 4))
    (queue as any VirtualNICLink).send([])
    XCTAssertEqual(queue.takeAll().map(\.octets), [[1, 2, 3], []])
  }

  func testAFullQueueDropsAndCounts() throws {
    let queue = try QueueLink(capacity: 2)
    for octet in 0..<5 { send([UInt8(octet)], over: queue) }
    XCTAssertEqual(queue.droppedCount, 3)
    XCTAssertEqual(queue.takeAll().map(\.octets), [[0], [1]])
    send([9], over: queue)
    XCTAssertEqual(queue.takeAll().map(\.octets), [[9]])
  }

  func testACapturingLinkShowsAndPassesOn() throws {
    let queue = QueueLink()
    var seen: [[UInt8]] = []
    let tap = CapturingLink(next: queue) { frame, _ in
      seen.append(
        (0..<frame.byteCount).map { unsafe frame.unsafeLoad(fromByteOffset: $0, as: UInt8.self) })
    }
    send([1, 2], over: tap)
    XCTAssertEqual(seen, [[1, 2]])
    XCTAssertEqual(queue.takeAll().map(\.octets), [[1, 2]])
  }

  func testAPerfectWireChangesNothing() throws {
    let queue = QueueLink()
    let wire = ImpairedLink(Impairments(), seed: 1, next: queue)
    for octet in 0..<100 { send([UInt8(octet)], over: wire, at: UInt64(octet)) }
    XCTAssertEqual(queue.takeAll().map(\.octets), (0..<100).map { [UInt8($0)] })
    XCTAssertNil(wire.nextArrival)
  }

  func testDelayHoldsFramesUntilTheirTime() throws {
    let queue = QueueLink()
    let wire = ImpairedLink(try Impairments { $0.delay = 100 }, seed: 1, next: queue)
    send([1], over: wire, at: 10)
    send([2], over: wire, at: 20)
    XCTAssertEqual(wire.nextArrival, VirtualTime(nanoseconds: 110))
    wire.advance(to: VirtualTime(nanoseconds: 109))
    XCTAssertEqual(queue.count, 0)
    wire.advance(to: VirtualTime(nanoseconds: 110))
    XCTAssertEqual(queue.takeAll().map(\.octets), [[1]])
    wire.advance(to: VirtualTime(nanoseconds: 50))
    XCTAssertEqual(queue.count, 0, "time does not go back")
    wire.advance(to: VirtualTime(nanoseconds: 1_000))
    XCTAssertEqual(queue.takeAll().map(\.time.nanoseconds), [120])
  }

  func testBandwidthSpacesFrames() throws {
    let queue = QueueLink()
    // 1,000 octets at 1 Gbit/s take 8,000 ns.
    let wire = ImpairedLink(try Impairments { $0.bandwidth = 1_000_000_000 }, seed: 1, next: queue)
    for _ in 0..<3 { send([UInt8](repeating: 0, count: 1_000), over: wire) }
    wire.advance(to: VirtualTime(nanoseconds: 100_000))
    XCTAssertEqual(queue.takeAll().map(\.time.nanoseconds), [8_000, 16_000, 24_000])
  }

  func testRatesAreMet() throws {
    let queue = QueueLink()
    let faults = try Impairments {
      $0.lossRate = 0.1
      $0.duplicationRate = 0.2
      $0.corruptionRate = 0.3
    }
    let wire = ImpairedLink(faults, seed: 7, next: queue)
    for _ in 0..<10_000 { send([0, 0, 0, 0], over: wire) }
    let counters = wire.counters
    XCTAssertEqual(counters.sent, 10_000)
    XCTAssertEqual(Double(counters.lost), 1_000, accuracy: 150)
    XCTAssertEqual(Double(counters.duplicated), 1_800, accuracy: 200)
    XCTAssertEqual(Double(counters.corrupted), 2_700, accuracy: 250)
    XCTAssertEqual(counters.delivered, counters.sent - counters.lost + counters.duplicated)
    let frames = queue.takeAll()
    XCTAssertEqual(frames.count, counters.delivered)
    for frame in frames {
      XCTAssertLessThanOrEqual(frame.octets.map(\.nonzeroBitCount).reduce(0, +), 1)
    }
  }

  func testFramesThatAreHeldBackAreOvertaken() throws {
    let queue = QueueLink()
    let faults = try Impairments {
      $0.reorderingRate = 0.5
      $0.reorderingDelay = 15
    }
    let wire = ImpairedLink(faults, seed: 3, next: queue)
    for index in 0..<100 { send([UInt8(index)], over: wire, at: UInt64(index) * 10) }
    wire.advance(to: VirtualTime(nanoseconds: 10_000))
    let order = queue.takeAll().map { Int($0.octets[0]) }
    XCTAssertNotEqual(order, Array(0..<100))
    XCTAssertEqual(order.sorted(), Array(0..<100), "none lost, none doubled")
    for (place, index) in order.enumerated() { XCTAssertLessThanOrEqual(abs(place - index), 2) }
  }

  func testTheSameSeedGivesTheSameRun() throws {
    let runs = try [11, 11, 12].map { seed in
      let queue = QueueLink()
      let faults = try Impairments {
        $0.lossRate = 0.2
        $0.duplicationRate = 0.2
        $0.corruptionRate = 0.2
        $0.reorderingRate = 0.3
        $0.reorderingDelay = 40
        $0.delay = 100
      }
      let wire = ImpairedLink(faults, seed: UInt64(seed), next: queue)
      for index in 0..<500 { send([UInt8(index & 255), 7], over: wire, at: UInt64(index) * 10) }
      wire.advance(to: VirtualTime(nanoseconds: .max))
      return queue.takeAll()
    }
    XCTAssertEqual(runs[0], runs[1])
    XCTAssertNotEqual(runs[0], runs[2])
  }

  func testNothingTrapsAtTheEndOfTime() throws {
    let queue = QueueLink()
    let faults = try Impairments {
      $0.delay = .max
      $0.bandwidth = 1
    }
    let wire = ImpairedLink(faults, seed: 1, next: queue)
    send([UInt8](repeating: 1, count: 70_000), over: wire, at: .max)
    send([], over: wire, at: .max)
    wire.advance(to: VirtualTime(nanoseconds: .max))
    XCTAssertEqual(queue.count, 2)
  }

  func testFramesKeepATimeThatGoesBack() throws {
    let queue = QueueLink()
    let perfect = ImpairedLink(Impairments(), seed: 1, next: queue)
    for time in [100, 40, 100, 0] as [UInt64] { send([1], over: perfect, at: time) }
    XCTAssertEqual(queue.takeAll().map(\.time.nanoseconds), [100, 40, 100, 0])

    let slow = ImpairedLink(try Impairments { $0.delay = 50 }, seed: 1, next: queue)
    send([1], over: slow, at: 100)
    send([2], over: slow, at: 90)
    send([3], over: slow, at: 20)
    XCTAssertEqual(queue.takeAll().map(\.time.nanoseconds), [70], "arrived long ago")
    slow.advance(to: VirtualTime(nanoseconds: 1_000))
    let late = queue.takeAll()
    XCTAssertEqual(late.map(\.octets), [[2], [1]])
    XCTAssertEqual(late.map(\.time.nanoseconds), [140, 150])

    // 8 octets take 64 ns; the wire carries one frame after the other.
    let narrow = ImpairedLink(
      try Impairments { $0.bandwidth = 1_000_000_000 }, seed: 1, next: queue)
    send([UInt8](repeating: 1, count: 8), over: narrow, at: 100)
    send([UInt8](repeating: 2, count: 8), over: narrow, at: 0)
    narrow.advance(to: VirtualTime(nanoseconds: 1_000))
    XCTAssertEqual(queue.takeAll().map(\.time.nanoseconds), [164, 228])
  }
}
