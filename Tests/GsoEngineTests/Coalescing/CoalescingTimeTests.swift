import GsoEngine
import TestSupport
import WireFormats
import XCTest

/// When units end by the caller's clock and calls.
final class CoalescingTimeTests: XCTestCase {
  private func coalescer(window: UInt64?) throws -> Coalescer {
    try Coalescer(CoalescingRequest(window: window))
  }

  func testUnitsEndWhenTheirWindowIsOver() throws {
    var coalescer = try coalescer(window: 1_000)
    var (one, two) = (Conversation(), Conversation(.ipv6()))
    var units: [CoalescedFrame] = []
    XCTAssertNil(coalescer.nextDeadline)
    coalescer.receive(one.next(10).octets, at: 100) { units.append(CoalescedFrame($0)) }
    coalescer.receive(two.next(10).octets, at: 600) { units.append(CoalescedFrame($0)) }
    coalescer.receive(one.next(10).octets, at: 1_099) { units.append(CoalescedFrame($0)) }
    XCTAssertEqual(coalescer.nextDeadline, 1_100)
    XCTAssertEqual(units, [])
    coalescer.advance(to: 1_099) { units.append(CoalescedFrame($0)) }
    XCTAssertEqual(units, [])
    coalescer.receive(one.next(10).octets, at: 1_100) { units.append(CoalescedFrame($0)) }
    XCTAssertEqual(units.map(\.inputs), [[0, 2]])
    XCTAssertEqual(units[0].metadata.end, .window(1_000))
    XCTAssertEqual(units[0].metadata.firstArrival, 100)
    XCTAssertEqual(units[0].metadata.lastArrival, 1_099)
    XCTAssertEqual(coalescer.nextDeadline, 1_600)
    coalescer.advance(to: .max) { units.append(CoalescedFrame($0)) }
    XCTAssertEqual(units.map(\.inputs), [[0, 2], [1], [3]])
    XCTAssertEqual(coalescer.heldUnitCount, 0)
  }

  /// Time does not go back, and deadlines do not overflow.
  func testTimesOutOfOrder() throws {
    var coalescer = try coalescer(window: .max)
    var flow = Conversation()
    coalescer.receive(flow.next(10).octets, at: 5_000) { _ in XCTFail() }
    coalescer.receive(flow.next(10).octets, at: 10) { _ in XCTFail() }
    XCTAssertEqual(coalescer.now, 5_000)
    XCTAssertEqual(coalescer.nextDeadline, .max)
    var last: UInt64 = 0
    coalescer.flush { last = $0.metadata.lastArrival }
    XCTAssertEqual(last, 5_000)
  }

  /// A window of 0 holds nothing beyond the moment of its arrival.
  func testAWindowOfZero() throws {
    var coalescer = try coalescer(window: 0)
    var flow = Conversation()
    var units: [CoalescedFrame] = []
    coalescer.receive(flow.next(10).octets, at: 5) { units.append(CoalescedFrame($0)) }
    XCTAssertEqual(coalescer.nextDeadline, 5)
    coalescer.receive(flow.next(10).octets, at: 5) { units.append(CoalescedFrame($0)) }
    XCTAssertEqual(units.map(\.inputs), [[0]])
  }

  func testBatchesAndFlushes() throws {
    var coalescer = try coalescer(window: nil)
    var flows = [Conversation(), Conversation(.ipv6()), Conversation(.ipv4(), .udp())]
    for _ in 0..<2 {
      for index in flows.indices {
        coalescer.receive(flows[index].next(10).octets, at: 7) { _ in XCTFail() }
      }
    }
    XCTAssertEqual(coalescer.heldUnitCount, 3)
    XCTAssertNil(coalescer.nextDeadline)
    var units: [CoalescedFrame] = []
    coalescer.flush(flowOf: flows[1].next(10).octets) { units.append(CoalescedFrame($0)) }
    XCTAssertEqual(units.map(\.inputs), [[1, 4]])
    XCTAssertEqual(units[0].metadata.end, .flush)
    coalescer.flush(flowOf: [UInt8](repeating: 0, count: 60).octets) { _ in XCTFail() }
    coalescer.endBatch { units.append(CoalescedFrame($0)) }
    XCTAssertEqual(units.map(\.inputs), [[1, 4], [0, 3], [2, 5]])
    XCTAssertEqual(units[1].metadata.end, .batchEnd)
    XCTAssertEqual(coalescer.frameCount, 6)
  }

  func testOneCallForABatch() throws {
    var flow = Conversation()
    let frames = (0..<3).map { _ in flow.next(100) }
    let merged = try coalesce(frames)
    XCTAssertEqual(merged.map(\.count), [54 + 300])
    XCTAssertEqual(try segment(merged[0], mtu: 1_500, segmentSize: 100), frames)
  }
}
