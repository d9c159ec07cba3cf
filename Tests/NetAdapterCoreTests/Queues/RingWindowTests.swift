import XCTest

@testable import NetAdapterCore

/// Rings of 1, 2, 4 and 8 elements, every start and every fill.
final class RingWindowTests: XCTestCase {
  func testWrapAround() {
    for count in [1, 2, 4, 8] {
      var ring = NetRing<NetPacketGso>(count: count, repeating: NetPacketGso())
      XCTAssertEqual(ring.count, count)
      XCTAssertEqual(ring.elementIndexMask, count - 1)
      XCTAssertEqual(ring.elementStride, 4)
      for start in 0..<count {
        XCTAssertEqual(ring.index(after: start), (start + 1) % count)
        for fill in 0..<count {
          let name = "\(fill) from \(start) of \(count)"
          let expected = (0..<fill).map { (start + $0) % count }
          (ring.beginIndex, ring.endIndex) = (start, (start + fill) % count)
          XCTAssertEqual(Array(ring.window), expected, name)
          XCTAssertEqual(ring.window.count, fill, name)
          XCTAssertEqual(ring.window.isEmpty, fill == 0, name)
          XCTAssertEqual(ring.distance(from: ring.beginIndex, to: ring.endIndex), fill, name)
          XCTAssertEqual(ring.index(start, advancedBy: fill), ring.endIndex, name)
          XCTAssertEqual(ring.index(ring.endIndex, advancedBy: -fill), start, name)
          for index in -1...count {
            XCTAssertEqual(ring.window.contains(index), expected.contains(index), name)
          }
          for next in 0...fill {
            ring.nextIndex = (start + next) % count
            XCTAssertEqual(Array(ring.unprocessed), Array(expected.dropFirst(next)), name)
          }
          for (position, index) in ring.window.enumerated() { ring[index].mss = position + 1 }
          for position in 0..<fill {
            // Any index works, also one round before or after.
            XCTAssertEqual(ring[start + position].mss, position + 1, name)
            XCTAssertEqual(ring[start + position - count].mss, position + 1, name)
          }
        }
      }
    }
  }

  func testAnyIndexIsTakenModuloTheSize() {
    var ring = NetRing<NetPacketRscTimestamp>(count: 4, repeating: .init())
    for index in [Int.min, -1, .max] {
      ring[index].tcpTimestampDelta = 5
      XCTAssertEqual(ring[index & 3].tcpTimestampDelta, 5)
    }
    (ring.beginIndex, ring.endIndex) = (.min, .max)
    XCTAssertEqual(Array(ring.window), [0, 1, 2])
  }
}
