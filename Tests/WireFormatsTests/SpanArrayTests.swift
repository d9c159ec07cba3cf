import WireFormats
import XCTest

/// Arrays as spans, and spans as arrays.
final class SpanArrayTests: XCTestCase {
  func testThereAndBack() {
    for count in [0, 1, 2, 1_514] {
      let array = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
      XCTAssertEqual(array.octets.byteCount, count)
      XCTAssertEqual(array.octets.array(), array)
      XCTAssertEqual(array.octets.array(0..<count), array)
    }
  }

  func testAPart() {
    let array: [UInt8] = [1, 2, 3, 4]
    XCTAssertEqual(array.octets.array(1..<3), [2, 3])
    XCTAssertEqual(array.octets.extracting(2..<4).array(), [3, 4])
    XCTAssertEqual(array.octets.array(2..<2), [])
  }
}
