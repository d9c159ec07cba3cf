import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Needs package access: it compares with single sums of the recipes.
final class InternetChecksumTests: XCTestCase {
  /// Data on which carries, folds and lane borders show.
  private func patterns(_ count: Int) -> [(name: String, octets: [UInt8])] {
    var random = SeededGenerator(seed: UInt64(count))
    return [
      ("random", random.octets(count)),
      ("ones", [UInt8](repeating: 0xFF, count: count)),
      ("zeros", zeros(count)),
      ("high", [UInt8](repeating: 0x80, count: count)),
      ("one at the end", zeros(max(0, count - 1)) + [UInt8](repeating: 1, count: min(1, count))),
    ]
  }

  private let longLengths = [
    301, 511, 512, 513, 1_023, 1_024, 1_447, 1_448, 1_460, 4_095, 4_097, 8_960, 9_001, 16_385,
    32_767, 65_534, 65_535, 65_536, 65_537, 69_999, 70_000,
  ]

  /// RFC 1071, section 3: the words 0001 F203 F4F5 F6F7 sum up to DDF2.
  func testExampleOfTheRFC() {
    let data = hex("0001 F203 F4F5 F6F7")
    var sum = InternetChecksum()
    sum.add(data)
    XCTAssertEqual(sum.sum, 0xDDF2)
    XCTAssertEqual(sum.checksum, 0x220D)
    sum.add(word(0x220D))
    XCTAssertEqual(sum.sum, 0xFFFF)
    XCTAssertEqual(sum.checksum, 0)
  }

  func testEmpty() {
    var sum = InternetChecksum()
    XCTAssertEqual(sum.sum, 0)
    XCTAssertEqual(sum.checksum, 0xFFFF)
    sum.add([])
    sum.combine(InternetChecksum())
    XCTAssertEqual(sum, InternetChecksum())
    // An octet on its own is the first half of a word.
    sum.add([0xAB])
    XCTAssertEqual(sum.sum, 0xAB00)
  }

  func testEveryLength() {
    for count in Array(0...300) + longLengths {
      for pattern in patterns(count) {
        let expected = referenceSum(pattern.octets)
        var sum = InternetChecksum()
        sum.add(pattern.octets)
        XCTAssertEqual(sum.sum, expected, "\(count) octets, \(pattern.name)")
        XCTAssertEqual(sum.checksum, ~expected, "\(count) octets, \(pattern.name)")
      }
    }
  }

  func testEveryStart() {
    var random = SeededGenerator(seed: 0xA11)
    let data = random.octets(400)
    for start in 0..<16 {
      for count in 0...300 {
        let expected = referenceSum(Array(data[start..<(start + count)]))
        var sum = InternetChecksum()
        sum.add(data.octets.extracting(start..<(start + count)))
        XCTAssertEqual(sum.sum, expected, "\(count) octets from \(start)")
        let words = WordSum.sum(data.octets.extracting(start..<(start + count)))
        XCTAssertEqual(UInt16(bigEndian: WordSum.fold(words)), expected)
      }
    }
  }

  /// 1 MiB of ones: half a million carries, none of which may be lost.
  func testCarries() {
    for count in [1_048_576, 1_048_575, 300_001] {
      let ones = [UInt8](repeating: 0xFF, count: count)
      var sum = InternetChecksum()
      sum.add(ones)
      XCTAssertEqual(sum.sum, count % 2 == 0 ? 0xFFFF : 0xFF00, "\(count) octets")
    }
    // Words of 0xFFFE lose one at each carry but one: the sum is -n, modulo 65,535.
    var words: [UInt8] = []
    for _ in 0..<524_288 { words += [0xFF, 0xFE] }
    var sum = InternetChecksum()
    sum.add(words)
    XCTAssertEqual(sum.sum, UInt16(65_535 - 524_288 % 65_535))
    XCTAssertEqual(sum.sum, referenceSum(words))
    // Many large parts do not overflow the accumulator either.
    let ones = [UInt8](repeating: 0xFF, count: 65_536)
    var many = InternetChecksum()
    for _ in 0..<70_000 { many.combine(sum) }
    XCTAssertEqual(many.sum, UInt16(65_535 - 70_000 * (524_288 % 65_535) % 65_535))
    for _ in 0..<16 { many.add(ones) }
    XCTAssertEqual(many.sum, UInt16(65_535 - 70_000 * (524_288 % 65_535) % 65_535))
  }

  /// Where data is split must not matter, at odd places least of all.
  func testEverySplit() {
    for count in [0, 1, 2, 3, 17, 64, 65, 130, 131] {
      for pattern in patterns(count) {
        let data = pattern.octets
        let expected = referenceSum(data)
        for split in 0...count {
          var sum = InternetChecksum()
          sum.add(data.octets.extracting(first: split))
          sum.add(data.octets.extracting(droppingFirst: split))
          XCTAssertEqual(sum.sum, expected, "\(count) octets, \(pattern.name), split at \(split)")
          var (front, back) = (InternetChecksum(), InternetChecksum())
          front.add(data.octets.extracting(first: split))
          back.add(data.octets.extracting(droppingFirst: split))
          front.combine(back)
          XCTAssertEqual(front.sum, expected, "\(count) octets, combined at \(split)")
        }
      }
    }
  }

  func testManyPieces() {
    var random = SeededGenerator.fromEnvironment()
    for _ in 0..<300 {
      let data = random.octets(random.below(600))
      var sum = InternetChecksum()
      var nested = InternetChecksum()
      var at = 0
      while at < data.count {
        let end = min(data.count, at + random.below(40))
        let part = data.octets.extracting(at..<end)
        if random.oneIn(3) {
          var other = InternetChecksum()
          other.add(part)
          sum.combine(other)
        } else {
          sum.add(part)
        }
        var inner = InternetChecksum()
        for offset in 0..<part.byteCount { inner.add(part.extracting(offset..<(offset + 1))) }
        nested.combine(inner)
        at = end
      }
      XCTAssertEqual(sum.sum, referenceSum(data), "seed \(random.seed)")
      XCTAssertEqual(nested.sum, referenceSum(data), "seed \(random.seed)")
    }
  }

  /// Numbers count as their octets in network order, after an odd octet as well.
  func testNumbers() {
    for front in [[], [0x5A], [0x5A, 0xC3], [0xFF, 0xFF, 0xFF]] as [[UInt8]] {
      var sum = InternetChecksum()
      sum.add(front)
      var data = front
      sum.add(0x0123 as UInt16)
      data += hex("0123")
      XCTAssertEqual(sum.sum, referenceSum(data), "\(front)")
      sum.add(0x4567_89AB as UInt32)
      data += hex("456789AB")
      XCTAssertEqual(sum.sum, referenceSum(data), "\(front)")
      sum.add(0xCDEF_0246_8ACE_FDB9 as UInt64)
      data += hex("CDEF02468ACEFDB9")
      XCTAssertEqual(sum.sum, referenceSum(data), "\(front)")
      sum.add([0x77])
      data += [0x77]
      XCTAssertEqual(sum.sum, referenceSum(data), "\(front)")
    }
  }
}
