import WireFormats
import XCTest

final class EthernetHeaderTests: XCTestCase {
  private let plain = hex("0123 4567 89AB  FEDC BA98 7654  88CC")

  func testFields() throws {
    let octets = plain
    let header = try EthernetHeader(octets.octets)
    equal(header.destination, MACAddress(0x0123_4567_89AB))
    equal(header.source, MACAddress(0xFEDC_BA98_7654))
    equal(header.etherType, EtherType(rawValue: 0x88CC))
    XCTAssertEqual(EthernetHeader.byteCount, 14)
  }

  func testOffset() throws {
    let frame = [0xFF, 0xFF, 0xFF] + plain + [0xFF]
    let header = try EthernetHeader(frame.octets, at: 3)
    equal(header.destination, MACAddress(0x0123_4567_89AB))
    equal(header.etherType, EtherType(rawValue: 0x88CC))
  }

  func testTruncation() {
    assertTruncations(of: plain, fixed: 14, .ethernet) { buffer, offset throws(WireError) in
      _ = try EthernetHeader(buffer.octets, at: offset).etherType
    }
  }
}
