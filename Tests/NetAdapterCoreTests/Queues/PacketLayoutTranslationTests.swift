import NetAdapterCore
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// The layout that the framework would write for a frame, created from that of WireFormats.
final class PacketLayoutTranslationTests: XCTestCase {
  private func layout(
    _ frame: [UInt8], link: LinkLayer = .ethernet, tunnels: TunnelRecognition = .none
  ) throws -> [Int] {
    let layout = NetPacketLayout(try PacketLayout(parsing: frame, link: link, tunnels: tunnels))
    return [
      Int(layout.layer2Type.rawValue), layout.layer2HeaderLength,
      Int(layout.layer3Type.rawValue), layout.layer3HeaderLength,
      Int(layout.layer4Type.rawValue), layout.layer4HeaderLength,
    ]
  }

  private func ipv4(_ next: UInt8, options: Int = 0, flags: UInt8 = 0, _ rest: [UInt8]) -> [UInt8] {
    let length = 20 + options + rest.count
    return [
      UInt8(0x45 + options / 4), 0, UInt8(length >> 8), UInt8(length & 255), 0, 0, flags, 0, 64,
      next, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
    ] + [UInt8](repeating: 1, count: options) + rest
  }

  private func ipv6(_ next: UInt8, _ rest: [UInt8]) -> [UInt8] {
    [0x60, 0, 0, 0, UInt8(rest.count >> 8), UInt8(rest.count & 255), next, 64]
      + [UInt8](repeating: 1, count: 32) + rest
  }

  private func ethernet(_ type: UInt16, _ rest: [UInt8]) -> [UInt8] {
    [UInt8](repeating: 2, count: 12) + [UInt8(type >> 8), UInt8(type & 255)] + rest
  }

  private func tcp(options: Int = 0) -> [UInt8] {
    [UInt8](repeating: 0, count: 12) + [UInt8(5 + options / 4) << 4, 0x10, 0, 0, 0, 0, 0, 0]
      + [UInt8](repeating: 1, count: options)
  }

  private let udp: [UInt8] = [0, 9, 0, 9, 0, 8, 0, 0]
  private let extensionHeader: [UInt8] = [6, 0, 1, 4, 0, 0, 0, 0]

  func testTable() throws {
    typealias Row = (name: String, frame: [UInt8], expected: [Int], line: UInt)
    let rows: [Row] = [
      ("TCP", ethernet(0x0800, ipv4(6, tcp())), [2, 14, 3, 20, 1, 20], #line),
      (
        "options", ethernet(0x0800, ipv4(6, options: 8, tcp(options: 12))), [2, 14, 2, 28, 1, 32],
        #line
      ),
      ("UDP", ethernet(0x0800, ipv4(17, udp)), [2, 14, 3, 20, 2, 8], #line),
      ("ICMP", ethernet(0x0800, ipv4(1, udp)), [2, 14, 3, 20, 0, 0], #line),
      ("IPv6", ethernet(0x86DD, ipv6(6, tcp())), [2, 14, 6, 40, 1, 20], #line),
      ("IPv6 UDP", ethernet(0x86DD, ipv6(17, udp)), [2, 14, 6, 40, 2, 8], #line),
      ("ICMPv6", ethernet(0x86DD, ipv6(58, udp)), [2, 14, 6, 40, 0, 0], #line),
      ("nothing next", ethernet(0x86DD, ipv6(59, [])), [2, 14, 6, 40, 0, 0], #line),
      (
        "destination options", ethernet(0x86DD, ipv6(60, extensionHeader + tcp())),
        [2, 14, 5, 48, 1, 20], #line
      ),
      ("unknown next", ethernet(0x86DD, ipv6(99, udp)), [2, 14, 5, 40, 0, 0], #line),
      (
        "tag in the frame", ethernet(0x8100, [0, 5, 8, 0] + ipv4(6, tcp())), [2, 14, 0, 0, 0, 0],
        #line
      ),
      ("ARP", ethernet(0x0806, udp), [2, 14, 0, 0, 0, 0], #line),
    ]
    for row in rows {
      XCTAssertEqual(try layout(row.frame), row.expected, row.name, line: row.line)
    }
    XCTAssertEqual(try layout(ipv4(6, tcp()), link: .rawIP), [1, 0, 3, 20, 1, 20])
  }

  func testHeadersTooLongForTheField() throws {
    // 40 + 472 octets are one more than nine bits hold; 40 + 464 fit.
    let long = { (octets: Int) -> [UInt8] in
      [6, UInt8(octets / 8 - 1)] + [UInt8](repeating: 0, count: octets - 2)
    }
    XCTAssertEqual(
      try layout(ethernet(0x86DD, ipv6(60, long(464) + tcp()))), [2, 14, 5, 504, 1, 20])
    XCTAssertEqual(
      try layout(ethernet(0x86DD, ipv6(60, long(472) + tcp()))), [2, 14, 0, 0, 0, 0])
  }

  func testTunnelsAreNotLookedInto() throws {
    let inner = ethernet(0x0800, ipv4(6, tcp()))
    let vxlan: [UInt8] = [0x08, 0, 0, 0, 0, 0, 1, 0] + inner
    let length = UInt8(8 + vxlan.count)
    let frame = ethernet(0x0800, ipv4(17, [0, 9, 0x12, 0xB5, 0, length, 0, 0] + vxlan))
    XCTAssertNotNil(try PacketLayout(parsing: frame, tunnels: .wellKnown).tunnel)
    XCTAssertEqual(try layout(frame, tunnels: .wellKnown), [2, 14, 3, 20, 2, 8])
    XCTAssertEqual(try layout(frame), [2, 14, 3, 20, 2, 8])
  }

  /// The verifier accepts each created layout.
  func testTranslationsPassTheVerifier() throws {
    var generator = RecipeGenerator(
      SeededGenerator.fromEnvironment(0x7_0004), profile: RecipeProfile { $0.links = [.ethernet] })
    var checked = 0
    for _ in 0..<200 {
      let frame = generator.next().recipe.build()
      guard let found = try? PacketLayout(parsing: frame) else { continue }
      let queue = try makeReceive(isVerified: true) { _, rings in
        rings.receive([1], NetPacketLayout(found))
      }
      try queue.replenish()
      XCTAssertNil(queueError { try queue.advance() })
      checked += 1
    }
    XCTAssertGreaterThan(checked, 100)
  }
}
