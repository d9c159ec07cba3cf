import PacketCapture
import XCTest

final class GoldenReadingTests: XCTestCase {
  func testPcap() {
    let rows: [(name: String, octets: [UInt8], order: ByteOrder, line: UInt)] = [
      ("little endian", Golden.pcapLittle, .littleEndian, #line),
      ("big endian", Golden.pcapBig, .bigEndian, #line),
    ]
    for row in rows {
      let reading = Reading(row.octets)
      XCTAssertNil(reading.error, row.name, line: row.line)
      XCTAssertEqual(reading.format, .pcap(.microseconds, row.order), row.name, line: row.line)
      let interface = CaptureInterface(linkType: .ethernet, resolution: .microseconds)
      XCTAssertEqual(
        reading.frames.map(\.octets), [[0xDE, 0xAD, 0xBE, 0xEF], []], row.name, line: row.line)
      XCTAssertEqual(reading.frames.map(\.originalLength), [1_514, 0], row.name, line: row.line)
      XCTAssertEqual(reading.frames.map(\.frameNumber), [1, 2], row.name, line: row.line)
      XCTAssertEqual(reading.frames.map(\.interface), [interface, interface], line: row.line)
      XCTAssertEqual(
        reading.frames.map(\.timestamp),
        [
          CaptureTimestamp(microseconds: 1_719_109_785_999_999),
          CaptureTimestamp(microseconds: 4_294_967_295_000_000),
        ], row.name, line: row.line)
    }
  }

  func testPcapOfNanoseconds() {
    let rows: [(name: String, octets: [UInt8], order: ByteOrder, line: UInt)] = [
      ("little endian", Golden.pcapNanosecondsLittle, .littleEndian, #line),
      ("big endian", Golden.pcapNanosecondsBig, .bigEndian, #line),
    ]
    for row in rows {
      let reading = Reading(row.octets)
      XCTAssertNil(reading.error, row.name, line: row.line)
      XCTAssertEqual(reading.format, .pcap(.nanoseconds, row.order), row.name, line: row.line)
      XCTAssertEqual(reading.frames.map(\.octets), [[1, 2, 3, 4, 5]], row.name, line: row.line)
      XCTAssertEqual(
        reading.frames.map(\.timestamp),
        [CaptureTimestamp(nanoseconds: 1_719_109_785_999_999_999)], row.name, line: row.line)
      XCTAssertEqual(reading.frames.map(\.interface.linkType), [.linuxSLL], line: row.line)
    }
  }

  func testPcapng() {
    let rows: [(name: String, octets: [UInt8], order: ByteOrder, line: UInt)] = [
      ("little endian", Golden.pcapngLittle, .littleEndian, #line),
      ("big endian", Golden.pcapngBig, .bigEndian, #line),
    ]
    for row in rows {
      let reading = Reading(row.octets)
      XCTAssertNil(reading.error, row.name, line: row.line)
      XCTAssertEqual(reading.format, .pcapng(row.order), row.name, line: row.line)
      let interface = CaptureInterface(linkType: .ethernet, name: "eth0")
      XCTAssertEqual(reading.interfaces, [interface], row.name, line: row.line)
      XCTAssertEqual(reading.frames.map(\.octets), [[1, 2, 3, 4, 5]], row.name, line: row.line)
      XCTAssertEqual(reading.frames.map(\.originalLength), [1_514], row.name, line: row.line)
      XCTAssertEqual(reading.frames.map(\.comments), [["hi"]], row.name, line: row.line)
      XCTAssertEqual(
        reading.frames.map(\.timestamp),
        [CaptureTimestamp(nanoseconds: 1_719_109_785_999_999_999)], row.name, line: row.line)
    }
  }

  /// Sections of both byte orders, with frames of all three kinds.
  func testPcapngWithEverything() {
    let reading = Reading(Golden.pcapngRich)
    XCTAssertNil(reading.error)
    XCTAssertEqual(reading.format, .pcapng(.bigEndian), "the order of the last section")
    let frames = reading.frames
    XCTAssertEqual(
      frames.map(\.octets),
      [[0x45, 0x00], [0xAA], [0xA1, 0xA2, 0xA3], [0xDE, 0xAD, 0xBE, 0xEF]])
    XCTAssertEqual(
      frames.map(\.originalLength), [2, 1, 5, 4], "the simple packet was truncated to 3")
    XCTAssertEqual(frames.map(\.frameNumber), [1, 2, 3, 4])
    XCTAssertEqual(frames.map(\.sectionIndex), [0, 0, 0, 1])
    XCTAssertEqual(frames.map(\.interfaceIndex), [1, 0, 0, 0])
    XCTAssertEqual(frames.map(\.interface.linkType), [.raw, .ethernet, .ethernet, .linuxSLL2])
    XCTAssertEqual(frames.map(\.interface.frameCheckSequenceByteCount), [4, nil, nil, nil])
    XCTAssertEqual(frames.map(\.comments), [[], [], [], ["one", "two"]])
    XCTAssertEqual(
      frames.map(\.timestamp?.nanoseconds),
      [13_000_000_000, 1_000_000_000, nil, 1_000_001_000],
      "0xC00 ticks of 2^-10 s are 3 s, and the offset adds 10 s")
    XCTAssertEqual(frames[0].interface.timestampOffset, 10)
    XCTAssertEqual(frames[0].interface.resolution.ticksPerSecond, 1_024)
  }

  /// The view's own properties, which the tests of copied frames do not touch.
  func testRecordInPlace() throws {
    var reader = CaptureReader()
    XCTAssertNil(reader.format)
    reader.append(Golden.pcapngLittle)
    do {
      guard let record = try reader.next() else { return XCTFail("no frame") }
      XCTAssertEqual(record.capturedLength, 5)
      XCTAssertTrue(record.isTruncatedBySnapLength)
      XCTAssertEqual(record.octetSpan[4], 5)
      XCTAssertEqual(record.octets.byteCount, 5)
      XCTAssertEqual(record.comment, "hi")
      XCTAssertEqual(record.linkType, .ethernet)
      XCTAssertEqual(record.copyOctets(), [1, 2, 3, 4, 5])
    }
    let before = try reader.next() == nil
    XCTAssertTrue(before)
    XCTAssertFalse(reader.isAtEnd, "more may come")
    reader.finish()
    let after = try reader.next() == nil
    XCTAssertTrue(after)
    XCTAssertTrue(reader.isAtEnd)
    XCTAssertEqual(reader.frameCount, 1)
  }

  func testRawLinkTypesOfOtherSystems() {
    let rows: [(word: String, linkType: LinkType, frameCheckSequence: Int?, line: UInt)] = [
      ("0c000000", .raw, nil, #line),
      ("0e000000", .raw, nil, #line),
      ("65000000", .raw, nil, #line),
      ("01000024", .ethernet, 4, #line),
      ("01000004", .ethernet, 0, #line),
      ("010000f8", .ethernet, nil, #line),
      ("0100fff7", .ethernet, 30, #line),
      ("ffff0000", LinkType(rawValue: 65_535), nil, #line),
    ]
    for row in rows {
      let reading = Reading(
        octets("d4c3b2a1 0200 0400 00000000 00000000 00000400" + row.word))
      XCTAssertNil(reading.error, row.word, line: row.line)
      XCTAssertEqual(reading.interfaces.map(\.linkType), [row.linkType], row.word, line: row.line)
      XCTAssertEqual(
        reading.interfaces.map(\.frameCheckSequenceByteCount), [row.frameCheckSequence],
        row.word, line: row.line)
    }
  }

  /// A million microseconds is no fraction; some programs write it all the same.
  func testFractionOfMoreThanASecond() {
    let reading = Reading(
      octets(
        """
        d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000
        01000000 41420f00 00000000 00000000
        01000000 ffffffff 00000000 00000000
        """))
    XCTAssertEqual(
      reading.frames.map(\.timestamp),
      [CaptureTimestamp(microseconds: 2_000_001), CaptureTimestamp(microseconds: 4_295_967_295)])
  }

  func testLongNameIsCut() {
    let name = String(repeating: "n", count: 300)
    let frame = octets("0a0d0d0a 1c000000 4d3c2b1a 01000000 ffffffffffffffff 1c000000")
    let block =
      octets("01000000 44010000 01000000 00000000 0200 2c01") + Array(name.utf8)
      + octets("44010000")
    let reading = Reading(frame + block)
    XCTAssertNil(reading.error)
    XCTAssertEqual(reading.interfaces.map(\.name), [String(repeating: "n", count: 255)])
  }
}
