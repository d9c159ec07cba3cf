import FrameRecipes
import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import WireFormats
import XCTest

/// Reports, decisions, flags and counters print as one clear line; segments can be made to fit.
final class PrintedReportTests: XCTestCase {
  private func nic(mtu: Int = 1_500) throws -> (VirtualNIC, QueueLink) {
    let link = QueueLink()
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: mtu, link: link)
    try nic.adapter.setGsoCapabilities(
      GsoCapabilities(
        layer3: .ipv4NoOptions, layer4: [.tcpNoOptions, .udp], maximumOffloadSize: 65_536,
        minimumSegmentCount: 2
      ) { _, _ in })
    try nic.start()
    return (nic, link)
  }

  private func frame(_ count: Int, _ transport: FrameRecipe.Transport = .tcp()) -> [UInt8] {
    FrameRecipe(transport: transport, payload: .random(seed: 1, count: count)).build()
  }

  func testReports() throws {
    let (nic, _) = try nic()
    XCTAssertEqual(
      "\(nic.transmit(frame(5_000), segmentSize: 1_460))", "4 segments of 1460, hardware")
    XCTAssertEqual("\(nic.transmit(frame(100)))", "1 frame")
    let whole = TransmitRequest(checksums: .transport)
    XCTAssertEqual(
      "\(nic.transmit(frame(100), whole))",
      "1 frame, checksums by software: the adapter declares no such offload")
    XCTAssertEqual(
      "\(nic.transmit(frame(100), segmentSize: 1_460))",
      "1 segment of 1460, software: segment count 1 is below the minimum 2")
    let dropped = nic.transmit(frame(5_000))
    XCTAssertEqual(
      "\(dropped)",
      "dropped: the packet of 5040 octets exceeds the MTU 1500, and no segmentation was asked for")
    XCTAssertEqual(dropped.segmentation, .none, "a dropped frame has no path")
    XCTAssertEqual(dropped.checksum, .none, "a dropped frame has no path")
    XCTAssertEqual(
      "\(nic.counters)",
      "5 frames: 2 whole, 1 hardware, 1 (segmentCount 1) software, 1 dropped; "
        + "on the wire 7 frames, 5678 octets; "
        + "checksums: 4 hardware, 2 (noHardware 2) software; "
        + "segmented: TCP 2, failed 0, UDP 0, failed 0; received: 0, while stopped 0")
  }

  func testFlags() {
    XCTAssertEqual("\(Layer3Flags())", "none")
    XCTAssertEqual(
      "\(Layer3Flags.all)", "IPv4, IPv4 with options, IPv6, IPv6 with extensions")
    XCTAssertEqual("\(Layer4Flags.all)", "TCP, TCP with options, UDP")
    XCTAssertEqual("\([.udp, Layer4Flags(rawValue: 0x80)] as Layer4Flags)", "UDP, 0x80")
    XCTAssertEqual("\(Layer3Flags(rawValue: .max).subtracting(.all))", "0xfffffff0")
    XCTAssertEqual("\(ReasonCounts())", "0")
  }

  /// `.toFit` gives the octets of the MTU's own segmentation, and sends whole what fits.
  func testToFit() throws {
    for mtu in [576, 1_500, 9_000] {
      let (nic, link) = try nic(mtu: mtu)
      for count in [1, mtu - 40, mtu - 39, 20_000] {
        let octets = frame(count)
        let report = nic.transmit(octets, segmentSize: .toFit)
        let sent = link.takeAll().map(\.octets)
        if count <= mtu - 40 {
          XCTAssertEqual("\(report)", "1 frame", "\(mtu) \(count)")
          XCTAssertEqual(sent, [octets], "\(mtu) \(count)")
        } else {
          XCTAssertEqual(report.segmentation, .hardware, "\(mtu) \(count)")
          XCTAssertEqual(report.plan?.segmentSize, mtu - 40, "\(mtu) \(count)")
          XCTAssertEqual(sent, try segment(octets, mtu: mtu), "\(mtu) \(count)")
        }
      }
      // A frame that fits has its checksums computed, if asked.
      let fitting = frame(100)
      let asked = nic.transmit(
        fitting, TransmitRequest(segmentSize: .toFit, checksums: .transport))
      XCTAssertEqual(asked.checksum, .software(because: .noHardware))
      // Datagrams have boundaries that only the sender knows.
      let datagram = nic.transmit(frame(20_000, .udp()), segmentSize: .toFit)
      guard case .dropped(.refused(.datagramSizeUnknown)) = datagram.outcome else {
        return XCTFail("\(datagram)")
      }
      let garbage = nic.transmit([UInt8](repeating: 0, count: mtu + 15), segmentSize: .toFit)
      guard case .dropped(.refused) = garbage.outcome else { return XCTFail("\(garbage)") }
    }
  }

  /// Through rings `.toFit` does the same.
  func testToFitThroughRings() throws {
    let (nic, link) = try nic()
    let queue = try nic.makeTransmitQueue(ringSize: 32, fragmentRingSize: 64)
    XCTAssertTrue(queue.post(frame(20_000), TransmitRequest(segmentSize: .toFit)))
    try queue.advance()
    XCTAssertEqual(queue.takeCompleted()?.report.segmentation, .hardware)
    XCTAssertEqual(link.takeAll().map(\.octets), try segment(frame(20_000), mtu: 1_500))
  }
}
