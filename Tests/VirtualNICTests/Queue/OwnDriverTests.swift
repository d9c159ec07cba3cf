import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// What a driver finds in the rings, recorded by one that sends nothing.
final class OwnDriverTests: XCTestCase {
  private let driver = RecordingDriver()
  private let order = Box<[String]>([])

  private func nic(
    gso: Bool = false, checksum: Layer4Flags? = nil, mtu: Int = 1_500
  ) throws -> VirtualNIC {
    let (driver, order) = (driver, order)
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: mtu)
    if gso {
      try nic.adapter.setGsoCapabilities(
        GsoCapabilities(
          layer3: .all, layer4: [.tcp, .udp], maximumOffloadSize: 65_536, minimumSegmentCount: 2
        ) { _, _ in order.value.append("set GSO") })
    }
    var capabilities = TxChecksumCapabilities(layer3: .all) { _, _ in
      order.value.append("set Tx checksum")
    }
    capabilities.layer4 = checksum ?? []
    if checksum != nil { try nic.adapter.setTxChecksumCapabilities(capabilities) }
    try nic.adapter.setDatapathCallbacks(
      DatapathCallbacks(
        evtAdapterCreateTxQueue: { _, _ in
          order.value.append("create queue")
          return driver.callbacks { order.value.append("start queue") }
        },
        evtAdapterCreateRxQueue: { _, _ in nil }))
    try nic.start()
    return nic
  }

  private func frame(_ octets: Int, _ transport: Transport = .tcp()) -> [UInt8] {
    FrameRecipe(
      transport: transport, payload: Payload(seed: 9, count: octets),
      checksum: .pseudoHeaderWithoutLength
    ).build()
  }

  /// Behaviour 8: the set callbacks run before any queue is made.
  func testBehaviour8QueuesComeAfterTheSetCallbacks() throws {
    let nic = try nic(gso: true, checksum: [.tcp, .udp])
    _ = try nic.makeTransmitQueue()
    XCTAssertEqual(order.value, ["set Tx checksum", "set GSO", "create queue", "start queue"])
  }

  func testAFrameForTheHardwareIsOnePacket() throws {
    let nic = try nic(gso: true, checksum: [.tcp, .udp])
    let queue = try nic.makeTransmitQueue(isVerified: true)
    XCTAssertTrue(queue.post(frame(5_000), TransmitRequest(segmentSize: 1_000)))
    try queue.advance()
    // As NDIS hands it over: no checksum actions, no header checksum, and a partial checksum
    // without the length.
    var handedOff = frame(5_000)
    (handedOff[24], handedOff[25]) = (0, 0)
    XCTAssertEqual(
      driver.packets,
      [
        RecordingDriver.Packet(
          mss: 1_000, actions: [.passthrough, .passthrough], fragmentCount: 3, layer4: .tcp,
          octets: handedOff)
      ])
    XCTAssertEqual(queue.takeCompleted()?.report.outcome, .sent(frames: 5))
  }

  /// Behaviour 20: a NIC that computes TCP checksums gets TCP segments with partial checksums,
  /// and UDP segments with complete ones.
  func testBehaviour20SoftwareSegmentsPassTheChecksumDecision() throws {
    let nic = try nic(checksum: .tcpNoOptions)
    let queue = try nic.makeTransmitQueue(isVerified: true)
    XCTAssertTrue(queue.post(frame(3_000), TransmitRequest(segmentSize: 1_000)))
    XCTAssertTrue(queue.post(frame(3_000, .udp()), TransmitRequest(segmentSize: 1_000)))
    try queue.advance()
    let (tcp, udp) = (driver.packets.prefix(3), driver.packets.dropFirst(3))
    XCTAssertEqual(udp.count, 3)
    for packet in driver.packets { XCTAssertEqual(packet.mss, 0) }
    for packet in tcp {
      XCTAssertEqual(packet.actions, [.required, .required])
      let layout = try PacketLayout(parsing: packet.octets.octets)
      XCTAssertEqual(layout.transportChecksum(of: packet.octets.octets), .pseudoHeaderSum)
      XCTAssertNotEqual(frameFaults(packet.octets), [])
    }
    for packet in udp {
      XCTAssertEqual(packet.actions, [.passthrough, .passthrough])
      XCTAssertEqual(frameFaults(packet.octets), [])
    }
  }

  /// Behaviour 22: frames without octets or with too many are skipped by the driver and complete.
  func testBehaviour22EmptyAndOversizeFrames() throws {
    let nic = try nic()
    let queue = try nic.makeTransmitQueue(isVerified: true)
    XCTAssertTrue(queue.post([UInt8](), tag: 1))
    XCTAssertTrue(queue.post(frame(1_461), tag: 2))
    XCTAssertTrue(queue.post(frame(1_460), tag: 3))
    try queue.advance()
    XCTAssertEqual(driver.packets.map(\.isIgnored), [true, true, false])
    XCTAssertEqual(driver.packets.map(\.fragmentCount), [0, 0, 1])
    let completions = (0..<3).compactMap { _ in queue.takeCompleted() }
    XCTAssertEqual(completions.map(\.tag), [1, 2, 3])
    XCTAssertEqual(
      completions.map(\.report.outcome),
      [
        .dropped(.empty), .dropped(.exceedsMTU(packetLength: 1_501, mtu: 1_500)), .sent(frames: 1),
      ])
    XCTAssertEqual(nic.counters.dropped, 2)
  }

  /// The driver of one queue may capture a link, unlike the callbacks of an adapter.
  func testADriverForOneQueueAlone() throws {
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500)
    try nic.start()
    let wire = QueueLink()
    let queue = try nic.makeTransmitQueue(
      ringSize: 8, bufferCapacity: 256, isVerified: true,
      servedBy: PacketQueueCallbacks(
        evtAdvance: { _, rings in
          while !rings.packets.window.isEmpty {
            wire.send(rings.array(of: rings.packets[rings.packets.beginIndex]), at: .start)
            rings.returnFirstPacket()
          }
        },
        evtCancel: { _, _ in }, evtSetNotificationEnabled: { _, _ in }))
    for round in 0..<30 {
      let frame = frame(round * 40)
      XCTAssertTrue(queue.post(frame, tag: round))
      try queue.advance()
      XCTAssertEqual(wire.takeAll().map(\.octets), [frame])
      XCTAssertEqual(queue.takeCompleted()?.tag, round)
    }
  }

  /// A driver that returns a packet that it does not own: the error names the rule, and the frame
  /// is still sent afterwards.
  func testADriverThatBreaksARule() throws {
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500)
    let isBroken = Box(true)
    let driver = driver
    try nic.adapter.setDatapathCallbacks(
      DatapathCallbacks(
        evtAdapterCreateTxQueue: { _, _ in
          PacketQueueCallbacks(
            evtAdvance: { _, rings in
              guard isBroken.value else { return driver.record(&rings) }
              rings.packets.beginIndex = rings.packets.index(after: rings.packets.endIndex)
            },
            evtCancel: { _, _ in }, evtSetNotificationEnabled: { _, _ in })
        },
        evtAdapterCreateRxQueue: { _, _ in nil }))
    try nic.start()
    let queue = try nic.makeTransmitQueue()
    XCTAssertTrue(queue.post(frame(100), tag: 5))
    XCTAssertThrowsError(try queue.advance()) {
      guard case .violation(let violation)? = $0 as? QueueError else {
        return XCTFail("\($0)")
      }
      XCTAssertEqual(violation.failureCode?.rawValue, 59)
    }
    isBroken.value = false
    try queue.advance()
    XCTAssertEqual(queue.takeCompleted()?.tag, 5)
    XCTAssertEqual(driver.packets.map(\.octets), [frame(100)])
  }
}
