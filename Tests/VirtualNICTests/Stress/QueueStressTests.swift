import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Several threads send through queues of one NIC, one changes its adapter, one reads its counters.
final class QueueStressTests: XCTestCase {
  private let queueCount = 3

  /// A queue of a random size with a wire of its own; all that is sent fits into it.
  private func sender(
    _ nic: VirtualNIC, _ pool: TrafficPool, _ random: inout SeededGenerator
  ) throws -> QueueSender {
    let wire = QueueLink()
    let queue = try nic.queueFactory.makeTransmitQueue(
      to: wire, ringSize: 1 << random.within(1...6), fragmentRingSize: 1 << random.within(7...8),
      bufferCapacity: random.pick([128, 600, 2_048]), frameCount: random.within(1...12),
      packetsPerAdvance: random.pick([1, 3, .max]), isVerified: random.oneIn(3))
    return QueueSender(queue, wire, pool, SeededGenerator(seed: random.next()))
  }

  func testQueuesUnderControl() throws {
    var random = SeededGenerator.fromEnvironment(0x57E5)
    let pool = TrafficPool(60, &random)
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500)
    try nic.adapter.setDatapathCapabilities(
      transmit: TransmitCapabilities(maximumNumberOfQueues: queueCount + 2),
      receive: ReceiveCapabilities(maximumFrameSize: 65_550))
    // The first queue is older than all hardware.
    try nic.start()
    var senders = [try sender(nic, pool, &random)]
    try nic.stop()
    var moves = ControlMoves(nic.adapter, SeededGenerator(seed: random.next()))
    try moves.declare()
    try nic.start()
    for _ in 0..<queueCount { senders.append(try sender(nic, pool, &random)) }

    let workers = Workers()
    let changes = Guarded(0)
    let active = Guarded(senders.count + 1)
    let results = senders.map { _ in Result<WireCheck>() }
    let errors = senders.map { _ in Result<[String]>() }
    for (index, sender) in senders.enumerated() {
      let (mine, result, error) = (Handover(value: sender), results[index], errors[index])
      workers.start("sender \(index)") {
        var sender = mine.value
        sender.run {
          $0 >= StressScale.frames && changes.withLock { $0 } >= StressScale.changes
        }
        result.put(sender.check)
        error.put(sender.complaints)
        active.withLock { $0 -= 1 }
      }
    }
    let (nicResult, own) = (Result<NICSender.Findings>(), Handover(value: nic))
    let dice = SeededGenerator(seed: random.next())
    workers.start("NIC") {
      var sender = NICSender(own.value, pool, dice)
      while active.withLock({ $0 }) > 1 { sender.step() }
      nicResult.put(sender.findings)
      active.withLock { $0 -= 1 }
    }
    let moved = Result<ControlMoves>()
    workers.start("control") { [moves] in
      var moves = moves
      while active.withLock({ $0 }) > 0 {
        moves.moveAndRest()
        changes.withLock { $0 = moves.acceptedCount }
      }
      moved.put(moves)
    }
    let watched = Result<CounterWatch>()
    let live = nic.liveCounters
    workers.start("watch") {
      var watch = CounterWatch(live)
      while active.withLock({ $0 }) > 0 { watch.look() }
      watched.put(watch)
    }
    guard workers.wait() else { return }

    var total = WireCheck.Tally()
    for (index, sender) in senders.enumerated() {
      XCTAssertEqual(try errors[index].take(), [], "queue \(index)")
      let tally = try results[index].take().counters
      XCTAssertEqual(WireCheck.Tally(sender.queue.counters), tally, "queue \(index)")
      XCTAssertGreaterThanOrEqual(tally.frames, StressScale.frames)
      if index == 0 { XCTAssertEqual(tally.hardware, 0) }
      total = total + tally
    }
    let findings = try nicResult.take()
    XCTAssertEqual(findings.complaints, [])
    total = total + findings.tally
    XCTAssertEqual(WireCheck.Tally(nic.counters), total)
    XCTAssertEqual(total.frames, total.sentWhole + total.hardware + total.software + total.dropped)
    if StressScale.factor > 1 {
      for count in [total.sentWhole, total.hardware, total.software, total.dropped] {
        XCTAssertGreaterThan(count, 0)
      }
    }
    let watch = try watched.take()
    XCTAssertEqual(watch.complaints.lines, [])
    let control = try moved.take()
    XCTAssertGreaterThanOrEqual(control.acceptedCount, StressScale.changes)
    print("stress queues: \(total), \(findings.queueCount) short-lived queues,")
    print("stress queues: \(control.acceptedCount) changes, \(watch.lookCount) looks")
  }
}
