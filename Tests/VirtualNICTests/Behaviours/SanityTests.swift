import GsoEngine
import TestSupport
import VirtualNIC
import VirtualNICTesting
import XCTest

/// Behaviour 23: about a hundred segments of a hundred octets, counted and put together again.
final class SanityTests: XCTestCase {
  func testBehaviour23SanityOfAHundredSegments() throws {
    let nics = try TwoPaths()
    for (name, network, transport) in TwoPaths.kinds {
      for payload in [9_900, 9_901, 9_950, 9_999, 10_000, 10_001] {
        let recipe = FrameRecipe(
          network: network, transport: transport, payload: Payload(seed: 23, count: payload),
          checksum: .pseudoHeaderWithoutLength)
        let frames = nics.assertCut(recipe, segmentSize: 100, name)
        XCTAssertEqual(frames.count, (payload + 99) / 100, name)
        let headers = recipe.layout.headerByteCount
        XCTAssertTrue(frames.flatMap { $0[headers...] } == recipe.payload.octets(), name)
        XCTAssertEqual(frames.flatMap { frameFaults($0) }, [], name)
      }
    }
  }

  /// The same by Microsoft's rules, where datagrams must divide evenly.
  func testBehaviour23SanityByTheRulesOfNdis() throws {
    let nics = try TwoPaths(rules: .ndis)
    for (name, network, transport) in TwoPaths.kinds {
      for payload in transport.isTCP ? [9_901, 9_999, 10_000, 10_001] : [9_900, 10_000] {
        let recipe = FrameRecipe(
          network: network, transport: transport, payload: Payload(seed: 23, count: payload),
          checksum: .pseudoHeaderWithoutLength)
        let frames = nics.assertCut(recipe, segmentSize: 100, rules: .ndis(for: recipe), name)
        XCTAssertEqual(frames.count, (payload + 99) / 100, name)
        let headers = recipe.layout.headerByteCount
        XCTAssertTrue(frames.flatMap { $0[headers...] } == recipe.payload.octets(), name)
      }
    }
  }

  /// ceil(max(1, payload) / MSS), for every payload around the first few multiples.
  func testBehaviour23TheNumberOfSegments() throws {
    let nics = try TwoPaths()
    for (name, network, transport) in TwoPaths.kinds {
      for segmentSize in [1, 2, 3, 7] {
        for payload in 0...30 {
          let recipe = FrameRecipe(
            network: network, transport: transport, payload: Payload(seed: 3, count: payload))
          let frames = nics.assertCut(recipe, segmentSize: segmentSize, name)
          var expected = 0
          var left = max(1, payload)
          while left > 0 { (expected, left) = (expected + 1, left - segmentSize) }
          XCTAssertEqual(frames.count, expected, "\(name), \(payload) by \(segmentSize)")
        }
      }
    }
  }
}
