import WireFormats
import XCTest

@testable import NetAdapterCore

/// Start, cancel, stop and notifications, in every order.
final class QueueLifecycleTests: XCTestCase {
  private final class Log { var entries: [String] = [] }

  private func loggedQueue(_ log: Log, keepsOnCancel: Bool = false) throws -> TransmitQueue {
    var returns = false
    let adapter = try makeQueueAdapter(
      transmit: PacketQueueCallbacks(
        evtAdvance: { queue, rings in
          log.entries.append("advance \(rings.packets.window.count)")
          if returns { returnAll(queue, &rings) }
        },
        evtCancel: { queue, rings in
          log.entries.append("cancel")
          if keepsOnCancel { returns = true } else { returnAll(queue, &rings) }
        },
        evtSetNotificationEnabled: { log.entries.append("notify \($1)") },
        evtStart: { _ in log.entries.append("start") },
        evtStop: { _ in log.entries.append("stop") }))
    return try adapter.makeTransmitQueue(ringSize: 8)
  }

  func testStartComesBeforeTheFirstAdvanceWithIndicesAtZero() throws {
    let log = Log()
    let queue = try loggedQueue(log)
    XCTAssertEqual(log.entries, ["start"])
    XCTAssertEqual(queue.state, .started)
    try queue.post([1])
    try queue.advance()
    try queue.cancel()
    try queue.stop()
    XCTAssertEqual(log.entries, ["start", "advance 1", "cancel", "stop"])
    try queue.start()
    XCTAssertNil(queue.takeCompleted(), "what was not taken back is dropped")
    XCTAssertEqual([queue.freePacketCount, queue.outstandingPacketCount], [7, 0])
    try queue.advance()
    XCTAssertEqual(log.entries.suffix(2), ["start", "advance 0"])
  }

  func testIndicesAreZeroAfterARestart() throws {
    var indices: [Int] = []
    let queue = try makeTransmit { queue, rings in
      indices = [
        rings.packets.beginIndex, rings.packets.nextIndex, rings.packets.endIndex,
        rings.fragments.beginIndex, rings.fragments.nextIndex, rings.fragments.endIndex,
      ]
      returnAll(queue, &rings)
      rings.packets.nextIndex = rings.packets.endIndex
    }
    try queue.advance()
    XCTAssertEqual(indices, [0, 0, 0, 0, 0, 0])
    try queue.post([1])
    try queue.advance()
    XCTAssertEqual(indices, [0, 0, 1, 0, 0, 1])
    try queue.cancel()
    try queue.stop()
    try queue.start()
    try queue.advance()
    XCTAssertEqual(indices, [0, 0, 0, 0, 0, 0])
  }

  func testTransmitDriverMayFinishAfterCancel() throws {
    let log = Log()
    let queue = try loggedQueue(log, keepsOnCancel: true)
    for tag in 0..<3 { try queue.post([1], tag: tag) }
    try queue.advance()
    try queue.cancel()
    XCTAssertEqual(queue.state, .cancelled)
    XCTAssertEqual(
      queueError { try queue.stop() }, .outstanding(packets: 3, fragments: 3))
    XCTAssertEqual(queue.state, .cancelled)
    try queue.advance()
    try queue.stop()
    XCTAssertEqual(log.entries, ["start", "advance 3", "cancel", "advance 3", "stop"])
    XCTAssertEqual([queue.takeCompleted()?.tag, queue.takeCompleted()?.tag], [0, 1])
  }

  func testReceiveDriverReturnsEverythingIgnored() throws {
    for isVerified in [true, false] {
      let queue = try makeReceive(isVerified: isVerified) { _, rings in rings.receive([1]) }
      try queue.replenish()
      try queue.advance()
      try queue.cancel()
      XCTAssertEqual(try queue.takeReceived { $0.array() }, [1], "received before")
      XCTAssertNil(try queue.takeReceived { $0.array() })
      XCTAssertEqual(queue.ignoredPacketCount, 6)
      try queue.stop()
      XCTAssertEqual([queue.freePacketCount, queue.freeFragmentCount], [7, 7])
    }
  }

  func testEveryCallInEveryState() throws {
    typealias Call = (name: String, (TransmitQueue) throws -> Void, remedies: [String?])
    let calls: [Call] = [
      ("post()", { try $0.post([1]) }, [nil, "start()", "start()"]),
      ("post()", { try $0.postIgnored() }, [nil, "start()", "start()"]),
      ("advance()", { try $0.advance() }, [nil, nil, "start()"]),
      ("cancel()", { try $0.cancel() }, [nil, "start()", "start()"]),
      ("stop()", { try $0.stop() }, ["cancel()", nil, "cancel()"]),
      ("start()", { try $0.start() }, ["stop()", "stop()", nil]),
      (
        "setNotificationEnabled(_:)", { try $0.setNotificationEnabled(true) },
        [nil, nil, "start()"]
      ),
    ]
    let states: [QueueState] = [.started, .cancelled, .stopped]
    for (name, call, remedies) in calls {
      for (state, remedy) in zip(states, remedies) {
        let queue = try makeTransmit(advance: returnAll)
        if state != .started { try queue.cancel() }
        if state == .stopped { try queue.stop() }
        XCTAssertEqual(queue.state, state)
        let expected = remedy.map { QueueError.wrongState(call: name, state: state, remedy: $0) }
        XCTAssertEqual(queueError { try call(queue) }, expected, "\(name) \(state)")
      }
    }
    let queue = try makeReceive(advance: returnAll)
    try queue.cancel()
    XCTAssertEqual(
      queueError { try queue.replenish() },
      .wrongState(call: "replenish()", state: .cancelled, remedy: "start()"))
  }

  func testCallsFromInsideAreRefused() throws {
    final class Cycle {
      weak var queue: TransmitQueue?
      var errors: [QueueError?] = []
    }
    let cycle = Cycle()
    let queue = try makeTransmit { _, _ in
      guard let queue = cycle.queue else { return }
      cycle.errors.append(queueError { try queue.advance() })
      cycle.errors.append(queueError { try queue.cancel() })
      cycle.errors.append(queueError { try queue.post([1]) })
      cycle.errors.append(queueError { try queue.setNotificationEnabled(true) })
      XCTAssertNil(queue.takeCompleted())
    }
    cycle.queue = queue
    try queue.advance()
    XCTAssertEqual(
      cycle.errors,
      [
        .reentered(call: "advance()"), .reentered(call: "cancel()"), .reentered(call: "post()"),
        .reentered(call: "setNotificationEnabled(_:)"),
      ])
    try queue.post(byteCount: 1) { _, _ in
      XCTAssertEqual(queueError { try queue.advance() }, .reentered(call: "advance()"))
    }
    let receive = try makeReceive { _, rings in rings.receive([1]) }
    try receive.replenish()
    try receive.advance()
    _ = try receive.takeReceived { _ in
      XCTAssertEqual(queueError { try receive.replenish() }, .reentered(call: "replenish()"))
      XCTAssertEqual(
        queueError { _ = try receive.takeReceived { _ in 0 } },
        .reentered(call: "takeReceived()"))
    }
  }

  func testOneWakeForEachTimeThatNotificationsAreEnabled() throws {
    var wakes = 0
    let queue = try makeTransmit(advance: returnAll)
    queue.onNotification { wakes += 1 }
    XCTAssertFalse(queue.handle.notify(), "notifications are off")
    for round in 1...3 {
      try queue.setNotificationEnabled(true)
      XCTAssertTrue(queue.isNotificationArmed)
      XCTAssertTrue(queue.handle.notify())
      XCTAssertFalse(queue.isNotificationArmed)
      XCTAssertFalse(queue.handle.notify())
      XCTAssertEqual(wakes, round)
    }
    try queue.setNotificationEnabled(true)
    try queue.setNotificationEnabled(false)
    XCTAssertFalse(queue.handle.notify())
    try queue.setNotificationEnabled(true)
    try queue.cancel()
    try queue.stop()
    XCTAssertFalse(queue.handle.notify(), "a stopped queue does not notify")
    XCTAssertEqual(wakes, 3)
  }

  func testDriverMayNotifyAtOnce() throws {
    var told: [Bool] = []
    let adapter = try makeQueueAdapter(
      receive: PacketQueueCallbacks(
        evtAdvance: returnAll, evtCancel: ignoreAll,
        evtSetNotificationEnabled: { queue, isEnabled in
          told.append(isEnabled)
          if isEnabled { queue.notify() }
        }))
    let queue = try adapter.makeReceiveQueue(ringSize: 4)
    var wakes = 0
    queue.onNotification { wakes += 1 }
    try queue.setNotificationEnabled(true)
    XCTAssertFalse(queue.isNotificationArmed)
    XCTAssertEqual(wakes, 1)
    try queue.setNotificationEnabled(false)
    XCTAssertEqual(told, [true, false])
    XCTAssertEqual(wakes, 1)
  }

  func testRingsAreAsBeforeAfterAViolation() throws {
    var offend = true
    for isVerified in [true, false] {
      offend = true
      var seen: [[UInt8]] = []
      let queue = try makeTransmit(isVerified: isVerified) { queue, rings in
        if offend {
          rings.packets.beginIndex = 5
          rings.fragments.beginIndex = 1
          if isVerified { rings.packets[0].fragmentCount = 0 }
        } else {
          for index in rings.packets.window { seen.append(rings.array(of: rings.packets[index])) }
          returnAll(queue, &rings)
        }
      }
      try queue.post([1, 2], tag: 1)
      try queue.post([3], tag: 2)
      XCTAssertEqual(failureCode { try queue.advance() }, 59)
      XCTAssertNil(queue.takeCompleted())
      XCTAssertEqual([queue.outstandingPacketCount, queue.outstandingFragmentCount], [2, 2])
      offend = false
      try queue.advance()
      XCTAssertEqual(seen, [[1, 2], [3]])
      XCTAssertEqual([queue.takeCompleted()?.tag, queue.takeCompleted()?.tag], [1, 2])
    }
  }

  /// Two queues, the callback of one inside that of the other, can exchange their rings.
  func testExchangedRingsBreakTheQueue() throws {
    let exchanges: [EvtAdvance] = [
      { $1.fragments = NetRing(count: 4, repeating: NetFragment()) },
      { $1.fragments = NetRing(count: 16, repeating: NetFragment()) },
      { $1.packets = NetRing(count: 16, repeating: NetPacket()) },
    ]
    for exchange in exchanges {
      for isVerified in [true, false] {
        let queue = try makeTransmit(isVerified: isVerified) { queue, rings in
          exchange(queue, &rings)
          // The number of buffers stays, so no index of the new ring leaves the memory.
          rings.fragments[15].validLength = 64
          XCTAssertEqual(rings.octets(ofFragment: 15).byteCount, 64)
          XCTAssertEqual(rings.buffer(ofFragment: 15).byteCount, 64)
        }
        XCTAssertEqual(failureCode { try queue.advance() }, 50)
        XCTAssertEqual(queue.state, .broken)
        XCTAssertEqual(
          queueError { try queue.advance() },
          .wrongState(call: "advance()", state: .broken, remedy: "makeTransmitQueue()"))
      }
    }
  }
}
