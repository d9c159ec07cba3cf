import Foundation
import PacketCapture
import XCTest

final class BoundedMemoryTests: XCTestCase {
  private static let section = octets(
    """
    0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000
    01000000 14000000 0100 0000 00000000 14000000
    """)
  private static let frame = octets(
    "06000000 20000000 00000000 00000000 01000000 00000000 00000000 20000000")

  /// A skipped block of half a gigabyte passes through, and the frame after it is found.
  func testHugeUnknownBlock() throws {
    var reader = CaptureReader()
    reader.append(Self.section + octets("ad0b0000 00000020"))
    let zeros = [UInt8](repeating: 0, count: 1 << 20)
    let before = residentByteCount()
    var rest = 0x2000_0000 - 12
    while rest > 0 {
      let isFrame = try reader.next() != nil
      XCTAssertFalse(isFrame)
      reader.append(zeros.span.extracting(first: rest))
      rest -= min(rest, zeros.count)
    }
    reader.append(octets("00000020") + Self.frame)
    guard let record = try reader.next() else { return XCTFail("no frame after the block") }
    XCTAssertEqual(record.frameNumber, 1)
    XCTAssertEqual(record.timestamp, CaptureTimestamp(microseconds: 1))
    if let before, let after = residentByteCount() {
      XCTAssertLessThan(after - before, 16 << 20, "octets more than before")
    }
  }

  /// A frame that claims the most it may does not make the reader allocate that.
  func testLargestFrame() throws {
    var file = octets("d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000")
    file += octets("00000000 00000000 00000400 00000400")
    file += [UInt8](repeating: 0x5A, count: 262_144)
    for pieces in [1_000, 65_536, 1 << 20] {
      let reading = Reading(file, pieces: pieces)
      XCTAssertNil(reading.error)
      XCTAssertEqual(
        reading.frames.map(\.octets), [[UInt8](repeating: 0x5A, count: 262_144)],
        "pieces of \(pieces)")
    }
  }

  /// Sixty-four megabytes of records through `fill`, in memory that stays unmodified.
  func testManyRecords() throws {
    let record = octets("00000000 00000000 f0030000 f0030000") + [UInt8](repeating: 7, count: 1_008)
    var sent = 0
    let header = octets("d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000")
    var reader = CaptureReader()
    reader.append(header)
    let before = residentByteCount()
    var lengths = Set<Int>()
    while let frame = try reader.next(filling: { output in
      guard sent < 65_536 else { return }
      // Pieces that end in the middle of records.
      let count = min(61, 65_536 - sent)
      for _ in 0..<count { copy(record, to: &output) }
      sent += count
    }) {
      lengths.insert(frame.capturedLength)
    }
    XCTAssertEqual(reader.frameCount, 65_536)
    XCTAssertEqual(lengths, [1_008])
    if let before, let after = residentByteCount() {
      XCTAssertLessThan(after - before, 16 << 20, "octets more than before")
    }
  }

  /// What the source throws comes through, and the reader goes on where it was.
  func testSourceFails() throws {
    struct Interrupted: Error {}
    var reader = CaptureReader()
    var calls = 0
    let source = { (output: inout OutputRawSpan) throws(Interrupted) in
      calls += 1
      if calls == 2 { throw Interrupted() }
      let half = Golden.pcapLittle.count / 2
      let part =
        calls == 1 ? Golden.pcapLittle[..<half] : calls == 3 ? Golden.pcapLittle[half...] : []
      for octet in part { output.append(octet) }
    }
    XCTAssertThrowsError(try reader.next(filling: source) == nil) { error in
      XCTAssertTrue(error is Interrupted)
    }
    var frames: [[UInt8]] = []
    while let record = try reader.next(filling: source) { frames.append(record.copyOctets()) }
    XCTAssertEqual(frames, [[0xDE, 0xAD, 0xBE, 0xEF], []])
    XCTAssertTrue(reader.isAtEnd)
  }

  /// After a clean end, a file that grew can be read on.
  func testFileThatGrows() throws {
    var reader = CaptureReader()
    reader.append(Array(Golden.pcapLittle[..<44]))
    reader.finish()
    var count = 0
    while try reader.next() != nil { count += 1 }
    XCTAssertEqual(count, 1)
    XCTAssertTrue(reader.isAtEnd)
    reader.append(Array(Golden.pcapLittle[44...]))
    XCTAssertFalse(reader.isAtEnd)
    while try reader.next() != nil { count += 1 }
    XCTAssertEqual(count, 2)
  }

  /// Octets of memory in use, where the system tells.
  private func residentByteCount() -> Int? {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
      return nil
    }
    let fields = text.split(separator: " ")
    return fields.count > 1 ? Int(fields[1]).map { $0 * 4_096 } : nil
  }
}
