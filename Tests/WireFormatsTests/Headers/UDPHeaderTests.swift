import WireFormats
import XCTest

final class UDPHeaderTests: XCTestCase {
  private let octets = hex("0123 4567 89AB CDEF")

  func testFields() throws {
    for offset in 0...3 {
      let packet = [UInt8](repeating: 0xEE, count: offset) + octets + [0xEE]
      let header = try UDPHeader(packet.octets, at: offset)
      equal(header.sourcePort, 0x0123)
      equal(header.destinationPort, 0x4567)
      equal(header.length, 0x89AB)
      equal(header.checksum, 0xCDEF)
    }
    XCTAssertEqual(UDPHeader.byteCount, 8)
  }

  func testTruncation() {
    assertTruncations(of: octets, fixed: 8, .udp) { buffer, offset throws(WireError) in
      _ = try UDPHeader(buffer.octets, at: offset).length
    }
  }
}
