import WireFormats
import XCTest

final class TCPOptionCursorTests: XCTestCase {
  private struct Row {
    let name: String
    let octets: String
    let kinds: [UInt8]
    let data: [[UInt8]]
    let isMalformed: Bool
    let line: UInt

    init(
      _ name: String, _ octets: String, _ kinds: [UInt8], _ data: [[UInt8]],
      malformed: Bool = false, line: UInt = #line
    ) {
      (self.name, self.octets, self.kinds, self.data) = (name, octets, kinds, data)
      (isMalformed, self.line) = (malformed, line)
    }
  }

  func testLists() {
    let rows = [
      Row("nothing", "", [], []),
      Row("maximum segment size", "0204 05B4", [2], [[0x05, 0xB4]]),
      Row("window scale", "0303 07", [3], [[7]]),
      Row("SACK permitted", "0402", [4], [[]]),
      Row("SACK, one block", "050A 0102 0304 0506 0708", [5], [[1, 2, 3, 4, 5, 6, 7, 8]]),
      Row("time stamps", "080A 0102 0304 0506 0708", [8], [[1, 2, 3, 4, 5, 6, 7, 8]]),
      Row("user timeout (RFC 5482)", "1C04 8001", [28], [[0x80, 1]]),
      Row("fast open cookie (RFC 7413)", "2206 AABB CCDD", [34], [[0xAA, 0xBB, 0xCC, 0xDD]]),
      Row("fast open, no cookie", "2202", [34], [[]]),
      Row("no operation", "0101 01", [1, 1, 1], [[], [], []]),
      Row(
        "as Linux opens a connection", "0204 05B4 0402 080A 0102 0304 0000 0000 0103 0307",
        [2, 4, 8, 1, 3], [[0x05, 0xB4], [], [1, 2, 3, 4, 0, 0, 0, 0], [], [7]]),
      Row(
        "as Linux sends data", "0101 080A 0102 0304 0506 0708", [1, 1, 8],
        [[], [], [1, 2, 3, 4, 5, 6, 7, 8]]),
      Row("end of list", "00", [], []),
      Row("nothing counts after the end of the list", "0303 0700 0204 05B4", [3], [[7]]),
      Row("garbage after the end of the list", "0001 02FF", [], []),
      Row(
        "longest", "FD28" + String(repeating: "5A", count: 38), [253],
        [[UInt8](repeating: 0x5A, count: 38)]),
      Row("length 0", "0300 0700", [], [], malformed: true),
      Row("length 1", "0301 0700", [], [], malformed: true),
      Row("one octet too long", "0204 05", [], [], malformed: true),
      Row("far too long", "02FF 05B4", [], [], malformed: true),
      Row("ends after the kind", "02", [], [], malformed: true),
      Row(
        "ends after the kind, after others", "0101 0402 08", [1, 1, 4], [[], [], []],
        malformed: true),
      Row(
        "good options before a bad one", "0204 05B4 0300 0101", [2], [[0x05, 0xB4]],
        malformed: true),
    ]
    for row in rows {
      let octets = hex(row.octets)
      var cursor = TCPOptionCursor(octets.octets)
      var kinds: [UInt8] = []
      var data: [[UInt8]] = []
      while let option = cursor.next() {
        kinds.append(option.kind.rawValue)
        data.append(Array(octets[option.dataRange]))
      }
      XCTAssertEqual(kinds, row.kinds, row.name, line: row.line)
      XCTAssertEqual(data, row.data, row.name, line: row.line)
      equal(cursor.isMalformed, row.isMalformed, row.name, line: row.line)
      // Once at the end, always at the end.
      equal(cursor.next(), nil, row.name, line: row.line)
      equal(cursor.isMalformed, row.isMalformed, row.name, line: row.line)
    }
  }

  func testNamesOfKinds() {
    let rows: [(TCPOption.Kind, UInt8)] = [
      (.noOperation, 1), (.maximumSegmentSize, 2), (.windowScale, 3),
      (.selectiveAcknowledgmentPermitted, 4), (.selectiveAcknowledgment, 5), (.timestamps, 8),
    ]
    for (kind, number) in rows { XCTAssertEqual(kind.rawValue, number) }
  }

  /// Every list of up to three octets from a small alphabet: the walk ends, and inside the list.
  func testEveryShortListEnds() {
    let alphabet: [UInt8] = [0, 1, 2, 3, 4, 5, 255]
    var lists: [[UInt8]] = [[]]
    for _ in 1...4 { lists += lists.flatMap { list in alphabet.map { list + [$0] } } }
    for list in lists {
      var cursor = TCPOptionCursor(list.octets)
      var last = 0
      while let option = cursor.next() {
        XCTAssertGreaterThan(option.dataRange.upperBound, last, "\(list)")
        last = option.dataRange.upperBound
      }
      XCTAssertLessThanOrEqual(last, list.count, "\(list)")
    }
  }
}
