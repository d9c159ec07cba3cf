import FrameRecipes
import VirtualNICTesting
import XCTest

/// `coalescingFaults` names what is wrong with delivered frames.
final class CoalescingFaultTests: XCTestCase {
  /// Four segments of a flow, and a datagram of another one as the third frame.
  private func received() throws -> [[UInt8]] {
    var frames = try (0..<4).map { index in
      try FrameRecipe(
        network: .ipv4 { $0.identification = UInt16(index) },
        transport: .tcp { $0.sequenceNumber = UInt32(index * 100) },
        payload: .random(seed: UInt64(index), count: 100)
      ).octets
    }
    frames.insert(try FrameRecipe(transport: .udp(), payload: .counting(9)).octets, at: 2)
    return frames
  }

  /// What the reference delivers: the datagram after the segments.
  private func delivered(_ received: [[UInt8]]) -> [DeliveredFrame] {
    var coalescer = ReferenceCoalescer()
    for frame in received { coalescer.receive(frame) }
    coalescer.endBatch()
    return coalescer.delivered.map { DeliveredFrame($0.frame, inputs: $0.inputs) }
  }

  func testWhatIsRightHasNoFaults() throws {
    let received = try received()
    let units = delivered(received)
    XCTAssertEqual(units.map(\.inputs), [[0, 1, 3, 4], [2]])
    XCTAssertEqual(coalescingFaults(units, of: received), [])
    // Nothing has to be merged.
    let alone = received.enumerated().map { DeliveredFrame($1, inputs: [$0]) }
    XCTAssertEqual(coalescingFaults(alone, of: received), [])
  }

  func testFaultsByName() throws {
    let received = try received()
    let right = delivered(received)
    let alone = received.enumerated().map { DeliveredFrame($1, inputs: [$0]) }
    func with(_ change: (inout [DeliveredFrame]) -> Void) -> [DeliveredFrame] {
      var units = right
      change(&units)
      return units
    }
    let rows: [(units: [DeliveredFrame], says: [String], line: UInt)] = [
      (
        with { $0.removeLast() },
        ["frame 1, inputs: expected received frame 2, found nothing"], #line
      ),
      (
        with { $0.append($0[1]) },
        ["frame 2, inputs: expected received frame 2 once, found twice"], #line
      ),
      (
        with { $0[1].inputs = [7] },
        [
          "frame 1, inputs: expected an index below 5, found 7",
          "frame 2, inputs: expected received frame 2, found nothing",
        ], #line
      ),
      (
        with { $0[0].octets[19] = 1 },
        ["frame 0, octet 18, ipv4.identification: expected 0, found 1"], #line
      ),
      (
        with { $0[0].octets[60] ^= 0xFF },
        ["payload"], #line
      ),
      (
        with { $0[1].octets[50] ^= 1 },
        ["frame 1, octet 50, payload: expected 0x08, found 0x09"], #line
      ),
      (
        with { $0[0].inputs = [0, 3, 1, 4] },
        [
          "frame 0, inputs: expected none that cannot follow received frame 0, found 3",
          "frame 0, order: expected received frame 1 before 3, found after it",
        ], #line
      ),
      (
        [alone[1], alone[0]] + alone[2...],
        ["frame 1, order: expected received frame 0 before 1, found after it"], #line
      ),
    ]
    for row in rows {
      let faults = coalescingFaults(row.units, of: received)
      if row.says == ["payload"] {
        XCTAssertEqual(faults.map(\.field), ["payload"], line: row.line)
      } else {
        XCTAssertEqual(faults.map(\.description), row.says, line: row.line)
      }
    }
  }

  /// A frame with a wrong checksum may overtake by the rules of Linux, and not by Microsoft's.
  func testOvertaking() throws {
    var received = try received()
    received[1][60] ^= 1
    let order = [1, 0, 2, 3, 4].map { DeliveredFrame(received[$0], inputs: [$0]) }
    XCTAssertEqual(coalescingFaults(order, of: received), [])
    XCTAssertEqual(
      coalescingFaults(order, of: received, rules: .receiveSegmentCoalescing).map(\.field),
      ["order"])
    // Nor may it be merged.
    let merged = [DeliveredFrame(received[0], inputs: [0, 1])] + order[2...]
    XCTAssertEqual(
      coalescingFaults(merged, of: received).map(\.description),
      ["frame 0, inputs: expected none that cannot follow received frame 0, found 1"])
  }
}
