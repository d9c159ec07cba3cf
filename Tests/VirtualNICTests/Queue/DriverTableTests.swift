import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import WireFormats
import XCTest

/// The table of the article "Frames through rings", row by row: decisions, packets and metadata.
final class DriverTableTests: XCTestCase {
  /// The transport checksum field of a packet, compared with the frame that was posted.
  private enum Field { case asPosted, handOff, partial, complete }

  private struct Row {
    var request: TransmitRequest
    var hasGso = false
    var hasChecksum = false
    let segmentation: OffloadDecision
    let checksum: ChecksumDecision
    let packetCount: Int
    let mss: Int
    let action: NetPacketChecksum.Action
    let field: Field
    let line: UInt
  }

  private let rows = [
    // Segmentation implies checksums: there are no actions for them.
    Row(
      request: TransmitRequest(segmentSize: 1_000), hasGso: true, segmentation: .hardware,
      checksum: .hardware, packetCount: 1, mss: 1_000, action: .passthrough, field: .handOff,
      line: #line),
    Row(
      request: TransmitRequest(segmentSize: 1_000), hasGso: true, hasChecksum: true,
      segmentation: .hardware, checksum: .hardware, packetCount: 1, mss: 1_000,
      action: .passthrough, field: .handOff, line: #line),
    Row(
      request: TransmitRequest(segmentSize: 500), hasChecksum: true,
      segmentation: .software(because: .noHardware), checksum: .hardware, packetCount: 3, mss: 0,
      action: .required, field: .partial, line: #line),
    Row(
      request: TransmitRequest(segmentSize: 500), segmentation: .software(because: .noHardware),
      checksum: .software(because: .noHardware), packetCount: 3, mss: 0, action: .passthrough,
      field: .complete, line: #line),
    Row(
      request: TransmitRequest(checksums: [.ipv4Header, .transport]), hasChecksum: true,
      segmentation: .none, checksum: .hardware, packetCount: 1, mss: 0, action: .required,
      field: .asPosted, line: #line),
    Row(
      request: TransmitRequest(checksums: [.ipv4Header, .transport]), segmentation: .none,
      checksum: .software(because: .noHardware), packetCount: 1, mss: 0, action: .passthrough,
      field: .complete, line: #line),
    Row(
      request: TransmitRequest(), hasGso: true, hasChecksum: true, segmentation: .none,
      checksum: .none, packetCount: 1, mss: 0, action: .passthrough, field: .asPosted, line: #line),
  ]

  private func nic(_ row: Row) throws -> VirtualNIC {
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500)
    if row.hasGso {
      try nic.adapter.setGsoCapabilities(
        GsoCapabilities(
          layer3: .all, layer4: [.tcp, .udp], maximumOffloadSize: 65_536, minimumSegmentCount: 1
        ) { _, _ in })
    }
    if row.hasChecksum {
      var capabilities = TxChecksumCapabilities(layer3: .all) { _, _ in }
      capabilities.layer4 = [.tcp, .udp]
      try nic.adapter.setTxChecksumCapabilities(capabilities)
    }
    try nic.start()
    return nic
  }

  func testEveryRow() throws {
    for transport in [Transport.tcp(), .udp()] {
      // A wrong checksum, which none of the packets but the unmodified ones may have.
      var frame = FrameRecipe(transport: transport, payload: Payload(seed: 9, count: 1_300)).build()
      let layout = try PacketLayout(parsing: frame)
      let offset = try XCTUnwrap(layout.transport).checksumOffset
      frame[offset] ^= 0x55
      for row in rows {
        let nic = try nic(row)
        let driver = RecordingDriver()
        let queue = try nic.makeTransmitQueue(isVerified: true, servedBy: driver.callbacks())
        XCTAssertTrue(queue.post(frame, row.request), line: row.line)
        try queue.advance()
        let report = try XCTUnwrap(queue.takeCompleted(), line: row.line).report
        XCTAssertEqual(report.segmentation, row.segmentation, line: row.line)
        XCTAssertEqual(report.checksum, row.checksum, line: row.line)
        XCTAssertEqual(driver.packets.count, row.packetCount, line: row.line)
        for packet in driver.packets {
          XCTAssertEqual(packet.mss, row.mss, line: row.line)
          XCTAssertEqual(packet.actions, [row.action, row.action], line: row.line)
          XCTAssertFalse(packet.isIgnored, line: row.line)
          let field = try PacketLayout(parsing: packet.octets).transportChecksum(of: packet.octets)
          switch row.field {
          case .asPosted: XCTAssertEqual(packet.octets, frame, line: row.line)
          case .handOff:
            XCTAssertEqual(field, .pseudoHeaderSumWithoutLength, line: row.line)
            XCTAssertEqual(packet.octets[24...25], [0, 0], line: row.line)
            XCTAssertEqual(packet.octets.count, frame.count, line: row.line)
          case .partial: XCTAssertEqual(field, .pseudoHeaderSum, line: row.line)
          case .complete: XCTAssertEqual(field, .valid, line: row.line)
          }
        }
      }
    }
  }

  /// A frame that is dropped while the adapter runs is a packet to ignore.
  func testADroppedFrame() throws {
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500)
    try nic.start()
    let driver = RecordingDriver()
    let queue = try nic.makeTransmitQueue(isVerified: true, servedBy: driver.callbacks())
    XCTAssertTrue(queue.post([]))
    try queue.advance()
    XCTAssertEqual(queue.takeCompleted()?.report.outcome, .dropped(.empty))
    XCTAssertEqual(
      driver.packets,
      [RecordingDriver.Packet(actions: [.passthrough, .passthrough], isIgnored: true)])
  }

  /// A frame that is dropped because the adapter is stopped is no packet at all.
  func testAFrameOfAStoppedAdapter() throws {
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500)
    try nic.start()
    let driver = RecordingDriver()
    let queue = try nic.makeTransmitQueue(isVerified: true, servedBy: driver.callbacks())
    XCTAssertTrue(queue.post(FrameRecipe().build()))
    try nic.stop()
    try queue.advance()
    XCTAssertEqual(queue.takeCompleted()?.report.outcome, .dropped(.notStarted))
    XCTAssertEqual(driver.packets, [])
  }
}
