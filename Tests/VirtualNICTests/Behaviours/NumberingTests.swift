import GsoEngine
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Behaviour 28: sequence numbers and identifications, and where they begin again.
final class NumberingTests: XCTestCase {
  func testBehaviour28SequenceNumbersWrap() throws {
    let nics = try TwoPaths()
    let bases: [UInt32] = [
      0, 1, 0x7FFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFE, 0 &- 1_000, 0 &- 1_001, 0 &- 999, 0 &- 3_000,
    ]
    for network in [Network.ipv4(), .ipv6()] {
      for base in bases {
        let recipe = FrameRecipe(
          network: network, transport: .tcp(TCPRecipe { $0.sequenceNumber = base }),
          payload: Payload(seed: 28, count: 4_500), checksum: .pseudoHeaderWithoutLength)
        let frames = nics.assertCut(recipe, segmentSize: 1_000, "from \(base)")
        let at = recipe.layout.transportOffset + 4
        let found = frames.map { $0.word(at) << 16 | $0.word(at + 2) }
        let expected = (0..<5).map { (Int(base) + 1_000 * $0) % 0x1_0000_0000 }
        XCTAssertEqual(found, expected, "from \(base)")
      }
    }
  }

  private struct Range {
    let name: String
    let rules: SegmentationRules
    let transport: Transport
    let modulus: Int
    let line: UInt

    init(
      _ name: String, _ rules: SegmentationRules, _ transport: Transport, modulus: Int,
      line: UInt = #line
    ) {
      (self.name, self.rules, self.transport) = (name, rules, transport)
      (self.modulus, self.line) = (modulus, line)
    }
  }

  private let ranges = [
    Range("Linux, TCP", .linux, .tcp(), modulus: 0x1_0000),
    Range("Linux, UDP", .linux, .udp(), modulus: 0x1_0000),
    // LSO has half of the numbers; the other half once belonged to offloaded connections.
    Range("LSO", .ndis, .tcp(), modulus: 0x8000),
    Range("USO", .ndis, .udp(), modulus: 0x1_0000),
  ]

  func testBehaviour28IdentificationsWrap() throws {
    for range in ranges {
      let nics = try TwoPaths(rules: range.rules)
      for base in [0, 0x1234, 0x7FFD, 0x7FFE, 0x7FFF, 0x8000, 0xFFFD, 0xFFFE, 0xFFFF] {
        let network = Network.ipv4(IPv4Recipe { $0.identification = UInt16(base) })
        let recipe = FrameRecipe(
          network: network, transport: range.transport, payload: Payload(seed: 2, count: 400),
          checksum: .pseudoHeaderWithoutLength)
        let sent = nics.send(recipe.build(), segmentSize: 100, line: range.line)
        let found = sent.frames.map { $0.word(18) }
        // A number of the other half goes on in this one.
        let expected = (0..<4).map { (base + $0) % range.modulus }
        XCTAssertEqual(found, expected, "\(range.name) from \(base)", line: range.line)
        XCTAssertEqual(sent.frames.flatMap { frameFaults($0) }, [], range.name, line: range.line)
      }
    }
  }

  /// The series that Microsoft's pages print.
  func testBehaviour28TheSeriesOfTheDocumentation() throws {
    let rows: [(NdisOffloadRecord.Kind, Transport, UInt16, [Int], UInt)] = [
      (.largeSendV2(.ipv4), .tcp(), 0x7FFE, [0x7FFE, 0x7FFF, 0, 1], #line),
      (.largeSendV1, .tcp(), 0x7FFE, [0x7FFE, 0x7FFF, 0, 1], #line),
      (.udpSegmentation(.ipv4), .udp(), 0xFFFE, [0xFFFE, 0xFFFF, 0, 1], #line),
    ]
    for (kind, transport, base, expected, line) in rows {
      let recipe = FrameRecipe(
        network: .ipv4(IPv4Recipe { $0.identification = base }), transport: transport,
        payload: Payload(seed: 2, count: 400))
      let frame = recipe.build()
      let record = NdisOffloadRecord(kind, maximumSegmentSize: 100, headerOffset: 34)
      let frames = try SegmentationPlan(of: frame, describedBy: record).frames(of: frame)
      XCTAssertEqual(frames.map { $0.word(18) }, expected, line: line)
    }
  }

  /// Thousands of segments go round more than once.
  func testBehaviour28MoreSegmentsThanIdentifications() throws {
    let nics = try TwoPaths(rules: .ndis)
    let recipe = FrameRecipe(
      network: .ipv4(IPv4Recipe { $0.identification = 0x7FF0 }),
      payload: Payload(.repeated(7), count: 33_000), checksum: .pseudoHeaderWithoutLength)
    let sent = nics.send(recipe.build(), segmentSize: 1)
    XCTAssertEqual(sent.frames.count, 33_000)
    let wrong = sent.frames.indices.first { sent.frames[$0].word(18) != (0x7FF0 + $0) % 0x8000 }
    XCTAssertNil(wrong)
  }
}
