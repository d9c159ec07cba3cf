import FrameRecipes
import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// The virtio-net headers that recipes write mean to the engine what the recipes asked for.
final class RecipeHeaderTests: XCTestCase {
  private let profile = RecipeProfile {
    $0.allowsShims = false  // The kernel takes no such frames.
    $0.links = [.ethernet]
    ($0.allowsConventions, $0.allowsTrailers, $0.mostSegments) = (false, false, 100)
  }

  func testSegmentRequests() {
    for form in FrameRecipe.VirtioNetHeader.Form.allCases {
      forEachFrame(300, profile) { recipe, size, _ in
        guard recipe.payload.count > size else { return nil }
        var asking = recipe
        asking.checksum = .pseudoHeader
        asking.virtioNetHeader = .segment(UInt16(size), form: form)
        return try Self.difference(
          asking, referenceSegments(of: recipe, segmentSize: size), form)
      }
    }
  }

  func testTunnels() {
    let overUDP = RecipeProfile {
      $0.allowsShims = false  // The kernel takes no such frames.
      $0.links = [.ethernet]
      ($0.allowsConventions, $0.allowsTrailers, $0.allowsTunnels) = (false, false, true)
    }
    var count = 0
    forEachFrame(1_000, overUDP) { recipe, size, _ in
      // The kernel, which knows no tunnel by name, would copy a length in its header.
      guard recipe.payload.count > size, let tunnel = recipe.encapsulation, tunnel.isOverUDP,
        !tunnel.kind.hasLength
      else { return nil }
      count += 1
      var asking = recipe
      asking.checksum = .pseudoHeader
      if tunnel.checksum == .complete { asking.encapsulation?.checksum = .pseudoHeader }
      asking.virtioNetHeader = .segment(UInt16(size), form: .udpTunnel)
      return try Self.difference(
        asking, referenceSegments(of: recipe, segmentSize: size), .udpTunnel)
    }
    XCTAssertGreaterThan(count, 150)
  }

  func testChecksumRequests() {
    forEachFrame(400, profile) { recipe, _, _ in
      var asking = recipe
      asking.checksum = .pseudoHeader
      asking.virtioNetHeader = .checksum()
      var complete = recipe
      complete.zeroBecomesOnes = true
      return try Self.difference(asking, [complete.octets], .modern)
    }
  }

  /// Hands a recipe's header and frame to the engine, and compares what comes out.
  private static func difference(
    _ asking: FrameRecipe, _ expected: [[UInt8]], _ form: FrameRecipe.VirtioNetHeader.Form
  ) throws -> String? {
    let octets = try asking.octets
    let header = try VirtioNetHeader(
      parsing: Array(octets.prefix(form.rawValue)),
      form: XCTUnwrap(VirtioNetHeader.Form(rawValue: form.rawValue)))
    let frame = Array(octets.dropFirst(form.rawValue))
    let frames = try OffloadAction(on: frame, describedBy: header).frames(of: frame)
    return firstDifference(expected: expected, actual: frames)?.description
  }
}
