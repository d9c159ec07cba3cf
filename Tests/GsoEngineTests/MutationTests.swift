import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Damaged frames with damaged metadata: a typed error, or a result that is sound.
final class MutationTests: XCTestCase {
  private static let profile = RecipeProfile {
    // Address families of BSD loopback are read more liberally by the engine than by the reference.
    $0.links = [.ethernet, .rawIP, .linuxCooked1, .linuxCooked2]
    ($0.usualPayload, $0.largeOneIn, $0.mostSegments) = (300, 100_000, 16)
  }

  func testFramesWithVirtioHeaders() throws {
    let start = SeededGenerator.fromEnvironment()
    var generator = RecipeGenerator(start, profile: Self.profile)
    var accepted = 0
    for number in 0..<50_000 {
      let (recipe, size) = generator.next()
      let whole = recipe.build()
      let frame = generator.random.oneIn(8) ? whole : generator.random.damage(whole)
      var header = VirtioNetHeader(for: recipe, gsoSize: size)
      if generator.random.oneIn(4) { generator.random.damage(&header) }
      let kind = recipe.link.kind
      guard let action = try action(frame, header, kind) else { continue }
      accepted += 1
      if let fault = try fault(of: action, frame, header, kind) {
        return XCTFail("seed \(start.seed), frame \(number), \(header): \(fault)\n\(frame)")
      }
    }
    XCTAssertGreaterThan(accepted, 10_000, "too few frames came through to mean anything")
  }

  private func action(
    _ frame: [UInt8], _ header: VirtioNetHeader, _ kind: LinkKind
  ) throws -> OffloadAction? {
    do {
      return try OffloadAction(on: frame, describedBy: header, link: kind.layer)
    } catch {
      XCTAssertFalse(error.description.isEmpty)
      return nil
    }
  }

  private func fault(
    of action: OffloadAction, _ frame: [UInt8], _ header: VirtioNetHeader, _ kind: LinkKind
  ) throws -> String? {
    let frames = try action.frames(of: frame)
    if case .unmodified = action { return frames == [frame] ? nil : "changed an unmodified frame" }
    if case .checksum(let completion) = action {
      var expected = frame
      let at = completion.start + completion.offset
      expected.replaceSubrange(at..<(at + 2), with: frames[0][at..<(at + 2)])
      return frames == [expected] ? nil : "changed more than the checksum"
    }
    guard case .segmentation(let plan) = action else { return nil }
    return Self.fault(of: plan, frame, frames, kind)
  }

  func testFramesInTunnels() throws {
    var profile = Self.profile
    profile.allowsTunnels = true
    let start = SeededGenerator.fromEnvironment()
    var generator = RecipeGenerator(start, profile: profile)
    var accepted = 0
    for number in 0..<20_000 {
      let (recipe, size) = generator.next()
      let frame = generator.random.damage(recipe.build())
      let kind = recipe.outerLink.kind
      let plan: SegmentationPlan
      do {
        plan = try SegmentationPlan(
          of: frame, link: kind.layer, tunnels: .wellKnown, request: .init(segmentSize: size))
      } catch {
        continue
      }
      accepted += 1
      let frames = try plan.frames(of: frame)
      if let fault = Self.fault(of: plan, frame, frames, kind) {
        return XCTFail("seed \(start.seed), frame \(number), size \(size): \(fault)\n\(frame)")
      }
    }
    XCTAssertGreaterThan(accepted, 5_000, "too few frames came through to mean anything")
  }

  /// Lengths and checksums of all segments; and what has too little room leaves no trace.
  private static func fault(
    of plan: SegmentationPlan, _ frame: [UInt8], _ frames: [[UInt8]], _ kind: LinkKind
  ) -> String? {
    guard frames.count == plan.count else { return "\(frames.count) frames" }
    for (index, segment) in frames.enumerated() {
      let complaints = frameFaults(segment, link: kind, udpTunnels: plan.layout.tunnel != nil)
      if let complaint = complaints.first { return "segment \(index): \(complaint)" }
    }
    let payload = frames.flatMap { $0[plan.headerLength...] }
    guard payload == Array(frame[plan.payloadRange]) else { return "payload" }
    let short = written(plan.totalFrameLength - 1) { (output) throws(SegmentationError) in
      try plan.render(frame.octets, into: &output)
    }
    return short.error != nil && short.octets.isUnwritten ? nil : "a partial result"
  }
}

extension SeededGenerator {
  /// Some octets changed, taken away or added, mostly among the headers.
  mutating func damage(_ frame: [UInt8]) -> [UInt8] {
    var frame = frame
    for _ in 0..<within(1...3) {
      switch below(8) {
      case 0: frame.removeLast(below(frame.count + 1))
      case 1: frame += octets(within(1...40))
      case 2 where frame.count > 2:
        let values = [0, 1, 8, 20, 40, 60, frame.count, 0x7FFF, 0xFFFF]
        frame.setWord(pick(values), below(min(100, frame.count - 1)))
      case 3 where !frame.isEmpty: frame[below(frame.count)] = integer()
      default:
        guard !frame.isEmpty else { continue }
        frame[below(min(100, frame.count))] ^= 1 << UInt8(below(8))
      }
    }
    return frame
  }

  /// Some fields replaced by something likely or by anything.
  mutating func damage(_ header: inout VirtioNetHeader) {
    let likely: [UInt16] = [0, 1, 6, 14, 16, 34, 54, 66, 1_448, 0xFFFE, 0xFFFF]
    for _ in 0..<within(1...2) {
      let value: UInt16 = oneIn(2) ? integer() : pick(likely)
      switch below(6) {
      case 0: header.flags = .init(rawValue: oneIn(2) ? UInt8(below(16)) : integer())
      case 1:
        header.gsoType = .init(rawValue: oneIn(2) ? pick([0, 1, 4, 5, 0x81, 0x21]) : integer())
      case 2: header.headerLength = value
      case 3: header.gsoSize = value
      case 4: header.checksumStart = value
      default: header.checksumOffset = value
      }
    }
  }
}
