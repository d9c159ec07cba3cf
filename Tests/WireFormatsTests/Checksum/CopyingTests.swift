import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Needs package access: it tests sums that only other modules of the package call.
final class CopyingTests: XCTestCase {
  private let old: UInt8 = 0xA5
  private let data: [UInt8] = {
    var random = SeededGenerator(seed: 0xC0)
    return random.octets(70_032)
  }()

  /// Copies with a sum and compares target, its surroundings and the sum with what they must be.
  private func check(_ count: Int, from source: Int, to target: Int, line: UInt = #line) {
    let data = data
    let part = Array(data[source..<(source + count)])
    var buffer = [UInt8](repeating: old, count: target + count + 33)
    var sum = InternetChecksum()
    copy(data.octets.extracting(source..<(source + count)), to: &buffer, at: target, &sum)
    let expected =
      [UInt8](repeating: old, count: target) + part + [UInt8](repeating: old, count: 33)
    XCTAssertTrue(buffer == expected, "\(count) octets from \(source) to \(target)", line: line)
    XCTAssertEqual(
      sum.sum, referenceSum(part), "\(count) octets from \(source) to \(target)", line: line)
  }

  private func copy(
    _ source: RawSpan, to buffer: inout [UInt8], at offset: Int, _ sum: inout InternetChecksum
  ) {
    var span = buffer.mutableSpan
    // SAFETY: every octet pattern is a valid octet.
    var octets = unsafe span.mutableBytes
    var target = octets.part(offset..<octets.byteCount)
    sum.addCopying(source, to: &target)
  }

  func testEveryLengthAtEveryStart() {
    for count in 0...300 {
      for start in 0..<16 {
        // Every target, each with another source; the pairs are all tried below.
        check(count, from: (start * 7 + count) % 16, to: start)
      }
    }
  }

  func testEveryPairOfStarts() {
    for count in [0, 1, 2, 3, 15, 63, 64, 65, 79, 80, 95, 96, 97, 111, 112, 127, 128, 160, 1_448] {
      for source in 0..<16 {
        for target in 0..<16 { check(count, from: source, to: target) }
      }
    }
  }

  func testLong() {
    for count in [4_095, 8_961, 65_535, 65_536, 70_000] {
      for start in [0, 1, 2, 14, 15] { check(count, from: 16 - start, to: start) }
    }
  }

  /// Ones and zeros, on which a lost carry shows at once.
  func testUniformData() {
    for octet in [0, 0xFF] as [UInt8] {
      for count in [0, 1, 2, 63, 64, 65, 300, 301, 65_536] {
        for target in 0..<16 {
          let source = [UInt8](repeating: octet, count: count)
          var buffer = [UInt8](repeating: old, count: target + count + 1)
          var sum = InternetChecksum()
          copy(source.octets, to: &buffer, at: target, &sum)
          XCTAssertEqual(sum.sum, referenceSum(source), "\(count) times \(octet)")
          XCTAssertTrue(Array(buffer[target..<(target + count)]) == source)
        }
      }
    }
  }

  /// Pieces that are copied one after the other sum up like the whole.
  func testOddPieces() {
    let whole = Array(data[..<300])
    for split in 0...300 {
      var buffer = [UInt8](repeating: old, count: 301)
      var sum = InternetChecksum()
      copy(whole.octets.extracting(first: split), to: &buffer, at: 0, &sum)
      copy(whole.octets.extracting(droppingFirst: split), to: &buffer, at: split, &sum)
      XCTAssertTrue(buffer == whole + [old], "split at \(split)")
      XCTAssertEqual(sum.sum, referenceSum(whole), "split at \(split)")
    }
  }

  func testCopyWithoutSum() {
    for target in 0..<4 {
      for count in 0...40 {
        let part = Array(data[..<count])
        var buffer = [UInt8](repeating: old, count: 48)
        do {
          var span = buffer.mutableSpan
          // SAFETY: every octet pattern is a valid octet.
          var octets = unsafe span.mutableBytes
          octets.copy(part.octets, at: target)
        }
        XCTAssertEqual(
          buffer,
          [UInt8](repeating: old, count: target) + part
            + [UInt8](repeating: old, count: 48 - target - count))
      }
    }
  }
}
