import FrameRecipes
import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// IPv4 fragments that are fragmented again, as a router with a smaller MTU does (RFC 791, section
/// 3.2).
final class RefragmentTests: XCTestCase {
  private func fragments(
    _ frame: [UInt8], mtu: Int, _ rules: FragmentationRules = .standard
  ) throws -> [[UInt8]] {
    try FragmentationPlan(of: frame, request: .init(mtu: mtu, rules: rules)).frames(of: frame)
  }

  private let again: FragmentationRules = {
    var rules = FragmentationRules.standard
    rules.fragments = .fragmentedAgain
    return rules
  }()

  private func datagram(_ payload: Int, options: [FrameRecipe.IPv4Option] = []) throws -> [UInt8] {
    try FrameRecipe(
      network: .ipv4(options: options) { $0.dontFragment = false }, transport: .udp(),
      payload: .counting(payload)
    ).octets
  }

  /// What a receiver puts together is the datagram, whatever routers were on the way.
  func testTheDatagramComesBack() throws {
    for options in [[], [.recordRoute(slots: 3), .routerAlert]] as [[FrameRecipe.IPv4Option]] {
      let frame = try datagram(6_000, options: options)
      for (first, second, third) in [(1_500, 576, 296), (9_000, 1_500, 68), (1_004, 1_000, 999)] {
        let largest = options.isEmpty ? third : max(third, 120)
        var frames = try fragments(frame, mtu: first)
        for mtu in [second, largest] {
          frames = try frames.flatMap { try fragments($0, mtu: mtu, again) }
          XCTAssertTrue(frames.allSatisfy { $0.count - 14 <= mtu }, "\(mtu)")
        }
        XCTAssertEqual(reassemble(frames.shuffled()), frame, "\(first), \(second), \(third)")
      }
    }
  }

  /// The offset counts on, and only the end of the datagram has no "more fragments".
  func testOffsetsAndFlags() throws {
    let frame = try datagram(4_000 - 8)
    let parts = try fragments(frame, mtu: 1_500)
    XCTAssertEqual(parts.count, 3)
    let plan = try FragmentationPlan(of: parts[1], request: .init(mtu: 576, rules: again))
    XCTAssertEqual(plan.map(\.fragmentOffset), [1_480, 2_032, 2_584])
    XCTAssertEqual(plan.map(\.moreFragments), [true, true, true])
    let last = try FragmentationPlan(of: parts[2], request: .init(mtu: 576, rules: again))
    XCTAssertEqual(last.map(\.fragmentOffset), [2_960, 3_512])
    XCTAssertEqual(last.map(\.moreFragments), [true, false])
    for (segment, octets) in zip(plan, try plan.frames(of: parts[1])) {
      let word = Int(octets[20]) << 8 | Int(octets[21])
      XCTAssertEqual(word, 0x2000 | segment.fragmentOffset / 8)
      XCTAssertEqual(frameFaults(octets), [])
    }
  }

  /// One that fits is not touched, one with DF is refused by the RFC's rules.
  func testWhatIsNotFragmented() throws {
    let part = try fragments(try datagram(4_000), mtu: 1_500)[1]
    XCTAssertEqual(try fragments(part, mtu: 1_500, again), [part])
    XCTAssertThrowsError(try fragments(part, mtu: 576)) {
      XCTAssertEqual($0 as? SegmentationError, .fragment)
    }
    var withFlag = part
    withFlag[20] |= 0x40
    XCTAssertThrowsError(try fragments(withFlag, mtu: 576, again)) {
      XCTAssertEqual($0 as? SegmentationError, .dontFragment)
    }
  }

  /// A fragment that ends beyond 65,535 octets cannot be part of any packet.
  func testAFragmentBeyondTheLongestPacket() throws {
    var part = try fragments(try datagram(4_000), mtu: 1_500)[1]
    (part[20], part[21]) = (0x3F, 0xFF)
    XCTAssertThrowsError(try fragments(part, mtu: 576, again)) {
      XCTAssertEqual(
        $0 as? SegmentationError, .segmentTooLong(packetLength: 65_528 + 1_500, limit: 65_535))
    }
  }
}
