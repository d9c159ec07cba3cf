import GsoEngine
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Behaviour 31: octets after the IP packet, such as Ethernet padding.
final class PaddingTests: XCTestCase {
  /// With a length in the IP header, as LSO version 1 has it, padding is no payload.
  func testBehaviour31PaddingIsNotPayload() throws {
    let nics = try TwoPaths()
    for (name, network, transport) in TwoPaths.kinds {
      for payload in [0, 1, 5, 250] {
        for padding in [1, 4, 5, 6, 46, 100, 1_000] {
          var recipe = FrameRecipe(
            network: network, transport: transport, payload: Payload(seed: 31, count: payload),
            checksum: .pseudoHeaderWithLength)
          let clean = nics.assertCut(recipe, segmentSize: 100, name)
          recipe.trailerCount = padding
          let padded = nics.assertCut(recipe, segmentSize: 100, "\(name), padding \(padding)")
          XCTAssertEqual(padded, clean, "\(name), padding \(padding)")
        }
      }
    }
  }

  func testBehaviour31PaddingBehindALargeSendOfVersion1() throws {
    for padding in 0...46 {
      let recipe = FrameRecipe(
        payload: Payload(seed: 31, count: 250), checksum: .pseudoHeaderWithLength,
        trailerCount: padding)
      let frame = recipe.build()
      let record = NdisOffloadRecord(.largeSendV1, maximumSegmentSize: 100, headerOffset: 34)
      let actual = try SegmentationPlan(of: frame, describedBy: record).frames(of: frame)
      let expected = referenceSegments(of: recipe, segmentSize: 100, rules: .ndis(for: recipe))
      XCTAssertNil(firstDifference(expected: expected, actual: actual), "padding \(padding)")
      XCTAssertEqual(actual.count, 3)
    }
  }

  /// Version 2 has no length but that of the buffer, so it cannot tell padding from payload.
  func testBehaviour31Version2CannotTellPadding() throws {
    for padding in [1, 46, 51] {
      var recipe = FrameRecipe(
        payload: Payload(seed: 31, count: 250), checksum: .pseudoHeaderWithoutLength,
        trailerCount: padding)
      recipe.network.ipv4?.length = .zero
      let frame = recipe.build()
      let record = NdisOffloadRecord(
        .largeSendV2(.ipv4), maximumSegmentSize: 100, headerOffset: 34)
      let plan = try SegmentationPlan(of: frame, describedBy: record)
      XCTAssertEqual(plan.payloadRange, 54..<(304 + padding))
      let frames = try plan.frames(of: frame)
      XCTAssertEqual(frames.flatMap { $0[54...] }, Array(frame[54...]))
      XCTAssertEqual(frames.flatMap { frameFaults($0) }, [])
    }
  }
}
