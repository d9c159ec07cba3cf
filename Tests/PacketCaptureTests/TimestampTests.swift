import PacketCapture
import XCTest

final class TimestampTests: XCTestCase {
  func testTicks() {
    typealias Row = (
      ticks: UInt64, octet: UInt8, offset: Int64, seconds: Int64?, fraction: UInt64,
      nanoseconds: Int64, line: UInt
    )
    let rows: [Row] = [
      (1_500_000, 6, 0, 1, 500_000, 1_500_000_000, #line),
      (1_500_000_001, 9, 0, 1, 500_000_001, 1_500_000_001, #line),
      (1_500, 3, 0, 1, 500, 1_500_000_000, #line),
      (7, 0, 0, 7, 0, 7_000_000_000, #line),
      (7, 0, -10, -3, 0, -3_000_000_000, #line),
      (1_500_000, 6, -2, -1, 500_000, -500_000_000, #line),
      (3, 0x81, 0, 1, 1, 1_500_000_000, #line),
      (0x1_8000_0000, 0xA0, 0, 1, 0x8000_0000, 1_500_000_000, #line),
      (1_999_999_999_999, 12, 0, 1, 999_999_999_999, 1_999_999_999, #line),
      (18_446_744_073_709_551_615, 19, 0, 1, 8_446_744_073_709_551_615, 1_844_674_407, #line),
      (18_446_744_073_709_551_615, 0xBF, 0, 1, 9_223_372_036_854_775_807, 1_999_999_999, #line),
      (18_446_744_073_709_551_615, 9, 0, 18_446_744_073, 709_551_615, .max, #line),
      (9_223_372_036_854_775_807, 0, 0, 9_223_372_036_854_775_807, 0, .max, #line),
      (0, 6, .min, .min, 0, .min, #line),
      (9_223_372_036_854_775_808, 0, 0, nil, 0, 0, #line),
      (1, 0, .max, nil, 0, 0, #line),
    ]
    for row in rows {
      guard let resolution = TimestampResolution(rawValue: row.octet) else {
        XCTFail("resolution \(row.octet)", line: row.line)
        continue
      }
      let timestamp = CaptureTimestamp(
        ticks: row.ticks, resolution: resolution, offset: row.offset)
      XCTAssertEqual(timestamp?.seconds, row.seconds, "seconds", line: row.line)
      guard let timestamp else { continue }
      XCTAssertEqual(timestamp.fraction, row.fraction, "fraction", line: row.line)
      XCTAssertEqual(timestamp.nanoseconds, row.nanoseconds, "nanoseconds", line: row.line)
    }
  }

  func testNanosecondsAndMicroseconds() {
    let rows: [(nanoseconds: Int64, seconds: Int64, fraction: UInt64, line: UInt)] = [
      (0, 0, 0, #line),
      (1_000_000_001, 1, 1, #line),
      (-1, -1, 999_999_999, #line),
      (-1_000_000_000, -1, 0, #line),
      (.max, 9_223_372_036, 854_775_807, #line),
      (.min, -9_223_372_037, 145_224_192, #line),
    ]
    for row in rows {
      let timestamp = CaptureTimestamp(nanoseconds: row.nanoseconds)
      XCTAssertEqual(timestamp.seconds, row.seconds, line: row.line)
      XCTAssertEqual(timestamp.fraction, row.fraction, line: row.line)
    }
    XCTAssertEqual(CaptureTimestamp(microseconds: -1).fraction, 999_999)
    XCTAssertEqual(CaptureTimestamp(microseconds: 1_719_109_785_999_999).seconds, 1_719_109_785)
  }

  func testResolutions() {
    let rows: [(octet: UInt8, ticksPerSecond: UInt64?, text: String, line: UInt)] = [
      (0, 1, "10^-0 s", #line),
      (6, 1_000_000, "10^-6 s", #line),
      (9, 1_000_000_000, "10^-9 s", #line),
      (19, 10_000_000_000_000_000_000, "10^-19 s", #line),
      (20, nil, "", #line),
      (0x7F, nil, "", #line),
      (0x80, 1, "2^-0 s", #line),
      (0x8A, 1_024, "2^-10 s", #line),
      (0xBF, 9_223_372_036_854_775_808, "2^-63 s", #line),
      (0xC0, nil, "", #line),
      (0xFF, nil, "", #line),
    ]
    for row in rows {
      let resolution = TimestampResolution(rawValue: row.octet)
      XCTAssertEqual(resolution?.ticksPerSecond, row.ticksPerSecond, line: row.line)
      if let resolution { XCTAssertEqual(resolution.description, row.text, line: row.line) }
    }
  }

  func testLinkTypeDescriptions() {
    let rows: [(value: UInt16, text: String, line: UInt)] = [
      (0, "link type 0 (NULL)", #line),
      (1, "link type 1 (ETHERNET)", #line),
      (101, "link type 101 (RAW)", #line),
      (105, "link type 105 (IEEE802_11)", #line),
      (147, "link type 147 (USER0)", #line),
      (162, "link type 162 (USER15)", #line),
      (276, "link type 276 (LINUX_SLL2)", #line),
      (65_535, "link type 65535", #line),
    ]
    for row in rows {
      XCTAssertEqual(LinkType(rawValue: row.value).description, row.text, line: row.line)
    }
  }
}
