import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Payloads and segment sizes around every edge.
final class SizeSweepTests: XCTestCase {
  private let sizes = [1, 2, 536, 1_448, 1_460, 8_960, 65_535, 65_536, 1_048_575]

  private let packets: [(name: String, network: Network, transport: Transport)] = [
    ("tcp4", .ipv4(), .tcp()), ("tcp6", .ipv6(), .tcp()), ("udp4", .ipv4(), .udp()),
    ("udp6", .ipv6(), .udp()),
  ]

  func testCountsAndPayload() throws {
    for packet in packets {
      for size in sizes {
        for count in payloads(around: size) where count <= 65_535 - 60 {
          let recipe = FrameRecipe(
            network: packet.network, transport: packet.transport, payload: Payload(count: count))
          try check(recipe, size, "\(packet.name), \(count) octets by \(size)")
        }
      }
    }
  }

  private func payloads(around size: Int) -> Set<Int> {
    var counts: Set<Int> = [0, 1, size - 1, size, size + 1]
    for multiple in [2, 3, max(4, 65_400 / size)] {
      for step in -1...1 { counts.insert(multiple * size + step) }
    }
    return counts
  }

  /// Every frame of a segmented into many would take long to check: lengths and payload of all, the
  /// rest of the first, one in the middle and the last two.
  private func check(_ recipe: FrameRecipe, _ size: Int, _ name: String) throws {
    var request = SegmentationRequest(segmentSize: size)
    request.rules.maximumUDPSegmentCount = nil
    let frame = recipe.build()
    let plan = try SegmentationPlan(of: frame, request: request)
    let total = recipe.payload.count
    XCTAssertEqual(plan.count, max(1, (total + size - 1) / size), name)
    var arena = try SegmentArena(byteCount: plan.totalFrameLength, slotCount: plan.count)
    try plan.render(frame, into: &arena)
    XCTAssertEqual(arena.count, plan.count, name)
    let start = plan.headerLength
    var payload: [UInt8] = []
    payload.reserveCapacity(total)
    let checked: Set<Int> = [0, plan.count / 2, plan.count - 2, plan.count - 1]
    for index in 0..<arena.count {
      let segment = arena.frame(index)
      payload += segment[start...]
      if checked.contains(index) {
        XCTAssertEqual(frameFaults(segment), [], "\(name), segment \(index)")
      }
    }
    XCTAssertTrue(payload == recipe.payload.octets(), name)
  }

  /// The longest segment that the length fields can say, and one octet more.
  func testSegmentTooLong() throws {
    let rows: [(network: Network, transport: Transport, most: Int, limit: Int, line: UInt)] = [
      (.ipv4(), .tcp(), 65_535 - 40, 65_535, #line), (.ipv4(), .udp(), 65_535 - 28, 65_535, #line),
      (.ipv6(), .tcp(), 65_535 - 20, 65_575, #line), (.ipv6(), .udp(), 65_535 - 8, 65_575, #line),
    ]
    for row in rows {
      for size in [row.most, 65_535, 65_536, 1_048_575] {
        let fits = FrameRecipe(
          network: row.network, transport: row.transport, payload: Payload(count: row.most))
        let plan = try SegmentationPlan(of: fits.build(), request: .init(segmentSize: size))
        XCTAssertEqual(plan.count, 1, line: row.line)
      }
      let long = FrameRecipe(
        network: row.network, transport: row.transport, payload: Payload(count: row.most + 1)
      ).build()
      XCTAssertEqual(
        refusal { try SegmentationPlan(of: long, request: .init(segmentSize: row.most + 1)) },
        .segmentTooLong(packetLength: row.limit + 1, limit: row.limit), line: row.line)
      let plan = try SegmentationPlan(of: long, request: .init(segmentSize: row.most))
      XCTAssertEqual(plan.count, 2, line: row.line)
    }
  }

  func testSegmentSizesOutOfRange() {
    let frame = FrameRecipe(payload: Payload(count: 100)).build()
    for size in [0, -1, Int.min, Int.max, 1_048_576] {
      XCTAssertEqual(
        refusal { try SegmentationPlan(of: frame, request: .init(segmentSize: size)) },
        .segmentSizeOutOfRange(size))
      XCTAssertEqual(
        refusal { try segment(frame, mtu: 1_500, segmentSize: size) },
        .segmentSizeOutOfRange(size))
    }
  }

  func testMostDatagrams() throws {
    func plan(_ count: Int, _ rules: SegmentationRules = .linux) throws -> Int {
      let frame = FrameRecipe(transport: .udp(), payload: Payload(count: count)).build()
      return try SegmentationPlan(
        of: frame, request: .init(segmentSize: 100, rules: rules)
      ).count
    }
    XCTAssertEqual(try plan(12_800), 128)
    XCTAssertEqual(
      refusal { try plan(12_801) }, .tooManySegments(needed: 129, limit: 128))
    var rules = SegmentationRules.linux
    rules.maximumUDPSegmentCount = 64
    XCTAssertEqual(try plan(6_400, rules), 64)
    XCTAssertEqual(
      refusal { try plan(12_800, rules) }, .tooManySegments(needed: 128, limit: 64))
    XCTAssertEqual(try plan(60_000, .ndis), 600)
  }
}

/// The error that a refusal is made of; nil if nothing was refused.
func refusal<T>(_ body: () throws -> T) -> SegmentationError? {
  do {
    _ = try body()
    return nil
  } catch {
    return error as? SegmentationError
  }
}
