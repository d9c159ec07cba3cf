import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Checksums of frames that are not segmented.
final class ChecksumPlanTests: XCTestCase {
  private static let soundTunnels = RecipeProfile {
    ($0.allowsConventions, $0.allowsTrailers, $0.allowsTunnels) = (false, false, true)
  }

  private func apply(
    _ fields: ChecksumPlan.Fields, to frame: [UInt8], tunnels: TunnelRecognition = .wellKnown,
    rules: SegmentationRules = .linux
  ) throws -> [UInt8] {
    let plan = try ChecksumPlan(of: frame.octets, tunnels: tunnels, fields: fields, rules: rules)
    var copy = frame
    try plan.apply(to: &copy)
    return copy
  }

  /// Whatever the fields have, the result is the complete frame of the reference.
  func testRandomFramesComeOutFinished() throws {
    let seed = SeededGenerator.fromEnvironment()
    for profile in [RecipeProfile.sound, Self.soundTunnels] {
      var generator = RecipeGenerator(seed, profile: profile)
      var random = SeededGenerator(seed: seed.seed)
      for _ in 0..<1_500 {
        var (recipe, _) = generator.next()
        guard recipe.outerLink.kind == .ethernet, recipe.payload.count < 60_000 else { continue }
        let expected = recipe.build()
        recipe.checksum = random.pick([
          .zero, .value(0xBEEF), .pseudoHeaderWithLength, .pseudoHeaderWithoutLength,
        ])
        let actual = try apply([.ipv4Header, .transport], to: recipe.build())
        guard actual != expected else { continue }
        // Both zeros of ones' complement verify; nothing else may differ.
        XCTAssertEqual(frameFaults(actual), [], "seed \(seed.seed) \(recipe.swiftLiteral)")
        XCTAssertLessThanOrEqual(zip(actual, expected).count { $0 != $1 }, 2)
      }
    }
  }

  /// Frames in arrays give what frames in spans do, and another frame is refused and unmodified.
  func testArrays() throws {
    let recipe = FrameRecipe(payload: Payload(seed: 1, count: 99), checksum: .value(0x1234))
    let frame = recipe.build()
    let plan = try ChecksumPlan(of: frame, fields: [.ipv4Header, .transport])
    var complete = frame
    try plan.apply(to: &complete)
    XCTAssertEqual(frameFaults(complete), [])
    XCTAssertEqual(complete, try apply([.ipv4Header, .transport], to: frame))
    var longer = frame + [0]
    XCTAssertThrowsError(try plan.apply(to: &longer)) {
      XCTAssertEqual(
        $0 as? SegmentationError,
        .frameLengthChanged(planned: frame.count, given: frame.count + 1))
    }
    XCTAssertEqual(longer, frame + [0])
  }

  func testEachFieldAlone() throws {
    let recipe = FrameRecipe(
      network: .ipv4(IPv4Recipe { $0.headerChecksum = .wrong }),
      payload: Payload(seed: 1, count: 99),
      checksum: .value(0x1234))
    let frame = recipe.build()
    let header = try apply(.ipv4Header, to: frame)
    let transport = try apply(.transport, to: frame)
    XCTAssertEqual(differences(header, frame), [24, 25])
    XCTAssertEqual(differences(transport, frame), [50, 51])
    XCTAssertEqual(try apply([], to: frame), frame)
    XCTAssertEqual(frameFaults(try apply(.transport, to: header)), [])
  }

  /// ICMP, fragments and unknown protocols have an IPv4 header checksum, and no other.
  func testPacketsWithoutTransportHeader() throws {
    var frame = FrameRecipe(payload: Payload(seed: 1, count: 99)).build()
    (frame[23], frame[24], frame[25]) = (1, 0x5A, 0x5A)
    XCTAssertEqual(differences(try apply(.ipv4Header, to: frame), frame), [24, 25])
    let complete = try apply(.ipv4Header, to: frame)
    let header = try IPv4Header(complete.octets, at: 14)
    XCTAssertTrue(header.hasValidChecksum)
    XCTAssertThrowsError(try apply([.ipv4Header, .transport], to: frame)) {
      XCTAssertEqual($0 as? SegmentationError, .unsupportedProtocol(.init(rawValue: 1)))
    }
    (frame[20], frame[23]) = (0x20, 6)
    XCTAssertThrowsError(try apply(.transport, to: frame)) {
      XCTAssertEqual($0 as? SegmentationError, .fragment)
    }
    XCTAssertThrowsError(try apply(.ipv4Header, to: [UInt8](repeating: 0, count: 60))) {
      XCTAssertEqual($0 as? SegmentationError, .notIP(EtherType(rawValue: 0)))
    }
    let ipv6 = FrameRecipe(network: .ipv6(), payload: Payload(seed: 1, count: 9)).build()
    XCTAssertEqual(try apply(.ipv4Header, to: ipv6), ipv6, "IPv6 has no header checksum")
  }

  /// Octets after the packet count in no checksum and stay.
  func testATrailerStays() throws {
    var recipe = FrameRecipe(payload: Payload(seed: 1, count: 5), checksum: .value(7))
    recipe.trailerCount = 3
    let frame = recipe.build()
    let complete = try apply([.ipv4Header, .transport], to: frame)
    XCTAssertEqual(complete.suffix(3), frame.suffix(3))
    XCTAssertEqual(frameFaults(complete.dropLast(3).map { $0 }), [])
  }

  func testTheUDPChecksumOfZero() throws {
    let recipe = FrameRecipe(
      transport: .udp(), payload: Payload(seed: 1, count: 5), checksum: .zero)
    let frame = recipe.build()
    XCTAssertNotEqual(try apply(.transport, to: frame), frame)
    XCTAssertEqual(try apply(.transport, to: frame, rules: .ndis), frame, "the sender wants none")
  }
}
