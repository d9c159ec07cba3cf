import WireFormats
import XCTest

final class LinkLayerTests: XCTestCase {
  private struct Row {
    let name: String
    let link: LinkLayer
    let header: String
    let type: EtherType
    let line: UInt

    init(_ name: String, _ link: LinkLayer, _ header: String, _ type: EtherType, line: UInt = #line)
    {
      (self.name, self.link, self.header, self.type) = (name, link, header, type)
      self.line = line
    }
  }

  func testHeaderLengths() {
    XCTAssertEqual(
      LinkLayer.allCases, [.ethernet, .rawIP, .bsdLoopback, .linuxCooked, .linuxCooked2, .ppp])
    XCTAssertEqual(LinkLayer.allCases.map(\.headerLength), [14, 0, 4, 16, 20, 0])
  }

  func testKinds() {
    let rows = [
      Row("Ethernet, IPv4", .ethernet, "0200 0000 0002 0200 0000 0001 0800", .ipv4),
      Row("Ethernet, IPv6", .ethernet, "3333 0000 0001 0200 0000 0001 86DD", .ipv6),
      Row("raw IPv4", .rawIP, "", .ipv4),
      Row("raw IPv6", .rawIP, "", .ipv6),
      Row("cooked, IPv4", .linuxCooked, "0004 0001 0006 0200 0000 0001 0000 0800", .ipv4),
      Row("cooked, IPv6", .linuxCooked, "0004 0304 0006 0000 0000 0000 0000 86DD", .ipv6),
      Row(
        "cooked 2, IPv4", .linuxCooked2, "0800 0000 00000002 0001 04 06 020000000001 0000", .ipv4),
      Row(
        "cooked 2, IPv6", .linuxCooked2, "86DD 0000 00000002 0001 04 06 020000000001 0000", .ipv6),
      Row("BSD family 2, little", .bsdLoopback, "02000000", .ipv4),
      Row("BSD family 2, big", .bsdLoopback, "00000002", .ipv4),
      Row("Linux family 10, little", .bsdLoopback, "0A000000", .ipv6),
      Row("Linux family 10, big", .bsdLoopback, "0000000A", .ipv6),
      Row("NetBSD family 24, little", .bsdLoopback, "18000000", .ipv6),
      Row("NetBSD family 24, big", .bsdLoopback, "00000018", .ipv6),
      Row("FreeBSD family 28, little", .bsdLoopback, "1C000000", .ipv6),
      Row("FreeBSD family 28, big", .bsdLoopback, "0000001C", .ipv6),
      Row("Darwin family 30, little", .bsdLoopback, "1E000000", .ipv6),
      Row("Darwin family 30, big", .bsdLoopback, "0000001E", .ipv6),
      Row("PPP, IPv4", .ppp, "FF03 0021", .ipv4),
      Row("PPP, IPv6", .ppp, "FF03 0057", .ipv6),
      Row("PPP without address and control", .ppp, "0021", .ipv4),
      Row("PPP with a protocol of one octet", .ppp, "FF03 57", .ipv6),
      Row("PPP with nothing but that", .ppp, "21", .ipv4),
    ]
    for row in rows {
      let packet =
        row.type == .ipv4
        ? Wire.ipv4(17, Wire.udp([1, 2, 3])) : Wire.ipv6(17, Wire.udp([1, 2, 3]))
      let frame = hex(row.header) + packet
      guard case .success(let layout) = reading(frame, link: row.link) else {
        XCTFail("\(row.name): \(reading(frame, link: row.link))", line: row.line)
        continue
      }
      let start = row.header.isEmpty ? 0 : hex(row.header).count
      XCTAssertEqual(layout.link, row.link, row.name, line: row.line)
      XCTAssertEqual(layout.etherType, row.type, row.name, line: row.line)
      XCTAssertEqual(layout.linkHeaderLength, start, row.name, line: row.line)
      XCTAssertEqual(layout.vlanTagCount, 0, row.name, line: row.line)
      XCTAssertEqual(layout.network?.offset, start, row.name, line: row.line)
      let header = row.type == .ipv4 ? 20 : 40
      XCTAssertEqual(layout.transport?.offset, start + header, row.name, line: row.line)
      XCTAssertEqual(
        layout.payloadRange, (start + header + 8)..<(start + header + 11), row.name, line: row.line)
      XCTAssertNil(layout.tunnel, row.name, line: row.line)
      XCTAssertEqual(layout.outerNetwork, layout.network, row.name, line: row.line)
    }
  }

  func testUnknownFamily() {
    let rows: [(header: String, found: Int, line: UInt)] = [
      ("00000000", 0, #line), ("03000000", 3, #line), ("00000003", 3, #line),
      ("02000002", 0x0200_0002, #line), ("00020000", 0x0000_0200, #line),
      ("FFFFFFFF", 0xFFFF_FFFF, #line),
    ]
    for row in rows {
      let result = reading(hex(row.header) + Wire.ipv4(17, Wire.udp()), link: .bsdLoopback)
      XCTAssertEqual(
        result,
        .failure(.invalidField(.bsdLoopback, .addressFamily, offset: 0, found: row.found)),
        line: row.line)
    }
  }

  /// 2 is IPv4; 10, 24, 28 and 30 are IPv6 on one system or another; no other number is either.
  func testEveryFamily() {
    for family in UInt8.min...UInt8.max where ![2, 10, 24, 28, 30].contains(family) {
      for header in [[family, 0, 0, 0], [0, 0, 0, family]] {
        XCTAssertEqual(
          reading(header + Wire.ipv6(17, Wire.udp()), link: .bsdLoopback),
          .failure(
            .invalidField(.bsdLoopback, .addressFamily, offset: 0, found: Int(family))))
      }
    }
  }

  func testTruncation() {
    let rows: [(link: LinkLayer, layer: ProtocolLayer, byteCount: Int, line: UInt)] = [
      (.ethernet, .ethernet, 14, #line), (.bsdLoopback, .bsdLoopback, 4, #line),
      (.linuxCooked, .linuxCooked, 16, #line), (.linuxCooked2, .linuxCooked, 20, #line),
    ]
    for row in rows {
      for count in 0..<row.byteCount {
        XCTAssertEqual(
          reading(zeros(count), link: row.link),
          .failure(.truncated(row.layer, offset: 0, needed: row.byteCount, available: count)),
          line: row.line)
      }
    }
  }

  func testRawIP() throws {
    let empty = try reading([], link: .rawIP).get()
    XCTAssertNil(empty.etherType)
    XCTAssertNil(empty.network)
    XCTAssertEqual(empty.frameLength, 0)
    for version in 0...15 where version != 4 && version != 6 {
      XCTAssertEqual(
        reading([UInt8(version << 4)] + zeros(60), link: .rawIP),
        .failure(.invalidField(.ipv4, .version, offset: 0, found: version)))
    }
    XCTAssertEqual(
      reading([0x45], link: .rawIP),
      .failure(.truncated(.ipv4, offset: 0, needed: 20, available: 1)))
    XCTAssertEqual(
      reading([0x60], link: .rawIP),
      .failure(.truncated(.ipv6, offset: 0, needed: 40, available: 1)))
  }

  /// No error, and nothing after the link header is looked at.
  func testOtherProtocols() throws {
    for type in [0x0000, 0x002E, 0x05DC, 0x0806, 0x6558, 0x88CC, 0xFFFF] {
      for body in [[], [0x45], Wire.ipv4(17, Wire.udp())] as [[UInt8]] {
        let frame = Wire.ethernet(type) + body
        let layout = try reading(frame).get()
        XCTAssertEqual(layout.etherType, EtherType(rawValue: UInt16(type)))
        XCTAssertEqual(layout.linkHeaderLength, 14)
        XCTAssertNil(layout.network)
        XCTAssertNil(layout.transport)
        XCTAssertNil(layout.payloadRange)
        XCTAssertNil(layout.headerLength)
        XCTAssertNil(layout.outerNetwork)
        XCTAssertNil(layout.incoherence(frame.count))
      }
    }
  }

  /// The type says one version, the packet another.
  func testVersionAgainstType() {
    XCTAssertEqual(
      reading(Wire.ethernet(0x0800) + Wire.ipv6(17, Wire.udp())),
      .failure(.invalidField(.ipv4, .version, offset: 14, found: 6)))
    XCTAssertEqual(
      reading(Wire.ethernet(0x86DD) + Wire.ipv4(17, Wire.udp(zeros(20)))),
      .failure(.invalidField(.ipv6, .version, offset: 14, found: 4)))
  }
}
