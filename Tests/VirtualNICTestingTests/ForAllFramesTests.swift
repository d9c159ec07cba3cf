import FrameRecipes
import VirtualNICTesting
import XCTest

/// `forAllFrames`: finds what does not hold, makes it small, and says how to have it again.
final class ForAllFramesTests: XCTestCase {
  func testWhatHoldsHasNoCounterexample() throws {
    var count = 0
    let failure = forAllFrames(seed: 3, count: 300) { recipe, size in
      count += 1
      let frame = try recipe.octets
      return segmentationFaults(
        referenceSegments(of: recipe, segmentSize: size), of: frame, segmentSize: size)
    }
    XCTAssertNil(failure, "\(failure.map(\.description) ?? "")")
    XCTAssertEqual(count, 300)
    XCTAssertNil(forAllFrames(count: 0) { _, _ in false })
    XCTAssertNil(forAllFrames(count: -1) { _, _ in false })
  }

  /// A segmenter that forgets PSH of the last segment, if there are three of them or more.
  func testTheCounterexampleIsSmallAndTheSameEachTime() throws {
    func search(_ seed: UInt64) throws -> Counterexample {
      try XCTUnwrap(
        forAllFrames(seed: seed) { recipe, size in
          var segments = referenceSegmentRecipes(of: recipe, segmentSize: size)
          if segments.count > 2 { segments[segments.count - 1].transport.tcp?.flags.remove(.psh) }
          return try segmentationFaults(
            segments.map { segment throws in try segment.octets }, of: recipe.octets,
            segmentSize: size)
        })
    }
    let found = try search(7)
    XCTAssertEqual(found.seed, 7)
    XCTAssertEqual(found.segmentSize, 1)
    XCTAssertEqual(found.recipe.payload.count, 3)
    XCTAssertEqual(found.recipe.transport.tcp?.flags.contains(.psh), true)
    XCTAssertEqual(found.recipe.link, FrameRecipe.Link())
    XCTAssertTrue(found.reason.contains("tcp.psh: expected 1, found 0"), found.reason)
    let text = found.description
    XCTAssertEqual(text, try search(7).description)
    XCTAssertTrue(
      text.hasPrefix("// Random frame \(found.index) of seed 7, shrunk: frame 2, "), text)
    XCTAssertTrue(text.contains("\nlet recipe = FrameRecipe("), text)
    XCTAssertTrue(text.hasSuffix("\nlet segmentSize = 1"), text)
  }

  func testAThrownErrorIsAReason() {
    struct Odd: Error {}
    let found = forAllFrames(count: 50) { recipe, _ in
      if recipe.payload.count > 100 { throw Odd() }
      return true
    }
    XCTAssertEqual(found?.reason, "thrown: Odd()")
    XCTAssertEqual(found?.recipe.payload.count, 101)
  }

  /// What the description says is Swift that gives the same frame: this is one, pasted.
  func testAPastedCounterexample() throws {
    let pasted = FrameRecipe(
      transport: .tcp(from: 40000, to: 443, flags: [.psh]), payload: .counting(3))
    XCTAssertEqual(try pasted.octets.count, 57)
  }
}
