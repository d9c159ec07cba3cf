import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Queues that stay while their adapter is stopped, declared anew and started again.
final class QueueOutlivesStartTests: XCTestCase {
  private let recipe = FrameRecipe(
    payload: Payload(seed: 3, count: 5_000), checksum: .pseudoHeaderWithoutLength)

  private func declareAll(_ adapter: NetAdapter) throws {
    try adapter.setGsoCapabilities(
      GsoCapabilities(
        layer3: .all, layer4: .all, maximumOffloadSize: 65_536, minimumSegmentCount: 1
      ) { _, _ in })
    var checksum = TxChecksumCapabilities(layer3: .all) { _, _ in }
    checksum.layer4 = .all
    try adapter.setTxChecksumCapabilities(checksum)
  }

  /// Rings that were made without segment sizes and checksums cannot carry any to new hardware.
  func testHardwareThatIsYoungerThanTheQueue() throws {
    let wire = QueueLink()
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500, link: wire)
    try nic.start()
    let queue = try nic.makeTransmitQueue(isVerified: true)
    try nic.stop()
    try declareAll(nic.adapter)
    try nic.start()
    XCTAssertTrue(queue.post(recipe.build(), TransmitRequest(segmentSize: 1_000)))
    var whole = recipe
    whole.payload.count = 1_000
    XCTAssertTrue(
      queue.post(whole.build(), TransmitRequest(checksums: [.ipv4Header, .transport])))
    try queue.advance()
    let report = try XCTUnwrap(queue.takeCompleted()).report
    XCTAssertEqual(report.segmentation, .software(because: .noHardware))
    XCTAssertEqual(report.checksum, .software(because: .noHardware))
    XCTAssertEqual(report.outcome, .sent(frames: 5))
    let summed = try XCTUnwrap(queue.takeCompleted()).report
    XCTAssertEqual(summed.checksum, .software(because: .noHardware))
    whole.checksum = .complete
    XCTAssertEqual(
      wire.takeAll().map(\.octets),
      referenceSegments(of: recipe, segmentSize: 1_000) + [whole.build()])
    // A queue that is made now carries everything.
    XCTAssertEqual(nic.transmit(recipe.build(), segmentSize: 1_000).segmentation, .hardware)
  }

  /// A driver that returns what it has only when it is told to.
  private static func slowDriver(_ holds: Box<Bool>, _ started: Box<Int>) -> PacketQueueCallbacks {
    PacketQueueCallbacks(
      evtAdvance: { queue, rings in
        guard !holds.value else { return }
        if queue.direction == .receive {
          for index in rings.packets.window { rings.packets[index].isIgnored = true }
        }
        rings.packets.beginIndex = rings.packets.endIndex
        rings.fragments.beginIndex = rings.fragments.endIndex
      },
      evtCancel: { _, _ in }, evtSetNotificationEnabled: { _, _ in },
      evtStart: { _ in started.value += 1 })
  }

  /// A driver that takes its time to return what it has, while the adapter is started again.
  func testAStartWhileTheDriverStillReturnsPackets() throws {
    let holds = Box(true)
    let started = Box(0)
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500)
    try nic.adapter.setDatapathCallbacks(
      DatapathCallbacks(
        evtAdapterCreateTxQueue: { _, _ in Self.slowDriver(holds, started) },
        evtAdapterCreateRxQueue: { _, _ in Self.slowDriver(holds, started) }))
    try nic.start()
    let queue = try nic.makeTransmitQueue()
    let receiver = try nic.makeReceiveQueue()
    var frame = recipe
    frame.payload.count = 100
    XCTAssertTrue(queue.post(frame.build(), tag: 1))
    try queue.advance()
    try receiver.advance { _ in }
    try nic.stop()
    try queue.advance()
    try receiver.advance { _ in }
    XCTAssertEqual(
      [queue.packetQueue.state, receiver.packetQueue.state], [.cancelled, .cancelled])
    try nic.start()
    XCTAssertTrue(queue.post(frame.build(), tag: 2))
    try queue.advance()
    XCTAssertEqual(try receiver.advance { _ in }, 0)
    XCTAssertEqual(
      [queue.packetQueue.state, receiver.packetQueue.state], [.cancelled, .cancelled])
    XCTAssertNil(queue.takeCompleted())
    holds.value = false
    for _ in 0..<2 { try queue.advance() }
    for _ in 0..<2 { try receiver.advance { _ in } }
    XCTAssertEqual([queue.packetQueue.state, receiver.packetQueue.state], [.started, .started])
    XCTAssertEqual(started.value, 4)
    for tag in [1, 2] {
      let done = queue.takeCompleted()
      XCTAssertEqual(done?.tag, tag)
      XCTAssertEqual(done?.report.outcome, .sent(frames: 1))
    }
  }

  /// What a queue did stays counted when it is gone, and its place is free.
  func testCountersOutliveQueuesAndTheirNIC() throws {
    var nic: VirtualNIC? = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500)
    let live = try XCTUnwrap(nic).liveCounters
    try nic?.start()
    for round in 1...5 {
      let queue = try XCTUnwrap(nic?.makeTransmitQueue())
      XCTAssertTrue(queue.post(recipe.build(), TransmitRequest(segmentSize: 1_000)))
      try queue.advance()
      XCTAssertEqual(queue.counters.wireFrames, 5)
      XCTAssertEqual(queue.liveCounters.value, queue.counters)
      XCTAssertEqual(live.value.wireFrames, 5 * round)
    }
    XCTAssertEqual(nic?.counters, live.value)
    nic = nil
    XCTAssertEqual(live.value.sourceFrames, 5)
    XCTAssertEqual(live.value.wireFrames, 25)
  }
}
