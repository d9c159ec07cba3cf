import GsoEngine
import TestSupport
import WireFormats
import XCTest

/// Segments do not depend on the kernel that sums their payload.
final class SumKernelTests: XCTestCase {
  func testSameSegmentsFromEveryKernel() throws {
    let before = SumKernel.current
    defer { before.use() }
    let tunnel = Encapsulation(.vxlan(), checksum: .complete)
    let recipes = [
      FrameRecipe(payload: Payload(seed: 1, count: 20_000)),
      FrameRecipe(
        network: .ipv6(), transport: .udp(), payload: Payload(seed: 2, count: 9_999)),
      FrameRecipe(payload: Payload(seed: 3, count: 5_001), encapsulation: tunnel),
    ]
    for recipe in recipes {
      let frame = recipe.build()
      for size in [97, 536, 1_001, 1_448] {
        let plan = try SegmentationPlan(
          of: frame, tunnels: .wellKnown, request: .init(segmentSize: size))
        let frames = try SumKernel.allCases.filter { $0.use() }.map { _ in
          try plan.frames(of: frame)
        }
        for (kernel, other) in zip(SumKernel.allCases, frames) {
          XCTAssertTrue(other == frames[0], "\(kernel), segments of \(size), \(recipe)")
        }
      }
    }
  }

  /// Parts of a frame come out as they would together, wherever it is divided.
  func testEveryRangeOfSegments() throws {
    var flags = TCPRecipe()
    flags.flags = 0x199  // accurate ECN or CWR, PSH, ACK and FIN: first, middle and last differ
    for transport in [Transport.tcp(TCPRecipe()), .tcp(flags), .udp()] {
      let frame = FrameRecipe(
        transport: transport, payload: Payload(seed: 4, count: 701)
      ).build()
      let plan = try SegmentationPlan(of: frame, request: .init(segmentSize: 100))
      let whole = try plan.frames(of: frame)
      for first in 0..<plan.count {
        for end in (first + 1)...plan.count {
          var arena = try SegmentArena(byteCount: 2_000)
          try plan.render(frame.octets, segments: first..<end, into: &arena)
          XCTAssertEqual(
            (0..<arena.count).map { arena.frame($0) }, Array(whole[first..<end]),
            "\(first)..<\(end)")
          arena.reset()
          try plan.renderHeaders(frame.octets, segments: first..<end, into: &arena)
          for (index, segment) in whole[first..<end].enumerated() {
            XCTAssertEqual(arena.frame(index), Array(segment.prefix(plan.headerLength)))
          }
        }
      }
    }
  }
}
