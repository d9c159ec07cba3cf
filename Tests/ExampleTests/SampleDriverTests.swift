import FrameRecipes
import GsoEngine
import NetAdapterCore
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// A driver modelled on Microsoft's public sample, under the verifier of rings: what its hardware
/// sends is what software sends and what the engine makes, octet for octet.
final class SampleDriverTests: XCTestCase {
  private let wire = QueueLink()

  private func nic(_ keywords: KeywordStore = KeywordStore()) throws -> VirtualNIC {
    let nic = try VirtualNIC(
      macAddress: MACAddress(0x02_00_00_00_00_01), mtu: 1_500, link: wire, keywords: keywords)
    try SampleDriver.declare(to: nic.adapter)
    try nic.start()
    return nic
  }

  private func frame(
    _ payload: Int, _ network: FrameRecipe.Network = .ipv4(),
    _ transport: FrameRecipe.Transport = .tcp()
  ) throws -> [UInt8] {
    try FrameRecipe(
      network: network, transport: transport, payload: .random(seed: 7, count: payload),
      checksum: .pseudoHeader
    ).octets
  }

  /// What is sent: made once, because large frames take their time.
  private lazy var traffic = Result { try makeTraffic() }

  private func makeTraffic() throws -> [(frame: [UInt8], request: TransmitRequest)] {
    let flags = FrameRecipe.Transport.tcp(flags: [.ack, .psh, .fin, .cwr])
    let options = FrameRecipe.Transport.tcp(
      options: [.noOperation, .noOperation, .timestamps(1, 2)])
    let sums = TransmitRequest(checksums: [.ipv4Header, .transport])
    return [
      (try frame(64_000), TransmitRequest(segmentSize: 1_460)),
      // More fragments than the driver takes, of the queue's usual buffers.
      (try frame(40_000, .ipv4(), flags), TransmitRequest(segmentSize: 1_000)),
      (try frame(3_001, .ipv6(), options), TransmitRequest(segmentSize: 1_428)),
      (try frame(100), sums), (try frame(101, .ipv6(), flags), sums),
      (try frame(1_460), TransmitRequest()),
      // UDP and single segments are not the hardware's.
      (try frame(5_000, .ipv4(), .udp()), TransmitRequest(segmentSize: 1_000)),
      (try frame(900, .ipv4(), options), TransmitRequest(segmentSize: 1_000)),
      (try frame(0), sums),
    ]
  }

  /// What the engine alone makes of the traffic.
  private func engine() throws -> [[UInt8]] {
    try traffic.get().flatMap { frame, request in
      if request.segmentSize > 0 {
        let plan = try SegmentationPlan(
          of: frame, request: .init(segmentSize: request.segmentSize))
        return try plan.frames(of: frame)
      }
      var octets = frame
      if !request.checksums.isEmpty {
        try ChecksumPlan(of: frame, fields: request.checksums).apply(to: &octets)
      }
      return [octets]
    }
  }

  /// Sends the traffic through a driver, and returns the wire and the reports.
  private func send(
    _ nic: VirtualNIC, _ driver: SampleDriver, lengths: NdisHandOff.Lengths
  ) throws -> (frames: [[UInt8]], reports: [TransmitReport]) {
    let queue = try nic.makeTransmitQueue(
      ringSize: 64, isVerified: true, servedBy: driver.callbacks)
    queue.handOffLengths = lengths
    for (tag, (frame, request)) in try traffic.get().enumerated() {
      XCTAssertTrue(queue.post(frame, request, tag: tag))
    }
    var reports: [TransmitReport] = []
    for _ in 0..<500 where try reports.count < traffic.get().count {
      try queue.advance()
      while let done = queue.takeCompleted() {
        XCTAssertEqual(done.tag, reports.count, "frames complete in order")
        reports.append(done.report)
      }
    }
    return (wire.takeAll().map(\.octets), reports)
  }

  func testHardwareIsSoftwareIsEngine() throws {
    let expected = try engine()
    var off = KeywordStore()
    for keyword in [Keyword.lsoV2IPv4, .lsoV2IPv6] { off[keyword] = .string("0") }
    for lengths in NdisHandOff.Lengths.allCases {
      for budget in [3, .max] {
        let device = SampleDevice(descriptorCount: 64, wire: wire)
        let driver = SampleDriver(device: device, budget: budget)
        let hardware = try send(nic(), driver, lengths: lengths)
        XCTAssertEqual(hardware.reports.count, try traffic.get().count)
        XCTAssertTrue(hardware.frames == expected, difference(expected, hardware.frames))
        XCTAssertEqual(driver.largeSendCount, 3)
        XCTAssertEqual(
          hardware.reports.prefix(3).map(\.segmentation), [.hardware, .hardware, .hardware])

        let other = SampleDriver(
          device: SampleDevice(descriptorCount: 64, wire: wire), budget: budget)
        let software = try send(nic(off), other, lengths: lengths)
        XCTAssertTrue(software.frames == expected, difference(expected, software.frames))
        XCTAssertEqual(other.largeSendCount, 0)
        XCTAssertGreaterThan(other.checksumCount, driver.checksumCount)
      }
    }
  }

  private func difference(_ expected: [[UInt8]], _ actual: [[UInt8]]) -> String {
    firstDifference(expected: expected, actual: actual)?.description ?? "none"
  }

  /// Packets complete when the device has given their descriptors back, not when it gets them.
  func testPacketsCompleteLater() throws {
    let device = SampleDevice(descriptorCount: 64, wire: wire)
    let driver = SampleDriver(device: device, budget: .max)
    let queue = try nic().makeTransmitQueue(
      ringSize: 16, isVerified: true, servedBy: driver.callbacks)
    XCTAssertTrue(queue.post(try frame(5_000), TransmitRequest(segmentSize: 1_460)))
    try queue.advance()
    XCTAssertNil(queue.takeCompleted())
    XCTAssertEqual(queue.packetQueue.outstandingPacketCount, 1)
    XCTAssertTrue(device.descriptors[0].isOwnedByDevice)
    try queue.advance()
    XCTAssertEqual(queue.takeCompleted()?.report.outcome, .sent(frames: 4))
    XCTAssertFalse(device.descriptors[0].isOwnedByDevice)
  }

  /// A driver that computes only what is asked for leaves a frame that asks for nothing as it is.
  func testAFrameThatAsksForNothingIsSentUnmodified() throws {
    let device = SampleDevice(descriptorCount: 64, wire: wire)
    let driver = SampleDriver(device: device, budget: .max)
    let queue = try nic().makeTransmitQueue(isVerified: true, servedBy: driver.callbacks)
    let partial = try frame(100)
    XCTAssertTrue(queue.post(partial))
    try queue.advance()
    try queue.advance()
    XCTAssertEqual(wire.takeAll().map(\.octets), [partial])
    XCTAssertEqual(driver.checksumCount, 0)
  }
}
