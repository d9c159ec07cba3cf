import PacketCapture
import XCTest

/// Files of pcap before version 2.4, in which a record's two lengths may be swapped.
final class VersionTests: XCTestCase {
  /// One frame of 2 octets of which `wire` were on the wire.
  private func lengths(
    minor: String, _ first: String, _ second: String, line: UInt = #line
  ) -> [UInt32] {
    let file =
      octets("d4c3b2a1 0200") + octets(minor)
      + octets("00000000 00000000 00000400 01000000 01000000 02000000") + octets(first)
      + octets(second) + octets("abcd")
    let reading = Reading(file)
    XCTAssertNil(reading.error, line: line)
    XCTAssertEqual(reading.frames.map(\.octets), [[0xAB, 0xCD]], line: line)
    XCTAssertEqual(
      reading.frames.map(\.timestamp), [CaptureTimestamp(microseconds: 1_000_002)], line: line)
    return reading.frames.map(\.originalLength)
  }

  func testCapturedLengthComesFirstSince24() {
    XCTAssertEqual(lengths(minor: "0400", "02000000", "05000000"), [5])
    XCTAssertEqual(lengths(minor: "0400", "02000000", "01000000"), [1])
  }

  func testSmallerLengthIsTheCapturedOneIn23() {
    XCTAssertEqual(lengths(minor: "0300", "02000000", "05000000"), [5])
    XCTAssertEqual(lengths(minor: "0300", "05000000", "02000000"), [5])
    XCTAssertEqual(lengths(minor: "0300", "02000000", "02000000"), [2])
  }

  func testOriginalLengthComesFirstBefore23() {
    for minor in ["0000", "0100", "0200"] {
      XCTAssertEqual(lengths(minor: minor, "05000000", "02000000"), [5], minor)
    }
  }

  func testBigEndian() {
    let file = octets(
      """
      a1b2c3d4 0002 0002 00000000 00000000 00040000 00000001
      00000001 00000002 00000005 00000002 abcd
      """)
    XCTAssertEqual(Reading(file).frames.map(\.octets), [[0xAB, 0xCD]])
    XCTAssertEqual(Reading(file).frames.map(\.originalLength), [5])
  }

  func testOtherVersionsNameThoseThatAreRead() {
    let file = octets("d4c3b2a1 0200 0500 00000000 00000000 00000400 01000000")
    XCTAssertEqual(
      Reading(file).error?.description,
      "octet 4: version 2.5 of the format is unknown (pcap has 2.0 to 2.4, pcapng 1.0)")
  }
}
