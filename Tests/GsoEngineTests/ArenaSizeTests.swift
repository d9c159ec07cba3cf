import GsoEngine
import TestSupport
import WireFormats
import XCTest

/// Sizes that no memory has are refused, and what is missing is named in octets.
final class ArenaSizeTests: XCTestCase {
  func testTheRangesAreRefusedAtTheirEnds() {
    for octets in [-1, .min, 1_073_741_825, .max] {
      XCTAssertEqual(
        failure { _ = try SegmentArena(byteCount: octets) }, .arenaByteCountOutOfRange(octets))
    }
    for slots in [0, -1, .min, 16_777_217, .max] {
      XCTAssertEqual(
        failure { _ = try SegmentArena(byteCount: 100, slotCount: slots) },
        .arenaSlotCountOutOfRange(slots))
    }
    for octets in [-1, .min, 16_777_217, .max] {
      XCTAssertEqual(
        failure { _ = try LinearHeaders(byteCount: octets) }, .headerByteCountOutOfRange(octets))
    }
    XCTAssertEqual(
      "\(SegmentationError.arenaByteCountOutOfRange(-1))",
      "an arena of -1 octets is not in 0...1073741824")
    XCTAssertEqual(
      "\(SegmentationError.arenaSlotCountOutOfRange(0))",
      "an arena of 0 slots is not in 1...16777216")
    XCTAssertEqual(
      "\(SegmentationError.headerByteCountOutOfRange(-1))",
      "room for -1 octets of headers is not in 0...16777216")
  }

  func testSmallArenasAreSound() throws {
    let empty = try SegmentArena(byteCount: 0)
    XCTAssertEqual(empty.freeByteCount, 0)
    XCTAssertEqual(empty.freeSlotCount, 1)
    let one = try SegmentArena(byteCount: 1, slotCount: 1)
    XCTAssertEqual(one.freeByteCount, 1)
    _ = try LinearHeaders(byteCount: 0)
  }

  func testAnArenaThatIsTooSmallNamesOctets() throws {
    let frame = TCPFrame.octets(payload: 65_000)
    let plan = try SegmentationPlan(of: frame, request: .init(segmentSize: 1_448))
    let needed = plan.totalFrameLength
    for octets in [0, 100, 2_000, needed - 1] {
      var arena = try SegmentArena(byteCount: octets)
      let error = failure { try plan.render(frame, into: &arena) }
      XCTAssertEqual(error, .outputTooSmall(needed: needed, available: octets))
      XCTAssertEqual(
        error?.description,
        "the segments need \(needed) octets, the output has room for \(octets) octets")
      XCTAssertEqual(arena.count, 0)
    }
    var arena = try SegmentArena(byteCount: needed)
    try plan.render(frame, into: &arena)
    XCTAssertEqual(arena.count, plan.count)
    var slots = try SegmentArena(byteCount: needed, slotCount: 3)
    XCTAssertEqual(
      failure { try plan.render(frame, into: &slots) },
      .tooFewSlots(needed: plan.count, available: 3))
  }

  /// Raw IP with one octet in each datagram: the octets are enough, so the slots are.
  func testTheShortestFramesFitByTheirOctets() throws {
    let frame = Array(TCPFrame.udp(payload: 64).dropFirst(14))
    let plan = try SegmentationPlan(of: frame, link: .rawIP, request: .init(segmentSize: 1))
    var arena = try SegmentArena(byteCount: plan.totalFrameLength)
    try plan.render(frame, into: &arena)
    XCTAssertEqual(arena.count, 64)
  }
}

/// The error with which a call is refused; nil if it is not.
func failure(_ body: () throws -> Void) -> SegmentationError? {
  do {
    try body()
    return nil
  } catch {
    return error as? SegmentationError
  }
}

/// Plain frames over Ethernet and IPv4, with checksums of 0.
private enum TCPFrame {
  static func octets(payload: Int) -> [UInt8] {
    var tcp = [UInt8](repeating: 0, count: 20)
    (tcp[12], tcp[13]) = (0x50, 0x10)
    return ipv4(6, tcp, payload)
  }

  static func udp(payload: Int) -> [UInt8] {
    ipv4(17, [0, 1, 0, 2, 0, 0, 0, 0], payload)
  }

  private static func ipv4(_ number: UInt8, _ transport: [UInt8], _ payload: Int) -> [UInt8] {
    let ethernet = [UInt8](repeating: 2, count: 12) + [8, 0]
    let ip: [UInt8] = [0x45, 0, 0, 0, 0, 1, 0, 0, 64, number, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
    return ethernet + ip + transport + [UInt8](repeating: 7, count: payload)
  }
}
