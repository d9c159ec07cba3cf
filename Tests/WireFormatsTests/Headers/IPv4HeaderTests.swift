import WireFormats
import XCTest

final class IPv4HeaderTests: XCTestCase {
  private let plain = hex("45B8 0123 4567 A9AB  4011 CDEF  C000 0201  C633 6402")

  func testFields() throws {
    let octets = plain
    let header = try IPv4Header(octets.octets)
    equal(header.headerLength, 20)
    equal(header.trafficClass, 0xB8)
    equal(header.totalLength, 0x0123)
    equal(header.identification, 0x4567)
    equal(header.fragmentWord, 0xA9AB)
    equal(header.timeToLive, 0x40)
    equal(header.protocol, .udp)
    equal(header.headerChecksum, 0xCDEF)
    equal(header.source.description, "192.0.2.1")
    equal(header.destination.description, "198.51.100.2")
    let options = header.options
    equal(options.byteCount, 0)
    XCTAssertEqual(IPv4Header.minimumByteCount, 20)
    XCTAssertEqual(IPv4Header.maximumByteCount, 60)
  }

  /// RFC 791, section 3.1: bit 0 is reserved, bit 1 is DF, bit 2 is MF, the rest counts in eights.
  func testFragmentWord() throws {
    let rows: [(word: Int, dont: Bool, more: Bool, offset: Int, line: UInt)] = [
      (0x0000, false, false, 0, #line),
      (0x8000, false, false, 0, #line),
      (0x4000, true, false, 0, #line),
      (0x2000, false, true, 0, #line),
      (0x0001, false, false, 8, #line),
      (0x1FFF, false, false, 65_528, #line),
      (0x6010, true, true, 128, #line),
    ]
    for row in rows {
      let octets = plain[..<6] + word(row.word) + plain[8...]
      let header = try IPv4Header(Array(octets).octets)
      equal(header.dontFragment, row.dont, line: row.line)
      equal(header.moreFragments, row.more, line: row.line)
      equal(header.fragmentOffset, row.offset, line: row.line)
    }
  }

  func testEveryVersion() {
    for version in 0...15 {
      var octets = plain
      octets[0] = UInt8(version << 4 | 5)
      let error = failure { () throws(WireError) in _ = try IPv4Header(octets.octets).headerLength }
      XCTAssertEqual(
        error, version == 4 ? nil : .invalidField(.ipv4, .version, offset: 0, found: version))
    }
  }

  func testEveryHeaderLength() throws {
    let packet = [0xEE, 0xEE] + plain + (20..<80).map { UInt8($0) }
    for units in 0...15 {
      var octets = packet
      octets[2] = UInt8(0x40 | units)
      if units < 5 {
        XCTAssertEqual(
          failure { () throws(WireError) in _ = try IPv4Header(octets.octets, at: 2).headerLength },
          .invalidField(.ipv4, .internetHeaderLength, offset: 2, found: units))
      } else {
        let header = try IPv4Header(octets.octets, at: 2)
        equal(header.headerLength, units * 4)
        equal(header.options.byteCount, units * 4 - 20)
        equal(
          header.options.array(0..<(units * 4 - 20)), (20..<(units * 4)).map { UInt8($0) })
      }
    }
  }

  func testTruncation() {
    for units in 5...15 {
      var octets = plain + zeros(units * 4 - 20)
      octets[0] = UInt8(0x40 | units)
      assertTruncations(of: octets, fixed: 20, .ipv4) { buffer, offset throws(WireError) in
        _ = try IPv4Header(buffer.octets, at: offset).headerLength
      }
    }
  }

  /// The header that many explanations of the checksum use: its checksum is 0xB861.
  func testChecksum() throws {
    let good = hex("4500 0073 0000 4000 4011 B861 C0A8 0001 C0A8 00C7")
    XCTAssertTrue(try IPv4Header(good.octets).hasValidChecksum)
    for index in good.indices where index != 0 {
      var bad = good
      bad[index] ^= 0x10
      XCTAssertFalse(try IPv4Header(bad.octets).hasValidChecksum, "octet \(index)")
    }
    // With a router alert before the addresses' end: 0x9404 more, and one more unit.
    let options = hex("4600 0077 0000 4000 4011 2359 C0A8 0001 C0A8 00C7 9404 0000")
    XCTAssertTrue(try IPv4Header(options.octets).hasValidChecksum)
  }
}
