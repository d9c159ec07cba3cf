import NetAdapterCore
import WireFormats
import XCTest

/// What a queue tells its driver about active offloads: `evtSetOffloads`.
final class QueueOffloadTests: XCTestCase {
  /// A driver without a lock that notes what it is told.
  private final class Driver {
    var notes: [String] = []

    var callbacks: PacketQueueCallbacks {
      PacketQueueCallbacks(
        evtAdvance: { _, rings in
          self.notes.append("advance")
          returnAll(&rings)
        },
        evtCancel: { _, rings in
          self.notes.append("cancel")
          returnAll(&rings)
        },
        evtSetNotificationEnabled: { _, _ in },
        evtSetOffloads: { queue, offload in
          self.notes.append("\(queue.direction) \(segmentation(offload.offloads))")
        },
        evtStart: { _ in self.notes.append("start") })
    }

    func takeNotes() -> [String] {
      defer { notes = [] }
      return notes
    }
  }

  private func adapter() throws -> NetAdapter {
    let adapter = try makeAdapter()
    try declareAll(adapter, CallLog())
    try adapter.start()
    return adapter
  }

  func testEveryChangeIsToldOnceBeforeTheNextCallback() throws {
    let (adapter, driver) = (try adapter(), Driver())
    let queue = try adapter.makeTransmitQueue(ringSize: 8, servedBy: driver.callbacks)
    XCTAssertEqual(driver.takeNotes(), ["transmit lso4 lso6 uso4 uso6", "start"])
    try queue.advance()
    XCTAssertEqual(driver.takeNotes(), ["advance"])
    var request = OffloadParameters()
    request.usoIPv6 = .disabled
    try adapter.setOffloadParameters(request)
    XCTAssertEqual(driver.takeNotes(), [])
    try queue.advance()
    try queue.advance()
    XCTAssertEqual(driver.takeNotes(), ["transmit lso4 lso6 uso4", "advance", "advance"])
    // Two changes that cancel each other, and a change of something else.
    try adapter.pauseOffloadCapabilities()
    try adapter.resumeOffloadCapabilities()
    try adapter.setLinkLayerMtuSize(1_400)
    try queue.advance()
    XCTAssertEqual(driver.takeNotes(), ["advance"])
    try adapter.stop()
    try queue.cancel()
    XCTAssertEqual(driver.takeNotes(), ["transmit ", "cancel"])
    try queue.stop()
    try adapter.start()
    try queue.start()
    XCTAssertEqual(driver.takeNotes(), ["transmit lso4 lso6 uso4", "start"])
  }

  func testAReceiveQueueAndACallOfTheQueueFromInside() throws {
    let adapter = try adapter()
    var (error, notes): (QueueError?, [String]) = (nil, [])
    var queue: ReceiveQueue?
    queue = try adapter.makeReceiveQueue(
      ringSize: 8,
      servedBy: PacketQueueCallbacks(
        evtAdvance: ignoreAll, evtCancel: ignoreAll, evtSetNotificationEnabled: { _, _ in },
        evtSetOffloads: { handle, offload in
          notes.append("\(handle.direction) \(offload.isTcpRscIPv4Enabled)")
          error = queueError { try queue?.advance() }
        }))
    try adapter.pauseOffloadCapabilities()
    try queue?.advance()
    XCTAssertEqual(notes, ["receive true", "receive false"])
    XCTAssertEqual(error, .reentered(call: "advance()"))
    queue = nil
  }

  /// The adapter is changed on one thread while queues with plain drivers run on others.
  func testChangesOnAnotherThread() async throws {
    let adapter = try makeAdapter()
    try declareAll(adapter, CallLog())
    try adapter.setDatapathCapabilities(
      transmit: TransmitCapabilities(maximumNumberOfQueues: 3),
      receive: ReceiveCapabilities(maximumFrameSize: 1_514))
    try adapter.start()
    let told = try await withThrowingTaskGroup(of: [String].self) { group in
      for _ in 0..<3 {
        group.addTask {
          let driver = Driver()
          let queue = try adapter.makeTransmitQueue(ringSize: 8, servedBy: driver.callbacks)
          for _ in 0..<500 {
            try queue.post([UInt8](repeating: 1, count: 60))
            try queue.advance()
            while queue.takeCompleted() != nil {}
          }
          return driver.notes.filter { $0.hasPrefix("transmit") }
        }
      }
      for _ in 0..<200 {
        try adapter.pauseOffloadCapabilities()
        try adapter.resumeOffloadCapabilities()
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    XCTAssertEqual(told.count, 3)
    for notes in told {
      // Told once at the start, and never twice the same.
      XCTAssertFalse(notes.isEmpty)
      XCTAssertFalse(zip(notes, notes.dropFirst()).contains { $0 == $1 }, "\(notes)")
      XCTAssertTrue(Set(notes).isSubset(of: ["transmit lso4 lso6 uso4 uso6", "transmit "]))
    }
  }
}

/// Returns everything at once.
private func returnAll(_ rings: inout NetRingCollection) {
  rings.packets.beginIndex = rings.packets.endIndex
  rings.fragments.beginIndex = rings.fragments.endIndex
}
