import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Frames from the wire through the rings of the emulated hardware.
final class ReceiveFrameQueueTests: XCTestCase {
  private func nic(checking: Bool = true) throws -> VirtualNIC {
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 9_000)
    if checking {
      try nic.adapter.setRxChecksumCapabilities(RxChecksumCapabilities { _, _ in })
    }
    try nic.start()
    return nic
  }

  private func frame(_ octets: Int, seed: UInt64 = 1) -> [UInt8] {
    FrameRecipe(payload: Payload(seed: seed, count: octets)).build()
  }

  func testFramesArriveInOrderWhateverTheRings() throws {
    let seed = SeededGenerator.fromEnvironment(0x4C)
    var random = seed
    for round in 0..<60 {
      let nic = try nic()
      let queue = try nic.makeReceiveQueue(
        ringSize: 1 << random.within(1...5), fragmentRingSize: 1 << random.within(5...8),
        bufferCapacity: random.pick([128, 600, 2_048]), frameCount: 8, isVerified: random.oneIn(2))
      let frames = (0..<30).map { frame(random.below(3_000), seed: UInt64($0)) }
      var (sent, seen) = (0, [[UInt8]]())
      for _ in 0..<2_000 where seen.count < frames.count {
        let burst = min(random.within(0...8), frames.count - sent)
        for frame in frames[sent..<(sent + burst)] where sent - seen.count < 8 {
          nic.receive(frame)
          sent += 1
        }
        try queue.advance { packet in
          XCTAssertEqual(packet.checksum.layer4Evaluation, .valid)
          XCTAssertEqual(packet.layout.layer4Type, .tcp)
          seen.append(packet.array())
        }
      }
      XCTAssertEqual(seen, frames, "round \(round), seed \(seed.seed)")
      XCTAssertEqual(queue.overflowCount, 0)
      XCTAssertEqual(nic.counters.receivedFrames, 30)
    }
  }

  /// Behaviour 37 through the rings: valid, invalid and not checked.
  func testBehaviour37Evaluations() throws {
    var wrong = FrameRecipe(payload: Payload(seed: 1, count: 99))
    wrong.checksum = .value(0x1234)
    for (checking, expected) in [(true, [1, 2]), (false, [0, 0])] as [(Bool, [UInt8])] {
      let nic = try nic(checking: checking)
      let queue = try nic.makeReceiveQueue()
      nic.receive(wrong.build())
      var evaluations: [UInt8] = []
      try queue.advance { packet in
        evaluations = [
          packet.checksum.layer3Evaluation.rawValue, packet.checksum.layer4Evaluation.rawValue,
        ]
      }
      XCTAssertEqual(evaluations, checking ? expected : [0, 0])
    }
  }

  func testWhatDoesNotFitIsCounted() throws {
    let nic = try nic()
    let queue = try nic.makeReceiveQueue(
      ringSize: 4, fragmentRingSize: 4, bufferCapacity: 256, frameCount: 3)
    for _ in 0..<5 { nic.receive(frame(50)) }
    XCTAssertEqual(queue.overflowCount, 2, "no more than three can wait")
    XCTAssertEqual(try queue.advance { _ in }, 3)
    nic.receive(frame(2_000))
    XCTAssertEqual(try queue.advance { _ in }, 0)
    XCTAssertEqual(queue.overflowCount, 3, "longer than all buffers together")
    nic.receive(frame(700))
    XCTAssertEqual(try queue.advance { packet in XCTAssertEqual(packet.fragmentCount, 3) }, 1)
  }

  func testAnArmedQueueIsWokenOnce() throws {
    let nic = try nic()
    let queue = try nic.makeReceiveQueue()
    let wakes = Box(0)
    queue.packetQueue.onNotification { wakes.value += 1 }
    nic.receive(frame(50))
    XCTAssertEqual(wakes.value, 0, "not armed")
    try queue.packetQueue.setNotificationEnabled(true)
    XCTAssertEqual(wakes.value, 1, "there was work already")
    try queue.advance { _ in }
    try queue.packetQueue.setNotificationEnabled(true)
    XCTAssertEqual(wakes.value, 1)
    nic.receive(frame(50))
    nic.receive(frame(50))
    XCTAssertEqual(wakes.value, 2)
  }

  func testAStopAndAStart() throws {
    let nic = try nic()
    let queue = try nic.makeReceiveQueue(ringSize: 8, isVerified: true)
    try queue.advance { _ in }
    try nic.stop()
    nic.receive(frame(50))
    XCTAssertEqual(try queue.advance { _ in }, 0)
    XCTAssertEqual(queue.packetQueue.state, .stopped)
    XCTAssertEqual(nic.counters.receivedWhileStopped, 1)
    try nic.start()
    nic.receive(frame(51))
    XCTAssertEqual(try queue.advance { _ in }, 1)
  }

  /// Without a queue frames go to the closure again.
  func testAReleasedQueue() throws {
    let nic = try nic()
    let seen = Box(0)
    nic.onReceive = { _, _, _ in seen.value += 1 }
    var queue: ReceiveFrameQueue? = try nic.makeReceiveQueue()
    nic.receive(frame(50))
    XCTAssertEqual(seen.value, 0)
    XCTAssertEqual(try queue?.advance { _ in }, 1)
    queue = nil
    nic.receive(frame(50))
    XCTAssertEqual(seen.value, 1)
  }

  func testNothingIsAllocated() throws {
    let nic = try nic()
    let queue = try nic.makeReceiveQueue()
    let frame = frame(5_000)
    var octets = 0
    func run() throws {
      nic.receive(frame)
      try queue.advance { packet in octets += packet.byteCount }
    }
    for _ in 0..<70 { try run() }
    guard let count = try allocations(during: { for _ in 0..<10 { try run() } }) else {
      throw XCTSkip("allocations are not counted in this build")
    }
    XCTAssertEqual(octets, 80 * frame.count)
    XCTAssertEqual(count, 0)
  }
}
