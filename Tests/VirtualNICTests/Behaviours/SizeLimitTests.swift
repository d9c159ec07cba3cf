import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Behaviour 29: what the MTU, the caller and the hardware's largest frame leave of a segment.
final class SizeLimitTests: XCTestCase {
  /// The smaller of what the MTU leaves and what the caller asks for.
  func testBehaviour29TheSmallerOfMTUAndCallerHolds() throws {
    for (name, network, transport) in TwoPaths.kinds {
      let headers = network.byteCount + transport.byteCount
      let recipe = FrameRecipe(
        network: network, transport: transport, payload: Payload(seed: 29, count: 8_000),
        checksum: .pseudoHeaderWithoutLength)
      for wish in [100, 1_448, 1_999 - headers, 2_000 - headers, 2_001 - headers, 2_000, 9_000] {
        let size = min(2_000 - headers, wish)
        // TCP has no boundaries to keep; those of datagrams are the caller's.
        guard transport.udp == nil || wish <= 2_000 - headers else {
          XCTAssertThrowsError(
            try segment(recipe.build(), mtu: 2_000, segmentSize: wish), "\(name), \(wish)"
          ) { error in
            XCTAssertEqual(
              error as? SegmentationError,
              .segmentSizeExceedsMTU(segmentSize: wish, fitting: 2_000 - headers))
          }
          continue
        }
        let frames = try segment(recipe.build(), mtu: 2_000, segmentSize: wish)
        let expected = referenceSegments(of: recipe, segmentSize: size)
        XCTAssertNil(firstDifference(expected: expected, actual: frames), "\(name), \(wish)")
        XCTAssertEqual(frames.first?.count, 14 + headers + size, name)
      }
    }
  }

  /// A NIC does not make segments smaller than asked: it sends what fits and names what does not.
  func testBehaviour29ANICSendsNothingBeyondItsMTU() throws {
    let nics = try TwoPaths(mtu: 2_000)
    for (name, network, transport) in TwoPaths.kinds {
      let headers = network.byteCount + transport.byteCount
      let recipe = FrameRecipe(
        network: network, transport: transport, payload: Payload(seed: 29, count: 8_000),
        checksum: .pseudoHeaderWithoutLength)
      for size in [1_448, 1_999 - headers, 2_000 - headers] {
        nics.assertCut(recipe, segmentSize: size, name)
      }
      for size in [2_001 - headers, 7_999] {
        XCTAssertEqual(
          nics.send(recipe.build(), segmentSize: size, name).outcome,
          .dropped(.segmentExceedsMTU(packetLength: headers + size, mtu: 2_000)), name)
      }
      // A frame that fits whole may ask for any size.
      let short = FrameRecipe(
        network: network, transport: transport,
        payload: Payload(seed: 29, count: 2_000 - headers))
      nics.assertCut(short, segmentSize: 9_000, name)
    }
  }

  private func nic(maximumOffloadSize: Int) throws -> (VirtualNIC, QueueLink) {
    let queue = QueueLink()
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 2_000, link: queue)
    try nic.adapter.setGsoCapabilities(
      GsoCapabilities(
        layer3: .all, layer4: .all, maximumOffloadSize: maximumOffloadSize, minimumSegmentCount: 2
      ) { _, _ in })
    try nic.start()
    return (nic, queue)
  }

  func testBehaviour29FourThousandOctetsForHardwareThatTakesOneThousand() throws {
    for (name, network, transport) in TwoPaths.kinds {
      let (nic, queue) = try nic(maximumOffloadSize: 1_000)
      let recipe = FrameRecipe(
        network: network, transport: transport, payload: Payload(seed: 29, count: 4_000),
        checksum: .pseudoHeaderWithoutLength)
      let report = nic.transmit(recipe.build(), segmentSize: 300)
      XCTAssertEqual(
        report.segmentation, .software(because: .payload(octets: 4_000, limit: 1_000)), name)
      let expected = referenceSegments(of: recipe, segmentSize: 300)
      let actual = queue.takeAll().map(\.octets)
      XCTAssertNil(firstDifference(expected: expected, actual: actual), name)
      XCTAssertEqual(nic.counters.softwareFrames, [.payload: 1], name)
    }
  }

  /// A sender that respects the limit divides its data into multiples of the segment size.
  ///
  /// The hardware then sends the segments that software sends for the undivided frame.
  func testBehaviour29ASenderThatKeepsToTheLimit() throws {
    for (name, network, transport) in TwoPaths.kinds {
      let (nic, queue) = try nic(maximumOffloadSize: 1_000)
      var whole = FrameRecipe(
        network: network, transport: transport, payload: Payload(seed: 29, count: 4_000),
        checksum: .pseudoHeaderWithoutLength)
      whole.transport.tcp?.flags = TCPFlag.ack | TCPFlag.psh | TCPFlag.fin | TCPFlag.cwr
      // 1,000 / 300 * 300: three segments at a time.
      for chunk in referenceSegmentRecipes(of: whole, segmentSize: 900).enumerated() {
        var part = chunk.element
        part.checksum = .pseudoHeaderWithoutLength
        // The identification continues where the previous part ends.
        part.network.ipv4?.identification = 0x1234 + UInt16(3 * chunk.offset)
        let report = nic.transmit(part.build(), segmentSize: 300)
        XCTAssertEqual(report.segmentation, .hardware, "\(name), part \(chunk.offset)")
      }
      let expected = referenceSegments(of: whole, segmentSize: 300)
      let actual = queue.takeAll().map(\.octets)
      XCTAssertNil(firstDifference(expected: expected, actual: actual), name)
    }
  }
}
