import FrameRecipes
import XCTest

/// virtio-net headers of all forms against octets that were written down by hand.
final class VirtioNetHeaderTests: XCTestCase {
  func testSegmentRequests() throws {
    var recipe = FrameRecipe(
      payload: .counting(3_000), checksum: .pseudoHeader, virtioNetHeader: .segment(1_448))
    // NEEDS_CSUM, TCPV4, 54 octets of headers, 1448 each, the checksum at 34 + 16.
    XCTAssertEqual(
      try recipe.virtioNetHeaderOctets, [1, 1, 54, 0, 0xA8, 5, 34, 0, 16, 0, 0, 0])
    recipe.virtioNetHeader?.form = .legacy
    XCTAssertEqual(try recipe.virtioNetHeaderOctets, [1, 1, 54, 0, 0xA8, 5, 34, 0, 16, 0])
    recipe.virtioNetHeader?.form = .hashReport
    XCTAssertEqual(
      try recipe.virtioNetHeaderOctets,
      [1, 1, 54, 0, 0xA8, 5, 34, 0, 16, 0, 0, 0] + [0, 0, 0, 0, 0, 0, 0, 0])
    recipe.virtioNetHeader?.form = .legacy
    recipe.network = .ipv6()
    recipe.transport = .tcp(flags: [.ack, .cwr])
    XCTAssertEqual(try recipe.virtioNetHeaderOctets, [1, 0x84, 74, 0, 0xA8, 5, 54, 0, 16, 0])
    recipe.transport = .udp()
    XCTAssertEqual(try recipe.virtioNetHeaderOctets, [1, 5, 62, 0, 0xA8, 5, 54, 0, 6, 0])
    recipe.virtioNetHeader = .init(.fragment(1_480), form: .legacy)
    XCTAssertEqual(try recipe.virtioNetHeaderOctets, [1, 3, 62, 0, 0xC8, 5, 54, 0, 6, 0])
    var frame = recipe
    frame.virtioNetHeader = nil
    XCTAssertEqual(try recipe.octets, try recipe.virtioNetHeaderOctets + frame.octets)
    XCTAssertEqual(try frame.virtioNetHeaderOctets, [])
  }

  func testTunnel() throws {
    let recipe = FrameRecipe(
      checksum: .pseudoHeader,
      encapsulation: .init(.vxlan(), network: .ipv6(), checksum: .pseudoHeader),
      virtioNetHeader: .segment(100, form: .udpTunnel))
    // Outer UDP at 54, inner IPv4 at 54 + 16 + 14, inner TCP at 104.
    XCTAssertEqual(
      try recipe.virtioNetHeaderOctets,
      [9, 0x41, 124, 0, 100, 0, 104, 0, 16, 0, 0, 0] + [0, 0, 0, 0, 0, 0, 0, 0, 54, 0, 84, 0])
  }

  func testOtherRequestsAndOverrides() throws {
    var recipe = FrameRecipe(checksum: .pseudoHeader, virtioNetHeader: .checksum())
    XCTAssertEqual(try recipe.virtioNetHeaderOctets, [1, 0, 54, 0, 0, 0, 34, 0, 16, 0, 0, 0])
    recipe.virtioNetHeader = .init()
    XCTAssertEqual(try recipe.virtioNetHeaderOctets, [UInt8](repeating: 0, count: 12))
    recipe.virtioNetHeader = .init(.segment(1)) {
      ($0.flags, $0.gsoType, $0.headerLength) = (2, 3, 0x0405)
      ($0.checksumStart, $0.checksumOffset, $0.bufferCount) = (0x0607, 0x0809, 0x0A0B)
    }
    XCTAssertEqual(try recipe.virtioNetHeaderOctets, [2, 3, 5, 4, 1, 0, 7, 6, 9, 8, 0x0B, 0x0A])
  }
}
