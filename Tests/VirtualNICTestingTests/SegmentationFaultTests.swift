import FrameRecipes
import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// `segmentationFaults`: silent about right segments by all rules, and named fields for wrong ones.
final class SegmentationFaultTests: XCTestCase {
  /// Random frames: 20,000 of them in release, fewer in debug; `VNIC_TEST_FRAMES` says how many.
  func testTheEngineHasNoFaultByAnyRules() throws {
    let count = frameCount(debug: 2_000, release: 20_000)
    let seed = SeededGenerator.fromEnvironment()
    var segmented = 0
    let deep = RecipeProfile {
      ($0.allowsTunnels, $0.allowsInnerTrailers) = (true, true)
    }
    for (share, profile) in [(count * 2 / 3, RecipeProfile()), (count / 3, deep)] {
      var generator = RecipeGenerator(seed, profile: profile)
      var random = seed
      for number in 0..<share {
        let (recipe, size) = generator.next()
        let frame = try recipe.octets
        let link = recipe.outerLink.kind
        let preset = random.pick(SegmentationRules.presets)
        let request = SegmentationRequest(segmentSize: size, rules: preset.rules)
        let frames: [[UInt8]]
        do {
          frames = try SegmentationPlan(
            of: frame, link: link.layer, tunnels: .wellKnown, request: request
          ).frames(of: frame)
          if frames.count > 1 { segmented += 1 }
        } catch { frames = [] }
        // Its own refusals the engine makes of single frames, too.
        if frames.isEmpty && recipe.payload.count <= size { continue }
        let found = segmentationFaults(
          frames, of: frame, segmentSize: size, rules: preset.rules, link: link)
        if !found.isEmpty {
          return XCTFail(
            """
            \(preset.name), seed \(seed.seed), frame \(number), segment size \(size): \
            \(found[0]), \(recipe.swiftLiteral)
            """)
        }
      }
    }
    XCTAssertGreaterThan(segmented, count / 3)
  }

  /// The kernel's own segments.
  func testTheKernelHasNoFault() throws {
    let corpus = try KernelCorpus()
    var compared = 0
    for item in corpus.cases where item.advisory == nil && item.wellformed {
      guard item.outcome == "segmented", item.vnet.gsoType & 0x1F != 3 else { continue }
      let found = segmentationFaults(
        corpus.expected(of: item), of: corpus.input(of: item), segmentSize: item.vnet.gsoSize,
        udpTunnels: item.isUDPTunnel)
      XCTAssertEqual(found, [], item.name)
      compared += 1
    }
    XCTAssertGreaterThan(compared, 600)
  }

  private let recipe = FrameRecipe(
    transport: .tcp(from: 40_000, to: 80, flags: [.ack, .psh, .cwr]), payload: .counting(4_000),
    checksum: .pseudoHeader)

  private func segments(_ change: (inout [FrameRecipe]) -> Void = { _ in }) throws -> [[UInt8]] {
    var recipes = referenceSegmentRecipes(of: recipe, segmentSize: 1_000)
    change(&recipes)
    return try recipes.map { recipe throws in try recipe.octets }
  }

  private func faults(_ frames: [[UInt8]], mtu: Int? = nil) throws -> [String] {
    try segmentationFaults(frames, of: recipe.octets, segmentSize: 1_000, mtu: mtu)
      .map(\.description)
  }

  func testAWrongFieldIsToldOnce() throws {
    XCTAssertEqual(try faults(segments()), [])
    XCTAssertEqual(
      try faults(segments { $0[1].transport.tcp?.flags.insert(.psh) }),
      ["frame 1, octet 47, tcp.psh: expected 0, found 1"], "its checksum is right")
    XCTAssertEqual(
      try faults(
        segments {
          $0[1].transport.tcp?.flags.insert(.psh)
          $0[1].checksum = .wrong
        }
      ).map { $0.prefix { $0 != ":" } },
      ["frame 1, octet 47, tcp.psh", "frame 1, octet 50, tcp.checksum"], "its checksum is wrong")
    XCTAssertEqual(
      try faults(segments { $0[2].checksum = .pseudoHeader }).map { $0.prefix { $0 != ":" } },
      ["frame 2, octet 50, tcp.checksum"])
    XCTAssertEqual(
      try faults(segments { $0.removeLast() }), ["frame 3, frames: expected 4, found 3"])
    XCTAssertEqual(
      try faults(segments { $0.append($0[0]) }), ["frame 4, frames: expected 4, found 5"])
  }

  func testTheMTUBoundsTheSegmentSize() throws {
    XCTAssertEqual(try faults(segments(), mtu: 1_040), [])
    // With an MTU of 540 a segment has 500 octets of payload: eight frames.
    let found = try segmentationFaults(segments(), of: recipe.octets, mtu: 540)
    XCTAssertEqual(
      found.first?.description, "frame 0, octet 16, ipv4.totalLength: expected 540, found 1040")
    XCTAssertEqual(found.filter { $0.field == "mtu" }.map(\.frame), [0, 1, 2, 3])
    XCTAssertEqual(found.last?.description, "frame 4, frames: expected 8, found 4")
  }

  func testAFrameThatFits() throws {
    var small = FrameRecipe(payload: .counting(20), trailerCount: 9)
    let complete = try small.octets
    XCTAssertEqual(segmentationFaults([complete], of: complete, segmentSize: 100), [])
    XCTAssertEqual(
      segmentationFaults([complete.dropLast(9)], of: complete, segmentSize: 100), [])
    small.checksum = .pseudoHeader
    let partial = try small.octets
    XCTAssertEqual(segmentationFaults([complete], of: partial, segmentSize: 100), [])
    XCTAssertEqual(
      segmentationFaults([partial], of: partial, segmentSize: 100).map(\.field).first,
      "tcp.checksum")
    XCTAssertEqual(
      segmentationFaults([], of: partial, segmentSize: 100).map(\.description),
      ["frame 0, frames: expected 1, found 0"])
  }

  func testFramesThatRulesRefuse() throws {
    let syn = FrameRecipe(
      transport: .tcp(from: 1, to: 2, flags: [.syn]), payload: .counting(300))
    let frame = try syn.octets
    XCTAssertEqual(segmentationFaults([], of: frame, segmentSize: 100, rules: .ndis), [])
    XCTAssertEqual(segmentationFaults([frame], of: frame, segmentSize: 100, rules: .ndis), [])
    let segments = referenceSegments(of: syn, segmentSize: 100)
    XCTAssertEqual(
      segmentationFaults(segments, of: frame, segmentSize: 100, rules: .ndis).map(\.description),
      [
        "frame 0, frames: expected none, or the frame as it is: a TCP flag is refused, found 3"
      ])
    XCTAssertEqual(segmentationFaults(segments, of: frame, segmentSize: 100), [])
  }

  func testWhatCannotBeSegmented() throws {
    func reason(_ frame: [UInt8], _ size: Int? = 100, mtu: Int? = nil) -> String? {
      segmentationFaults([], of: frame, segmentSize: size, mtu: mtu).first?.description
    }
    let start = "frame 0, superFrame: expected a TCP or UDP packet with right lengths, found "
    XCTAssertEqual(
      reason([UInt8](repeating: 2, count: 12) + [8, 6, 0, 0]),
      start + "EtherType 0x806 is not IP")
    let fragment = try FrameRecipe(network: .ipv4 { $0.moreFragments = true }).octets
    XCTAssertEqual(
      reason(fragment), start + "a fragment, or headers that contradict each other")
    XCTAssertEqual(
      reason(try recipe.octets, mtu: 40),
      "frame 0, superFrame: expected at least 1 octet of payload per segment, found 0")
    XCTAssertEqual(
      reason(try recipe.octets, 0),
      "frame 0, superFrame: expected at least 1 octet of payload per segment, found 0")
  }
}
