import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

@testable import NetAdapterCore
@testable import VirtualNIC

/// What was accepted is sent or reported.
final class NothingIsLostTests: XCTestCase {
  private let frame = FrameRecipe(payload: Payload(seed: 2, count: 3_000)).build()

  /// Hardware that cannot do what a packet asks for sends it as it is.
  func testPacketsThatHardwareCannotRead() throws {
    let wire = QueueLink()
    let adapter = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500).adapter
    try adapter.setGsoCapabilities(
      GsoCapabilities(
        layer3: .all, layer4: .all, maximumOffloadSize: 65_536, minimumSegmentCount: 1
      ) { _, _ in })
    var checksum = TxChecksumCapabilities(layer3: .all) { _, _ in }
    checksum.layer4 = .all
    try adapter.setTxChecksumCapabilities(checksum)
    try adapter.start()
    let hardware = TransmitHardware(
      link: wire, rules: .linux, tunnels: .wellKnown, packetsPerAdvance: .max)
    let queue = try adapter.makeTransmitQueue(
      ringSize: 16, bufferCapacity: 64, servedBy: hardware.callbacks)
    let required = NetPacketChecksum(layer3: .required, layer4: .required)
    let garbage = [UInt8](repeating: 0x5A, count: 200)
    var expected: [[UInt8]] = []
    for octets in [[7], garbage, Array(frame.prefix(40)), Array(frame.prefix(300))] {
      for (mss, checksum) in [(0, required), (100, required), (100, NetPacketChecksum())] {
        var metadata = TransmitMetadata(checksum: checksum)
        metadata.gso.mss = mss
        try queue.post(octets, metadata, tag: 1)
        expected.append(octets)
        try queue.advance()
        XCTAssertEqual(queue.takeCompleted()?.tag, 1)
      }
    }
    XCTAssertEqual(wire.takeAll().map(\.octets), expected)
  }

  /// A frame in buffers that is too long for any memory is reported as dropped.
  func testAFrameLongerThanAnyArena() throws {
    let wire = QueueLink()
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 9_000, link: wire)
    try nic.start()
    // The packet ends early; the rest of the frame is a trailer of 1.1 GB.
    let memory = frame + [UInt8](repeating: 0, count: 1_000_001)
    let trailer = frame.count..<memory.count
    let buffers = [0..<frame.count] + [Range<Int>](repeating: trailer, count: 1_100)
    let scattered = try ScatteredFrame(memory: memory.octets, buffers: buffers.span)
    for checksums in [ChecksumPlan.Fields(), .transport, .partial] {
      let report = nic.transmit(scattered, TransmitRequest(checksums: checksums))
      guard case .dropped(.refused(.outputTooSmall(let needed, _))) = report.outcome else {
        return XCTFail("\(report.outcome)")
      }
      XCTAssertEqual(needed, scattered.byteCount)
      XCTAssertEqual(wire.takeAll(), [])
    }
    XCTAssertEqual(nic.counters.dropped, 3)
    XCTAssertEqual(nic.counters.wireFrames, 0)
    XCTAssertEqual(
      nic.transmit(scattered, TransmitRequest(segmentSize: 1_000)).outcome, .sent(frames: 3))
  }

  /// Frames of a queue whose driver replaced its rings.
  func testFramesOfBrokenQueues() throws {
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500)
    try nic.start()
    let replace: PacketQueueCallbacks.EvtAdvance = {
      $1.packets = NetRing(count: 4, repeating: NetPacket())
    }
    let queue = try nic.makeTransmitQueue(
      ringSize: 16, frameCount: 3,
      servedBy: PacketQueueCallbacks(
        evtAdvance: replace, evtCancel: replace, evtSetNotificationEnabled: { _, _ in }))
    for tag in 1...3 {
      XCTAssertTrue(queue.post(frame, TransmitRequest(segmentSize: 1_000), tag: tag))
    }
    XCTAssertThrowsError(try queue.advance())
    XCTAssertEqual(queue.packetQueue.state, .broken)
    for tag in 1...3 {
      let done = try XCTUnwrap(queue.takeCompleted())
      XCTAssertEqual(done.tag, tag)
      XCTAssertEqual(done.report.outcome, .dropped(.ringsReplaced(packetsPosted: 3)))
    }
    XCTAssertTrue(queue.post(frame, TransmitRequest(segmentSize: 1_000), tag: 4))
    XCTAssertThrowsError(try queue.advance()) {
      XCTAssertEqual(
        "\($0)", "post() does not fit a queue that is broken; call makeTransmitQueue() first")
    }
    XCTAssertEqual(
      queue.takeCompleted()?.report.outcome, .dropped(.ringsReplaced(packetsPosted: 0)))
    XCTAssertEqual(
      "\(TransmitReport.DropReason.ringsReplaced(packetsPosted: 3))",
      "the driver replaced the rings of the queue when it had 3 packets of the frame")
  }

  /// An advance from inside of a link is refused, and changes nothing for the one that runs.
  func testAnAdvanceFromInsideOfALink() throws {
    let errors = Box<[QueueError]>([])
    let times = Box<[UInt64]>([])
    let inner = Box<TransmitFrameQueue?>(nil)
    let link = ClosureLink { _, time in
      times.value.append(time.nanoseconds)
      do throws(QueueError) {
        try inner.value?.advance(at: VirtualTime(nanoseconds: 99))
      } catch {
        errors.value.append(error)
      }
    }
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500, link: link)
    try nic.start()
    let queue = try nic.makeTransmitQueue()
    inner.value = queue
    for tag in 0..<3 { XCTAssertTrue(queue.post(frame, TransmitRequest(segmentSize: 1_400 - tag))) }
    try queue.advance(at: VirtualTime(nanoseconds: 5))
    inner.value = nil
    XCTAssertEqual(times.value, [UInt64](repeating: 5, count: 9))
    XCTAssertEqual(Set(errors.value), [.reentered(call: "advance(at:)")])
    XCTAssertEqual(
      "\(errors.value[0])",
      "advance(at:) was called from inside a callback of the same queue; call it afterwards")
    var completed = 0
    while let done = queue.takeCompleted() {
      guard case .sent = done.report.outcome else { return XCTFail("\(done)") }
      completed += 1
    }
    XCTAssertEqual(completed, 3)
  }
}
