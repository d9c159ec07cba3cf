import TestSupport
import VirtualNICTesting
import XCTest

/// The oracle itself, against octets worked out by hand and against what the kernel did.
final class TestSupportReferenceTests: XCTestCase {
  /// Seven octets of payload segmented by four, every octet worked out by hand.
  func testTwoSegmentsByHand() {
    let recipe = FrameRecipe(
      network: .ipv4(
        IPv4Recipe {
          $0.identification = 0xFFFF
          $0.source = [10, 0, 0, 1]
          $0.destination = [10, 0, 0, 2]
        }),
      transport: .tcp(
        TCPRecipe {
          $0.sourcePort = 0x1000
          $0.destinationPort = 0x0050
          $0.sequenceNumber = 0xFFFF_FFFE
          $0.acknowledgement = 1
          $0.flags = TCPFlag.ack | TCPFlag.psh | TCPFlag.cwr
          $0.window = 0x0200
        }),
      payload: Payload([1, 2, 3, 4, 5, 6, 7]), checksum: .pseudoHeader)
    // The input's checksum field, 1424, is the sum of the pseudo header.
    let ethernet = "020000000002 020000000001 0800"
    XCTAssertNil(
      firstDifference(
        expected: octets(
          ethernet + "4500 002f ffff 4000 4006 26c7 0a000001 0a000002"
            + "1000 0050 fffffffe 00000001 5098 0200 1424 0000 01020304050607"),
        actual: recipe.build()))
    XCTAssertNil(
      firstDifference(
        expected: [
          octets(
            ethernet + "4500 002c ffff 4000 4006 26ca 0a000001 0a000002"
              + "1000 0050 fffffffe 00000001 5090 0200 84f8 0000 01020304"),
          octets(
            ethernet + "4500 002b 0000 4000 4006 26cb 0a000001 0a000002"
              + "1000 0050 00000002 00000001 5018 0200 7d6e 0000 050607"),
        ],
        actual: referenceSegments(of: recipe, segmentSize: 4)))
  }

  private func octets(_ text: String) -> [UInt8] {
    let digits = Array(text.filter { $0 != " " })
    return stride(from: 0, to: digits.count, by: 2).map {
      UInt8(String(digits[$0...($0 + 1)]), radix: 16) ?? 0
    }
  }

  func testIdentificationRules() {
    let recipe = FrameRecipe(
      network: .ipv4(IPv4Recipe { $0.identification = 0xFFFE }), payload: Payload(count: 3))
    func run(_ rule: ReferenceRules.Identification) -> [UInt16?] {
      let options = ReferenceRules { $0.identification = rule }
      return referenceSegmentRecipes(of: recipe, segmentSize: 1, rules: options)
        .map { $0.network.ipv4?.identification }
    }
    XCTAssertEqual(run(.incrementing16), [0xFFFE, 0xFFFF, 0])
    XCTAssertEqual(run(.incrementing15), [0x7FFE, 0x7FFF, 0])
    XCTAssertEqual(run(.fixed), [0xFFFE, 0xFFFE, 0xFFFE])
  }

  func testFlagRules() {
    let all = TCPRecipe { $0.flags = 0xFFF }
    let recipe = FrameRecipe(transport: .tcp(all), payload: Payload(count: 3))
    func run(
      _ size: Int, _ rule: ReferenceRules.CongestionWindowReduced
    ) -> [FrameRecipe.TCPFlags?] {
      let options = ReferenceRules { $0.congestionWindowReduced = rule }
      return referenceSegmentRecipes(of: recipe, segmentSize: size, rules: options)
        .map { $0.transport.tcp?.flags }
    }
    XCTAssertEqual(run(1, .firstSegment), [0xFF6, 0xF76, 0xF7F])
    XCTAssertEqual(run(1, .everySegment), [0xFF6, 0xFF6, 0xFFF])
    XCTAssertEqual(run(3, .firstSegment), [0xFFF])
  }

  func testZeroChecksumRules() {
    var recipe = FrameRecipe(transport: .udp(), payload: Payload(count: 40), checksum: .zero)
    XCTAssertEqual(fields(recipe, 20), [.complete, .complete])
    XCTAssertEqual(fields(recipe, 20) { $0.zeroUDPChecksum = .copied }, [.zero, .zero])
    recipe.checksum = .value(7)
    XCTAssertEqual(fields(recipe, 20) { $0.zeroUDPChecksum = .copied }, [.complete, .complete])
    XCTAssertEqual(fields(recipe, 40) { $0.transportChecksum = .copied }, [.value(7)])
    XCTAssertEqual(
      fields(recipe, 40) { $0.transportChecksum = .pseudoHeader },
      [.pseudoHeader])
  }

  private func fields(
    _ recipe: FrameRecipe, _ size: Int, _ change: (inout ReferenceRules) -> Void = { _ in }
  ) -> [TransportChecksum] {
    referenceSegmentRecipes(of: recipe, segmentSize: size, rules: ReferenceRules(change))
      .map(\.checksum)
  }

  /// A sum of zero goes out as 0xFFFF in UDP always, in TCP only where Linux completes what a
  /// virtio-net header asks for.
  func testSumsOfZero() {
    let udp = FrameRecipe(transport: .udp(), payload: Payload([0, 0])).withZeroSum()
    XCTAssertEqual(udp.checksumField, 0xFFFF)
    let tcp = FrameRecipe(payload: Payload([0, 0])).withZeroSum()
    XCTAssertEqual(tcp.checksumField, 0)
    XCTAssertEqual(referenceSegmentRecipes(of: tcp, segmentSize: 9)[0].checksumField, 0)
    let options = ReferenceRules { $0.allOnesWhenSingle = true }
    XCTAssertEqual(
      referenceSegmentRecipes(of: tcp, segmentSize: 9, rules: options)[0].checksumField, 0xFFFF)
    XCTAssertEqual(frameFaults(udp.build()) + frameFaults(tcp.build()), [])
    let long = FrameRecipe(payload: Payload(count: 900)).withZeroSum(inSegment: 2, segmentSize: 400)
    XCTAssertEqual(
      referenceSegmentRecipes(of: long, segmentSize: 400).map { $0.checksumField == 0 },
      [false, false, true])
  }
}
