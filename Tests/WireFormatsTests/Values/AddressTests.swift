import WireFormats
import XCTest

final class AddressTests: XCTestCase {
  func testMACAddress() {
    let rows: [(value: UInt64, text: String, isGroup: Bool, line: UInt)] = [
      (0x0200_0000_0001, "02:00:00:00:00:01", false, #line),
      (0x0123_4567_89AB, "01:23:45:67:89:ab", true, #line),
      (0xFFFF_FFFF_FFFF, "ff:ff:ff:ff:ff:ff", true, #line),
      (0x0000_0000_0000, "00:00:00:00:00:00", false, #line),
      (0x3333_0000_0001, "33:33:00:00:00:01", true, #line),
      (0xFEDC_BA98_7654, "fe:dc:ba:98:76:54", false, #line),
    ]
    for row in rows {
      let address = MACAddress(row.value)
      XCTAssertEqual(address.description, row.text, line: row.line)
      XCTAssertEqual(address.isGroup, row.isGroup, line: row.line)
      // Only 48 bits count.
      XCTAssertEqual(MACAddress(row.value | 0xABCD << 48), address, line: row.line)
      XCTAssertEqual(address.rawValue, row.value, line: row.line)
    }
  }

  func testIPv4Address() {
    let rows: [(value: UInt32, text: String, line: UInt)] = [
      (0, "0.0.0.0", #line), (0xFFFF_FFFF, "255.255.255.255", #line),
      (0xC000_0201, "192.0.2.1", #line), (0x0102_0304, "1.2.3.4", #line),
    ]
    for row in rows {
      XCTAssertEqual(IPv4Address(row.value).description, row.text, line: row.line)
      XCTAssertEqual(IPv4Address(row.value).rawValue, row.value, line: row.line)
    }
  }

  /// RFC 5952, section 4: no leading zeros, lower case, the longest run of zeros shortened, the
  /// first of equals, never a run of one.
  func testIPv6Address() {
    let rows: [(high: UInt64, low: UInt64, text: String, line: UInt)] = [
      (0, 0, "::", #line),
      (0, 1, "::1", #line),
      (1 << 48, 0, "1::", #line),
      (0x2001_0DB8_0000_0000, 0x0000_0000_0000_0001, "2001:db8::1", #line),
      (0x2001_0DB8_0000_0000, 0x0000_0000_0002_0001, "2001:db8::2:1", #line),
      // Section 4.2.2: one word of zeros is not shortened.
      (0x2001_0DB8_0000_0001, 0x0001_0001_0001_0001, "2001:db8:0:1:1:1:1:1", #line),
      (0x0000_0001_0002_0003, 0x0004_0005_0006_0007, "0:1:2:3:4:5:6:7", #line),
      (0x0001_0002_0003_0004, 0x0005_0006_0007_0000, "1:2:3:4:5:6:7:0", #line),
      // Section 4.2.3: the longest run, then the first one.
      (0x2001_0000_0000_0001, 0x0000_0000_0000_0001, "2001:0:0:1::1", #line),
      (0x2001_0DB8_0000_0000, 0x0001_0000_0000_0001, "2001:db8::1:0:0:1", #line),
      (0x0000_0000_0001_0000, 0x0000_0000_0001_0002, "0:0:1::1:2", #line),
      (0x0000_0000_0001_0002, 0x0003_0004_0000_0000, "::1:2:3:4:0:0", #line),
      (0x0000_0001_0000_0000, 0x0001_0000_0000_0000, "0:1:0:0:1::", #line),
      (0x0000_0001_0000_0001, 0x0000_0001_0000_0001, "0:1:0:1:0:1:0:1", #line),
      (0x0000_0000_0001_0002, 0x0003_0004_0005_0006, "::1:2:3:4:5:6", #line),
      (0x0001_0002_0003_0004, 0x0005_0006_0000_0000, "1:2:3:4:5:6::", #line),
      (0x0001_0002_0003_0000, 0x0000_0006_0007_0008, "1:2:3::6:7:8", #line),
      // Sections 4.1 and 4.3.
      (0xFE80_0000_0000_0000, 0xABCD_EF01_0023_0400, "fe80::abcd:ef01:23:400", #line),
      (.max, .max, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", #line),
      (0x2001_0DB8_00AA_00BB, 0x00CC_00DD_00EE_00FF, "2001:db8:aa:bb:cc:dd:ee:ff", #line),
    ]
    for row in rows {
      XCTAssertEqual(
        IPv6Address(high: row.high, low: row.low).description, row.text, line: row.line)
    }
  }
}
