import FrameRecipes
import GsoEngine
import NetAdapterCore
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// A driver of our own after the rings of a NIC: the wire must not see a difference between it and
/// the emulated hardware.
///
/// All queues are verified: a driver that breaks a rule of the rings makes `advance` throw.
final class ToyDriverTests: XCTestCase {
  private let wire = QueueLink()

  private func frame(_ payload: Int) throws -> [UInt8] {
    try FrameRecipe(
      network: .ipv4 { $0.headerChecksum = .zero }, transport: .tcp(flags: [.ack, .psh]),
      payload: .random(seed: 7, count: payload), checksum: .zero
    ).octets
  }

  /// What a sender may ask for: segmentation, checksums, nothing.
  private var traffic: [(frame: [UInt8], request: TransmitRequest)] {
    get throws {
      try [
        (frame(64_240), TransmitRequest(segmentSize: 1_460)),
        (frame(100), TransmitRequest(checksums: [.ipv4Header, .transport])),
        (frame(2_921), TransmitRequest(segmentSize: 1_460)),
        (frame(1_460), TransmitRequest(checksums: .transport)),
        (frame(0), TransmitRequest()),
        (frame(1_500), TransmitRequest(segmentSize: 536)),
      ]
    }
  }

  private func nic() throws -> VirtualNIC {
    let nic = try VirtualNIC(macAddress: MACAddress(0x02_00_00_00_00_01), mtu: 1_500, link: wire)
    try ToyDriver.declare(to: nic.adapter, telling: OffloadRecorder())
    try nic.start()
    return nic
  }

  /// Sends all traffic through a queue and returns what was on the wire.
  ///
  /// Posting, advancing and taking completions in a loop is all that a sender has to do. `between`
  /// is called after each advance.
  private func send(
    through queue: TransmitFrameQueue, between: (Int) throws -> Void = { _ in }
  ) throws -> [[UInt8]] {
    let traffic = try traffic
    var waiting = Array(traffic.enumerated().reversed())
    var (completed, advances) = ([Int](), 0)
    while completed.count < traffic.count, advances < 1_000 {
      while let (tag, next) = waiting.last, queue.post(next.frame, next.request, tag: tag) {
        waiting.removeLast()
      }
      try queue.advance()
      while let done = queue.takeCompleted() { completed.append(done.tag) }
      advances += 1
      try between(advances)
    }
    XCTAssertEqual(completed, Array(traffic.indices), "frames complete in order, each once")
    return wire.takeAll().map(\.octets)
  }

  /// What the NIC's own hardware sends: what everything here is compared with.
  private func expected() throws -> [[UInt8]] {
    try send(through: nic().makeTransmitQueue(isVerified: true))
  }

  func testTheSameFramesAsTheEmulatedHardware() throws {
    let expected = try expected()
    XCTAssertEqual(expected.count, 44 + 1 + 3 + 1 + 1 + 3)
    let driver = ToyDriver(wire: wire)
    let queue = try nic().makeTransmitQueue(
      isVerified: true, servedBy: driver.transmitCallbacks)
    XCTAssertTrue(try send(through: queue) == expected)
    XCTAssertEqual(driver.transmitHardware.cutCount, 3)
    XCTAssertEqual(driver.transmitHardware.checksumCount, 2)
    XCTAssertEqual(driver.transmitHardware.failures, [])
  }

  /// A ring of 4 holds 3 packets, and what software segments is up to 44.
  ///
  /// The rest of a frame follows when there is room.
  func testARingSmallerThanTheNumberOfSegments() throws {
    let expected = try expected()
    let driver = ToyDriver(wire: wire)
    let nic = try nic()
    try switchOffGso(of: nic)
    let queue = try nic.makeTransmitQueue(
      ringSize: 4, fragmentRingSize: 64, frameCount: 2, isVerified: true,
      servedBy: driver.transmitCallbacks)
    XCTAssertTrue(try send(through: queue) == expected)
    XCTAssertEqual(driver.transmitHardware.cutCount, 0)
    XCTAssertEqual(queue.counters.softwareFrames, [.notActive: 3])
  }

  /// Hardware that holds 2 packets at a time and completes 1 per advance: packets stay in the
  /// rings meanwhile, and none is dropped or overtaken.
  func testSlowHardware() throws {
    let expected = try expected()
    let driver = ToyDriver(wire: wire, slots: 2, packetsPerAdvance: 1)
    let queue = try nic().makeTransmitQueue(
      ringSize: 8, fragmentRingSize: 64, isVerified: true, servedBy: driver.transmitCallbacks)
    var outstanding: [Int] = []
    let frames = try send(through: queue) { _ in
      outstanding.append(queue.packetQueue.outstandingPacketCount)
    }
    XCTAssertTrue(frames == expected)
    // 6 packets; the first advance completes none, each of the others one.
    XCTAssertEqual(outstanding, [6, 5, 4, 3, 2, 1, 0])
  }

  /// The offload is switched off while the hardware has packets.
  ///
  /// The hardware still segments those, and software the later ones. The wire frames are the same.
  func testGsoIsSwitchedOffInFlight() throws {
    let expected = try expected()
    let driver = ToyDriver(wire: wire, slots: 1, packetsPerAdvance: 1)
    let nic = try nic()
    // Room for one frame: the second is decided about when the first is done.
    let queue = try nic.makeTransmitQueue(
      ringSize: 64, fragmentRingSize: 128, frameCount: 1, isVerified: true,
      servedBy: driver.transmitCallbacks)
    let frames = try send(through: queue) { advances in
      guard advances == 1 else { return }
      XCTAssertEqual(queue.packetQueue.outstandingPacketCount, 1)
      try switchOffGso(of: nic)
    }
    XCTAssertEqual(driver.takeNotes(), ["transmit: gso on", "start transmit", "transmit: gso off"])
    XCTAssertTrue(frames == expected)
    XCTAssertEqual(driver.transmitHardware.cutCount, 1)
    XCTAssertEqual(queue.counters.hardwareFrames, 1)
    XCTAssertEqual(queue.counters.softwareFrames, [.notActive: 2])
  }

  /// The other direction: frames fill buffers, several if need be.
  ///
  /// What their checksums are worth travels beside them. The emulated hardware finds the same.
  func testReceiving() throws {
    var frames = try expected().prefix(3) + [try frame(10)]
    frames[2][100] ^= 1
    let damaged: [NetPacketChecksum.Evaluation] = [.valid, .valid, .invalid, .invalid]

    let driver = ToyDriver(wire: wire)
    let nic = try nic()
    for (link, callbacks) in [
      (driver.receiveHardware as any Link, driver.receiveCallbacks), (NICLink(to: nic), nil),
    ] {
      let queue = try nic.makeReceiveQueue(
        ringSize: 4, fragmentRingSize: 16, bufferCapacity: 512, isVerified: true,
        servedBy: callbacks)
      for frame in frames { link.send(frame) }
      var (received, evaluations) = ([[UInt8]](), [NetPacketChecksum.Evaluation]())
      var rounds = 0
      while received.count < frames.count, rounds < 10 {
        try queue.advance { packet in
          received.append(packet.array())
          evaluations.append(packet.checksum.layer4Evaluation)
          XCTAssertEqual(packet.fragmentCount, (packet.byteCount + 511) / 512)
          XCTAssertEqual(packet.layout.layer4Type, .tcp)
        }
        rounds += 1
      }
      XCTAssertEqual(received, Array(frames))
      XCTAssertEqual(evaluations, damaged)
      // 3 packets fit into the ring; the fourth waited in the hardware.
      XCTAssertEqual(rounds, 2)
    }
    XCTAssertEqual(driver.receiveHardware.lostCount, 0)
  }

  private func switchOffGso(of nic: VirtualNIC) throws {
    var request = OffloadParameters()
    (request.lsoV1, request.lsoV2IPv4) = (.disabled, .disabled)
    try nic.adapter.setOffloadParameters(request)
  }
}
