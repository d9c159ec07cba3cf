import FrameRecipes
import XCTest

/// Whole frames against octets that were written down by hand.
final class FrameTests: XCTestCase {
  /// The frame that the documentation leads with.
  func testTCPWithTagAndTimestamps() throws {
    let frame = try FrameRecipe(
      link: .ethernet(from: "02:00:00:00:00:01", to: "02:00:00:00:00:02", vlans: [5]),
      network: .ipv4(from: "192.0.2.1", to: "192.0.2.2"),
      transport: .tcp(from: 40_000, to: 80, flags: [.ack, .psh], options: [.timestamps(1, 2)]) {
        ($0.sequenceNumber, $0.acknowledgement, $0.window) = (1, 2, 3)
      },
      payload: .counting(3), checksum: .zero
    ).octets
    let expected: [UInt8] =
      [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x81, 0, 0, 5, 8, 0]
      + [0x45, 0, 0, 55, 0x12, 0x34, 0x40, 0, 64, 6, 0xA4, 0x89, 192, 0, 2, 1, 192, 0, 2, 2]
      + [0x9C, 0x40, 0, 80, 0, 0, 0, 1, 0, 0, 0, 2, 0x80, 0x18, 0, 3, 0, 0, 0, 0]
      + [8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0] + [0, 1, 2]
    XCTAssertEqual(frame, expected)
  }

  /// A DNS query as Wireshark shows it: UDP over IPv6, sum by hand.
  func testUDPOverIPv6() throws {
    let frame = try FrameRecipe(
      link: .rawIP, network: .ipv6(from: "::1", to: "::2", extensions: [.hopByHop([.padding(6)])]),
      transport: .udp(from: 1, to: 53), payload: .octets([0xAB])
    ).octets
    // Pseudo header 1 + 2 + 9 + 17, header 1 + 53 + 9, payload 0xAB00: ~(0xAB5C).
    let expected: [UInt8] =
      [0x60, 0, 0, 0, 0, 17, 0, 64] + [UInt8](repeating: 0, count: 15) + [1]
      + [UInt8](repeating: 0, count: 15) + [2] + [17, 0, 1, 4, 0, 0, 0, 0]
      + [0, 1, 0, 53, 0, 9, 0x54, 0xA3, 0xAB]
    XCTAssertEqual(frame, expected)
  }

  /// A request of ARP in a tagged frame, padded to the shortest frame of Ethernet.
  func testARP() throws {
    let frame = try FrameRecipe(
      link: .ethernet(to: "ff:ff:ff:ff:ff:ff", vlans: [5]),
      network: .arp(from: "192.0.2.1", whoHas: "192.0.2.7"), payload: .counting(100),
      trailerCount: 14
    ).octets
    let expected: [UInt8] =
      [255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1, 0x81, 0, 0, 5, 8, 6]
      + [0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 192, 0, 2, 7]
      + [UInt8](repeating: 0xEE, count: 14)
    XCTAssertEqual(frame, expected)
    let layout = FrameRecipe(network: .arp(), payload: .counting(100)).layout
    XCTAssertEqual([layout.networkOffset, layout.payloadOffset, layout.payloadEnd], [14, 42, 42])
  }

  /// An echo request of ICMP: ~(0x0800 + 7 + 9 + 0x6100) without a pseudo header.
  func testICMP() throws {
    let frame = try FrameRecipe(
      link: .rawIP, transport: .icmpEcho(identifier: 7, sequence: 9), payload: .text("a")
    ).octets
    XCTAssertEqual(frame[9], 1)
    XCTAssertEqual(frame[20...], [8, 0, 0x96, 0xEF, 0, 7, 0, 9, 0x61])
  }

  /// A reply of ICMPv6, whose checksum covers the pseudo header: 1 + 2 + 8 + 58 + 0x8100 + 3.
  func testICMPv6() throws {
    let frame = try FrameRecipe(
      link: .rawIP, network: .ipv6(from: "::1", to: "::2"),
      transport: .icmpv6Echo(identifier: 1, sequence: 2, isReply: true)
    ).octets
    XCTAssertEqual(frame[6], 58)
    XCTAssertEqual(frame[40...], [129, 0, 0x7E, 0xB7, 0, 1, 0, 2])
  }

  /// VXLAN in GRE: the frame starts with the headers of GRE, whose checksum covers all the rest.
  func testATunnelInATunnel() throws {
    let outer = FrameRecipe.Encapsulation.gre(
      checksum: true, over: .ipv6(from: "2001:db8::a", to: "2001:db8::b"))
    var recipe = FrameRecipe(payload: .counting(10), encapsulation: .vxlan().inside(outer))
    let single = try FrameRecipe(payload: .counting(10), encapsulation: .vxlan()).octets
    let frame = try recipe.octets
    XCTAssertEqual(frame[54..<58], [0x80, 0, 0x65, 0x58])
    XCTAssertEqual(Array(frame[62...]), single)
    let layout = recipe.layout
    XCTAssertEqual(
      [layout.outermostNetworkOffset, layout.outerNetworkOffset, layout.networkOffset],
      [14, 62 + 14, 62 + 14 + 20 + 16 + 14])
    XCTAssertEqual(layout.payloadEnd, frame.count)
    XCTAssertEqual(recipe.packetByteCount, frame.count - 14)
    XCTAssertEqual(recipe.encapsulation?.fromOutermost.map(\.kind), [outer.kind, .vxlan()])
    // Without Ethernet in between, GRE announces the IP packet of VXLAN.
    recipe.encapsulation?.link = .rawIP
    XCTAssertEqual(try recipe.octets[54..<58], [0x80, 0, 8, 0])
    // A third tunnel goes around both.
    recipe.encapsulation = recipe.encapsulation?.inside(.gre())
    XCTAssertEqual(recipe.encapsulation?.outer?.outer?.kind, .gre())
  }

  func testGREChecksums() throws {
    func field(_ checksum: FrameRecipe.HeaderChecksum) throws -> [UInt8] {
      var recipe = FrameRecipe(payload: .counting(10), encapsulation: .gre(checksum: true))
      recipe.encapsulation?.greChecksum = checksum
      return Array(try recipe.octets[38..<40])
    }
    XCTAssertEqual(try field(.zero), [0, 0])
    XCTAssertEqual(try field(.value(0x0102)), [1, 2])
    XCTAssertNotEqual(try field(.wrong), try field(.complete))
    XCTAssertNotEqual(try field(.wrong), [0, 0])
  }

  func testLinkHeaders() throws {
    let rows: [(FrameRecipe.Link, [UInt8])] = [
      (.bsdLoopback, [2, 0, 0, 0]), (.bsdLoopbackNetworkOrder, [0, 0, 0, 2]), (.rawIP, []),
      (.linuxCooked1, [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0]),
      (.linuxCooked2, [8, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0]),
      (
        .ethernet(vlans: [.service(0xFFF, priority: 7, dropEligible: true), 1]),
        [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xA8, 0xFF, 0xFF, 0x81, 0, 0, 1, 8, 0]
      ),
    ]
    for (link, octets) in rows {
      let frame = try FrameRecipe(link: link).octets
      XCTAssertEqual(Array(frame.prefix(octets.count)), octets, "\(link.kind)")
      XCTAssertEqual(frame.count, octets.count + 40, "\(link.kind)")
      XCTAssertEqual(FrameRecipe(link: link).layout.networkOffset, octets.count, "\(link.kind)")
    }
  }

  func testPayloads() {
    XCTAssertEqual(FrameRecipe.Payload.counting(258).octets().suffix(3), [255, 0, 1])
    XCTAssertEqual(FrameRecipe.Payload.repeating(7, count: 2).octets(), [7, 7])
    XCTAssertEqual(FrameRecipe.Payload.text("hé").octets(), [0x68, 0xC3, 0xA9])
    let random = FrameRecipe.Payload.random(seed: 3, count: 100)
    XCTAssertEqual(random.octets(), random.octets())
    XCTAssertEqual(random.slice(13..<29).octets(), Array(random.octets()[13..<29]))
    XCTAssertNotEqual(random.octets(), FrameRecipe.Payload.random(seed: 4, count: 100).octets())
    XCTAssertGreaterThan(Set(random.octets()).count, 60)
  }

  /// A sender with offloads leaves the sum of the pseudo header, LSO version 2 without a length.
  func testPartialChecksums() throws {
    func field(_ checksum: FrameRecipe.TransportChecksum) throws -> [UInt8] {
      let recipe = FrameRecipe(
        network: .ipv4(from: "0.0.0.1", to: "0.0.0.2"), payload: .counting(10), checksum: checksum)
      return Array(try recipe.octets[50..<52])
    }
    XCTAssertEqual(try field(.pseudoHeader), [0, 1 + 2 + 6 + 30])
    XCTAssertEqual(try field(.pseudoHeaderWithoutLength), [0, 1 + 2 + 6])
    XCTAssertEqual(try field(.zero), [0, 0])
    XCTAssertEqual(try field(.value(0x0102)), [1, 2])
    XCTAssertNotEqual(try field(.complete), try field(.wrong))
  }

  /// Lengths that do not fit into 16 bits are 0, as stacks write them; so are those of LSO senders.
  func testLengths() throws {
    let large = try FrameRecipe(payload: .repeating(0, count: 70_000)).octets
    XCTAssertEqual(large[16..<18], [0, 0])
    let lso = try FrameRecipe(network: .ipv4 { $0.length = .zero }, payload: .counting(5)).octets
    XCTAssertEqual(lso[16..<18], [0, 0])
    let trailer = try FrameRecipe(payload: .counting(1), trailerCount: 5).octets
    XCTAssertEqual(trailer.count, 60)
    XCTAssertEqual(trailer.suffix(6), [0, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE])
  }
}
