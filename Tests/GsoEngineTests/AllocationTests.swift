import GsoEngine
import TestSupport
import WireFormats
import XCTest

/// Nothing on the way of a frame touches the heap.
final class AllocationTests: XCTestCase {
  private var recipes: [FrameRecipe] {
    let options = TCPRecipe { $0.options = [[1], [1], [8, 10, 0, 0, 0, 1, 0, 0, 0, 2]] }
    let extensions = IPv6Recipe { $0.extensions = [.hopByHop(), .destinationOptions()] }
    let tunnel = Encapsulation(.vxlan(), checksum: .complete)
    return [
      FrameRecipe(transport: .tcp(options)), FrameRecipe(network: .ipv6(extensions)),
      FrameRecipe(link: Link(tags: [.init(), .init()]), transport: .udp()),
      FrameRecipe(network: .ipv6(), transport: .udp(), encapsulation: tunnel),
    ].map {
      var recipe = $0
      recipe.payload = Payload(count: 60_000)
      return recipe
    }
  }

  /// Runs `body` once to warm up and once to count.
  private func expectNone(_ name: String, line: UInt = #line, _ body: () throws -> Void) throws {
    try body()
    guard let count = try allocations(during: body) else {
      throw XCTSkip("allocations are not counted in this build")
    }
    XCTAssertEqual(count, 0, name, line: line)
  }

  func testPlanAndRender() throws {
    var arena = try SegmentArena(byteCount: 200_000)
    for recipe in recipes {
      let frame = recipe.build()
      for checksum in [SegmentationRequest.Checksum.complete, .pseudoHeader, .copied] {
        let request = SegmentationRequest(segmentSize: 1_448, checksum: checksum)
        try expectNone("\(checksum): \(recipe)") {
          arena.reset()
          let plan = try SegmentationPlan(of: frame, tunnels: .wellKnown, request: request)
          try plan.render(frame, into: &arena)
        }
        XCTAssertEqual(arena.count, 42)
      }
    }
  }

  func testHeadersOnly() throws {
    var arena = try SegmentArena(byteCount: 20_000)
    for recipe in recipes {
      let frame = recipe.build()
      try expectNone("\(recipe)") {
        arena.reset()
        let plan = try SegmentationPlan(
          of: frame, tunnels: .wellKnown, request: .init(segmentSize: 1_448))
        try plan.renderHeaders(frame.octets, into: &arena)
      }
      XCTAssertEqual(arena.count, 42)
    }
  }

  func testLookingAtSegments() throws {
    let frame = recipes[0].build()
    var total = 0
    try expectNone("subscript") {
      let plan = try SegmentationPlan(of: frame, request: .init(mtu: 1_500))
      var index = 0
      while index < plan.count {
        total += plan[index].frameLength + plan.outputRange(of: index).count
        index += 1
      }
    }
    XCTAssertGreaterThan(total, 60_000)
  }

  func testOffloadWork() throws {
    var arena = try SegmentArena(byteCount: 200_000)
    for recipe in recipes {
      let frame = recipe.build()
      let header = VirtioNetHeader(for: recipe, gsoSize: 1_448)
      try expectNone("\(recipe)") {
        arena.reset()
        let action = try OffloadAction(on: frame.octets, describedBy: header)
        if case .segmentation(let plan) = action { try plan.render(frame, into: &arena) }
      }
      XCTAssertEqual(arena.count, 42)
    }
  }

  func testRefusals() throws {
    let frame = recipes[0].build()
    var count = 0
    try expectNone("refusal") {
      do throws(SegmentationError) {
        _ = try SegmentationPlan(of: frame, request: .init(segmentSize: 0))
      } catch {
        count += 1
      }
    }
    XCTAssertEqual(count, 2)
  }
}
