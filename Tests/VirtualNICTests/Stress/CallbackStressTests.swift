import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Several threads change one adapter, whose callbacks change it, too, while frames are sent.
final class CallbackStressTests: XCTestCase {
  /// What the callbacks of an adapter see and do.
  private final class Driver: Sendable {
    private struct Record: Sendable {
      var inside = 0
      var most = 0
      var gsoCount = 0
      var checksumCount = 0
      var last: ActiveOffloads?
    }

    private let record = Guarded(Record())
    private let nested: Guarded<ControlMoves?> = Guarded(nil)

    var mostInside: Int { record.withLock { $0.most } }
    var counts: [Int] { record.withLock { [$0.gsoCount, $0.checksumCount] } }
    var last: ActiveOffloads? { record.withLock { $0.last } }
    var nestedMoves: ControlMoves? { nested.withLock { $0 } }

    /// From now on every fourth callback about segmentation calls its adapter.
    func nest(_ moves: ControlMoves) { nested.withLock { $0 = moves } }

    func setGso(_ adapter: NetAdapter, _ offload: borrowing NetOffload) {
      let offloads = offload.offloads
      record.withLock {
        $0.inside += 1
        $0.most = max($0.most, $0.inside)
        $0.gsoCount += 1
        $0.last = offloads
      }
      // No lock may be held while the adapter is called, so the dice are taken out for that time.
      var dice = nested.withLock { dice in dice.take() }
      if dice?.random.oneIn(4) ?? false { dice?.move() }
      if let dice { nested.withLock { $0 = dice } }
      _ = adapter.datapathState
      record.withLock { $0.inside -= 1 }
    }

    func setTxChecksum(_ adapter: NetAdapter, _ offload: borrowing NetOffload) {
      record.withLock {
        $0.inside += 1
        $0.most = max($0.most, $0.inside)
        $0.checksumCount += 1
      }
      _ = adapter.activeOffloads
      record.withLock { $0.inside -= 1 }
    }
  }

  func testCallbacksThatCallTheirAdapterUnderTraffic() throws {
    var random = SeededGenerator.fromEnvironment(0xCA11)
    let pool = TrafficPool(40, &random)
    let (driver, wire) = (Driver(), QueueLink())
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500, link: wire)
    func moves() -> ControlMoves {
      var moves = ControlMoves(nic.adapter, SeededGenerator(seed: random.next()))
      moves.evtSetGso = { driver.setGso($0, $1) }
      moves.evtSetTxChecksum = { driver.setTxChecksum($0, $1) }
      return moves
    }
    var first = moves()
    try first.declare()
    first.attempt("start")
    let queue = try nic.makeTransmitQueue(ringSize: 8, fragmentRingSize: 64)
    driver.nest(moves())

    let workers = Workers()
    let state = Guarded((isSending: true, changes: 0))
    let control = (0..<3).map { _ in (moves: moves(), result: Result<ControlMoves>()) }
    for (index, (moves, result)) in control.enumerated() {
      workers.start("control \(index)") {
        var moves = moves
        while state.withLock({ $0.isSending }) {
          let before = moves.acceptedCount
          moves.moveAndRest()
          let change = moves.acceptedCount - before
          state.withLock { $0.changes += change }
        }
        result.put(moves)
      }
    }
    let sent = Result<[String]>()
    let sender = Handover(
      value: QueueSender(queue, wire, pool, SeededGenerator(seed: random.next())))
    workers.start("sender") {
      var sender = sender.value
      sender.run { count in
        count >= StressScale.frames && state.withLock { $0.changes } >= StressScale.changes
      }
      sent.put(sender.complaints)
      state.withLock { $0.isSending = false }
    }
    guard workers.wait() else { return }

    XCTAssertEqual(try sent.take(), [])
    XCTAssertEqual(driver.mostInside, 1, "callbacks overlap")
    // Every accepted call has told the driver once, nested calls included.
    let nested = try XCTUnwrap(driver.nestedMoves)
    let all = try [first, nested] + control.map { try $0.result.take() }
    let announced = all.reduce(0) { $0 + $1.announcedCount }
    XCTAssertEqual(driver.counts, [announced, announced])
    if [.started, .paused].contains(nic.adapter.state) {
      XCTAssertEqual(driver.last, nic.adapter.activeOffloads)
    }
    XCTAssertEqual(WireCheck.Tally(nic.counters), WireCheck.Tally(queue.counters))
    print(
      "stress callbacks: \(announced) rounds, \(nested.acceptedCount) calls from inside, "
        + "\(all.reduce(0) { $0 + $1.acceptedCount }) calls, \(queue.counters.sourceFrames) frames")
  }
}
