import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Sizes, counts and times of a NIC, at the ends of their ranges and beyond.
final class NumberTests: XCTestCase {
  private let extremes = [Int.min, -1, 0, 65_537, .max]

  private func nic() throws -> VirtualNIC {
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500)
    try nic.adapter.setDatapathCapabilities(
      transmit: TransmitCapabilities(maximumNumberOfQueues: 2),
      receive: ReceiveCapabilities(maximumFrameSize: 2_000, maximumNumberOfQueues: 2))
    try nic.start()
    return nic
  }

  private func reason(_ body: () throws(AdapterViolation) -> Void) -> String? {
    do throws(AdapterViolation) {
      try body()
      return nil
    } catch {
      XCTAssertEqual(error.failureCode, .netQueueInvalidConfiguration)
      return error.reason
    }
  }

  /// They ended the program: no memory has room for so many frames.
  func testFrameCounts() throws {
    let nic = try nic()
    for count in extremes {
      let text = "`frameCount` is \(count); it must be in 1...65536"
      XCTAssertEqual(
        reason { () throws(AdapterViolation) in
          _ = try nic.makeTransmitQueue(frameCount: count)
        }, text)
      XCTAssertEqual(
        reason { () throws(AdapterViolation) in
          _ = try nic.makeReceiveQueue(frameCount: count)
        }, text)
      XCTAssertEqual(
        reason { () throws(AdapterViolation) in
          _ = try nic.queueFactory.makeTransmitQueue(to: QueueLink(), frameCount: count)
        }, text)
      XCTAssertEqual(
        reason { () throws(AdapterViolation) in
          _ = try nic.queueFactory.makeTransmitQueue(servedBy: nil, frameCount: count)
        }, text)
    }
    XCTAssertEqual(nic.adapter.transmitQueueCount, 0, "a refused queue takes no place")
    for count in [1, 65_536] {
      XCTAssertEqual(try nic.makeTransmitQueue(frameCount: count).freeFrameCount, count)
      _ = try nic.makeReceiveQueue(frameCount: count)
    }
  }

  func testPacketsPerAdvance() throws {
    let nic = try nic()
    for count in [0, -1, Int.min] {
      let text = "`packetsPerAdvance` is \(count); it must be at least 1"
      XCTAssertEqual(
        reason { () throws(AdapterViolation) in
          _ = try nic.makeTransmitQueue(packetsPerAdvance: count)
        }, text)
      XCTAssertEqual(
        reason { () throws(AdapterViolation) in
          _ = try nic.queueFactory.makeTransmitQueue(to: QueueLink(), packetsPerAdvance: count)
        }, text)
    }
    _ = try nic.makeTransmitQueue(packetsPerAdvance: .max)
  }

  func testSegmentSizesAndMTUs() throws {
    for mtu in [1, 65_575, .max] {
      let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: mtu)
      try nic.start()
      let queue = try nic.makeTransmitQueue()
      let frame = FrameRecipe(payload: Payload(seed: 1, count: 3_000)).build()
      for size in [Int.min, -1, 1_048_576, .max] {
        XCTAssertEqual(
          nic.transmit(frame, segmentSize: size).outcome,
          .dropped(.refused(.segmentSizeOutOfRange(size))))
        XCTAssertTrue(queue.post(frame, TransmitRequest(segmentSize: size), tag: size))
        try queue.advance()
        let done = try XCTUnwrap(queue.takeCompleted())
        XCTAssertEqual(done.tag, size)
        XCTAssertEqual(done.report.outcome, .dropped(.refused(.segmentSizeOutOfRange(size))))
      }
    }
    for mtu in [0, -1, Int.min] {
      XCTAssertThrowsError(try VirtualNIC(macAddress: MACAddress(1), mtu: mtu)) {
        XCTAssertEqual(
          ($0 as? AdapterViolation)?.reason, "the MTU is \(mtu) octets; it must be at least 1")
      }
    }
  }

  /// Sums of counters stop at the largest number.
  func testCountersDoNotOverflow() {
    var most = NICCounters()
    most.sourceFrames = .max
    most.wireOctets = .max
    most.receivedTooDeeply = .max
    most.softwareFrames = [.tunnel: .max, .noHardware: .max]
    let sum = most + most
    XCTAssertEqual(sum.sourceFrames, .max)
    XCTAssertEqual(sum.wireOctets, .max)
    XCTAssertEqual(sum.receivedTooDeeply, .max)
    XCTAssertEqual(sum.softwareFrames[.tunnel], .max)
    XCTAssertEqual(sum.softwareFrames.total, .max)
    XCTAssertEqual(ReasonCounts(dictionaryLiteral: (.tunnel, .max), (.tunnel, 1))[.tunnel], .max)
  }

  func testTimes() throws {
    let end = VirtualTime(nanoseconds: .max)
    XCTAssertEqual(end.adding(nanoseconds: .max), end)
    XCTAssertEqual(VirtualTime.start.adding(nanoseconds: .max), end)
    let seconds = Duration.seconds(Int64.max)
    for span in [seconds, .zero - seconds, .nanoseconds(-1), .zero] {
      XCTAssertEqual(end.adding(span), end)
      XCTAssertEqual(VirtualTime.start.adding(span), span == seconds ? end : .start)
    }
    XCTAssertEqual(end.since(.start).components.seconds, 18_446_744_073)
    XCTAssertEqual(VirtualTime.start.since(end).components.seconds, -18_446_744_073)
    let nic = try nic()
    nic.transmit([1, 2, 3].octets, TransmitRequest(), at: end)
    nic.receive([1, 2, 3].octets, at: end)
    let queue = try nic.makeTransmitQueue()
    try queue.advance(at: end)
    try queue.advance(at: .start)
    // A cable at the end of time.
    let (left, right) = (try self.nic(), try self.nic())
    let cable = Cable(left, right, impairments: try Impairments { $0.delay = .max })
    left.transmit([UInt8](repeating: 1, count: 60))
    cable.run(for: .seconds(1))
    cable.run(for: .seconds(-1))
    cable.run(until: end)
    cable.run(for: seconds)
    XCTAssertEqual(cable.now, end)
    XCTAssertEqual(right.counters.receivedFrames, 1)
    XCTAssertFalse(cable.run(atMost: .seconds(-5)) { false })
    XCTAssertFalse(cable.run(atMost: seconds) { false })
  }
}
