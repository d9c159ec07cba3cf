import NetAdapterCore
import TestSupport
import WireFormats
import XCTest

/// Posting, advancing and taking packets back allocate nothing, verified or not.
final class QueueAllocationTests: XCTestCase {
  private func assertNone(line: UInt = #line, _ body: () throws -> Void) throws {
    _ = try allocations(during: body)
    guard let count = try allocations(during: body) else {
      throw XCTSkip("allocations are not counted in this build")
    }
    XCTAssertEqual(count, 0, line: line)
  }

  func testTransmit() throws {
    let frame = [UInt8](repeating: 7, count: 150)
    for isVerified in [true, false] {
      var octets = 0
      let queue = try makeTransmit(isVerified: isVerified) { queue, rings in
        for position in 0..<rings.packets.window.count {
          octets += rings.octetCount(of: rings.packets[rings.packets.window[position]])
        }
        returnAll(queue, &rings)
      }
      var completed = 0
      try assertNone {
        for tag in 0..<100 {
          try queue.post(frame.octets, tag: tag)
          try queue.post(byteCount: 100, tag: tag) { range, buffer in
            buffer.storeBytes(of: UInt8(truncatingIfNeeded: range.count), as: UInt8.self)
          }
          try queue.postIgnored(tag: tag)
          try queue.advance()
          while queue.takeCompleted() != nil { completed += 1 }
        }
      }
      XCTAssertEqual(completed, 600)
      XCTAssertEqual(octets, 200 * 250)
    }
  }

  func testFullRing() throws {
    let frame = [UInt8](repeating: 7, count: 150)
    let queue = try makeTransmit(ringSize: 2, advance: { _, _ in })
    try queue.post(frame)
    var refused = 0
    try assertNone {
      for _ in 0..<100 {
        do throws(QueueError) { try queue.post(frame.octets) } catch { refused += 1 }
      }
    }
    XCTAssertEqual(refused, 200)
  }

  func testReceive() throws {
    for isVerified in [true, false] {
      let queue = try makeReceive(isVerified: isVerified) { _, rings in
        let index = rings.packets.beginIndex
        guard rings.packets.window.count > 0, rings.fragments.window.count > 1 else { return }
        rings.packets[index].fragmentIndex = rings.fragments.beginIndex
        rings.packets[index].fragmentCount = 2
        rings.packets[index].layout = NetPacketLayout()
        for position in 0..<2 {
          let at = rings.fragments.index(rings.fragments.beginIndex, advancedBy: position)
          rings.fragments[at].validLength = 30
          rings.fragments[at].offset = 0
        }
        rings.packets.beginIndex = rings.packets.index(after: index)
        rings.fragments.beginIndex = rings.fragments.index(
          rings.fragments.beginIndex, advancedBy: 2)
      }
      var octets = 0
      try assertNone {
        for _ in 0..<100 {
          try queue.replenish()
          try queue.advance()
          while let count = try queue.takeReceived({ $0.byteCount }) { octets += count }
        }
      }
      XCTAssertEqual(octets, 200 * 60)
    }
  }
}
