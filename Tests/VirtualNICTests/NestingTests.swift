import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Receivers that send, and senders that receive, without end.
final class NestingTests: XCTestCase {
  private let limit = VirtualNIC.maximumNesting
  private let frame = FrameRecipe(payload: Payload(seed: 1, count: 100)).build()

  private func nic(_ address: UInt64 = 1) throws -> VirtualNIC {
    let nic = try VirtualNIC(macAddress: MACAddress(address), mtu: 1_500)
    try nic.start()
    return nic
  }

  /// Two NICs that answer each answer used up the stack.
  func testTwoNICsThatAnswerEachOther() throws {
    let (left, right) = (try nic(1), try nic(2))
    (left.link, right.link) = (NICLink(to: right), NICLink(to: left))
    defer { (left.link, right.link) = (QueueLink(), QueueLink()) }
    let outcomes = Box<[TransmitReport.Outcome]>([])
    left.onReceive = { [unowned left] frame, _, _ in
      outcomes.value.append(left.transmit(frame, TransmitRequest()).outcome)
    }
    right.onReceive = { [unowned right] frame, _, _ in
      outcomes.value.append(right.transmit(frame, TransmitRequest()).outcome)
    }
    XCTAssertEqual(left.transmit(frame).outcome, .sent(frames: 1))
    let dropped = TransmitReport.DropReason.nestedTooDeeply(limit: limit)
    XCTAssertEqual(outcomes.value.first, .dropped(dropped))
    XCTAssertEqual(outcomes.value.filter { $0 == .dropped(dropped) }.count, 1)
    XCTAssertEqual(left.counters.sourceFrames + right.counters.sourceFrames, 2 * limit + 1)
    XCTAssertEqual(left.counters.dropped + right.counters.dropped, 1)
    XCTAssertEqual(
      "\(dropped)",
      "the frame was sent from within deliveries of 64 frames that wait for each other; "
        + "send it after they have returned")
    // The next frame has the whole depth again.
    outcomes.value = []
    left.transmit(frame)
    XCTAssertEqual(outcomes.value.count, 2 * limit)
  }

  func testALoopbackPlugThatIsAnswered() throws {
    let nic = try nic()
    nic.link = LoopbackLink(of: nic)
    nic.onReceive = { [unowned nic] frame, _, _ in nic.transmit(frame) }
    nic.transmit(frame)
    XCTAssertEqual(nic.counters.sourceFrames, limit + 1)
    XCTAssertEqual(nic.counters.dropped, 1)
  }

  func testAReceiverThatReceives() throws {
    let nic = try nic()
    var most = 0
    var depth = 0
    nic.onReceive = { [unowned nic] frame, _, _ in
      depth += 1
      most = max(most, depth)
      nic.receive(frame)
      depth -= 1
    }
    nic.receive(frame)
    nic.onReceive = nil
    XCTAssertEqual(most, limit)
    XCTAssertEqual(nic.counters.receivedFrames, limit + 1)
    XCTAssertEqual(nic.counters.receivedTooDeeply, 1)
  }

  func testLinksThatSendFromTheirOwnDelivery() throws {
    let again = Box<(any VirtualNICLink)?>(nil)
    var calls = 0
    let closure = ClosureLink { frame, time in
      calls += 1
      again.value?.send(frame, at: time)
    }
    again.value = closure
    closure.send(frame)
    XCTAssertEqual([calls, closure.droppedCount], [limit, 1])
    let queue = QueueLink()
    let tap = CapturingLink(next: queue) { frame, time in again.value?.send(frame, at: time) }
    again.value = tap
    tap.send(frame)
    XCTAssertEqual([queue.count, tap.droppedCount], [limit, 1])
    // A NIC that sends from within its own link.
    let nic = try nic()
    nic.link = ClosureLink { [unowned nic] frame, _ in nic.transmit(frame) }
    nic.transmit(frame)
    XCTAssertEqual(nic.counters.sourceFrames, limit + 1)
    again.value = nil
  }

  /// Frames that are posted from within a delivery leave with a later advance.
  func testAQueueThatIsFilledFromItsLink() throws {
    let inner = Box<TransmitFrameQueue?>(nil)
    var calls = 0
    let nic = try VirtualNIC(
      macAddress: MACAddress(1), mtu: 1_500,
      link: ClosureLink { frame, _ in
        calls += 1
        _ = inner.value?.post(frame, tag: calls)
        _ = inner.value?.takeCompleted()
      })
    try nic.start()
    let queue = try nic.makeTransmitQueue(ringSize: 4, frameCount: 3)
    inner.value = queue
    XCTAssertTrue(queue.post(frame, tag: 0))
    for round in 1...20 {
      try queue.advance()
      XCTAssertEqual(calls, round)
    }
    inner.value = nil
    XCTAssertEqual(queue.freeFrameCount, 1)
    try queue.advance()
    XCTAssertEqual((0..<3).compactMap { _ in queue.takeCompleted()?.tag }, [19, 20])
  }
}
