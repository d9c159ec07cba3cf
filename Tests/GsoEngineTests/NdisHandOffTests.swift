import FrameRecipes
import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Frames as NDIS hands them over: their fields, their records, and the same segments afterwards.
final class NdisHandOffTests: XCTestCase {
  private func plan(
    _ frame: [UInt8], _ size: Int = 1_000, rules: SegmentationRules = .linux
  ) throws -> SegmentationPlan {
    try SegmentationPlan(of: frame, request: .init(segmentSize: size, rules: rules))
  }

  private func field(_ frame: [UInt8], _ offset: Int) -> Int {
    Int(frame[offset]) << 8 | Int(frame[offset + 1])
  }

  /// Fields and record of each form: LSO version 1 and 2, and USO.
  func testEveryForm() throws {
    typealias Row = (
      FrameRecipe.Network, FrameRecipe.Transport, NdisHandOff.Lengths, NdisOffloadRecord.Kind,
      length: Int, UInt
    )
    let rows: [Row] = [
      (.ipv4(), .tcp(), .exact, .largeSendV1, 20 + 20 + 3_000, #line),
      (.ipv4(), .tcp(), .zero, .largeSendV2(.ipv4), 0, #line),
      (.ipv6(), .tcp(), .exact, .largeSendV2(.ipv6), 20 + 3_000, #line),
      (.ipv6(), .tcp(), .zero, .largeSendV2(.ipv6), 0, #line),
      (.ipv4(), .udp(), .exact, .udpSegmentation(.ipv4), 20 + 8 + 3_000, #line),
      (.ipv4(), .udp(), .zero, .udpSegmentation(.ipv4), 0, #line),
      (.ipv6(), .udp(), .exact, .udpSegmentation(.ipv6), 8 + 3_000, #line),
      (.ipv6(), .udp(), .zero, .udpSegmentation(.ipv6), 0, #line),
    ]
    for (network, transport, lengths, kind, length, line) in rows {
      let recipe = FrameRecipe(
        network: network, transport: transport, payload: .random(seed: 4, count: 3_000),
        checksum: .value(0xBEEF))
      let frame = recipe.build()
      let handOff = try NdisHandOff(frame, segmentedAs: plan(frame), lengths: lengths)
      let isIPv4 = frame[12] == 8
      XCTAssertEqual(handOff.record.kind, kind, line: line)
      XCTAssertEqual(handOff.record.maximumSegmentSize, 1_000, line: line)
      XCTAssertEqual(handOff.record.headerOffset, isIPv4 ? 34 : 54, line: line)
      XCTAssertEqual(
        field(handOff.frame, isIPv4 ? 16 : 18), length, "ip.length", line: line)
      if isIPv4 { XCTAssertEqual(field(handOff.frame, 24), 0, "ipv4.headerChecksum", line: line) }
      // The sum of addresses and protocol, written again without the product.
      let (from, until) = isIPv4 ? (26, 34) : (22, 54)
      var sum = frame[isIPv4 ? 23 : 20] == 6 ? 6 : 17
      for offset in stride(from: from, to: until, by: 2) { sum += field(frame, offset) }
      while sum > 0xFFFF { sum = (sum & 0xFFFF) + sum >> 16 }
      let checksum = until + (transport == .udp() ? 6 : 16)
      XCTAssertEqual(field(handOff.frame, checksum), sum, "transport.checksum", line: line)
      // Nothing else has changed, and a miniport makes the same segments of it.
      var restored = handOff.frame
      for range in [
        isIPv4 ? 16..<18 : 18..<20, isIPv4 ? 24..<26 : 18..<20, checksum..<checksum + 2,
      ] {
        restored.replaceSubrange(range, with: frame[range])
      }
      XCTAssertEqual(restored, frame, line: line)
      let again = try SegmentationPlan(
        of: handOff.frame, describedBy: handOff.record, rules: .linux)
      XCTAssertEqual(try again.frames(of: handOff.frame), try plan(frame).frames(of: frame))
    }
  }

  /// Without a length, a trailer cannot be told from payload: it is cut off.
  func testTrailersAndLargeFrames() throws {
    var recipe = FrameRecipe(payload: .random(seed: 4, count: 3_000))
    recipe.trailerCount = 5
    let frame = recipe.build()
    let expected = try plan(frame).frames(of: frame)
    for lengths in NdisHandOff.Lengths.allCases {
      let handOff = try NdisHandOff(frame, segmentedAs: plan(frame), lengths: lengths)
      XCTAssertEqual(handOff.frame.count, frame.count - (lengths == .zero ? 5 : 0))
      XCTAssertEqual(try plan(handOff.frame).frames(of: handOff.frame), expected)
    }
    // A packet that no field can say the length of.
    let large = FrameRecipe(payload: .random(seed: 4, count: 70_000)).build()
    let handOff = try NdisHandOff(large, segmentedAs: plan(large))
    XCTAssertEqual(field(handOff.frame, 16), 0)
    XCTAssertEqual(
      try plan(handOff.frame).frames(of: handOff.frame), try plan(large).frames(of: large))
  }

  /// Checksums that the rules copy, and datagrams without one, stay.
  func testWhatIsNotComputedStays() throws {
    var rules = SegmentationRules.linux
    (rules.ipv4HeaderChecksum, rules.transportChecksum) = (.copied, .copied)
    let frame = FrameRecipe(
      payload: .random(seed: 4, count: 3_000), checksum: .value(0xBEEF)
    ).build()
    XCTAssertEqual(
      try NdisHandOff(frame, segmentedAs: plan(frame, rules: rules)).frame, frame)
    let datagram = FrameRecipe(
      transport: .udp(), payload: .random(seed: 4, count: 3_000), checksum: .zero
    ).build()
    let kept = try NdisHandOff(datagram, segmentedAs: plan(datagram, rules: .ndis))
    XCTAssertEqual(field(kept.frame, 40), 0)
    let computed = try NdisHandOff(datagram, segmentedAs: plan(datagram))
    XCTAssertNotEqual(field(computed.frame, 40), 0)
  }

  /// A payload on the port of a tunnel whose lengths do not agree with the packet is a payload,
  /// also when the packet leaves its length to the NIC.
  func testPayloadsThatLookLikeTunnels() throws {
    let inside: [UInt8] = [0x60, 0, 0, 0, 0x90, 0x06, 4, 64] + [UInt8](repeating: 0, count: 32)
    let unsaid: [UInt8] = [0x45, 0, 0, 0, 0, 0, 0, 0, 64, 6] + [UInt8](repeating: 0, count: 10)
    let rows: [(port: UInt16, payload: [UInt8])] = [
      (5_555, inside), (6_080, inside), (2_152, [0x30, 255, 0xFF, 0x00, 0, 0, 0, 1] + unsaid),
    ]
    for (port, start) in rows {
      let end = start + [UInt8](repeating: 0x55, count: 3_000 - start.count)
      let frame = FrameRecipe(
        transport: .udp(to: port), payload: .octets(end)
      ).build()
      let plan = try plan(frame)
      XCTAssertNil(plan.layout.tunnel, "port \(port)")
      for lengths in NdisHandOff.Lengths.allCases {
        let handOff = try NdisHandOff(frame, segmentedAs: plan, lengths: lengths)
        let again = try SegmentationPlan(
          of: handOff.frame, describedBy: handOff.record, rules: .linux)
        XCTAssertEqual(
          try again.frames(of: handOff.frame), try plan.frames(of: frame),
          "port \(port), lengths \(lengths)")
      }
    }
  }

  func testRefusals() throws {
    var tunnelled = FrameRecipe(payload: .random(seed: 4, count: 3_000))
    tunnelled.encapsulation = FrameRecipe.Encapsulation(.gre())
    let tunnel = tunnelled.build()
    XCTAssertThrowsError(try NdisHandOff(tunnel, segmentedAs: plan(tunnel))) {
      XCTAssertEqual("\($0)", "an NDIS record cannot describe a packet in a tunnel")
    }
    var ipv6 = FrameRecipe.IPv6()
    ipv6.extensions = [.hopByHop([UInt8](repeating: 0, count: 200 * 8 - 2))]
    let long = FrameRecipe(
      network: .ipv6(ipv6), payload: .random(seed: 4, count: 3_000)
    ).build()
    XCTAssertThrowsError(try NdisHandOff(long, segmentedAs: plan(long))) {
      XCTAssertEqual(
        "\($0)", "the header offset is 1023, the transport header starts at octet 1654")
    }
    let frame = FrameRecipe(payload: .random(seed: 4, count: 3_000)).build()
    XCTAssertThrowsError(try NdisHandOff(frame + [0], segmentedAs: plan(frame))) {
      XCTAssertEqual(
        $0 as? SegmentationError,
        .frameLengthChanged(planned: frame.count, given: frame.count + 1))
    }
  }

  /// Random frames: the segments of a frame that was handed over are those of the frame.
  func testRandomFrames() throws {
    let seed = SeededGenerator.fromEnvironment(0x4D15)
    var profile = RecipeProfile()
    (profile.links, profile.usualPayload) = ([.ethernet], 2_500)
    var generator = RecipeGenerator(seed, profile: profile)
    var count = 0
    for _ in 0..<1_500 {
      let (recipe, size) = generator.next()
      let frame = recipe.build()
      guard let plan = try? plan(frame, size), (plan.layout.transport?.offset ?? 0) <= 1_023 else {
        continue
      }
      let expected = try plan.frames(of: frame)
      for lengths in NdisHandOff.Lengths.allCases {
        let handOff = try NdisHandOff(frame, segmentedAs: plan, lengths: lengths)
        let again = try SegmentationPlan(
          of: handOff.frame, describedBy: handOff.record, rules: .linux)
        guard try again.frames(of: handOff.frame) == expected else {
          return XCTFail("seed \(seed.seed), \(lengths): \(recipe.swiftLiteral)")
        }
      }
      count += 1
    }
    XCTAssertGreaterThan(count, 1_000)
  }
}
