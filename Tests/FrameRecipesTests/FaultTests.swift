import FrameRecipes
import XCTest

/// What a recipe cannot write is an error with the field and the numbers, never a trap.
final class FaultTests: XCTestCase {
  func testEveryFault() {
    let long = [UInt8](repeating: 1, count: 41)
    let rows: [(recipe: FrameRecipe, says: String, line: UInt)] = [
      (
        FrameRecipe(network: .ipv4(options: [.init(long)])),
        "network.options: 41 octets where at most 40 fit", #line
      ),
      (
        FrameRecipe(transport: .tcp(options: [.other(254, long)])),
        "transport.options: 43 octets where at most 40 fit", #line
      ),
      (
        FrameRecipe(network: .ipv4 { $0.fragmentOffset = 0x2000 }),
        "network.fragmentOffset: 8192 is larger than 8191", #line
      ),
      (
        FrameRecipe(network: .ipv4 { $0.fragmentOffset = -1 }),
        "network.fragmentOffset: -1 is negative", #line
      ),
      (
        FrameRecipe(network: .ipv6 { $0.flowLabel = 0x10_0000 }),
        "network.flowLabel: 1048576 is larger than 1048575", #line
      ),
      (
        FrameRecipe(
          network: .ipv6(extensions: [.hopByHop([UInt8](repeating: 0, count: 2_047))])),
        "network.extensions[0]: 2056 octets where at most 2048 fit", #line
      ),
      (
        FrameRecipe(link: .init(.bsdLoopback, tags: [5])),
        "link.tags: a link header of kind bsdLoopback has no EtherType that could announce VLAN "
          + "tags", #line
      ),
      (FrameRecipe(payload: .counting(-1)), "payload.count: -1 is negative", #line),
      (
        FrameRecipe(payload: .counting(.max)),
        "payload.count: \(Int.max) octets where at most 16777216 fit", #line
      ),
      (
        FrameRecipe(payload: .init(.literal([1, 2]), offset: 1, count: 2)),
        "payload: the literal has 2 octets, offset and count need 3", #line
      ),
      (
        FrameRecipe(payload: .init(.counted, offset: -7, count: 2)),
        "payload.offset: -7 is negative", #line
      ),
      (FrameRecipe(trailerCount: -1), "trailerCount: -1 is negative", #line),
      (
        FrameRecipe(encapsulation: .vxlan(network: 0x100_0000)),
        "encapsulation.kind.network: 16777216 is larger than 16777215", #line
      ),
      (
        FrameRecipe(encapsulation: .geneve(options: [1, 2, 3])),
        "encapsulation.kind.options: 3 octets are no whole words of 4", #line
      ),
      (
        FrameRecipe(encapsulation: .geneve(options: [UInt8](repeating: 0, count: 256))),
        "encapsulation.kind.options: 256 octets where at most 252 fit", #line
      ),
      (
        FrameRecipe(encapsulation: .ipInIP()),
        "link: the tunnel does not carry a link header of kind ethernet, it needs .rawIP", #line
      ),
      (
        FrameRecipe(link: .rawIP, encapsulation: .vxlan()),
        "link: the tunnel does not carry a link header of kind rawIP, it needs .ethernet", #line
      ),
      (
        FrameRecipe(link: .linuxCooked1, encapsulation: .gre()),
        "link: the tunnel does not carry a link header of kind linuxCooked1, it needs .ethernet "
          + "or .rawIP", #line
      ),
      (
        FrameRecipe(link: .bsdLoopback, network: .arp()),
        "link: a link header of kind bsdLoopback announces IP packets alone, not ARP", #line
      ),
      (
        FrameRecipe(network: .arp(from: "2001:db8::1")),
        "network.source: 2001:db8:0:0:0:0:0:1 has 16 octets, IPv4 addresses have 4", #line
      ),
      (
        FrameRecipe(encapsulation: .gre(over: .arp())),
        "encapsulation.network: a packet of ARP carries no tunnel", #line
      ),
      (
        FrameRecipe(encapsulation: .gre().inside(.ipInIP())),
        "encapsulation.link: the tunnel does not carry a link header of kind ethernet, it needs "
          + ".rawIP", #line
      ),
      (
        FrameRecipe(encapsulation: .gre().inside(.gre()).inside(.vxlan(network: 0x100_0000))),
        "encapsulation.outer.outer.kind.network: 16777216 is larger than 16777215", #line
      ),
    ]
    for row in rows {
      XCTAssertEqual(row.recipe.faults.map(\.description), [row.says], line: row.line)
      XCTAssertThrowsError(try row.recipe.octets, line: row.line) {
        XCTAssertEqual("\($0)", row.says, line: row.line)
      }
      XCTAssertThrowsError(try row.recipe.virtioNetHeaderOctets, line: row.line)
      // Asking for the layout does no harm either.
      XCTAssertGreaterThanOrEqual(row.recipe.layout.payloadEnd, 0, line: row.line)
    }
  }

  /// No number is too odd to be asked for; what does not fit is a fault.
  func testExtremes() {
    let addresses = [FrameRecipe.Address](repeating: "::1", count: 300)
    let four = [FrameRecipe.Address](repeating: "192.0.2.1", count: 300)
    let long = [UInt8](repeating: 7, count: 70_000)
    let blocks = [(UInt32, UInt32)](repeating: (1, 2), count: 500)
    let networks: [FrameRecipe.Network] = [
      .ipv4(options: [.recordRoute(slots: .max)]), .ipv4(options: [.timestamp(slots: .max)]),
      .ipv4(options: [.looseSourceRoute(four)]), .ipv4(options: [.other(7, long)]),
      .ipv6(extensions: [.hopByHop([.padding(.max)])]),
      .ipv6(extensions: [.destinationOptions([.other(1, long)])]),
      .ipv6(extensions: [.routing(segmentsLeft: 255, through: addresses)]),
      .ipv6(extensions: [.authentication(checkValue: long)]),
    ]
    for network in networks {
      XCTAssertThrowsError(try FrameRecipe(network: network).octets, "\(network.byteCount)")
      XCTAssertThrowsError(try FrameRecipe(encapsulation: .geneve(over: network)).octets)
    }
    XCTAssertThrowsError(try FrameRecipe(transport: .tcp(options: [.sack(blocks)])).octets)
    for slice in [Int.min..<Int.max, -1..<2, 0..<Int.max] {
      XCTAssertThrowsError(try FrameRecipe(payload: .counting(9).slice(slice)).octets, "\(slice)")
    }
    // Odd, yet each can be written.
    let odd: [FrameRecipe] = [
      FrameRecipe(network: .ipv4(options: [.recordRoute(slots: .min), .init([])])),
      FrameRecipe(network: .ipv6(extensions: [.hopByHop([.padding(.min), .padding(1)])])),
      FrameRecipe(network: .ipv6(extensions: [.routing(segmentsLeft: 9, through: [])])),
      FrameRecipe(network: .ipv4 { ($0.version, $0.headerLength) = (255, 255) }),
      FrameRecipe(transport: .tcp { $0.dataOffset = 255 }),
      FrameRecipe(link: .init(tags: .init(repeating: 0xFFFF, count: 1_000))),
      FrameRecipe(payload: .init(.counted, offset: .max, count: 2)),
      FrameRecipe(payload: .init(.seeded(.max), offset: .max, count: 20)),
    ]
    for recipe in odd { XCTAssertNoThrow(try recipe.octets, recipe.swiftLiteral) }
  }

  /// Values that are wrong on purpose are written unmodified.
  func testWrongOnPurpose() throws {
    let right = try FrameRecipe(payload: .counting(4)).octets
    func difference(_ recipe: FrameRecipe) throws -> [Int: UInt8] {
      let wrong = try recipe.octets
      XCTAssertEqual(wrong.count, right.count)
      return Dictionary(
        uniqueKeysWithValues: right.indices.filter { wrong[$0] != right[$0] }.map {
          ($0, wrong[$0])
        })
    }
    var recipe = FrameRecipe(payload: .counting(4))
    recipe.network.ipv4?.length = .value(0xABCD)
    recipe.network.ipv4?.headerChecksum = .value(0x1234)
    XCTAssertEqual(try difference(recipe), [16: 0xAB, 17: 0xCD, 24: 0x12, 25: 0x34])
    recipe = FrameRecipe(payload: .counting(4), checksum: .value(0xFACE))
    XCTAssertEqual(try difference(recipe), [50: 0xFA, 51: 0xCE])
    recipe = FrameRecipe(payload: .counting(4), checksum: .wrong)
    XCTAssertEqual(Set(try difference(recipe).keys), [50, 51])
    recipe = FrameRecipe(link: .init(etherType: 0x0806), payload: .counting(4))
    XCTAssertEqual(try difference(recipe), [13: 6])
    recipe = FrameRecipe(transport: .tcp { $0.dataOffset = 4 }, payload: .counting(4))
    recipe.checksum = .value(UInt16(right[50]) << 8 | UInt16(right[51]))
    XCTAssertEqual(try difference(recipe), [46: 0x40])
    recipe = FrameRecipe(
      network: .ipv4 { ($0.version, $0.headerLength, $0.protocolNumber) = (5, 4, 1) },
      payload: .counting(4))
    XCTAssertEqual(Set(try difference(recipe).keys).subtracting([24, 25]), [14, 23])
    XCTAssertEqual(try recipe.octets[14], 0x54)
  }
}
