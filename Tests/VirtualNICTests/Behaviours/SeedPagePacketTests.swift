import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Sentences of the page "Generic Segmentation Offload" that are about packets.
final class SeedPagePacketTests: XCTestCase {
  /// The capabilities that the page's sample sets up.
  private func nic() throws -> (VirtualNIC, QueueLink) {
    let queue = QueueLink()
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500, link: queue)
    var gso = GsoCapabilities(
      layer3: .all, layer4: .all, maximumOffloadSize: 64_000, minimumSegmentCount: 2
    ) { _, _ in }
    gso.layer4HeaderOffsetLimit = 127
    try nic.adapter.setGsoCapabilities(gso)
    try nic.start()
    return (nic, queue)
  }

  // "Client drivers can offload the segmentation of TCP/UDP packets that are larger than the
  // maximum transmission unit (MTU) of the network medium."
  func testSeedPagePacketsLargerThanTheMTU() throws {
    for (name, network, transport) in TwoPaths.kinds {
      let (nic, queue) = try nic()
      let headers = network.byteCount + transport.byteCount
      let recipe = FrameRecipe(
        network: network, transport: transport, payload: Payload(seed: 1, count: 20_000))
      XCTAssertGreaterThan(recipe.packetByteCount, 1_500)
      XCTAssertEqual(
        nic.transmit(recipe.build()).outcome,
        .dropped(.exceedsMTU(packetLength: headers + 20_000, mtu: 1_500)), name)
      let report = nic.transmit(recipe.build(), segmentSize: 1_500 - headers)
      XCTAssertEqual(report.segmentation, .hardware, name)
      let sent = queue.takeAll().map(\.octets)
      XCTAssertEqual(sent.map(\.count).max(), 1_514, name)
      XCTAssertEqual(sent.flatMap { frameFaults($0) }, [], name)
    }
  }

  // Rule 5: "If the OS sends a packet with a header offset larger than the specified limit, it
  // won't ask for GSO to be performed."
  func testSeedPageRule5AHeaderOffsetBeyondTheLimit() throws {
    // After Ethernet and IPv6, 54 octets, each extension header takes a multiple of 8: so the
    // offsets next to 127 are 126 and 134. Tags in the octets move them by 4, and are a reason for
    // software themselves.
    let rows: [(tags: Int, options: Int, offset: Int, UInt)] = [
      (0, 72, 126, #line), (0, 80, 134, #line), (1, 72, 130, #line), (2, 64, 126, #line),
      (0, 0, 54, #line),
    ]
    for (tags, options, offset, line) in rows {
      for transport in [Transport.tcp(), .udp()] {
        let (nic, queue) = try nic()
        let chain: [ExtensionHeader] =
          options == 0 ? [] : [.hopByHop([UInt8](repeating: 0, count: options - 2))]
        let recipe = FrameRecipe(
          link: TestSupport.Link(tags: (0..<tags).map { _ in .init() }),
          network: .ipv6(IPv6Recipe { $0.extensions = chain }), transport: transport,
          payload: Payload(seed: 5, count: 3_000), checksum: .pseudoHeaderWithoutLength)
        XCTAssertEqual(recipe.layout.transportOffset, offset, line: line)
        let report = nic.transmit(recipe.build(), segmentSize: 1_000)
        let expected: OffloadDecision =
          tags > 0
          ? .software(because: .vlanTags(tags))
          : offset <= 127
            ? .hardware : .software(because: .layer4HeaderOffset(offset: offset, limit: 127))
        XCTAssertEqual(report.segmentation, expected, line: line)
        // Software segments instead, and the segments are the same.
        let segments = referenceSegments(of: recipe, segmentSize: 1_000)
        let difference = firstDifference(
          expected: segments, actual: queue.takeAll().map(\.octets))
        XCTAssertNil(difference, line: line)
      }
    }
  }
}
