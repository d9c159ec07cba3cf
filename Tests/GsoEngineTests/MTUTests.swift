import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// What an MTU leaves for the payload.
final class MTUTests: XCTestCase {
  private struct Row {
    let name: String
    let recipe: FrameRecipe
    let headers: Int
    let line: UInt

    init(_ name: String, _ recipe: FrameRecipe, headers: Int, line: UInt = #line) {
      (self.name, self.headers, self.line) = (name, headers, line)
      self.recipe = recipe
    }
  }

  private static let timestamps = Transport.tcp(
    TCPRecipe { $0.options = [.noOperation, .noOperation, .other(8, zeros(8))] })
  private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
  private static let payload = Payload(count: 20_000)

  private let rows = [
    Row("tcp4", FrameRecipe(payload: payload), headers: 40),
    Row("tcp4, time stamps", FrameRecipe(transport: timestamps, payload: payload), headers: 52),
    Row(
      "tcp4, most IP options",
      FrameRecipe(
        network: .ipv4(IPv4Recipe { $0.options = [IPv4Option.recordRoute(slots: 9), [0]] }),
        payload: payload), headers: 80),
    Row("tcp6", FrameRecipe(network: .ipv6(), payload: payload), headers: 60),
    Row(
      "tcp6, three extension headers",
      FrameRecipe(
        network: .ipv6(
          IPv6Recipe {
            $0.extensions = [
              .hopByHop([5, 2, 0, 0]), .routing(type: 4, zeros(20)), .destinationOptions(zeros(20)),
            ]
          }), transport: timestamps, payload: payload), headers: 40 + 8 + 24 + 24 + 32),
    Row("udp4", FrameRecipe(transport: .udp(), payload: payload), headers: 28),
    Row("udp6", FrameRecipe(network: .ipv6(), transport: .udp(), payload: payload), headers: 48),
    Row(
      "tags do not count",
      FrameRecipe(link: Link(tags: [.init(), .init(), .init()]), payload: payload), headers: 40),
    Row("raw", FrameRecipe(link: Link(.rawIP), payload: payload), headers: 40),
    Row("cooked", FrameRecipe(link: Link(.linuxCooked2), payload: payload), headers: 40),
    Row(
      "vxlan: all but the outer Ethernet header counts",
      FrameRecipe(payload: payload, encapsulation: Encapsulation(.vxlan())),
      headers: 20 + 8 + 8 + 14 + 40),
  ]

  func testSegmentSizeIsWhatTheMTULeaves() throws {
    for row in rows {
      for mtu in [row.headers + 1, 576, 1_280, 1_500, 9_000, 65_535] {
        let plan = try plan(row, mtu)
        XCTAssertEqual(plan.segmentSize, mtu - row.headers, row.name, line: row.line)
        guard mtu >= 576 else { continue }
        let frames = try plan.frames(of: row.recipe.build())
        let link = row.recipe.outerLink.byteCount
        let longest = frames.map(\.count).max() ?? 0
        XCTAssertEqual(longest, min(mtu, row.headers + 20_000) + link, row.name, line: row.line)
        for frame in frames {
          XCTAssertEqual(
            frameFaults(frame, link: row.recipe.outerLink.kind), [], row.name, line: row.line)
        }
      }
    }
  }

  func testTooSmallForTheHeaders() {
    for row in rows {
      for mtu in [row.headers, row.headers - 1, 1, 0, -1, Int.min] {
        XCTAssertEqual(
          refusal { try plan(row, mtu) }, .mtuTooSmall(mtu: mtu, headerLength: row.headers),
          row.name, line: row.line)
      }
    }
  }

  func testHugeMTU() throws {
    let frame = FrameRecipe(payload: Payload(count: 60_000)).build()
    for mtu in [65_535, 1 << 20, Int.max] {
      XCTAssertEqual(try SegmentationPlan(of: frame, request: .init(mtu: mtu)).count, 1)
    }
  }

  private func plan(_ row: Row, _ mtu: Int) throws -> SegmentationPlan {
    var request = SegmentationRequest(mtu: mtu)
    request.rules.maximumUDPSegmentCount = nil
    request.guessesDatagramSize = true
    return try SegmentationPlan(
      of: row.recipe.build(), link: row.recipe.outerLink.kind.layer, tunnels: .wellKnown,
      request: request)
  }

  /// The one-call form: a packet within the MTU is completed, or unmodified if it cannot be
  /// segmented and it fits.
  func testOneCall() throws {
    let long = FrameRecipe(payload: Payload(count: 4_000), checksum: .pseudoHeaderWithLength)
    XCTAssertEqual(try segment(long.build(), mtu: 1_500).map(\.count), [1_514, 1_514, 1_134])
    XCTAssertEqual(
      try segment(long.build(), mtu: 1_500, segmentSize: 1_000).map(\.count),
      [1_054, 1_054, 1_054, 1_054])
    XCTAssertEqual(
      try segment(long.build(), mtu: 1_500, segmentSize: 9_000).map(\.count),
      [1_514, 1_514, 1_134])
    let short = FrameRecipe(payload: Payload(count: 1_460), checksum: .pseudoHeaderWithLength)
    let frames = try segment(short.build(), mtu: 1_500)
    XCTAssertEqual(frames.count, 1)
    XCTAssertEqual(frameFaults(frames[0]), [])

    let fragment = FrameRecipe(
      network: .ipv4(IPv4Recipe { $0.moreFragments = true }), payload: Payload(count: 1_460)
    ).build()
    XCTAssertEqual(try segment(fragment, mtu: 1_500), [fragment])
    XCTAssertEqual(refusal { try segment(fragment, mtu: 1_499) }, .fragment)
    let arp =
      Array(FrameRecipe().build().prefix(12)) + [8, 6] + [UInt8](repeating: 0, count: 1_500)
    XCTAssertEqual(try segment(arp, mtu: 1_500), [arp])
    XCTAssertEqual(refusal { try segment(arp, mtu: 1_499) }, .notIP(.arp))
  }
}
