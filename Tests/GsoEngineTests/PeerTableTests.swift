import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Tables of expectations from other segmenters, with their numbers.
final class PeerTableTests: XCTestCase {
  private struct Row {
    let payload: Int
    let size: Int
    /// Payload of each segment; nil for a refusal.
    let expected: [Int]?
    let line: UInt

    init(_ payload: Int, _ size: Int, _ expected: [Int]?, line: UInt = #line) {
      (self.payload, self.size, self.expected, self.line) = (payload, size, expected, line)
    }
  }

  private func many(_ size: Int, _ count: Int) -> [Int] { .init(repeating: size, count: count) }

  private func check(
    _ rows: [Row], _ network: Network, _ transport: Transport = .udp()
  ) {
    for row in rows {
      let recipe = FrameRecipe(
        network: network, transport: transport, payload: Payload(count: row.payload))
      let segmented = try? Segmented(recipe, row.size)
      let found = segmented.map { segmented in
        segmented.frames.map { $0.count - segmented.plan.headerLength }
      }
      XCTAssertEqual(found, row.expected, "\(row.payload) by \(row.size)", line: row.line)
      XCTAssertNil(segmented?.fault(row.size), line: row.line)
    }
  }

  /// Linux, udpgso.c: an MTU of 1500, IPv4.
  func testLinuxDatagramsOverIPv4() {
    check(
      [
        Row(1_472, 1_472, [1_472]), Row(1_473, 1_472, [1_472, 1]),
        Row(2_944, 1_472, many(1_472, 2)), Row(2_945, 1_472, many(1_472, 2) + [1]),
        Row(64_768, 1_472, many(1_472, 44)), Row(65_507, 1_472, many(1_472, 44) + [739]),
        Row(1, 1, [1]), Row(2, 1, [1, 1]), Row(5, 2, [2, 2, 1]), Row(128, 1, many(1, 128)),
        Row(129, 1, nil),
      ], .ipv4())
  }

  /// Linux, udpgso.c: the same over IPv6.
  func testLinuxDatagramsOverIPv6() {
    check(
      [
        Row(1_452, 1_452, [1_452]), Row(1_453, 1_452, [1_452, 1]),
        Row(2_904, 1_452, many(1_452, 2)), Row(2_905, 1_452, many(1_452, 2) + [1]),
        Row(65_340, 1_452, many(1_452, 45)), Row(65_527, 1_452, many(1_452, 45) + [187]),
        Row(1, 1, [1]), Row(2, 1, [1, 1]), Row(5, 2, [2, 2, 1]), Row(128, 1, many(1, 128)),
        Row(129, 1, nil),
      ], .ipv6())
    check([Row(2, 1, [1, 1])], .ipv6(IPv6Recipe { $0.extensions = [.hopByHop([5, 2, 0, 0])] }))
  }

  /// Linux, net_test.c: an MSS of 1000.
  func testLinuxSegments() {
    let rows = [
      Row(1_000, 1_000, [1_000]), Row(2_001, 1_000, [1_000, 1_000, 1]),
      Row(2_002, 1_000, [1_000, 1_000, 2]), Row(3_003, 1_000, many(1_000, 3) + [3]),
    ]
    check(rows, .ipv4(), .tcp())
    check(rows, .ipv6(), .tcp())
  }

  /// Linux, uso.py, and NDIS: an MSS of 1400.
  func testHardwareDatagrams() {
    let rows = [
      Row(14_500, 1_400, many(1_400, 10) + [500]), Row(7_000, 1_400, many(1_400, 5)),
    ]
    check(rows, .ipv4())
    check(rows, .ipv6())
  }

  /// wireguard-go, reading: lengths of whole IP packets.
  func testWireguardReads() throws {
    let rows: [(network: Network, transport: Transport, lengths: [Int], line: UInt)] = [
      (.ipv4(), .tcp(), [140, 140], #line), (.ipv6(), .tcp(), [160, 160], #line),
      (.ipv4(), .udp(), [128, 128], #line), (.ipv6(), .udp(), [148, 148], #line),
    ]
    for row in rows {
      let recipe = FrameRecipe(
        link: Link(.rawIP), network: row.network, transport: row.transport,
        payload: Payload(count: 200), checksum: .pseudoHeaderWithLength)
      let header = VirtioNetHeader(for: recipe, gsoSize: 100)
      let action = try OffloadAction(on: recipe.build(), describedBy: header, link: .rawIP)
      let frames = try action.frames(of: recipe.build())
      XCTAssertEqual(frames.map(\.count), row.lengths, line: row.line)
      XCTAssertEqual(frames.flatMap { frameFaults($0, link: .rawIP) }, [], line: row.line)
    }
  }

  /// tailscale: room for all or for nothing, where others leave the first segments after.
  func testCapacity() throws {
    let rows: [(payload: Int, room: Int, slots: Int, error: SegmentationError?, line: UInt)] = [
      (300, 384, 3, nil, #line), (250, 334, 3, nil, #line),
      (250, 333, 3, .outputTooSmall(needed: 334, available: 333), #line),
      (300, 384, 2, .tooFewSlots(needed: 3, available: 2), #line),
      (300, 0, 3, .outputTooSmall(needed: 384, available: 0), #line),
    ]
    for row in rows {
      let recipe = FrameRecipe(
        link: Link(.rawIP), transport: .udp(), payload: Payload(count: row.payload))
      let frame = recipe.build()
      let plan = try SegmentationPlan(of: frame, link: .rawIP, request: .init(segmentSize: 100))
      var arena = try SegmentArena(byteCount: row.room, slotCount: row.slots)
      XCTAssertEqual(refusal { try plan.render(frame, into: &arena) }, row.error, line: row.line)
      XCTAssertEqual(arena.count, row.error == nil ? 3 : 0)
      XCTAssertEqual(arena.usedByteCount, row.error == nil ? row.room : 0)
      let headers = row.room / 12
      let short = written(headers) { (output) throws(SegmentationError) in
        try plan.renderHeaders(frame.octets, into: &output)
      }
      XCTAssertEqual(
        short.error, headers < 84 ? .outputTooSmall(needed: 84, available: headers) : nil)
      XCTAssertEqual(short.octets.isUnwritten, short.error != nil)
    }
  }

  /// Every amount of room below what is needed leaves the output as it was.
  func testEveryShortOutput() throws {
    let frame = FrameRecipe(payload: Payload(count: 50)).build()
    let plan = try SegmentationPlan(of: frame, request: .init(segmentSize: 20))
    for room in 0...plan.totalFrameLength {
      let (octets, error) = written(room) { (output) throws(SegmentationError) in
        try plan.render(frame.octets, into: &output)
      }
      XCTAssertEqual(
        error,
        room < plan.totalFrameLength
          ? .outputTooSmall(needed: plan.totalFrameLength, available: room) : nil)
      XCTAssertEqual(octets.isUnwritten, error != nil)
    }
  }

  /// tailscale: a packet as long as can be, and the number of datagrams that come of it.
  func testMostDatagrams() throws {
    let recipe = FrameRecipe(
      link: Link(.rawIP), transport: .udp(), payload: Payload(count: 65_535 - 28))
    XCTAssertEqual(try Segmented(recipe, 512).plan.count, 128)
    XCTAssertEqual(
      refusal { try Segmented(recipe, 511) }, .tooManySegments(needed: 129, limit: 128))
  }

  /// Open vSwitch: frames of 2054 and 2074 octets by 500.
  func testOpenVSwitch() throws {
    for network in [Network.ipv4(IPv4Recipe { $0.identification = 0 }), .ipv6()] {
      let recipe = FrameRecipe(
        network: network,
        transport: .tcp(TCPRecipe { ($0.sequenceNumber, $0.flags) = (0, TCPFlag.ack) }),
        payload: Payload(.repeated(0), count: 2_000), checksum: .pseudoHeaderWithLength)
      XCTAssertEqual(recipe.build().count, network.isIPv6 ? 2_074 : 2_054)
      let segmented = try Segmented(recipe, 500)
      XCTAssertNil(segmented.fault(500))
      XCTAssertEqual(segmented.plan.map(\.sequenceNumber), [0, 500, 1_000, 1_500])
      XCTAssertEqual(segmented.plan.map(\.tcpFlags), .init(repeating: .ack, count: 4))
      XCTAssertEqual(
        segmented.plan.map(\.identification), network.isIPv6 ? [nil, nil, nil, nil] : [0, 1, 2, 3])
    }
    XCTAssertEqual(
      try Segmented(FrameRecipe(payload: Payload(count: 35_000)), 1_000).plan.count, 35)
  }

  /// aero: 3000 octets by 1000, with junk after the packet.
  func testAero() throws {
    for network in [Network.ipv4(IPv4Recipe { $0.identification = 0x1111 }), .ipv6()] {
      for (flags, expected) in [
        (0x18, [0x10, 0x10, 0x18]), (0x98, [0x90, 0x10, 0x18]),
      ] as [(UInt16, [UInt16])] {
        for junk in [0, 128] {
          let tcp = TCPRecipe {
            ($0.sequenceNumber, $0.flags) = (0x0102_0304, .init(rawValue: flags))
          }
          let recipe = FrameRecipe(
            network: network, transport: .tcp(tcp), payload: Payload(count: 3_000),
            trailerCount: junk)
          let segmented = try Segmented(recipe, 1_000)
          XCTAssertNil(segmented.fault(1_000))
          XCTAssertEqual(segmented.plan.map(\.tcpFlags.rawValue), expected)
          XCTAssertEqual(
            segmented.plan.map(\.sequenceNumber), [0x0102_0304, 0x0102_06EC, 0x0102_0AD4])
          guard !network.isIPv6 else { continue }
          XCTAssertEqual(segmented.plan.map(\.identification), [0x1111, 0x1112, 0x1113])
        }
      }
    }
  }

  /// OpenVMM: 70,000 octets say a length of 0, and come out like any others.
  func testOpenVMM() throws {
    for network in [Network.ipv4(), .ipv6()] {
      for link in [Link(), Link(tags: [.init()])] {
        for transport in [Transport.tcp(), .udp()] {
          let recipe = FrameRecipe(
            link: link, network: network, transport: transport, payload: Payload(count: 70_000))
          let segmented = try Segmented(recipe, 1_400)
          XCTAssertEqual(segmented.plan.count, 50)
          XCTAssertNil(segmented.fault(1_400))
        }
      }
    }
  }

  /// XDP for Windows: 100 octets by 1; all of FIN, PSH, ECE and CWR; options of every length.
  func testXDP() throws {
    for bits in UInt16(0)..<16 {
      let flags = (bits & 1) | (bits & 2) << 2 | (bits & 4) << 4 | (bits & 8) << 4 | 0x10
      for words in 0...10 {
        let tcp = TCPRecipe {
          $0.flags = .init(rawValue: flags)
          $0.options = Array(repeating: [1], count: 4 * words)
        }
        let recipe = FrameRecipe(transport: .tcp(tcp), payload: Payload(count: 100))
        let segmented = try Segmented(recipe, 1)
        XCTAssertEqual(segmented.plan.count, 100)
        XCTAssertNil(segmented.headerFault(1, .linux), "flags \(flags), \(words) words")
        XCTAssertNil(segmented.fault(1), "flags \(flags), \(words) words")
      }
    }
  }
}
