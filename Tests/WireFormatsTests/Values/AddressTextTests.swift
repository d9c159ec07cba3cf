import FrameRecipes
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Addresses as text: the forms that are, and those that are not.
final class AddressTextTests: XCTestCase {
  func testMACAddress() {
    let rows: [(text: String, value: UInt64?, line: UInt)] = [
      ("02:00:00:00:00:01", 0x0200_0000_0001, #line),
      ("02-00-00-00-00-01", 0x0200_0000_0001, #line),
      ("Fe:dC:bA:98:76:54", 0xFEDC_BA98_7654, #line),
      ("", nil, #line), (":::::", nil, #line), ("-----", nil, #line),
      ("02::1", nil, #line), ("2:0:0:0:0:1", nil, #line), ("002:00:00:00:00:01", nil, #line),
      ("02:00:00:00:00", nil, #line), ("02:00:00:00:00:01:02", nil, #line),
      ("02:00:00:00:00:01:", nil, #line), (":02:00:00:00:00:01", nil, #line),
      ("02:00-00:00-00:01", nil, #line), ("0200.0000.0001", nil, #line),
      ("020000000001", nil, #line), ("0g:00:00:00:00:01", nil, #line),
      ("+2:00:00:00:00:01", nil, #line), (" 02:00:00:00:00:01", nil, #line),
      ("02:00:00:00:00:01\n", nil, #line), ("02:00:00:00:00:0１", nil, #line),
      ("192.0.2.1", nil, #line),
    ]
    for row in rows { XCTAssertEqual(MACAddress(row.text)?.rawValue, row.value, line: row.line) }
  }

  func testIPv4Address() {
    let rows: [(text: String, value: UInt32?, line: UInt)] = [
      ("192.0.2.1", 0xC000_0201, #line), ("0.0.0.0", 0, #line),
      ("255.255.255.255", 0xFFFF_FFFF, #line), ("1.20.100.0", 0x0114_6400, #line),
      ("", nil, #line), ("...", nil, #line), ("192.0.2", nil, #line), ("192.0.2.", nil, #line),
      (".192.0.2.1", nil, #line), ("192.0.2.1.", nil, #line), ("192.0.2.1.1", nil, #line),
      ("192.0..1", nil, #line), ("192.0.2.256", nil, #line), ("192.0.2.1000", nil, #line),
      ("192.0.2.01", nil, #line), ("192.0.2.00", nil, #line), ("192.000.2.1", nil, #line),
      ("0300.0.2.1", nil, #line), ("0xC0.0.2.1", nil, #line), ("127.1", nil, #line),
      ("3221225985", nil, #line), ("192.0.2.a", nil, #line), ("192.0.2.-1", nil, #line),
      ("192.0.2.+1", nil, #line), ("192.0.2.1 ", nil, #line), ("192.0.2.1/24", nil, #line),
      ("192.0.2.1:80", nil, #line), ("192,0,2,1", nil, #line), ("192.0.2.１", nil, #line),
      ("::1", nil, #line),
    ]
    for row in rows { XCTAssertEqual(IPv4Address(row.text)?.rawValue, row.value, line: row.line) }
  }

  /// RFC 4291, section 2.2, and RFC 5952.
  func testIPv6Address() {
    let one: UInt64 = 0x0001_0002_0003_0004
    let five: UInt64 = 0x0005_0006_0007_0008
    let documentation: UInt64 = 0x2001_0DB8_0000_0000
    let rows: [(text: String, high: UInt64, low: UInt64, line: UInt)] = [
      ("1:2:3:4:5:6:7:8", one, five, #line),
      (
        "ABCD:EF01:2345:6789:ABCD:EF01:2345:6789", 0xABCD_EF01_2345_6789, 0xABCD_EF01_2345_6789,
        #line
      ),
      ("2001:DB8:0:0:8:800:200C:417A", documentation, 0x0008_0800_200C_417A, #line),
      ("2001:DB8::8:800:200C:417A", documentation, 0x0008_0800_200C_417A, #line),
      ("2001:0db8:0000:0000:0000:0000:0000:0001", documentation, 1, #line),
      ("FF01::101", 0xFF01_0000_0000_0000, 0x101, #line),
      ("::1", 0, 1, #line), ("::", 0, 0, #line), ("1::", 1 << 48, 0, #line),
      ("0::0", 0, 0, #line), ("0:0:0:0:0:0:0:0", 0, 0, #line),
      // `::` may stand for a single group, in any place, though RFC 5952 does not write it.
      ("::2:3:4:5:6:7:8", 0x0000_0002_0003_0004, five, #line),
      ("1:2:3::5:6:7:8", 0x0001_0002_0003_0000, five, #line),
      ("1:2:3:4:5:6:7::", one, 0x0005_0006_0007_0000, #line),
      // Section 2.2.3: the last 32 bits as an IPv4 address.
      ("0:0:0:0:0:0:13.1.68.3", 0, 0x0D01_4403, #line),
      ("::13.1.68.3", 0, 0x0D01_4403, #line),
      ("::FFFF:129.144.52.38", 0, 0x0000_FFFF_8190_3426, #line),
      ("64:ff9b::192.0.2.33", 0x0064_FF9B_0000_0000, 0xC000_0221, #line),
      ("1:2:3:4:5:6:7.8.9.10", one, 0x0005_0006_0708_090A, #line),
      ("1:2:3:4:5::7.8.9.10", one, 0x0005_0000_0708_090A, #line),
    ]
    for row in rows {
      XCTAssertEqual(
        IPv6Address(row.text), IPv6Address(high: row.high, low: row.low), line: row.line)
    }
    let others = [
      "", ":", ":::", "::::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", ":1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:", ":1::2", "1::2:", "1::2::3", "::1::", "1:2:3:4::5:6:7:8",
      "::1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8::", "1:::2", "12345::", "00001::", "g::", "::-1",
      "::+1", "fe80::1%eth0", "fe80::1%1", "2001:db8::/32", "[::1]", "::1 ", " ::1", "::１",
      "1.2.3.4", "1.2.3.4::", "::1.2.3.4:5", "::1.2.3", "::1.2.3.4.5", "::1.2.3.256",
      "::1.2.3.04", "::ffff:1.2.3.4%1", "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4:5:6::1.2.3.4:1",
      "1:2:3:4:5:6::1.2.3.4", "02:00:00:00:00:01", "::0x1", "1;2::",
    ]
    for text in others { XCTAssertNil(IPv6Address(text), text) }
  }

  /// What is printed is read again.
  func testDescriptionsRoundTrip() {
    var random = SeededGenerator.fromEnvironment()
    for _ in 0..<2_000 {
      let mac = MACAddress(random.integer(UInt64.self))
      XCTAssertEqual(MACAddress(mac.description), mac)
      let four = IPv4Address(random.integer(UInt32.self))
      XCTAssertEqual(IPv4Address(four.description), four)
      // Many groups are 0, so that every place of `::` comes up.
      var half: UInt64 {
        (0..<4).reduce(0) { half, _ in
          half << 16 | (random.oneIn(2) ? 0 : random.integer(UInt64.self) & 0xFFFF)
        }
      }
      let six = IPv6Address(high: half, low: half)
      XCTAssertEqual(IPv6Address(six.description), six)
    }
  }

  /// Two parsers that share nothing take the same texts for the same addresses.
  func testAgreesWithRecipes() {
    var random = SeededGenerator.fromEnvironment()
    var found = [4: 0, 6: 0, 16: 0]
    var refused = 0
    for _ in 0..<20_000 {
      let text = anyText(&random)
      let octets = FrameRecipe.Address(text).octets
      XCTAssertEqual(octets, ours(text), "\"\(text)\", seed \(random.seed)")
      if let octets { found[octets.count, default: 0] += 1 } else { refused += 1 }
    }
    for (size, count) in found { XCTAssertGreaterThan(count, 200, "addresses of \(size) octets") }
    XCTAssertGreaterThan(refused, 4_000)
  }

  /// The octets of whatever address a text is.
  private func ours(_ text: String) -> [UInt8]? {
    func octets(_ value: UInt64, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - 1 - $0))) }
    }
    if let mac = MACAddress(text) { return octets(mac.rawValue, 6) }
    if let four = IPv4Address(text) { return octets(UInt64(four.rawValue), 4) }
    if let six = IPv6Address(text) { return octets(six.high, 8) + octets(six.low, 8) }
    return nil
  }

  /// An address as text with up to two mistakes, or groups and colons at random.
  private func anyText(_ random: inout SeededGenerator) -> String {
    let groups = ["0", "1", "00", "0a", "fFfF", "10000", "12", "", "", "1.2.3.4", "255", "256"]
    var text: String
    switch random.below(5) {
    case 0: text = MACAddress(random.next()).description
    case 1: text = IPv4Address(random.integer(UInt32.self)).description
    case 2:
      let half = random.next() & random.next() & 0xFFFF_0000_FFFF_0000
      text = IPv6Address(high: half, low: random.next() & half).description
    default:
      let separator = random.oneIn(8) ? "." : ":"
      text = (0..<random.within(1...9)).map { _ in random.pick(groups) }
        .joined(separator: separator)
    }
    for _ in 0..<random.below(3) where random.oneIn(2) {
      var characters = Array(text)
      let at = random.below(characters.count + 1)
      switch random.below(3) {
      case 0: characters.insert(random.pick(Array(":.0f-% ")), at: at)
      case 1 where at < characters.count: characters.remove(at: at)
      default: if at < characters.count { characters[at] = random.pick(Array(":.1A")) }
      }
      text = String(characters)
    }
    return text
  }
}
