import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// The engine against the slow and obvious oracle, octet by octet, on frames drawn at random.
final class RandomFrameTests: XCTestCase {
  func testFramesWithoutTunnel() {
    forEachFrame(9_000, RecipeProfile()) { recipe, size, _ in
      try Self.difference(recipe, size, .linux)
    }
  }

  func testFramesInTunnels() {
    forEachFrame(5_000, RecipeProfile { ($0.allowsTunnels, $0.allowsInnerTrailers) = (true, true) })
    { recipe, size, _ in
      try Self.difference(recipe, size, .linux)
    }
  }

  func testEveryRule() {
    forEachFrame(4_000, RecipeProfile()) { recipe, size, random in
      try Self.difference(recipe, size, .random(&random))
    }
  }

  func testEveryRuleInTunnels() {
    forEachFrame(2_500, .tunnels) { recipe, size, random in
      try Self.difference(recipe, size, .random(&random))
    }
  }

  /// Sums that come to zero are one in 65,536 by chance; here they are made.
  func testSumsOfZero() {
    var profile = RecipeProfile()
    (profile.usualPayload, profile.largeOneIn) = (1_000, 100_000)
    forEachFrame(500, profile) { recipe, size, random in
      let count = max(1, (recipe.payload.count + size - 1) / size)
      let tuned = recipe.withZeroSum(inSegment: random.below(count), segmentSize: size)
      return try Self.difference(tuned, size, .linux)
    }
  }

  /// The first difference in any of the three forms of output; nil if there is none.
  private static func difference(
    _ recipe: FrameRecipe, _ size: Int, _ setting: Setting
  ) throws -> String? {
    let frame = recipe.build()
    let link = recipe.outerLink.kind
    let expected = setting.expected(recipe, segmentSize: size)
    let plan = try SegmentationPlan(
      of: frame, link: link.layer, tunnels: .wellKnown, request: setting.request(segmentSize: size))
    func compare(_ form: String, _ frames: [[UInt8]]) -> String? {
      if frames == expected { return nil }
      let text = firstDifference(expected: expected, actual: frames, link: link)
      return "\(form), \(setting): \(text?.description ?? "")"
    }
    if let text = compare("arrays", try plan.frames(of: frame)) { return text }
    if let text = compare("span", try inSpan(plan, frame)) { return text }
    if let text = compare("arena", try inArena(plan, frame)) { return text }
    return compare("headers", try asHeaders(plan, frame))
  }

  private static func inSpan(_ plan: SegmentationPlan, _ frame: [UInt8]) throws -> [[UInt8]] {
    let (octets, error) = written(plan.totalFrameLength + 8) {
      (output) throws(SegmentationError) in
      try plan.render(frame.octets, into: &output)
    }
    if let error { throw error }
    guard octets.suffix(8).allSatisfy({ $0 == 0xA5 }) else { return [] }
    return plan.indices.map { octets.slice(plan.outputRange(of: $0)) }
  }

  private static func inArena(_ plan: SegmentationPlan, _ frame: [UInt8]) throws -> [[UInt8]] {
    var arena = try SegmentArena(byteCount: plan.totalFrameLength, slotCount: plan.count)
    try plan.render(frame, into: &arena)
    return (0..<arena.count).map { arena.frame($0) }
  }

  private static func asHeaders(_ plan: SegmentationPlan, _ frame: [UInt8]) throws -> [[UInt8]] {
    var arena = try SegmentArena(byteCount: plan.count * plan.headerLength, slotCount: plan.count)
    try plan.renderHeaders(frame.octets, into: &arena)
    return (0..<arena.count).map { arena.frame($0) + frame[plan[$0].payloadRange] }
  }
}
