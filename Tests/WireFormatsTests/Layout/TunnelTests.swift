import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

final class TunnelTests: XCTestCase {
  private let inner4 = Wire.ipv4(6, Wire.tcp([1, 2, 3]))
  private let inner6 = Wire.ipv6(17, Wire.udp([1, 2, 3]))

  private func layout(
    _ frame: [UInt8], _ tunnels: TunnelRecognition = .wellKnown, line: UInt = #line
  ) throws -> PacketLayout {
    let layout = try reading(frame, tunnels: tunnels).get()
    XCTAssertNil(layout.incoherence(frame.count), line: line)
    return layout
  }

  /// A VXLAN header (RFC 7348, section 5) with the flags given, and Ethernet after it.
  private func vxlan(flags: UInt8 = 8, _ frame: [UInt8]) -> [UInt8] {
    [flags, 0, 0, 0] + hex("0ABCDE 00") + frame
  }

  private func overUDP(_ payload: [UInt8], port: Int = 4_789) -> [UInt8] {
    Wire.ethernet(0x0800) + Wire.ipv4(17, Wire.udp(to: port, payload))
  }

  private func assertPlainUDP(_ frame: [UInt8], _ name: String = "", line: UInt = #line) throws {
    let layout = try layout(frame, line: line)
    XCTAssertNil(layout.tunnel, name, line: line)
    XCTAssertEqual(layout.network?.offset, 14, name, line: line)
    XCTAssertEqual(layout.transport?.kind, .udp, name, line: line)
    XCTAssertEqual(layout.payloadRange, 42..<frame.count, name, line: line)
  }

  // MARK: VXLAN

  func testVXLAN() throws {
    let frame = overUDP(vxlan(Wire.ethernet(0x0800) + inner4))
    let layout = try layout(frame)
    let tunnel = try XCTUnwrap(layout.tunnel)
    XCTAssertEqual(tunnel.kind, .vxlan)
    XCTAssertTrue(tunnel.kind.isOverUDP)
    XCTAssertEqual(tunnel.headerOffset, 34)
    XCTAssertEqual(tunnel.innerOffset, 50)
    XCTAssertEqual(tunnel.innerVLANTagCount, 0)
    XCTAssertEqual(tunnel.network.offset, 14)
    XCTAssertEqual(tunnel.network.upperProtocol, .udp)
    XCTAssertEqual(layout.outerNetwork, tunnel.network)
    XCTAssertEqual(layout.network?.offset, 64)
    XCTAssertEqual(layout.transport?.offset, 84)
    XCTAssertEqual(layout.transport?.kind, .tcp)
    XCTAssertEqual(layout.payloadRange, 104..<107)
    XCTAssertEqual(layout.linkHeaderLength, 14)
    XCTAssertEqual(layout.etherType, .ipv4)
  }

  /// Only the flag that the identifier is valid counts; reserved ones are ignored on receipt.
  func testFlagsOfVXLAN() throws {
    for flags in UInt8.min...UInt8.max {
      let frame = overUDP(vxlan(flags: flags, Wire.ethernet(0x0800) + inner4))
      if flags & 8 == 0 {
        try assertPlainUDP(frame, "flags \(flags)")
      } else {
        XCTAssertEqual(try layout(frame).tunnel?.kind, .vxlan, "flags \(flags)")
      }
    }
  }

  func testTagsInVXLAN() throws {
    for count in 0...8 {
      var front = Wire.ethernet(count == 0 ? 0x86DD : 0x8100)
      for index in 0..<count { front += word(index) + word(index + 1 < count ? 0x8100 : 0x86DD) }
      let frame = overUDP(vxlan(front + inner6))
      guard count <= 7 else {
        try assertPlainUDP(frame, "one too many")
        continue
      }
      let layout = try layout(frame)
      XCTAssertEqual(layout.tunnel?.innerVLANTagCount, count)
      XCTAssertEqual(layout.vlanTagCount, 0)
      XCTAssertEqual(layout.network?.offset, 64 + 4 * count)
      XCTAssertEqual(layout.network?.version, .ipv6)
    }
  }

  /// A port is a hint: what does not parse after it is payload.
  func testGarbageBehindThePorts() throws {
    let sound = vxlan(Wire.ethernet(0x0800) + inner4)
    let rows: [(name: String, payload: [UInt8], line: UInt)] = [
      ("nothing", [], #line),
      ("too short for VXLAN", Array(sound[..<7]), #line),
      ("VXLAN and nothing", Array(sound[..<8]), #line),
      ("half an Ethernet header", Array(sound[..<15]), #line),
      ("half an IP header", Array(sound[..<30]), #line),
      ("ARP inside", vxlan(Wire.ethernet(0x0806) + zeros(28)), #line),
      ("IPv6 announced, IPv4 inside", vxlan(Wire.ethernet(0x86DD) + inner4 + zeros(40)), #line),
      ("header length of 4", vxlan(Wire.ethernet(0x0800) + [0x44] + inner4[1...]), #line),
      (
        "total length of 19", vxlan(Wire.ethernet(0x0800) + Wire.ipv4(6, Wire.tcp(), length: 19)),
        #line
      ),
      ("ones", [UInt8](repeating: 0xFF, count: 100), #line),
      ("zeros", zeros(100), #line),
      ("Geneve version 1", [0x40, 0, 0x65, 0x58] + zeros(80), #line),
      ("Geneve options too long", [0x3F, 0, 0x08, 0] + zeros(80), #line),
      ("Geneve with another type", [0, 0, 0x88, 0x47, 0, 0, 0, 0] + inner4, #line),
    ]
    for row in rows {
      for port in [4_789, 8_472, 6_081] {
        try assertPlainUDP(overUDP(row.payload, port: port), row.name, line: row.line)
      }
    }
    var random = SeededGenerator.fromEnvironment()
    for _ in 0..<3_000 {
      let frame = overUDP(random.octets(random.below(90)), port: random.pick([4_789, 6_081]))
      try assertPlainUDP(frame, "seed \(random.seed)")
    }
  }

  func testOtherPorts() throws {
    let payload = vxlan(Wire.ethernet(0x0800) + inner4)
    for port in [0, 443, 4_788, 4_791, 6_080, 6_082, 8_471, 65_535] {
      try assertPlainUDP(overUDP(payload, port: port), "port \(port)")
    }
    // The source port says nothing.
    var frame = overUDP(payload, port: 443)
    frame.replaceSubrange(34..<36, with: word(4_789))
    try assertPlainUDP(frame)
  }

  func testRecognition() throws {
    let frames: [(name: String, frame: [UInt8], kind: TunnelLayout.Kind)] = [
      ("VXLAN", overUDP(vxlan(Wire.ethernet(0x0800) + inner4)), .vxlan),
      ("Geneve", overUDP([0, 0, 8, 0, 0, 0, 0, 0] + inner4, port: 6_081), .geneve),
      ("GRE", Wire.ethernet(0x0800) + Wire.ipv4(47, [0, 0, 8, 0] + inner4), .gre),
      ("IP in IP", Wire.ethernet(0x0800) + Wire.ipv4(4, inner4), .ip),
    ]
    let rows: [(tunnels: TunnelRecognition, found: [TunnelLayout.Kind], line: UInt)] = [
      (.none, [], #line),
      (.wellKnown, [.vxlan, .geneve, .gre, .ip], #line),
      (TunnelRecognition(), [], #line),
      (TunnelRecognition(vxlanPorts: [4_789]), [.vxlan], #line),
      (TunnelRecognition(vxlanPorts: [1, 4_789, 9]), [.vxlan], #line),
      (TunnelRecognition(genevePorts: [6_081]), [.geneve], #line),
      (TunnelRecognition(genevePorts: [6_082, 6_081]), [.geneve], #line),
      (TunnelRecognition(ipTunnels: true), [.gre, .ip], #line),
      (TunnelRecognition(vxlanPorts: [8_472], genevePorts: [6_082]), [], #line),
    ]
    for row in rows {
      let found = try frames.filter { try layout($0.frame, row.tunnels).tunnel != nil }
      XCTAssertEqual(found.map(\.kind), row.found, line: row.line)
    }
    // The port that Linux, flannel and Cilium use.
    let linux = overUDP(vxlan(Wire.ethernet(0x0800) + inner4), port: 8_472)
    XCTAssertEqual(try layout(linux, .wellKnown).tunnel?.kind, .vxlan)
    XCTAssertNil(try layout(linux, TunnelRecognition(vxlanPorts: [4_789])).tunnel)
    XCTAssertEqual(TunnelRecognition.wellKnown.vxlanPorts, [4_789, 8_472])
    XCTAssertEqual(TunnelRecognition.wellKnown.genevePorts, [6_081])
  }

  // MARK: Geneve

  func testGeneve() throws {
    for words in 0...63 {
      for (type, inside, front) in [
        (0x0800, inner4, 0), (0x86DD, inner6, 0), (0x6558, Wire.ethernet(0x0800) + inner4, 14),
        (0x6558, Wire.ethernet(0x8100) + hex("0001 86DD") + inner6, 18),
      ] {
        let header = [UInt8(words), 0xC0] + word(type) + hex("0ABCDE 00")
        let frame = overUDP(
          header + [UInt8](repeating: 0xFF, count: words * 4) + inside, port: 6_081)
        let layout = try layout(frame)
        XCTAssertEqual(layout.tunnel?.kind, .geneve, "\(words) words")
        XCTAssertEqual(layout.tunnel?.innerOffset, 50 + words * 4, "\(words) words")
        XCTAssertEqual(layout.tunnel?.innerVLANTagCount, front == 18 ? 1 : 0)
        XCTAssertEqual(layout.network?.offset, 50 + words * 4 + front, "\(words) words")
        XCTAssertEqual(layout.payloadRange, (frame.count - 3)..<frame.count)
      }
    }
  }

  /// RFC 8926, section 3.4: a receiver must drop packets of an unknown version.
  func testVersionsOfGeneve() throws {
    for version in 0...3 as ClosedRange<UInt8> {
      let frame = overUDP([version << 6, 0, 8, 0, 0, 0, 0, 0] + inner4, port: 6_081)
      if version == 0 {
        XCTAssertEqual(try layout(frame).tunnel?.kind, .geneve)
      } else {
        try assertPlainUDP(frame, "version \(version)")
      }
    }
  }

  // MARK: GRE

  /// RFC 2784, RFC 2890: checksum, key and sequence number take four octets each.
  func testEveryCombinationOfGREFlags() throws {
    for mix in 0..<8 {
      let flags = (mix & 1) * 0x8000 + (mix >> 1 & 1) * 0x2000 + (mix >> 2 & 1) * 0x1000
      let size = 4 + 4 * (mix & 1) + 4 * (mix >> 1 & 1) + 4 * (mix >> 2 & 1)
      for (type, inside, front) in [
        (0x0800, inner4, 0), (0x86DD, inner6, 0), (0x6558, Wire.ethernet(0x86DD) + inner6, 14),
      ] {
        let gre = word(flags) + word(type) + [UInt8](repeating: 0xFF, count: size - 4)
        for outer in [Wire.ipv4(47, gre + inside), Wire.ipv6(47, gre + inside)] {
          let start = outer[0] >> 4 == 4 ? 20 : 40
          let frame = Wire.ethernet(start == 20 ? 0x0800 : 0x86DD) + outer
          let layout = try layout(frame)
          XCTAssertEqual(layout.tunnel?.kind, .gre)
          XCTAssertEqual(layout.tunnel?.headerOffset, 14 + start)
          XCTAssertEqual(layout.tunnel?.innerOffset, 14 + start + size, "flags \(flags)")
          XCTAssertEqual(layout.network?.offset, 14 + start + size + front, "flags \(flags)")
          XCTAssertEqual(layout.payloadRange, (frame.count - 3)..<frame.count)
        }
      }
    }
    XCTAssertFalse(TunnelLayout.Kind.gre.isOverUDP)
    XCTAssertFalse(TunnelLayout.Kind.ip.isOverUDP)
  }

  /// Routing (RFC 1701), strict source route, recursion, and any other version: another header.
  func testOtherGREHeaders() throws {
    for flags in [0x4000, 0x0800, 0x0400, 0x0001, 0x0002, 0x0007, 0x2001, 0x3081] {
      let layout = try layout(
        Wire.ethernet(0x0800) + Wire.ipv4(47, word(flags) + word(0x0800) + zeros(12) + inner4))
      XCTAssertNil(layout.tunnel, "flags \(flags)")
      XCTAssertNil(layout.transport, "flags \(flags)")
      XCTAssertEqual(layout.network?.upperProtocol, .gre, "flags \(flags)")
    }
    for type in [0x0806, 0x880B, 0x8847, 0x8100, 0x0000] {
      let layout = try layout(
        Wire.ethernet(0x0800) + Wire.ipv4(47, [0, 0] + word(type) + inner4))
      XCTAssertNil(layout.tunnel, "type \(type)")
      XCTAssertEqual(layout.network?.upperProtocol, .gre, "type \(type)")
    }
  }

  func testTagsInGRE() throws {
    for count in 0...8 {
      var front = Wire.ethernet(count == 0 ? 0x0800 : 0x88A8)
      for index in 0..<count { front += word(index) + word(index + 1 < count ? 0x8100 : 0x0800) }
      let frame = Wire.ethernet(0x0800) + Wire.ipv4(47, hex("0000 6558") + front + inner4)
      guard count <= 7 else {
        XCTAssertEqual(
          reading(frame, tunnels: .wellKnown),
          .failure(.tooMany(.vlan, limit: 7, offset: 14 + 20 + 4 + 14 + 7 * 4)))
        continue
      }
      let layout = try layout(frame)
      XCTAssertEqual(layout.tunnel?.innerVLANTagCount, count)
      XCTAssertEqual(layout.vlanTagCount, 0)
      XCTAssertEqual(layout.network?.offset, 52 + 4 * count)
    }
  }

  func testGRECutShort() {
    for count in 0..<16 {
      let gre = Array((hex("B000 0800") + zeros(12))[..<count])
      XCTAssertEqual(
        reading(Wire.ethernet(0x0800) + Wire.ipv4(47, gre), tunnels: .wellKnown),
        .failure(.truncated(.gre, offset: 34, needed: count < 4 ? 4 : 16, available: count)))
    }
  }

  // MARK: IP in IP

  func testIPInIP() throws {
    let rows: [(name: String, outer: Int, inner: Int, line: UInt)] = [
      ("IPIP", 4, 4, #line), ("6in4", 4, 6, #line), ("4in6", 6, 4, #line), ("6in6", 6, 6, #line),
    ]
    for row in rows {
      let inside = row.inner == 4 ? inner4 : inner6
      let number: UInt8 = row.inner == 4 ? 4 : 41
      let outer = row.outer == 4 ? Wire.ipv4(number, inside) : Wire.ipv6(number, inside)
      let frame = Wire.ethernet(row.outer == 4 ? 0x0800 : 0x86DD) + outer
      let start = row.outer == 4 ? 34 : 54
      let layout = try layout(frame)
      XCTAssertEqual(layout.tunnel?.kind, .ip, row.name, line: row.line)
      XCTAssertEqual(layout.tunnel?.headerOffset, start, row.name, line: row.line)
      XCTAssertEqual(layout.tunnel?.innerOffset, start, row.name, line: row.line)
      XCTAssertEqual(layout.network?.offset, start, row.name, line: row.line)
      XCTAssertEqual(Int(layout.network?.version.rawValue ?? 0), row.inner, line: row.line)
      XCTAssertEqual(layout.payloadRange, (frame.count - 3)..<frame.count, line: row.line)
      // Not asked for, it is a protocol like any other.
      let plain = try self.layout(frame, .none)
      XCTAssertNil(plain.transport, row.name, line: row.line)
      XCTAssertEqual(plain.network?.upperProtocol.rawValue, number, row.name, line: row.line)
    }
  }

  /// Here the IP header itself promises what follows, so anything else is an error.
  func testWrongVersionInside() {
    XCTAssertEqual(
      reading(Wire.ethernet(0x0800) + Wire.ipv4(4, inner6), tunnels: .wellKnown),
      .failure(.invalidField(.ipv4, .version, offset: 34, found: 6)))
    XCTAssertEqual(
      reading(Wire.ethernet(0x0800) + Wire.ipv4(41, inner4), tunnels: .wellKnown),
      .failure(.invalidField(.ipv6, .version, offset: 34, found: 4)))
  }

  // MARK: Any tunnel

  /// One level deep: the packet inside of the inner packet is its payload.
  func testOneLevel() throws {
    let frame = Wire.ethernet(0x0800) + Wire.ipv4(4, Wire.ipv4(4, inner4))
    let layout = try layout(frame)
    XCTAssertEqual(layout.network?.offset, 34)
    XCTAssertEqual(layout.network?.upperProtocol, .ipv4)
    XCTAssertNil(layout.transport)
  }

  /// A fragment of the outer packet need not start with a tunnel header.
  func testOuterFragments() throws {
    for flags in [0x2000, 0x0001] {
      for (number, body) in [
        (4, inner4), (47, hex("0000 0800") + inner4),
        (17, Wire.udp(to: 4_789, vxlan(Wire.ethernet(0x0800) + inner4))), (4, [1]), (47, []),
      ] as [(UInt8, [UInt8])] {
        let layout = try layout(Wire.ethernet(0x0800) + Wire.ipv4(number, body, flags: flags))
        XCTAssertNil(layout.tunnel)
        XCTAssertNil(layout.transport)
        XCTAssertEqual(layout.network?.offset, 14)
      }
    }
  }

  func testInnerFragments() throws {
    let inside = Wire.ipv4(6, [1, 2, 3], flags: 0x2000)
    let layout = try layout(Wire.ethernet(0x0800) + Wire.ipv4(4, inside))
    XCTAssertEqual(layout.tunnel?.kind, .ip)
    XCTAssertEqual(layout.network?.isIPv4Fragment, true)
    XCTAssertNil(layout.transport)
  }

  /// The inner packet ends where its own length says, or where the outer packet does.
  func testInnerLengths() throws {
    let rows: [(length: Int, expected: NetworkLayout.Length, end: Int, line: UInt)] = [
      (43, .exact, 43, #line), (40, .trailer(3), 40, #line), (44, .missing(1), 43, #line),
      (0, .zero, 43, #line),
    ]
    for row in rows {
      let inside = Wire.ipv4(6, Wire.tcp([1, 2, 3]), length: row.length)
      let frame = Wire.ethernet(0x0800) + Wire.ipv4(4, inside) + zeros(9)
      let network = try XCTUnwrap(layout(frame).network)
      XCTAssertEqual(network.length, row.expected, line: row.line)
      XCTAssertEqual(network.end, 34 + row.end, line: row.line)
      XCTAssertEqual(try layout(frame).tunnel?.network.length, .trailer(9), line: row.line)
    }
  }
}
