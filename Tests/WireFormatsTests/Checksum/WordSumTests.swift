import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

final class WordSumTests: XCTestCase {
  /// Folding adds every 16-bit digit, end-around carries included; it never turns ones into zeros.
  func testFold() {
    let rows: [(sum: UInt64, folded: UInt16, line: UInt)] = [
      (0, 0, #line), (1, 1, #line), (0xFFFF, 0xFFFF, #line), (0x1_0000, 1, #line),
      (0x1_FFFF, 1, #line), (0xFFFF_FFFF, 0xFFFF, #line), (0x1_0000_0000, 1, #line),
      (0x8000_8000_8000_8000, 2, #line), (0xFFFF_0000_0000_0001, 1, #line),
      (0x0001_FFFE_0000_0000, 0xFFFF, #line), (.max, 0xFFFF, #line), (.max - 1, 0xFFFE, #line),
    ]
    for row in rows { XCTAssertEqual(WordSum.fold(row.sum), row.folded, line: row.line) }
    var random = SeededGenerator(seed: 7)
    for _ in 0..<2_000 {
      let sum = random.next() >> UInt64(random.below(64))
      // 2^16 is 1 modulo 65,535, so the sum of the digits is the number itself modulo 65,535.
      let rest = UInt16(sum % 65_535)
      XCTAssertEqual(WordSum.fold(sum), rest == 0 && sum != 0 ? 0xFFFF : rest, "\(sum)")
    }
  }

  func testNumbersLieAsInMemory() {
    let octets = hex("0123 4567")
    XCTAssertEqual(
      WordSum.fold(WordSum.words(0x0123_4567)), WordSum.fold(WordSum.sum(octets.octets)))
    XCTAssertEqual(WordSum.word(0x0123), WordSum.sum(octets.octets.extracting(first: 2)))
  }

  func testRotation() {
    let even = hex("0123 4567 89AB")
    let odd = [0] + even + [0]
    XCTAssertEqual(
      WordSum.fold(WordSum.rotated(WordSum.sum(even.octets))),
      WordSum.fold(WordSum.sum(odd.octets)))
  }
}
