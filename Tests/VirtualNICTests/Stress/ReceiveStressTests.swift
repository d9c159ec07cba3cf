import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// One thread sends on a NIC, one receives on another through a queue, one changes both adapters.
final class ReceiveStressTests: XCTestCase {
  /// Frames that one thread passes to another.
  private final class Mailbox: VirtualNICLink, Sendable {
    private let frames = Guarded<[[UInt8]]>([])

    func send(_ batch: FrameBatch, at time: VirtualTime) {
      let copies = (0..<batch.count).map { batch.octets.array(batch.range(of: $0)) }
      frames.withLock { $0 += copies }
    }

    func takeAll() -> [[UInt8]] {
      frames.withLock { frames in
        defer { frames = [] }
        return frames
      }
    }
  }

  /// What the receiving thread found.
  private struct Received: Sendable {
    var arrived: [[UInt8]] = []
    /// What the queue must show.
    var expected: [[UInt8]] = []
    var shown: [[UInt8]] = []
    var complaints = Complaints()

    /// Takes frames from the link and looks at what comes out of the rings.
    mutating func take(_ frames: [[UInt8]], _ nic: VirtualNIC, _ queue: ReceiveFrameQueue) {
      for frame in frames {
        let (taken, overflows) = (nic.counters.receivedFrames, queue.overflowCount)
        nic.receive(frame)
        arrived.append(frame)
        guard nic.counters.receivedFrames > taken else { continue }
        if queue.overflowCount == overflows { expected.append(frame) }
        if arrived.count % 5 == 0 { show(queue) }
      }
      show(queue)
    }

    private mutating func show(_ queue: ReceiveFrameQueue) {
      do {
        try queue.advance { packet in
          shown.append(packet.array())
          complaints.expect(packet.checksum.layer4Evaluation != .invalid, "a wrong checksum")
        }
      } catch { complaints.add("\(error)") }
    }
  }

  func testTwoNICsUnderControl() throws {
    var random = SeededGenerator.fromEnvironment(0x2EC5)
    let pool = TrafficPool(60, &random)
    let (mailbox, tapped) = (Mailbox(), QueueLink())
    let left = try VirtualNIC(
      macAddress: MACAddress(1), mtu: 1_500,
      link: CapturingLink(next: mailbox) { frame, time in tapped.send(frame, at: time) })
    let right = try VirtualNIC(macAddress: MACAddress(2), mtu: 1_500)
    try right.adapter.setRxChecksumCapabilities(RxChecksumCapabilities { _, _ in })
    var moves = [left, right].map {
      ControlMoves($0.adapter, SeededGenerator(seed: random.next()))
    }
    for index in moves.indices { try moves[index].declare() }
    try left.start()
    try right.start()
    let queue = try right.makeReceiveQueue(
      ringSize: 16, fragmentRingSize: 64, bufferCapacity: 512, frameCount: 8, isVerified: true)

    let workers = Workers()
    let state = Guarded((isSending: true, isReceiving: true, changes: 0))
    let sent = Result<WireCheck>()
    let sender = Handover(value: (left, tapped, SeededGenerator(seed: random.next())))
    let log = Result<[[UInt8]]>()
    workers.start("sender") {
      var (nic, tapped, random) = sender.value
      var (check, all) = (WireCheck(), [[UInt8]]())
      while check.counters.frames < StressScale.frames
        || state.withLock({ $0.changes }) < StressScale.changes
      {
        let item = random.pick(pool.items)
        let report = nic.transmit(item.octets, item.request)
        let frames = tapped.takeAll().map(\.octets)
        all += frames
        check.saw(frames)
        check.reported(report, of: item)
      }
      check.end()
      sent.put(check)
      log.put(all)
      state.withLock { $0.isSending = false }
    }
    let received = Result<Received>()
    let receiver = Handover(value: (right, queue))
    workers.start("receiver") {
      let (nic, queue) = receiver.value
      var result = Received()
      while state.withLock({ $0.isSending }) { result.take(mailbox.takeAll(), nic, queue) }
      state.withLock { $0.isReceiving = false }
      received.put(result)
    }
    let moved = Result<[ControlMoves]>()
    workers.start("control") { [moves] in
      var moves = moves
      var turn = SeededGenerator(seed: 1)
      while state.withLock({ $0.isReceiving }) {
        moves[turn.below(2)].moveAndRest()
        let count = moves.reduce(0) { $0 + $1.acceptedCount }
        state.withLock { $0.changes = count }
      }
      moved.put(moves)
    }
    guard workers.wait() else { return }

    let check = try sent.take()
    XCTAssertEqual(check.complaints.lines, [])
    XCTAssertEqual(WireCheck.Tally(left.counters), check.counters)
    // What is left comes out when the adapter runs.
    var result = try received.take()
    if [.initialized, .stopped].contains(right.adapter.state) { try right.start() }
    for _ in 0..<10 { result.take(mailbox.takeAll(), right, queue) }
    XCTAssertEqual(result.complaints.lines, [])
    XCTAssertTrue(result.arrived == (try log.take()), "what was sent arrives once and in order")
    XCTAssertTrue(result.shown == result.expected, "what arrived is shown once and in order")
    let counters = right.counters
    XCTAssertEqual(counters.receivedFrames, result.shown.count + queue.overflowCount)
    XCTAssertEqual(
      counters.receivedFrames + counters.receivedWhileStopped, check.counters.wireFrames)
    XCTAssertGreaterThan(result.shown.count, 0)
    print(
      "stress receive: \(check.counters), \(result.shown.count) shown, "
        + "\(queue.overflowCount) dropped, "
        + "\(counters.receivedWhileStopped) while stopped, "
        + "\(try moved.take().map(\.acceptedCount)) changes")
  }
}
