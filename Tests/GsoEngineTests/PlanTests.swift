import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// A plan tells what will be rendered, any part of it can be rendered alone, and on any thread.
final class PlanTests: XCTestCase {
  /// What a reader finds in the complete frames is what the plan said.
  func testPlanAgreesWithTheOctets() {
    for (count, profile) in [(5_004, RecipeProfile()), (3_004, .tunnels)] {
      forEachFrame(count, profile) { recipe, size, random in
        let segmented = try Segmented(recipe, size, .random(&random))
        for (index, octets) in segmented.frames.enumerated() {
          let segment = segmented.plan[index]
          let layout = try PacketLayout(
            parsing: octets, link: segmented.link.layer, tunnels: .wellKnown)
          guard segment.index == index, segment.isFirst == (index == 0),
            segment.isLast == (index == segmented.plan.count - 1)
          else { return "place of segment \(index)" }
          guard segment.frameLength == octets.count, segment.headerLength == layout.headerLength,
            octets[segment.headerLength...] == segmented.frame[segment.payloadRange]
          else { return "length or payload of segment \(index)" }
          if let text = try Self.fault(segment, octets, layout) { return "\(text) of \(index)" }
        }
        return nil
      }
    }
  }

  private static func fault(
    _ segment: Segment, _ frame: [UInt8], _ layout: PacketLayout
  ) throws -> String? {
    guard let network = layout.network, let transport = layout.transport else { return "layout" }
    guard network.length == .exact, network.end == frame.count else { return "IP length" }
    var identification: UInt16?
    if network.version == .ipv4 {
      let header = try IPv4Header(frame.octets, at: network.offset)
      guard header.hasValidChecksum else { return "IPv4 header checksum" }
      identification = header.identification
    }
    guard identification == segment.identification else { return "identification" }
    var outer: UInt16?
    if let tunnel = layout.tunnel, tunnel.network.version == .ipv4 {
      outer = try IPv4Header(frame.octets, at: tunnel.network.offset).identification
    }
    guard outer == segment.outerIdentification else { return "outer identification" }
    guard transport.kind == .tcp else {
      let header = try UDPHeader(frame.octets, at: transport.offset)
      guard Int(header.length) == frame.count - transport.offset else { return "UDP length" }
      return segment.sequenceNumber == nil && segment.tcpFlags == [] ? nil : "TCP fields"
    }
    let header = try TCPHeader(frame.octets, at: transport.offset)
    guard header.sequenceNumber == segment.sequenceNumber else { return "sequence number" }
    return header.flags == segment.tcpFlags ? nil : "flags"
  }

  func testAnyPartEqualsTheWhole() {
    forEachFrame(3_005, .tunnels) { recipe, size, random in
      let segmented = try Segmented(recipe, size, .random(&random))
      let plan = segmented.plan
      let first = random.below(plan.count + 1)
      let part = first..<(first + random.below(plan.count - first + 1))
      let whole = segmented.frames.flatMap { $0 }
      var at = 0
      for (index, frame) in segmented.frames.enumerated() {
        guard plan.outputRange(of: index) == at..<(at + frame.count) else { return "outputRange" }
        at += frame.count
      }
      guard plan.totalFrameLength == at else { return "totalFrameLength" }
      let range =
        part.isEmpty
        ? 0..<0
        : plan.outputRange(of: first).lowerBound..<plan.outputRange(of: part.last ?? 0).upperBound
      let rendered = written(range.count) { (output) throws(SegmentationError) in
        try plan.render(segmented.frame.octets, segments: part, into: &output)
      }
      guard rendered.error == nil, rendered.octets == whole.slice(range) else { return "\(part)" }
      let length = plan.headerLength
      let headers = written(part.count * length) { (output) throws(SegmentationError) in
        try plan.renderHeaders(segmented.frame.octets, segments: part, into: &output)
      }
      let expected = segmented.frames[part].flatMap { $0[..<length] }
      return headers.error == nil && headers.octets == expected ? nil : "headers of \(part)"
    }
  }

  /// Two threads share one plan, each with half of the segments.
  func testTwoThreads() async throws {
    var generator = RecipeGenerator(
      SeededGenerator.fromEnvironment(), profile: RecipeProfile { $0.largeOneIn = 2 })
    for _ in 0..<100 {
      let (recipe, size) = generator.next()
      let segmented = try Segmented(recipe, size)
      let (plan, frame) = (segmented.plan, segmented.frame)
      let middle = plan.count / 2
      @Sendable func render(_ part: Range<Int>) async throws -> [[UInt8]] {
        var arena = try SegmentArena(byteCount: plan.totalFrameLength, slotCount: plan.count)
        try plan.render(frame.octets, segments: part, into: &arena)
        return (0..<arena.count).map { arena.frame($0) }
      }
      async let front = render(0..<middle)
      async let back = render(middle..<plan.count)
      let both = try await front + back
      XCTAssertTrue(both == segmented.frames, recipe.swiftLiteral)
    }
  }

  /// Frames longer than 64 KiB say no length, and are segmented all the same.
  func testFramesBeyond64KiB() throws {
    for network in [Network.ipv4(), .ipv6()] {
      for count in [65_535, 65_536, 131_072, 1_048_575] {
        let recipe = FrameRecipe(
          network: network, payload: Payload(count: count), checksum: .pseudoHeaderWithoutLength)
        let segmented = try Segmented(recipe, 8_960)
        XCTAssertNil(segmented.fault(8_960), "\(count)")
        XCTAssertNil(segmented.headerFault(8_960, .linux), "\(count)")
      }
    }
  }
}
