import GsoEngine
import TestSupport
import WireFormats
import XCTest

/// More headers than anybody needs.
final class HeaderBombTests: XCTestCase {
  func testVLANTags() throws {
    for count in 0...64 {
      let tags = (0..<count).map {
        TestSupport.VLANTag($0 % 2 == 0 ? 0x8100 : 0x88A8, UInt16($0))
      }
      let recipe = FrameRecipe(link: Link(tags: tags), payload: Payload(count: 100))
      if count <= 7 {
        XCTAssertNil(try Segmented(recipe, 30).fault(30), "\(count) tags")
      } else {
        XCTAssertEqual(
          refusal { try Segmented(recipe, 30) }, .frame(.tooMany(.vlan, limit: 7, offset: 14 + 28)))
      }
    }
  }

  /// 64 KiB of nothing but tags.
  func testEndlessTags() {
    var frame = Array(FrameRecipe().build().prefix(12))
    while frame.count < 65_536 { frame += [0x81, 0, 0, 1] }
    XCTAssertEqual(
      refusal { try SegmentationPlan(of: frame, request: .init(segmentSize: 30)) },
      .frame(.tooMany(.vlan, limit: 7, offset: 42)))
  }

  /// Any number of extension headers is repeated, as long as a segment can hold them.
  func testExtensionHeaders() throws {
    for count in [1, 2, 8, 64, 1_000] {
      for header in [ExtensionHeader.hopByHop(), .routing(type: 253), .destinationOptions()] {
        let network = IPv6Recipe { $0.extensions = Array(repeating: header, count: count) }
        let recipe = FrameRecipe(network: .ipv6(network), payload: Payload(count: 100))
        XCTAssertNil(try Segmented(recipe, 30).fault(30), "\(count) headers")
      }
    }
  }

  /// Headers that alone fill a packet.
  func testExtensionHeadersThatLeaveNoRoom() {
    for payload in [0, 1, 100] {
      var network = IPv6Recipe {
        $0.extensions = Array(repeating: .destinationOptions(), count: 8_186)
        $0.length = .zero
      }
      let options = TCPRecipe { $0.options = Array(repeating: [1], count: 40) }
      var recipe = FrameRecipe(
        network: .ipv6(network), transport: .tcp(options), payload: Payload(count: payload))
      let length = 40 + 8_186 * 8 + 60 + min(payload, 1)
      XCTAssertEqual(
        refusal { try Segmented(recipe, 1) }, .segmentTooLong(packetLength: length, limit: 65_575))
      network.extensions.append(.destinationOptions())
      recipe.network = .ipv6(network)
      XCTAssertEqual(
        refusal { try Segmented(recipe, 1) },
        .frame(.headersTooLong(.ipv6, limit: 65_535, offset: 14 + 40 + 8_186 * 8)))
    }
  }

  func testLongestExtensionHeader() throws {
    let network = IPv6Recipe {
      $0.extensions = [.hopByHop([UInt8](repeating: 1, count: 2_046))]
    }
    let recipe = FrameRecipe(network: .ipv6(network), payload: Payload(count: 100))
    XCTAssertNil(try Segmented(recipe, 30).fault(30))
  }

  /// Headers that point to each other without end, truncated at every length.
  func testEndlessExtensionHeaders() {
    let recipe = FrameRecipe(network: .ipv6(IPv6Recipe { $0.length = .zero }))
    for count in 0..<200 {
      var frame = Array(recipe.build()[..<54])
      frame[20] = 0
      frame += [UInt8](repeating: 0, count: count)
      let error = refusal { try SegmentationPlan(of: frame, request: .init(segmentSize: 8)) }
      guard case .frame(.truncated(.ipv6Extension, _, 8, let available)) = error else {
        return XCTFail("\(count) octets: \(String(describing: error))")
      }
      XCTAssertEqual(available, count % 8)
    }
  }

  /// One tunnel is looked into; a second one is noticed and refused.
  func testNestedTunnels() throws {
    let inner = FrameRecipe(link: Link(.rawIP), payload: Payload(count: 100)).build()
    var packet = inner
    for depth in 1...64 {
      var outer = FrameRecipe(link: Link(.rawIP)).build().slice(0..<20)
      outer[9] = 4
      outer.setWord(20 + packet.count, 2)
      packet = outer + packet
      let found = refusal {
        try SegmentationPlan(
          of: packet, link: .rawIP, tunnels: .wellKnown, request: .init(segmentSize: 30))
      }
      XCTAssertEqual(found, depth == 1 ? nil : .tunnelTooDeep(limit: 1), "depth \(depth)")
    }
  }
}
