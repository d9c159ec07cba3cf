import FrameRecipes
import GsoEngine
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// The card with a bug: each of its bugs is caught, by the field that it spoils.
final class KnownBugTests: XCTestCase {
  /// What is named for the example of each bug, the repeated names once.
  private let fields: [KnownBug: [String]] = [
    .pushOnEverySegment: ["tcp.psh"],
    .finOnEverySegment: ["tcp.fin"],
    .finAndPushLost: ["tcp.psh", "tcp.fin"],
    .cwrOnEverySegment: ["tcp.cwr"],
    .identificationStuck: ["ipv4.identification"],
    .identificationByteSwapped: ["ipv4.identification"],
    .sequenceNumberStuck: ["tcp.sequenceNumber"],
    .sequenceNumberByFrameLength: ["tcp.sequenceNumber"],
    .ipv4LengthOfSuperFrame: ["ipv4.totalLength"],
    .ipv4LengthWithEthernet: ["ipv4.totalLength"],
    .ipv6LengthWithoutExtensions: ["ipv6.payloadLength"],
    .ipv6LengthWithHeader: ["ipv6.payloadLength"],
    .udpLengthOfSuperFrame: ["udp.length"],
    .headerChecksumStale: ["ipv4.headerChecksum"],
    .checksumStale: ["tcp.checksum"],
    .checksumPartial: ["tcp.checksum"],
    .oddLengthChecksum: ["tcp.checksum"],
    .udpChecksumZero: ["udp.checksum"],
    .ipv6SourceOverwritten: ["ipv6.source"],
    .lastSegmentTooLong: ["ipv4.totalLength", "length"],
    .tailLost: ["frames"],
    .paddingAsPayload: ["ipv4.totalLength", "length"],
    .segmentsSwapped: [
      "ipv4.identification", "tcp.sequenceNumber", "tcp.cwr", "payload",
    ],
    .segmentDoubled: [
      "ipv4.totalLength", "ipv4.identification", "tcp.sequenceNumber", "tcp.psh", "tcp.fin",
      "payload", "length", "frames",
    ],
  ]

  func testEveryBugIsCaughtByItsField() throws {
    XCTAssertEqual(Set(fields.keys), Set(KnownBug.allCases))
    for bug in KnownBug.allCases {
      let superFrame = try bug.example.octets
      let right = try FaultyCard(nil).segments(of: superFrame, segmentSize: 1_000)
      XCTAssertEqual(right.count, 3, bug.name)
      XCTAssertEqual(
        segmentationFaults(right, of: superFrame, segmentSize: 1_000), [], bug.name)
      let wrong = try FaultyCard(bug).segments(of: superFrame, segmentSize: 1_000)
      let faults = segmentationFaults(wrong, of: superFrame, segmentSize: 1_000)
      var named: [String] = []
      for fault in faults where !named.contains(fault.field) { named.append(fault.field) }
      XCTAssertEqual(named, fields[bug], "\(bug.name): \(faults)")
      XCTAssertTrue(named.contains(bug.field), bug.name)
      XCTAssertEqual(KnownBug(name: bug.name), bug)
    }
  }

  /// With random frames every bug that can show does, and those of a right card have no fault.
  func testRandomFramesFindEveryBug() throws {
    let count = frameCount(debug: 400, release: 4_000)
    XCTAssertNil(
      forAllFrames(seed: 11, count: count) { recipe, size in
        let frame = try recipe.octets
        return segmentationFaults(
          try FaultyCard(nil).segments(of: frame, segmentSize: size), of: frame, segmentSize: size)
      })
    for bug in KnownBug.allCases {
      // A checksum of 0 is one in 65,536: the example has one, random frames need luck.
      if bug == .udpChecksumZero { continue }
      var generator = RecipeGenerator(SeededGenerator(seed: 11), profile: .ethernet)
      let isFound = try (0..<2_000).contains { _ in
        let (recipe, size) = generator.next()
        let frame = try recipe.octets
        let sent = try FaultyCard(bug).segments(of: frame, segmentSize: size)
        return !segmentationFaults(sent, of: frame, segmentSize: size).isEmpty
      }
      XCTAssertTrue(isFound, bug.name)
    }
  }

  /// The same on the way out of an emulated NIC.
  func testALinkWithABug() throws {
    for bug in KnownBug.allCases {
      let queue = QueueLink()
      let link = FaultyLink(bug, next: queue)
      let nic = try VirtualNIC(
        macAddress: MACAddress(0x02_00_00_00_00_01), mtu: 1_500, link: link)
      try nic.start()
      let superFrame = try bug.example.octets
      link.superFrame = superFrame
      nic.transmit(superFrame, segmentSize: 1_000)
      let found = segmentationFaults(
        queue.takeAll().map(\.octets), of: superFrame, segmentSize: 1_000)
      XCTAssertTrue(found.contains { $0.field == bug.field }, "\(bug.name): \(found)")
      XCTAssertGreaterThan(link.changedCount, 0, bug.name)
      // A frame that is not segmented has none of these bugs.
      let small = try FrameRecipe(payload: .counting(100)).octets
      nic.transmit(small)
      XCTAssertEqual(queue.takeAll().map(\.octets), [small], bug.name)
    }
  }

  func testWhatTheCardRefuses() throws {
    let syn = try FrameRecipe(
      transport: .tcp(from: 1, to: 2, flags: [.syn]), payload: .counting(300)
    ).octets
    XCTAssertThrowsError(try FaultyCard(nil, rules: .ndis).segments(of: syn, segmentSize: 100)) {
      XCTAssertEqual(
        "\($0)",
        "frame 0, superFrame: expected a frame that the rules let be segmented, "
          + "found a TCP flag is refused")
    }
    XCTAssertThrowsError(try FaultyCard(.tailLost).segments(of: [1, 2, 3], segmentSize: 100)) {
      XCTAssertEqual(($0 as? FrameFault)?.field, "superFrame")
    }
  }
}
