import FrameRecipes
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// VXLAN-GPE, GUE, FOU and GTP-U: what is looked into, and what stays UDP payload.
final class UDPTunnelTests: XCTestCase {
  private let inner4 = Wire.ipv4(6, Wire.tcp([1, 2, 3]))
  private let inner6 = Wire.ipv6(17, Wire.udp([1, 2, 3]))

  private func overUDP(_ port: Int, _ payload: [UInt8]) -> [UInt8] {
    Wire.ethernet(0x0800) + Wire.ipv4(17, Wire.udp(to: port, payload))
  }

  private func layout(_ port: Int, _ payload: [UInt8]) throws -> PacketLayout {
    let frame = overUDP(port, payload)
    let layout = try reading(frame, tunnels: .wellKnown).get()
    XCTAssertNil(layout.incoherence(frame.count))
    return layout
  }

  private func assertTunnel(
    _ kind: TunnelLayout.Kind, _ port: Int, _ header: [UInt8], _ inside: [UInt8],
    ethernet: Int = 0, _ name: String = "", line: UInt = #line
  ) throws {
    let layout = try layout(port, header + inside)
    XCTAssertEqual(layout.tunnel?.kind, kind, name, line: line)
    XCTAssertEqual(layout.tunnel?.innerOffset, 42 + header.count, name, line: line)
    XCTAssertEqual(layout.network?.offset, 42 + header.count + ethernet, name, line: line)
    XCTAssertEqual(layout.payloadRange?.count, 3, name, line: line)
  }

  private func assertPayload(
    _ port: Int, _ payload: [UInt8], _ name: String = "", line: UInt = #line
  ) throws {
    let layout = try layout(port, payload)
    XCTAssertNil(layout.tunnel, name, line: line)
    XCTAssertEqual(layout.payloadRange?.count, payload.count, name, line: line)
    XCTAssertNotNil(
      OpaqueTunnel(in: overUDP(port, payload).octets, layout), name, line: line)
  }

  // MARK: VXLAN-GPE

  private func gpe(flags: UInt8 = 0x0C, next: UInt8) -> [UInt8] {
    [flags, 0, 0, next] + hex("0ABCDE 00")
  }

  func testNextProtocols() throws {
    try assertTunnel(.vxlanGPE, 4_790, gpe(next: 1), inner4)
    try assertTunnel(.vxlanGPE, 4_790, gpe(next: 2), inner6)
    try assertTunnel(
      .vxlanGPE, 4_790, gpe(next: 3), Wire.ethernet(0x0800) + inner4, ethernet: 14)
    for next in [0, 4, 5, 128, 255] as [UInt8] {
      try assertPayload(4_790, gpe(next: next) + inner4, "next protocol \(next)")
    }
    try assertPayload(4_790, gpe(next: 1) + inner6, "another version than announced")
  }

  /// R, R, version (two bits), I, P, B, O.
  func testFlagsOfVXLANGPE() throws {
    for flags in UInt8.min...UInt8.max {
      let header = gpe(flags: flags, next: 1)
      if flags & 0x3D == 0x0C {
        try assertTunnel(.vxlanGPE, 4_790, header, inner4, "flags \(flags)")
      } else {
        try assertPayload(4_790, header + inner4, "flags \(flags)")
      }
      // Without P the next protocol has no meaning, and the frame is one of VXLAN.
      let frame = Wire.ethernet(0x86DD) + inner6
      if flags & 0x3D == 0x08 {
        try assertTunnel(.vxlanGPE, 4_790, header, frame, ethernet: 14, "flags \(flags)")
      }
    }
  }

  // MARK: GUE and FOU

  func testVariantsOfGUE() throws {
    for words in 0...31 as ClosedRange<UInt8> {
      let data = [UInt8](repeating: 0xFF, count: Int(words) * 4)
      try assertTunnel(.gue, 6_080, [words, 4, 0, 0] + data, inner4, "\(words) words")
      try assertTunnel(.gue, 6_080, [words, 41, 0, 0] + data, inner6, "\(words) words")
    }
    try assertTunnel(.gue, 6_080, [], inner4)
    try assertTunnel(.gue, 6_080, [], inner6)
  }

  /// Control messages, flags, other protocols and other variants are not looked into.
  func testOtherGUEPackets() throws {
    for header in [
      [0x20, 4, 0, 0], [0, 4, 0x80, 0], [0, 4, 0, 1], [0, 6, 0, 0], [0, 17, 0, 0], [0, 47, 0, 0],
      [0, 59, 0, 0], [0x80, 4, 0, 0], [0xC0, 4, 0, 0], [31, 4, 0, 0], [0, 41, 0, 0],
    ] as [[UInt8]] {
      try assertPayload(6_080, header + inner4, "\(header)")
    }
  }

  func testFOU() throws {
    try assertTunnel(.fou, 5_555, [], inner4)
    try assertTunnel(.fou, 5_555, [], inner6)
  }

  /// Without a header, a packet is one if its length is that of the datagram, or left to the NIC.
  func testLengthsOfDirectPackets() throws {
    let segment = Wire.tcp([1, 2, 3])
    for port in [5_555, 6_080] {
      try assertTunnel(
        port == 5_555 ? .fou : .gue, port, [], Wire.ipv4(6, segment, length: 0), "open")
      try assertPayload(port, inner4 + [0], "one octet more")
      try assertPayload(port, Wire.ipv4(6, segment, length: 44), "one octet less")
      try assertPayload(port, Wire.ipv4(6, segment, length: 19), "no length of a packet")
      try assertPayload(port, [0x55] + inner4.dropFirst(), "version 5")
      try assertPayload(port, [0x44] + inner4.dropFirst(), "header length of 16")
      try assertPayload(port, [], "nothing")
    }
  }

  // MARK: GTP-U

  /// A G-PDU; `rest` is what follows the first eight octets.
  private func gtp(
    _ rest: [UInt8], flags: UInt8 = 0x30, type: UInt8 = 255, length: Int? = nil
  ) -> [UInt8] {
    [flags, type] + word(length ?? rest.count) + hex("0A0B0C0D") + rest
  }

  private func assertGTP(
    _ flags: UInt8, _ optional: [UInt8], _ inside: [UInt8], line: UInt = #line
  ) throws {
    let packet = gtp(optional + inside, flags: flags)
    try assertTunnel(
      .gtpU, 2_152, Array(packet.prefix(8 + optional.count)), inside, "\(flags)", line: line)
  }

  func testFlagsOfGTPU() throws {
    try assertGTP(0x30, [], inner4)
    try assertGTP(0x30, [], inner6)
    try assertGTP(0x38, [], inner4)
    for flags in 1...7 as ClosedRange<UInt8> {
      try assertGTP(0x30 + flags, [1, 2, 3, 0], inner4)
      // Without E the type of an extension header has no meaning.
      if flags & 4 == 0 { try assertGTP(0x30 + flags, [1, 2, 3, 0x85], inner4) }
    }
  }

  /// TS 29.281, section 5.2.1: a length in words, contents, and the type of the next header.
  func testExtensionHeadersOfGTPU() throws {
    let container: [UInt8] = [0x85, 1, 0x10, 9]
    try assertGTP(0x34, [0, 0, 0] + container + [0], inner4)
    try assertGTP(0x36, [0, 7, 0, 0x85, 1, 0x10, 9, 0xC0, 2] + zeros(6) + [0], inner6)
    try assertPayload(2_152, gtp([0, 0, 0, 0x85, 0, 0x10, 9, 0] + inner4, flags: 0x34), "length 0")
    try assertPayload(
      2_152, gtp([0, 0, 0, 0x85, 200] + zeros(40), flags: 0x34), "ends in an extension")
    try assertPayload(2_152, gtp([0, 0, 0, 0x85], flags: 0x34), "ends before an extension")
    try assertPayload(2_152, gtp([0, 0], flags: 0x32), "ends in the optional fields")
  }

  func testOtherMessagesOfGTP() throws {
    for type in [1, 2, 26, 31, 254] as [UInt8] {
      try assertPayload(2_152, gtp(inner4, type: type), "type \(type)")
    }
    for flags in [0x20, 0x10, 0x50, 0x00, 0xF0] as [UInt8] {
      try assertPayload(2_152, gtp(inner4, flags: flags), "flags \(flags)")
    }
    try assertPayload(2_152, gtp(Wire.ethernet(0x0800) + inner4), "an Ethernet frame")
    try assertPayload(2_152, gtp([]), "nothing")
  }

  /// The length of GTP-U must be that of what is around it or in it, or 0.
  func testLengthsOfGTPU() throws {
    let rows: [(length: Int, isTunnel: Bool)] = [
      (43, true), (0, true), (42, false), (44, false), (65_535, false), (1, false),
    ]
    for row in rows {
      let packet = gtp(inner4, length: row.length)
      XCTAssertEqual(
        try layout(2_152, packet).tunnel?.kind, row.isTunnel ? .gtpU : nil, "\(row.length)")
    }
    // Padding between the packets: either length will do.
    for length in [43, 45] {
      let packet = gtp(inner4 + [0, 0], length: length)
      XCTAssertEqual(try layout(2_152, packet).tunnel?.kind, .gtpU, "\(length)")
    }
  }

  // MARK: All of them

  func testGarbage() throws {
    var random = SeededGenerator.fromEnvironment()
    for port in [4_790, 6_080, 5_555, 2_152] {
      try assertPayload(port, [UInt8](repeating: 0xFF, count: 100), "ones")
      try assertPayload(port, zeros(100), "zeros")
      for _ in 0..<500 {
        try assertPayload(port, random.octets(random.below(90)), "seed \(random.seed)")
      }
    }
  }

  func testPorts() throws {
    let known = TunnelRecognition.wellKnown
    XCTAssertEqual(
      [known.vxlanGPEPorts, known.guePorts, known.fouPorts, known.gtpUPorts].map(\.array),
      [[4_790], [6_080], [5_555], [2_152]])
    let frame = overUDP(7_000, inner4)
    XCTAssertNil(try reading(frame, tunnels: .wellKnown).get().tunnel)
    var tunnels = TunnelRecognition()
    tunnels.fouPorts.insert(7_000)
    XCTAssertEqual(try reading(frame, tunnels: tunnels).get().tunnel?.kind, .fou)
    // The first set in the order of the properties counts.
    tunnels.guePorts = [7_000]
    XCTAssertEqual(try reading(frame, tunnels: tunnels).get().tunnel?.kind, .gue)
    tunnels.guePorts = []
    tunnels.fouPorts = [7_001]
    XCTAssertNil(try reading(frame, tunnels: tunnels).get().tunnel)
  }
}
