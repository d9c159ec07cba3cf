import PacketCapture
import XCTest

/// What happens to every small damage: a record, a clean end or a typed error, and never a trap.
final class DamageTests: XCTestCase {
  /// Where each golden file may end: after its header and after each whole record or block.
  private static let cleanLengths: [[Int]] = [
    [24, 44, 60], [24, 44, 60], [24, 45], [24, 45],
    [28, 68, 120], [28, 68, 120],
    [40, 56, 76, 124, 160, 180, 224, 244, 272, 292, 304, 364],
  ]

  /// Every length of every golden file: a clean end at the lengths above, a truncation elsewhere.
  func testEveryTruncation() {
    for (golden, clean) in zip(Golden.all, Self.cleanLengths) {
      XCTAssertEqual(golden.octets.count, clean.last, golden.name)
      for length in 0...golden.octets.count {
        let reading = Reading(Array(golden.octets.prefix(length)))
        let name = "\(golden.name) truncated to \(length) octets"
        if clean.contains(length) {
          XCTAssertNil(reading.error, name)
          continue
        }
        guard case .truncated(_, let needed, let available) = reading.error?.reason else {
          XCTFail("\(name): \(String(describing: reading.error))")
          continue
        }
        XCTAssertGreaterThan(needed, available, name)
        let start = clean.last { $0 <= length } ?? 0
        XCTAssertEqual(reading.error?.byteOffset, UInt64(start), name)
        XCTAssertEqual(available, UInt64(length - start), name)
      }
    }
  }

  /// However many octets come in at a time, the frames and the error are the same.
  func testPieces() {
    for golden in Golden.all {
      for length in [golden.octets.count, golden.octets.count - 1, golden.octets.count / 2] {
        let octets = Array(golden.octets.prefix(length))
        let whole = Reading(octets)
        for pieces in [1, 2, 3, 5, 7, 16, 31] {
          XCTAssertEqual(
            Reading(octets, pieces: pieces), whole,
            "\(golden.name), \(length) octets in pieces of \(pieces)")
        }
      }
    }
  }

  /// Every octet of every golden file, replaced by every other value.
  func testEveryCorruption() {
    var errors = 0
    for golden in Golden.all {
      var octets = golden.octets
      for position in octets.indices {
        let original = octets[position]
        for value in UInt8.min...UInt8.max where value != original {
          octets[position] = value
          let reading = Reading(octets)
          touch(reading)
          if reading.error != nil { errors += 1 }
          XCTAssertLessThanOrEqual(reading.frames.count, octets.count / 12)
        }
        octets[position] = original
      }
    }
    XCTAssertGreaterThan(errors, 10_000)
  }

  /// Random octets after good starts, from printed seeds, whole and one by one.
  func testRandomOctets() {
    for seed in UInt64(1)...400 {
      var generator = SeededGenerator(seed: seed)
      for golden in Golden.all {
        var octets = Array(golden.octets.prefix(Int.random(in: 0...80, using: &generator)))
        for _ in 0..<Int.random(in: 0...120, using: &generator) {
          // Small values are plausible lengths, and lead further into the parser.
          octets.append(
            Bool.random(using: &generator)
              ? UInt8.random(in: 0...255, using: &generator)
              : UInt8.random(in: 0...16, using: &generator) & 0xFC)
        }
        let whole = Reading(octets)
        touch(whole)
        XCTAssertEqual(Reading(octets, pieces: 1), whole, "seed \(seed), \(golden.name)")
      }
    }
  }

  /// Several octets of the richest file changed at once.
  func testSeveralCorruptions() {
    for seed in UInt64(1)...4_000 {
      var generator = SeededGenerator(seed: seed)
      var octets = Golden.pcapngRich
      for _ in 0..<Int.random(in: 2...6, using: &generator) {
        let position = Int.random(in: octets.indices, using: &generator)
        octets[position] = UInt8.random(in: 0...255, using: &generator)
      }
      touch(Reading(octets))
    }
  }

  /// Computes everything that is computed from what a file says.
  private func touch(_ reading: Reading) {
    for frame in reading.frames {
      _ = frame.timestamp?.nanoseconds
      _ = frame.interface.linkType.description
      var pcap = PcapWriter(linkType: frame.interface.linkType, resolution: .nanoseconds)
      try? pcap.write(frame.octets, at: frame.timestamp ?? CaptureTimestamp(nanoseconds: 0))
      var pcapng = PcapngWriter()
      _ = try? pcapng.addInterface(frame.interface)
      try? pcapng.write(
        frame.octets, interface: 0, at: frame.timestamp ?? CaptureTimestamp(nanoseconds: 0))
    }
    _ = reading.error?.description
  }
}
