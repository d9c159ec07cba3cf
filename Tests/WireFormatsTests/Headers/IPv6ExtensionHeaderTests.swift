import WireFormats
import XCTest

final class IPv6ExtensionHeaderTests: XCTestCase {
  /// RFC 8200, section 4.3: the length counts units of eight octets, the first one not included.
  func testEveryLength() throws {
    let octets = [0x2B, 0] + zeros(2_046) + [0xFF]
    for units in 0...255 {
      var header = octets
      header[1] = UInt8(units)
      let view = try IPv6ExtensionHeader(header.octets)
      equal(view.headerLength, (units + 1) * 8)
      equal(view.nextHeader, .routingHeader)
    }
  }

  func testTruncation() {
    for units in [0, 1, 2, 31] {
      let octets = [6, UInt8(units)] + zeros(units * 8 + 6)
      assertTruncations(of: octets, fixed: 8, .ipv6Extension) { buffer, offset throws(WireError) in
        _ = try IPv6ExtensionHeader(buffer.octets, at: offset).headerLength
      }
    }
  }

  /// RFC 2675, section 2: option type 0xC2, length 4.
  func testJumboPayloadOption() throws {
    let rows: [(name: String, header: String, expected: Bool, line: UInt)] = [
      ("first", "0600 C204 0001 0000", true, #line),
      ("after Pad1", "0601 0000 C204 0001 0000 0000 0000 0000", true, #line),
      ("after PadN", "0601 0102 0000 C204 0001 0000 0000 0000", true, #line),
      ("after a router alert", "0601 0502 0000 C204 0001 0000 0000 0000", true, #line),
      ("none", "0600 0104 0000 0000", false, #line),
      ("only Pad1", "0600 0000 0000 0000", false, #line),
      ("inside of another option", "0600 0104 C204 C2C2", false, #line),
      ("after the end of the header", "0600 0104 0000 0000 C204 0001", false, #line),
      (
        "after an option that is too long", "0601 01FF 0000 C204 0001 0000 0000 0000", false, #line
      ),
      ("a kind without a length at the end", "0600 0103 0000 0005", false, #line),
    ]
    for row in rows {
      let header = hex(row.header)
      XCTAssertEqual(
        try IPv6ExtensionHeader(header.octets).hasJumboPayloadOption, row.expected, row.name,
        line: row.line)
    }
  }
}
