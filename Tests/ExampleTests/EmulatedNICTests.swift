import FrameRecipes
import NetAdapterCore
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Where to start: the README's section "An emulated NIC", run line by line.
final class EmulatedNICTests: XCTestCase {
  /// A frame of 64 KB, as a stack hands it to a NIC that segments.
  private let recipe = FrameRecipe(payload: .counting(65_226), checksum: .pseudoHeader)

  func testReadme() throws {
    let superFrame = try recipe.octets
    let gso = GsoCapabilities(
      layer3: [.ipv4NoOptions, .ipv4WithOptions, .ipv6NoExtensions, .ipv6WithExtensions],
      layer4: [.tcpNoOptions, .tcpWithOptions, .udp],
      maximumOffloadSize: 65_536, minimumSegmentCount: 2
    ) { adapter, offload in
      print(offload.isLsoIPv4Enabled, offload.isUsoIPv6Enabled)
    }
    let wire = ImpairedLink(try Impairments { $0.lossRate = 0.01 }, seed: 7, next: QueueLink())
    let nic = try VirtualNIC(macAddress: MACAddress(0x02_00_00_00_00_01), mtu: 1500, link: wire)
    try nic.adapter.setGsoCapabilities(gso)
    try nic.start()
    let explanation = nic.explain(superFrame, TransmitRequest(segmentSize: 1448))
    print(explanation.decision.sentence)
    XCTAssertEqual(
      explanation.decision.sentence,
      "The hardware makes 46 segments of at most 1448 octets of payload.")
    XCTAssertEqual(wire.counters.sent, 0)
    let report = nic.transmit(superFrame, segmentSize: 1448)
    XCTAssertEqual(report.segmentation, .hardware)
    XCTAssertEqual(report.outcome, .sent(frames: 46))
    XCTAssertEqual(wire.counters.sent, 46)
  }

  /// The same frame for a NIC that declares nothing: the same segments, and the report says why.
  func testWithoutHardware() throws {
    let superFrame = try recipe.octets
    let queue = QueueLink()
    let nic = try VirtualNIC(macAddress: MACAddress(0x02_00_00_00_00_01), mtu: 1500, link: queue)
    try nic.start()
    let report = nic.transmit(superFrame, segmentSize: 1448)
    XCTAssertEqual(report.segmentation, .software(because: .noHardware))
    let segments = queue.takeAll().map(\.octets)
    XCTAssertEqual(segments.count, 46)
    XCTAssertEqual(segmentationFaults(segments, of: superFrame, segmentSize: 1448), [])
  }
}
