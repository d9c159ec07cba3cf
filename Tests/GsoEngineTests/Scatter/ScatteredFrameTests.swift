import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Scattered frames give the segments of contiguous ones, wherever they are split.
final class ScatteredFrameTests: XCTestCase {
  private static let small = RecipeProfile {
    $0.allowsTunnels = true
    ($0.usualPayload, $0.largeOneIn) = (120, 1_000_000)
  }

  /// Behaviour 24: a split at every octet of the headers, then buffers of one octet.
  func testBehaviour24ASplitAtEveryHeaderOctet() throws {
    let seed = SeededGenerator.fromEnvironment()
    var generator = RecipeGenerator(seed, profile: Self.small)
    for _ in 0..<150 {
      let (recipe, size) = generator.next()
      let frame = recipe.build()
      let request = SegmentationRequest(segmentSize: size)
      let plan = try SegmentationPlan(
        of: frame, link: recipe.outerLink.kind.layer, tunnels: .wellKnown, request: request)
      let expected = try plan.frames(of: frame)
      for split in 0...min(frame.count, plan.headerLength + 2) {
        let pieces = Pieces(frame, lengths: [split, frame.count - split])
        let actual = try pieces.frames(recipe, request)
        XCTAssertEqual(actual, expected, "split at \(split), seed \(seed.seed)")
      }
      let single = Pieces(frame, lengths: [Int](repeating: 1, count: frame.count))
      XCTAssertEqual(try single.frames(recipe, request), expected, "single octets \(seed.seed)")
    }
  }

  /// Pieces of any length, empty ones among them, in any order in memory.
  func testRandomPieces() throws {
    let seed = SeededGenerator.fromEnvironment(0xF4A6)
    var generator = RecipeGenerator(seed, profile: .tunnels)
    var random = SeededGenerator(seed: seed.seed &+ 1)
    for round in 0..<1_500 {
      let (recipe, size) = generator.next()
      let frame = recipe.build()
      let request = SegmentationRequest(segmentSize: size)
      let whole = Result { () throws(SegmentationError) in
        try SegmentationPlan(
          of: frame, link: recipe.outerLink.kind.layer, tunnels: .wellKnown, request: request
        ).frames(of: frame)
      }
      let pieces = Pieces(random: &random, frame)
      let scattered = Result { () throws(SegmentationError) in
        try pieces.frames(recipe, request)
      }
      XCTAssertEqual(scattered, whole, "round \(round), seed \(seed.seed)")
    }
  }

  /// Every frame of the kernel corpus, segmented as described there or refused for the same
  /// reason.
  func testEveryCorpusFrameInPieces() throws {
    let corpus = try KernelCorpus()
    var random = SeededGenerator.fromEnvironment(0xC0)
    var refused = 0
    for c in corpus.cases {
      let frame = corpus.input(of: c)
      let request = SegmentationRequest(segmentSize: max(1, c.vnet.gsoSize))
      let whole = Result { () throws(SegmentationError) in
        try SegmentationPlan(of: frame, tunnels: .wellKnown, request: request).frames(of: frame)
      }
      let pieces = Pieces(random: &random, frame)
      let scattered = Result { () throws(SegmentationError) in
        try pieces.frames(FrameRecipe(), request)
      }
      if case .failure = whole { refused += 1 }
      XCTAssertEqual(scattered, whole, "\(c.name), seed \(random.seed)")
    }
    XCTAssertGreaterThan(refused, 50)
    XCTAssertLessThan(refused, corpus.cases.count / 2)
  }

  /// Truncated anywhere, scattered or contiguous: the same error with the same numbers, or the same
  /// frames.
  func testEveryTruncation() throws {
    let recipe = FrameRecipe(
      link: Link(tags: [VLANTag(), VLANTag()]),
      network: .ipv6(IPv6Recipe { $0.extensions = [.hopByHop([1, 4, 0, 0, 0, 0])] }),
      transport: .tcp(TCPRecipe { $0.options = [TCPOption.timestamps(1, 2), [1, 1]] }),
      payload: Payload(seed: 3, count: 300))
    let frame = recipe.build()
    var random = SeededGenerator(seed: 5)
    let request = SegmentationRequest(segmentSize: 100)
    for length in 0...frame.count {
      let front = Array(frame.prefix(length))
      let whole = Result { () throws(SegmentationError) in
        try SegmentationPlan(of: front, tunnels: .wellKnown, request: request).frames(of: front)
      }
      let pieces = Pieces(random: &random, front)
      let scattered = Result { () throws(SegmentationError) in
        try pieces.frames(FrameRecipe(), request)
      }
      XCTAssertEqual(scattered, whole, "\(length) octets")
    }
  }

  /// Headers far longer than what is gathered at first.
  func testHeadersOfManyKilobytes() throws {
    let bulky = [UInt8](repeating: 0, count: 1_398)
    let recipe = FrameRecipe(
      network: .ipv6(
        IPv6Recipe { $0.extensions = [ExtensionHeader(60, bulky), ExtensionHeader(60, bulky)] }),
      payload: Payload(seed: 3, count: 3_000))
    let frame = recipe.build()
    var random = SeededGenerator(seed: 6)
    let request = SegmentationRequest(segmentSize: 1_000)
    let plan = try SegmentationPlan(of: frame, request: request)
    XCTAssertGreaterThan(plan.headerLength, 2_800)
    let pieces = Pieces(random: &random, frame)
    XCTAssertEqual(try pieces.frames(recipe, request), try plan.frames(of: frame))
  }

  func testAPieceOutsideTheMemory() {
    for (fragment, index) in [(0..<5, 0), (4..<7, 1), (-1..<2, 0)] {
      let fragments = index == 0 ? [fragment] : [0..<3, fragment]
      XCTAssertThrowsError(try Pieces(memory: [1, 2, 3, 4], fragments).byteCount()) {
        XCTAssertEqual(
          $0 as? SegmentationError,
          .bufferOutsideMemory(index: index, buffer: fragment, memory: 4))
      }
    }
  }

  func testNothingIsAllocated() throws {
    let recipe = FrameRecipe(
      transport: .tcp(TCPRecipe { $0.options = [TCPOption.timestamps(1, 2), [1, 1]] }),
      payload: Payload(seed: 3, count: 60_000))
    let frame = recipe.build()
    var random = SeededGenerator(seed: 7)
    let pieces = Pieces(random: &random, frame)
    var headers = LinearHeaders()
    var arena = try SegmentArena(byteCount: 80_000)
    var failures = 0
    let count = allocations {
      for _ in 0..<5 {
        arena.reset()
        if !pieces.render(&headers, &arena, .init(segmentSize: 1_448)) { failures += 1 }
      }
    }
    guard let count else { throw XCTSkip("allocations are not counted in this build") }
    XCTAssertEqual(failures, 0)
    XCTAssertEqual(arena.count, 42)
    XCTAssertEqual(count, 0)
  }
}
