import GsoEngine
import TestSupport
import WireFormats
import XCTest

/// What a batch says of its frames is what they are, one by one.
final class FrameBatchTests: XCTestCase {
  func testTheLengthsOfSomeFrames() throws {
    // Frames of many lengths: all segments, some, and single frames of other sizes.
    var arena = try SegmentArena(byteCount: 40_000)
    for (payload, size) in [(4_000, 1_448), (1, 1_448), (999, 100), (9_000, 9_000), (30, 1)] {
      let frame = FrameRecipe(payload: Payload(count: payload)).build()
      let plan = try SegmentationPlan(of: frame, request: .init(segmentSize: size))
      try plan.render(frame, into: &arena)
      try plan.render(frame.octets, segments: 0..<1, into: &arena)
    }
    let all = arena.frames
    XCTAssertEqual(all.count, 3 + 1 + 1 + 1 + 10 + 1 + 1 + 1 + 30 + 1)
    XCTAssertEqual(all.lengths(of: 5..<5).total, 0)
    for first in 0..<all.count {
      var lengths: [Int] = []
      for last in first..<all.count {
        lengths.append(all[last].byteCount)
        let (shortest, longest, total) = all.lengths(of: first..<(last + 1))
        XCTAssertEqual(shortest, lengths.min(), "\(first)...\(last)")
        XCTAssertEqual(longest, lengths.max(), "\(first)...\(last)")
        XCTAssertEqual(total, lengths.reduce(0, +), "\(first)...\(last)")
      }
    }
  }

  func testTheLengthOfASingleFrame() {
    for count in [0, 1, 14, 65_535] {
      let octets = [UInt8](repeating: 7, count: count)
      let (shortest, longest, total) = FrameBatch(octets.octets).lengths(of: 0..<1)
      XCTAssertEqual([shortest, longest, total], [count, count, count])
    }
  }

  /// Where the frames of an arena lie, if they are those of one plan and if they are not, by what
  /// the plans say.
  func testWhereFramesLie() throws {
    var arena = try SegmentArena(byteCount: 40_000)
    let one = FrameRecipe(payload: Payload(count: 4_000)).build()
    let fragmented = FrameRecipe(
      network: .ipv4(
        IPv4Recipe {
          $0.dontFragment = false
          $0.options = [[131, 7, 4, 1, 2, 3, 4], [7, 3, 4], [1], [0]]
        }),
      payload: Payload(count: 3_000)
    ).build()
    let plan = try SegmentationPlan(of: one, request: .init(segmentSize: 1_448))
    let whole = try SegmentationPlan(of: one, request: .init(segmentSize: 4_000))
    let fragments = try FragmentationPlan(of: fragmented, request: .init(mtu: 576))
    XCTAssertNotEqual(fragments[0].frameLength, fragments[1].frameLength)
    for order in 0..<6 {
      arena.reset()
      var lengths: [Int] = []
      for step in 0..<3 {
        switch (order + step * (order < 3 ? 1 : 2)) % 3 {
        case 0:
          try plan.render(one, into: &arena)
          lengths += plan.map(\.frameLength)
        case 1:
          try whole.render(one, into: &arena)
          lengths += whole.map(\.frameLength)
        default:
          try fragments.render(fragmented, into: &arena)
          lengths += fragments.map(\.frameLength)
        }
        XCTAssertEqual(arena.count, lengths.count)
        var start = 0
        for (index, length) in lengths.enumerated() {
          XCTAssertEqual(arena.range(of: index), start..<(start + length), "\(order) \(index)")
          XCTAssertEqual(arena.frames.range(of: index), arena.range(of: index))
          start += length
        }
        XCTAssertEqual(arena.usedByteCount, start)
      }
    }
  }
}
