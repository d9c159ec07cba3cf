import WireFormats
import XCTest

final class IPv6HeaderTests: XCTestCase {
  private let plain = hex(
    """
    6ABC DEF1 2345 0640
    2001 0DB8 0011 2233 4455 6677 8899 AABB
    FE80 0102 0304 0506 0708 090A 0B0C 0D0E
    """)

  func testFields() throws {
    let octets = plain
    let header = try IPv6Header(octets.octets)
    equal(header.trafficClass, 0xAB)
    equal(header.flowLabel, 0xC_DEF1)
    equal(header.payloadLength, 0x2345)
    equal(header.nextHeader, .tcp)
    equal(header.hopLimit, 64)
    equal(
      header.source, IPv6Address(high: 0x2001_0DB8_0011_2233, low: 0x4455_6677_8899_AABB))
    equal(
      header.destination, IPv6Address(high: 0xFE80_0102_0304_0506, low: 0x0708_090A_0B0C_0D0E))
    XCTAssertEqual(IPv6Header.byteCount, 40)
  }

  func testEveryVersion() {
    for version in 0...15 {
      var octets = [0xEE, 0xEE, 0xEE] + plain
      octets[3] = UInt8(version << 4)
      let error = failure { () throws(WireError) in
        _ = try IPv6Header(octets.octets, at: 3).hopLimit
      }
      XCTAssertEqual(
        error, version == 6 ? nil : .invalidField(.ipv6, .version, offset: 3, found: version))
    }
  }

  func testTruncation() {
    assertTruncations(of: plain, fixed: 40, .ipv6) { buffer, offset throws(WireError) in
      _ = try IPv6Header(buffer.octets, at: offset).hopLimit
    }
  }
}
