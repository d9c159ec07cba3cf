import PacketCapture
import XCTest

/// Sizes, counts and times of readers and writers, at the ends of their ranges and beyond.
final class NumberTests: XCTestCase {
  private let now = CaptureTimestamp(nanoseconds: 1)

  func testTheBufferOfAReader() throws {
    for count in [-1, Int.min, 1_073_741_825, .max] {
      do throws(CaptureError) {
        _ = try CaptureReader(bufferByteCount: count)
        XCTFail("\(count) is accepted")
      } catch {
        XCTAssertEqual(error.reason, .bufferByteCountOutOfRange(count))
        XCTAssertEqual(
          "\(error)", "octet 0: a buffer of \(count) octets is not in 0...1073741824")
      }
    }
    for count in [0, 1, 1_024, 1_000_000] {
      var reader = try CaptureReader(bufferByteCount: count)
      reader.append([0xD4, 0xC3])
      XCTAssertNil(try reader.next()?.frameNumber)
    }
  }

  private func error(_ body: () throws(CaptureWriteError) -> Void) -> CaptureWriteError? {
    do throws(CaptureWriteError) {
      try body()
      return nil
    } catch {
      return error
    }
  }

  func testTrailersAndOriginalLengths() throws {
    var pcap = PcapWriter(linkType: .ethernet)
    var pcapng = PcapngWriter()
    let interface = try pcapng.addInterface(CaptureInterface(linkType: .ethernet))
    let before = [pcap.pendingByteCount, pcapng.pendingByteCount]
    let frame: [UInt8] = [1, 2, 3]
    let limit = CaptureLimits.recordByteCount
    let octets = unsafe frame.span.bytes
    for count in [Int.min, -1, limit + 1, .max] {
      let expected = CaptureWriteError.trailerByteCountOutOfRange(count, limit: limit)
      XCTAssertEqual(
        error { () throws(CaptureWriteError) in
          try pcap.write(octets, at: now, trailerByteCount: count)
        }, expected)
      XCTAssertEqual(
        error { () throws(CaptureWriteError) in
          try pcapng.write(octets, interface: interface, at: now, trailerByteCount: count)
        }, expected)
    }
    XCTAssertEqual(
      "\(CaptureWriteError.trailerByteCountOutOfRange(-1, limit: limit))",
      "-1 octets cannot follow a frame; it must be 0 to 262,144")
    XCTAssertEqual(
      error { () throws(CaptureWriteError) in
        try pcap.write(octets, at: now, trailerByteCount: limit)
      }, .recordTooLong(byteCount: limit + 3, limit: limit))
    for length in [Int.min, -1, 1 << 32, .max] {
      let expected = CaptureWriteError.originalLengthOutOfRange(length)
      XCTAssertEqual(
        error { () throws(CaptureWriteError) in
          try pcap.write(frame, at: now, originalLength: length)
        }, expected)
      XCTAssertEqual(
        error { () throws(CaptureWriteError) in
          try pcapng.write(frame, interface: interface, at: now, originalLength: length)
        }, expected)
    }
    for index in [Int.min, -1, 1, .max] {
      XCTAssertEqual(
        error { () throws(CaptureWriteError) in
          try pcapng.write(frame, interface: index, at: now)
        }, .undeclaredInterface(index: index, declared: 1))
    }
    for count in [Int.min, -1, 256, .max] {
      var odd = CaptureInterface(linkType: .ethernet)
      odd.frameCheckSequenceByteCount = count
      XCTAssertEqual(
        error { () throws(CaptureWriteError) in _ = try pcapng.addInterface(odd) },
        .frameCheckSequence(byteCount: count))
      XCTAssertEqual(
        error { () throws(CaptureWriteError) in _ = try PcapWriter(odd) },
        .frameCheckSequence(byteCount: count))
    }
    XCTAssertEqual([pcap.pendingByteCount, pcapng.pendingByteCount], before)
  }

  /// Nanoseconds that 64 bits can count come back, to the last one.
  func testNanosecondsAtTheEndsOfTime() throws {
    for offset in 0..<3_000 as Range<Int64> {
      let step = offset * 777_777
      for nanoseconds in [Int64.min + offset, .min + step, .max - offset, .max - step, -offset] {
        let time = CaptureTimestamp(nanoseconds: nanoseconds)
        XCTAssertEqual(time.nanoseconds, nanoseconds)
        XCTAssertLessThan(time.fraction, 1_000_000_000)
      }
      XCTAssertEqual(CaptureTimestamp(microseconds: .min + offset).nanoseconds, .min)
      XCTAssertEqual(CaptureTimestamp(microseconds: .max - offset).nanoseconds, .max)
    }
    // One nanosecond less than the first, and one more than the last.
    let resolution = TimestampResolution.nanoseconds
    let first = CaptureTimestamp(nanoseconds: .min)
    let below = try XCTUnwrap(
      CaptureTimestamp(ticks: first.fraction - 1, resolution: resolution, offset: first.seconds))
    XCTAssertEqual(below.nanoseconds, .min)
    let last = CaptureTimestamp(nanoseconds: .max)
    let above = try XCTUnwrap(
      CaptureTimestamp(ticks: last.fraction + 1, resolution: resolution, offset: last.seconds))
    XCTAssertEqual(above.nanoseconds, .max)
  }
}
