import FrameRecipes
import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// A tunnel in a tunnel is refused by name: segmenting what is inside as if it were plain would
/// give frames that no receiver can read.
final class NestedTunnelTests: XCTestCase {
  /// One packet of 2,000 octets of payload in tunnels, the innermost first.
  private func nest(_ kinds: [FrameRecipe.Encapsulation.Kind]) throws -> [UInt8] {
    func link(in kind: FrameRecipe.Encapsulation.Kind?) -> FrameRecipe.Link {
      kind == .ipInIP ? .rawIP : .init()
    }
    var tunnel: FrameRecipe.Encapsulation?
    for kind in kinds.reversed() {
      tunnel = FrameRecipe.Encapsulation(kind, link: link(in: tunnel?.kind), outer: tunnel)
    }
    return try FrameRecipe(
      link: link(in: kinds.first), payload: .random(seed: 1, count: 2_000), encapsulation: tunnel
    ).octets
  }

  func testOneTunnelIsCut() throws {
    for kind in [FrameRecipe.Encapsulation.Kind.vxlan(), .geneve(), .ipInIP] {
      let frames = try segment(try nest([kind]), mtu: 1_500)
      XCTAssertEqual(frames.count, 2, "\(kind)")
    }
  }

  func testTwoAreRefused() throws {
    let kinds: [FrameRecipe.Encapsulation.Kind] = [.vxlan(), .geneve(), .gre(), .ipInIP]
    for outer in kinds {
      for inner in kinds {
        let frame = try nest([inner, outer])
        XCTAssertThrowsError(try segment(frame, mtu: 1_500), "\(inner) in \(outer)") {
          XCTAssertEqual($0 as? SegmentationError, .tunnelTooDeep(limit: 1))
        }
        XCTAssertEqual(try PacketLayout(parsing: frame, tunnels: .wellKnown).tunnel?.isNested, true)
      }
    }
  }

  /// Whatever the headers of the tunnels are, two of them are one too many.
  func testRandomOnesAreRefused() throws {
    var profile = RecipeProfile.tunnels
    (profile.allowsNestedTunnels, profile.allowsShims) = (true, false)
    var count = 0
    let failure = forAllFrames(seed: 14, count: 1_000, from: profile) { recipe, _ in
      guard recipe.encapsulation?.outer != nil, recipe.payload.count > 1 else { return true }
      count += 1
      do {
        _ = try SegmentationPlan(
          of: recipe.octets, link: recipe.outerLink.kind.layer,
          request: SegmentationRequest(segmentSize: 1))
      } catch SegmentationError.tunnelTooDeep(limit: 1) {
        return true
      }
      return false
    }
    XCTAssertNil(failure, failure?.description ?? "")
    XCTAssertGreaterThan(count, 200)
  }

  func testManyAreRefusedAsFast() throws {
    for depth in [3, 8, 64] {
      let kinds = [FrameRecipe.Encapsulation.Kind](repeating: .ipInIP, count: depth)
      let frame = try nest(kinds)
      XCTAssertThrowsError(try segment(frame, mtu: 1_500)) {
        XCTAssertEqual($0 as? SegmentationError, .tunnelTooDeep(limit: 1))
      }
    }
  }

  /// Nobody looks for tunnels by default: the outer datagram is segmented as the plain one it says
  /// it is.
  func testWithoutRecognitionThereAreNone() throws {
    let frame = try nest([.vxlan(), .vxlan()])
    let plan = try SegmentationPlan(
      of: frame, tunnels: .none, request: .init(segmentSize: 1_000))
    XCTAssertNil(plan.layout.tunnel)
    XCTAssertEqual(plan.offload, .uso)
  }

  /// A plan, checksums, a layout and the call for most people see the same tunnel by default.
  func testTunnelsAreRecognisedAlikeByDefault() throws {
    for kind in [.vxlan(), .geneve(), .gre(), .ipInIP] as [FrameRecipe.Encapsulation.Kind] {
      let frame = try nest([kind])
      let tunnel = try XCTUnwrap(try PacketLayout(parsing: frame).tunnel, "\(kind)")
      XCTAssertEqual(tunnel.headerOffset, 34, "\(kind)")
      let plan = try SegmentationPlan(of: frame, request: .init(mtu: 1_000))
      XCTAssertEqual(plan.layout.tunnel, tunnel, "\(kind)")
      XCTAssertEqual(plan.offload, .lso, "\(kind)")
      XCTAssertEqual(try plan.frames(of: frame), try segment(frame, mtu: 1_000), "\(kind)")
      let checksums = try ChecksumPlan(of: frame, fields: .transport)
      XCTAssertEqual(checksums.layout.tunnel, tunnel, "\(kind)")
    }
  }
}
