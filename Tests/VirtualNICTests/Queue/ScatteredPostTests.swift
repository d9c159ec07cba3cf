import FrameRecipes
import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Packets in the buffers of their sender, and packets that the rings copy into fewer.
final class ScatteredPostTests: XCTestCase {
  private let wire = QueueLink()

  /// A NIC whose driver takes few fragments, as that of the public sample does.
  private func nic(maximumNumberOfFragments: Int = .max, backfill: Int = 0) throws -> VirtualNIC {
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500, link: wire)
    var transmit = TransmitCapabilities(maximumNumberOfQueues: 2)
    transmit.maximumNumberOfFragments = maximumNumberOfFragments
    transmit.payloadBackfill = backfill
    try nic.adapter.setDatapathCapabilities(
      transmit: transmit, receive: ReceiveCapabilities(maximumFrameSize: 1_514))
    // The numbers of the public sample: 64,000 octets, 2 segments, transport headers up to 127.
    var gso = GsoCapabilities(
      layer3: .all, layer4: [.tcp, .udp], maximumOffloadSize: 64_000, minimumSegmentCount: 2
    ) { _, _ in }
    gso.layer4HeaderOffsetLimit = 127
    try nic.adapter.setGsoCapabilities(gso)
    try nic.start()
    return nic
  }

  private func frame(_ payload: Int) -> [UInt8] {
    FrameRecipe(payload: .random(seed: 3, count: payload), checksum: .pseudoHeader).build()
  }

  /// Frames that need more fragments than the driver takes stay with the hardware, whatever it
  /// takes, and the report is that of a frame that is sent at once.
  func testABouncedFrameStaysHardware() throws {
    for fragments in [1, 2, 5, 16, 300] {
      for backfill in [0, 64] {
        for payload in [5_000, 40_000, 64_000] {
          let nic = try nic(maximumNumberOfFragments: fragments, backfill: backfill)
          let driver = RecordingDriver()
          let recorded = try nic.makeTransmitQueue(
            ringSize: 64, isVerified: true, servedBy: driver.callbacks())
          XCTAssertTrue(recorded.post(frame(payload), TransmitRequest(segmentSize: 1_460)))
          try recorded.advance()
          let report = try XCTUnwrap(recorded.takeCompleted()).report
          XCTAssertEqual(report.segmentation, .hardware, "\(fragments) \(payload)")
          XCTAssertEqual(report, nic.transmit(frame(payload), segmentSize: 1_460))
          let expected = wire.takeAll().map(\.octets)
          let packet = try XCTUnwrap(driver.packets.first)
          XCTAssertLessThanOrEqual(packet.fragmentCount, fragments)
          XCTAssertEqual(packet.mss, 1_460)
          XCTAssertEqual(packet.octets.count, payload + 54)

          let emulated = try self.nic(maximumNumberOfFragments: fragments, backfill: backfill)
            .makeTransmitQueue(ringSize: 64, isVerified: true)
          XCTAssertTrue(emulated.post(frame(payload), TransmitRequest(segmentSize: 1_460)))
          try emulated.advance()
          XCTAssertEqual(wire.takeAll().map(\.octets), expected)
        }
      }
    }
  }

  /// Fragments follow the buffers of the sender: none, empty, longer than a fragment's, too many.
  func testFragmentsFollowTheBuffers() throws {
    let octets = frame(5_000)
    let rows: [(cuts: [Int], fragments: Int, lengths: [Int], raised: [Int]?, UInt)] = [
      ([], .max, [2_048, 2_048, 958], nil, #line),
      ([54], .max, [54, 2_048, 2_048, 904], nil, #line),
      ([1, 14, 34, 54], .max, [1, 13, 20, 20, 2_048, 2_048, 904], nil, #line),
      ([0, 54, 54, 100], .max, [54, 46, 2_048, 2_048, 858], nil, #line),
      // Beyond 4 fragments the frame is copied into as few as possible. The buffers of a queue of
      // frames are raised, so that 4 hold the longest.
      ([54], 4, [54, 2_048, 2_048, 904], [54, 5_000], #line),
      ([1, 14, 34, 54], 4, [2_048, 2_048, 958], [5_054], #line),
    ]
    for (cuts, fragments, lengths, raised, line) in rows {
      let ends = cuts + [octets.count]
      let buffers = zip([0] + cuts, ends).map { $0..<$1 }
      let frame = try ScatteredFrame(memory: octets.octets, buffers: buffers.span)
      let nic = try nic(maximumNumberOfFragments: fragments)
      let driver = LengthRecorder()
      let frameQueue = try nic.makeTransmitQueue(
        ringSize: 8, fragmentRingSize: 64, isVerified: true, servedBy: driver.callbacks)
      XCTAssertTrue(frameQueue.post(frame, TransmitRequest(segmentSize: 1_460)), line: line)
      try frameQueue.advance()
      XCTAssertEqual(frameQueue.takeCompleted()?.report.segmentation, .hardware, line: line)
      XCTAssertEqual(driver.lengths, [raised ?? lengths], line: line)
      XCTAssertEqual(driver.frames.map(\.count), [octets.count], line: line)

      // The queue of packets below does the same, octet for octet.
      let packetDriver = LengthRecorder()
      let other = try self.nic(maximumNumberOfFragments: fragments)
      let packetQueue = try other.adapter.makeTransmitQueue(
        ringSize: 8, fragmentRingSize: 64, isVerified: true, servedBy: packetDriver.callbacks)
      try packetQueue.post(frame, tag: 3)
      try packetQueue.advance()
      XCTAssertEqual(packetQueue.takeCompleted()?.tag, 3, line: line)
      XCTAssertEqual(packetDriver.lengths, [lengths], line: line)
      XCTAssertEqual(packetDriver.frames, [octets], line: line)
    }
  }

  /// Random buffers through both queues: the octets are those of the frame, every packet obeys the
  /// driver's limit, and the wire is that of a contiguous frame.
  func testRandomBuffers() throws {
    let seed = SeededGenerator.fromEnvironment(0x5CA7)
    var random = seed
    for round in 0..<300 {
      let octets = frame(random.below(9_000))
      let cuts = (0..<random.below(12)).map { _ in random.below(octets.count + 1) }.sorted()
      let buffers = zip([0] + cuts, cuts + [octets.count]).map { $0..<$1 }
      let scattered = try ScatteredFrame(memory: octets.octets, buffers: buffers.span)
      let fragments = random.pick([1, 2, 3, 8, Int.max])
      let nic = try nic(
        maximumNumberOfFragments: fragments, backfill: random.pick([0, 10]))
      let driver = LengthRecorder()
      let packets = try nic.adapter.makeTransmitQueue(
        ringSize: 4, fragmentRingSize: 64, bufferCapacity: random.pick([256, 2_048]),
        isVerified: true, servedBy: driver.callbacks)
      let place = "seed \(seed.seed), round \(round), \(fragments) fragments"
      if octets.count <= packets.maximumPacketLength {
        try packets.post(scattered)
        try packets.advance()
        XCTAssertEqual(driver.frames, [octets], place)
        XCTAssertLessThanOrEqual(driver.lengths[0].count, fragments, place)
        XCTAssertFalse(driver.lengths[0].contains(0), place)
      }
      let request = TransmitRequest(segmentSize: 700)
      let contiguous = try self.nic().makeTransmitQueue(ringSize: 128)
      XCTAssertTrue(contiguous.post(octets, request))
      try contiguous.advance()
      let expected = wire.takeAll().map(\.octets)
      let queue = try nic.makeTransmitQueue(ringSize: 128)
      XCTAssertTrue(queue.post(scattered, request))
      try queue.advance()
      XCTAssertEqual(wire.takeAll().map(\.octets), expected, place)
    }
  }

  func testEmptyAndOversize() throws {
    let nic = try nic(maximumNumberOfFragments: 2)
    let queue = try nic.adapter.makeTransmitQueue(
      ringSize: 4, servedBy: LengthRecorder().callbacks)
    let none: [Range<Int>] = []
    let memory = [UInt8](repeating: 0, count: 200_000)
    let empty = try ScatteredFrame(memory: memory.octets, buffers: none.span)
    XCTAssertThrowsError(try queue.post(empty)) { XCTAssertEqual($0 as? QueueError, .empty) }
    let all = [0..<200_000]
    let long = try ScatteredFrame(memory: memory.octets, buffers: all.span)
    XCTAssertThrowsError(try queue.post(long)) {
      XCTAssertEqual(
        $0 as? QueueError, .oversize(octets: 200_000, limit: queue.maximumPacketLength))
    }
    XCTAssertEqual(queue.freePacketCount, 3)
  }
}

/// A driver that keeps packets and the lengths of their fragments.
private final class LengthRecorder {
  private(set) var lengths: [[Int]] = []
  private(set) var frames: [[UInt8]] = []

  var callbacks: PacketQueueCallbacks {
    PacketQueueCallbacks(
      evtAdvance: { _, rings in
        while !rings.packets.window.isEmpty {
          let packet = rings.packets[rings.packets.beginIndex]
          self.lengths.append(
            rings.fragments(of: packet).map { rings.fragments[$0].validLength })
          self.frames.append(rings.array(of: packet))
          rings.returnFirstPacket()
        }
      },
      evtCancel: { _, _ in }, evtSetNotificationEnabled: { _, _ in })
  }
}
