import WireFormats
import XCTest

final class TCPHeaderTests: XCTestCase {
  private let plain = hex("0102 0304  0506 0708  090A 0B0C  5D0E 0F10  1112 1314")

  func testFields() throws {
    let octets = plain
    let header = try TCPHeader(octets.octets)
    equal(header.sourcePort, 0x0102)
    equal(header.destinationPort, 0x0304)
    equal(header.sequenceNumber, 0x0506_0708)
    equal(header.acknowledgmentNumber, 0x090A_0B0C)
    equal(header.headerLength, 20)
    equal(header.flags.rawValue, 0xD0E)
    equal(header.window, 0x0F10)
    equal(header.checksum, 0x1112)
    equal(header.urgentPointer, 0x1314)
    let options = header.options
    equal(options.byteCount, 0)
    XCTAssertEqual(TCPHeader.minimumByteCount, 20)
    XCTAssertEqual(TCPHeader.maximumByteCount, 60)
  }

  func testEveryFlagAlone() throws {
    let flags: [TCPFlags] = [.fin, .syn, .rst, .psh, .ack, .urg, .ece, .cwr, .ae]
    for bit in 0..<12 {
      let octets = plain[..<12] + word(0x5000 | 1 << bit) + plain[14...]
      let found = try TCPHeader(Array(octets).octets).flags
      XCTAssertEqual(found.rawValue, 1 << bit)
      XCTAssertEqual(flags.firstIndex(of: found), bit < 9 ? bit : nil)
    }
  }

  func testEveryDataOffset() throws {
    let packet = [0xEE] + plain + (20..<80).map { UInt8($0) }
    for units in 0...15 {
      var octets = packet
      octets[13] = UInt8(units << 4)
      if units < 5 {
        XCTAssertEqual(
          failure { () throws(WireError) in _ = try TCPHeader(octets.octets, at: 1).headerLength },
          .invalidField(.tcp, .dataOffset, offset: 13, found: units))
      } else {
        let header = try TCPHeader(octets.octets, at: 1)
        equal(header.headerLength, units * 4)
        equal(
          header.options.array(0..<(units * 4 - 20)), (20..<(units * 4)).map { UInt8($0) })
      }
    }
  }

  func testTruncation() {
    for units in 5...15 {
      var octets = plain + zeros(units * 4 - 20)
      octets[12] = UInt8(units << 4)
      assertTruncations(of: octets, fixed: 20, .tcp) { buffer, offset throws(WireError) in
        _ = try TCPHeader(buffer.octets, at: offset).headerLength
      }
    }
  }

  func testOptionCursorStartsBehindTheFixedPart() throws {
    let octets = plain[..<12] + hex("6010 0F10 1112 1314 0204 05B4")
    let header = try TCPHeader(Array(octets).octets)
    var cursor = header.optionCursor
    equal(cursor.next()?.kind, .maximumSegmentSize)
    equal(cursor.next(), nil)
    equal(cursor.isMalformed, false)
  }
}
