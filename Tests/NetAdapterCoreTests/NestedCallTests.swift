import NetAdapterCore
import WireFormats
import XCTest

/// Callbacks that call again and again: a bound, then an error that says so.
final class NestedCallTests: XCTestCase {
  private let limit = NetAdapter.maximumNestedChanges

  private static func request(_ adapter: NetAdapter) -> String? {
    adapterError { () throws(AdapterError) in try adapter.setOffloadParameters(.init()) }
      .map { "\($0)" }
  }

  func testACallbackThatAnswersEachCallWithARequest() throws {
    XCTAssertEqual(limit, 1_000)
    let calls = Guarded(0)
    let errors = Guarded<[String]>([])
    let adapter = try makeAdapter()
    try adapter.setGsoCapabilities(
      makeGso { adapter, _ in
        calls.withLock { $0 += 1 }
        if let error = Self.request(adapter) { errors.withLock { $0.append(error) } }
      })
    for round in 1...3 {
      try adapter.start()
      XCTAssertEqual(calls.withLock { $0 }, round * (limit + 1))
      XCTAssertEqual(errors.withLock { $0.count }, round)
      try adapter.stop()
    }
    XCTAssertEqual(
      errors.withLock { $0[0] },
      "setOffloadParameters(_:) was called from inside of set callbacks that have caused 1000 "
        + "changes already; call it after they have returned")
    XCTAssertEqual(
      AdapterError.tooManyNestedChanges(call: "start()", limit: 1).status, 0xC000_0010)
  }

  /// Two requests for each call would double with every round.
  func testACallbackThatAsksTwice() throws {
    let calls = Guarded(0)
    let adapter = try makeAdapter()
    try adapter.setGsoCapabilities(
      makeGso { adapter, _ in
        calls.withLock { $0 += 1 }
        for _ in 0..<2 { _ = Self.request(adapter) }
      })
    try adapter.start()
    XCTAssertEqual(calls.withLock { $0 }, limit + 1)
    // Afterwards requests are accepted again, with as many nested ones.
    XCTAssertNil(Self.request(adapter))
    XCTAssertEqual(calls.withLock { $0 }, 2 * (limit + 1))
  }

  /// Pauses, resumes, stops and starts count alike; a stop is never refused.
  func testEveryCallOfTheLifeCycle() throws {
    let errors = Guarded<Set<String>>([])
    let adapter = try makeAdapter()
    try adapter.setGsoCapabilities(
      makeGso { adapter, _ in
        func note(_ error: any Error) { errors.withLock { _ = $0.insert("\(error)") } }
        do throws(AdapterViolation) {
          if adapter.state == .started { try adapter.pauseOffloadCapabilities() }
        } catch { note(error) }
        do throws(AdapterViolation) {
          if adapter.state == .paused { try adapter.resumeOffloadCapabilities() }
        } catch { note(error) }
        do throws(AdapterError) {
          try adapter.stop()
          try adapter.start()
        } catch { note(error) }
      })
    try adapter.start()
    XCTAssertEqual(adapter.state, .stopped)
    let texts = errors.withLock { $0 }
    for call in ["start()", "pauseOffloadCapabilities()"] {
      XCTAssertTrue(
        texts.contains { $0.hasPrefix("\(call) was called from inside of set callbacks") },
        "\(call), \(texts)")
    }
    XCTAssertFalse(texts.contains { $0.contains("stop()") && $0.contains("inside") })
  }

  /// Two adapters whose callbacks call each other.
  func testTwoAdaptersThatAnswerEachOther() throws {
    let (left, right) = (try makeAdapter(), try makeAdapter())
    let calls = Guarded(0)
    for (adapter, other) in [(left, right), (right, left)] {
      try adapter.setGsoCapabilities(
        makeGso { [unowned other] _, _ in
          calls.withLock { $0 += 1 }
          _ = Self.request(other)
        })
    }
    try left.start()
    try right.start()
    let count = calls.withLock { $0 }
    XCTAssertGreaterThan(count, limit)
    XCTAssertLessThan(count, 10 * limit)
  }

  /// A driver that makes a queue each time that it is asked to make one.
  func testQueuesThatAreMadeInsideOfEachOther() throws {
    for inStart in [true, false] {
      let depth = Guarded((now: 0, most: 0))
      let errors = Guarded<[String]>([])
      let adapter = try makeAdapter()
      try adapter.setDatapathCapabilities(
        transmit: TransmitCapabilities(maximumNumberOfQueues: .max),
        receive: ReceiveCapabilities(maximumFrameSize: 100, maximumNumberOfQueues: .max))
      let again: @Sendable (NetAdapter) -> Void = { adapter in
        depth.withLock { ($0.now, $0.most) = ($0.now + 1, max($0.most, $0.now + 1)) }
        do throws(AdapterViolation) {
          _ = try adapter.makeTransmitQueue(ringSize: 2, bufferCapacity: 16)
          _ = try adapter.makeReceiveQueue(ringSize: 2)
        } catch {
          errors.withLock { $0.append("\(error)") }
        }
        depth.withLock { $0.now -= 1 }
      }
      let make: DatapathCallbacks.EvtCreateQueue = { adapter, _ in
        if !inStart { again(adapter) }
        return PacketQueueCallbacks(
          evtAdvance: returnAll, evtCancel: returnAll, evtSetNotificationEnabled: { _, _ in },
          evtStart: { _ in if inStart { again(adapter) } })
      }
      try adapter.setDatapathCallbacks(
        DatapathCallbacks(evtAdapterCreateTxQueue: make, evtAdapterCreateRxQueue: make))
      try adapter.start()
      _ = try adapter.makeTransmitQueue(ringSize: 2, bufferCapacity: 16)
      XCTAssertEqual(depth.withLock { $0.most }, 16)
      XCTAssertEqual(
        errors.withLock { $0.first },
        "makeTransmitQueue() was called from inside of 16 callbacks that make queues; "
          + "call it after they have returned (documented; no failure code)")
      XCTAssertEqual(adapter.transmitQueueCount, 0)
    }
  }
}
