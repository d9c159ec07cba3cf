import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Frames through the rings of the emulated hardware.
final class TransmitFrameQueueTests: XCTestCase {
  private let everything = GsoCapabilities(
    layer3: .all, layer4: [.tcp, .udp], maximumOffloadSize: 1_000_000, minimumSegmentCount: 1
  ) { _, _ in }

  private func nic(
    gso: Bool, checksum: Layer4Flags? = nil, mtu: Int = 1_500
  ) throws -> (VirtualNIC, QueueLink) {
    let wire = QueueLink()
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: mtu, link: wire)
    if gso { try nic.adapter.setGsoCapabilities(everything) }
    if let checksum {
      var capabilities = TxChecksumCapabilities(layer3: .all) { _, _ in }
      capabilities.layer4 = checksum
      try nic.adapter.setTxChecksumCapabilities(capabilities)
    }
    try nic.start()
    return (nic, wire)
  }

  private func frame(_ octets: Int, _ transport: Transport = .tcp(), seed: UInt64 = 9) -> [UInt8] {
    FrameRecipe(
      transport: transport, payload: Payload(seed: seed, count: octets),
      checksum: .pseudoHeaderWithoutLength
    ).build()
  }

  /// Behaviour 21: the ring is smaller than the number of segments.
  ///
  /// They leave in several advances, in order, and the frame completes once, after the last.
  func testBehaviour21ARingSmallerThanTheSegmentCount() throws {
    let (nic, wire) = try nic(gso: false)
    let frame = frame(45_000)
    let queue = try nic.makeTransmitQueue(ringSize: 8, isVerified: true)
    XCTAssertTrue(queue.post(frame, TransmitRequest(segmentSize: 1_000), tag: 77))
    var sent: [[UInt8]] = []
    var advances = 0
    while sent.count < 45 {
      XCTAssertNil(queue.takeCompleted())
      try queue.advance()
      let some = wire.takeAll().map(\.octets)
      XCTAssertLessThanOrEqual(some.count, 7, "one element of a ring is never in use")
      sent += some
      advances += 1
    }
    XCTAssertEqual(advances, 7)
    XCTAssertEqual(sent, try segment(frame, mtu: 1_500, segmentSize: 1_000))
    let completion = try XCTUnwrap(queue.takeCompleted())
    XCTAssertEqual(completion.tag, 77)
    XCTAssertEqual(completion.report.segmentation, .software(because: .noHardware))
    XCTAssertEqual(completion.report.outcome, .sent(frames: 45))
    XCTAssertNil(queue.takeCompleted())
    XCTAssertEqual(nic.counters.wireFrames, 45)
    XCTAssertEqual(nic.counters.sourceFrames, 1)
  }

  /// Any mix of frames, rings and buffers: the wire sees what it sees without rings, in order.
  func testRingsChangeNothing() throws {
    let seed = SeededGenerator.fromEnvironment(0x21)
    var random = seed
    for round in 0..<60 {
      let hasGso = random.oneIn(2)
      let checksum: Layer4Flags? = random.pick([nil, [.tcp, .udp], .tcpNoOptions])
      let (nic, wire) = try nic(gso: hasGso, checksum: checksum, mtu: 9_000)
      let queue = try nic.makeTransmitQueue(
        ringSize: 1 << random.within(1...6), fragmentRingSize: 1 << random.within(5...9),
        bufferCapacity: random.pick([64, 100, 512, 2_048, 9_100]), frameCount: random.within(1...6),
        packetsPerAdvance: random.pick([1, 3, .max]), isVerified: random.oneIn(2))
      var profile = RecipeProfile()
      (profile.links, profile.usualPayload) = ([.ethernet], 2_500)
      var generator = RecipeGenerator(SeededGenerator(seed: random.next()), profile: profile)
      var expected: [[UInt8]] = []
      var completed: [TransmitFrameQueue.Completion] = []
      var reports: [TransmitReport] = []
      for tag in 0..<12 {
        let (recipe, size) = generator.next()
        let request =
          random.oneIn(3)
          ? TransmitRequest(checksums: .init(rawValue: UInt8(random.below(4))))
          : TransmitRequest(segmentSize: size)
        let frame = recipe.build()
        // What cannot go through rings of this size is told apart below.
        let limit = queue.packetQueue.maximumPacketLength
        while !queue.post(frame, request, tag: tag) {
          try queue.advance()
          while let done = queue.takeCompleted() { completed.append(done) }
        }
        let through = wire.takeAll().map(\.octets)
        let report = nic.transmit(frame, request)
        let direct = wire.takeAll().map(\.octets)
        XCTAssertEqual(through, Array(expected.prefix(through.count)))
        expected.removeFirst(min(through.count, expected.count))
        if direct.allSatisfy({ $0.count <= limit }) { expected += direct }
        reports.append(report)
      }
      for _ in 0..<20_000 where completed.count < 12 {
        try queue.advance()
        while let done = queue.takeCompleted() { completed.append(done) }
      }
      XCTAssertEqual(wire.takeAll().map(\.octets), expected, "round \(round), seed \(seed.seed)")
      XCTAssertEqual(completed.map(\.tag), Array(0..<12))
      for (done, report) in zip(completed, reports) { compare(done.report, report) }
      XCTAssertEqual(queue.packetQueue.outstandingPacketCount, 0)
    }
  }

  /// Reports are those of the direct way, but for frames that the rings cannot hold.
  private func compare(_ ring: TransmitReport, _ direct: TransmitReport) {
    if case .dropped(.exceedsRing) = ring.outcome { return }
    XCTAssertEqual(ring.outcome, direct.outcome)
    if case .software(because: .ringCapacity) = ring.segmentation { return }
    XCTAssertEqual(ring.segmentation, direct.segmentation)
    XCTAssertEqual(ring.checksum, direct.checksum)
  }

  /// Behaviour 16: frames wait for room while the offload is switched off and on again.
  func testBehaviour16SwitchedOffWhileFramesWait() throws {
    let (nic, wire) = try nic(gso: true)
    let queue = try nic.makeTransmitQueue(
      ringSize: 2, fragmentRingSize: 64, frameCount: 6, packetsPerAdvance: 1)
    let frames = (0..<6).map { frame(5_000, seed: UInt64($0)) }
    for (tag, frame) in frames.enumerated() {
      XCTAssertTrue(queue.post(frame, TransmitRequest(segmentSize: 1_460), tag: tag))
    }
    XCTAssertFalse(queue.post(frames[0]), "all places are taken")
    try queue.advance()
    try nic.adapter.pauseOffloadCapabilities()
    for _ in 0..<6 { try queue.advance() }
    try nic.adapter.resumeOffloadCapabilities()
    var paths: [OffloadDecision] = []
    for _ in 0..<40 {
      try queue.advance()
      while let done = queue.takeCompleted() {
        XCTAssertEqual(done.tag, paths.count)
        XCTAssertEqual(done.report.outcome, .sent(frames: 4))
        paths.append(done.report.segmentation)
      }
    }
    XCTAssertEqual(paths.count, 6)
    XCTAssertEqual(Set(paths), [.hardware, .software(because: .notActive(.paused))])
    let sent = wire.takeAll().map(\.octets)
    XCTAssertEqual(sent, try frames.flatMap { try segment($0, mtu: 1_500, segmentSize: 1_460) })
  }

  /// An adapter that is stopped: what has gone to the driver is sent, the rest is dropped, and
  /// every frame completes.
  func testAStopWhileFramesWait() throws {
    let (nic, wire) = try nic(gso: false)
    let queue = try nic.makeTransmitQueue(ringSize: 4, frameCount: 3)
    for tag in 0..<3 {
      XCTAssertTrue(queue.post(frame(5_000), TransmitRequest(segmentSize: 1_000), tag: tag))
    }
    try queue.advance()
    XCTAssertEqual(wire.count, 3)
    try nic.stop()
    try queue.advance()
    XCTAssertEqual(queue.packetQueue.state, .stopped)
    XCTAssertEqual(
      (0..<3).map { _ in queue.takeCompleted()?.report.outcome },
      [.dropped(.cancelled(framesSent: 3)), .dropped(.notStarted), .dropped(.notStarted)])
    XCTAssertEqual(nic.counters.dropped, 3)
    XCTAssertEqual(nic.counters.wireFrames, 3)
    XCTAssertEqual(wire.takeAll().map(\.octets.count), [1_054, 1_054, 1_054])
    try nic.start()
    XCTAssertTrue(queue.post(frame(500)))
    try queue.advance()
    XCTAssertEqual(queue.takeCompleted()?.report.outcome, .sent(frames: 1))
    XCTAssertEqual(wire.count, 1)
  }

  func testWhatTheRingsCannotHold() throws {
    let (nic, wire) = try nic(gso: true, mtu: 9_000)
    let queue = try nic.makeTransmitQueue(
      ringSize: 16, fragmentRingSize: 8, bufferCapacity: 512)
    let limit = 7 * 512
    XCTAssertEqual(queue.packetQueue.maximumPacketLength, limit)
    XCTAssertTrue(queue.post(frame(5_000), TransmitRequest(segmentSize: 1_000)))
    XCTAssertTrue(queue.post(frame(5_000), TransmitRequest(segmentSize: 4_000)))
    XCTAssertTrue(queue.post(frame(5_000)))
    XCTAssertTrue(queue.post(frame(3_000), TransmitRequest(segmentSize: 1_000)))
    for _ in 0..<9 { try queue.advance() }
    let reports = (0..<4).map { _ in queue.takeCompleted()?.report }
    XCTAssertEqual(
      reports.map { $0?.outcome },
      [
        .sent(frames: 5), .dropped(.exceedsRing(octets: 4_054, limit: limit)),
        .dropped(.exceedsRing(octets: 5_054, limit: limit)), .sent(frames: 3),
      ])
    XCTAssertEqual(
      reports[0]?.segmentation, .software(because: .ringCapacity(octets: 5_054, limit: limit)))
    XCTAssertEqual(reports[3]?.segmentation, .hardware)
    XCTAssertEqual(wire.count, 8)
  }

  func testNothingIsAllocated() throws {
    let sink = CountingLink()
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500, link: sink)
    try nic.adapter.setGsoCapabilities(everything)
    try nic.start()
    let queue = try nic.makeTransmitQueue()
    let (large, tagged) = (frame(60_000), frame(5_000))
    func run() throws {
      _ = queue.post(large, TransmitRequest(segmentSize: 1_448), tag: 1)
      _ = queue.post(tagged, TransmitRequest(segmentSize: 1_000), tag: 2)
      try queue.advance()
      while queue.takeCompleted() != nil {}
    }
    for _ in 0..<70 { try run() }
    guard let count = try allocations(during: { for _ in 0..<10 { try run() } }) else {
      throw XCTSkip("allocations are not counted in this build")
    }
    XCTAssertEqual(sink.count, 80 * 47)
    #if DEBUG
      // Code that is not specialised boxes a value as large as a scattered frame.
      XCTAssertLessThanOrEqual(count, 60)
    #else
      XCTAssertEqual(count, 0)
    #endif
  }
}
