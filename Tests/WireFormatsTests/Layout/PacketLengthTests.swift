import WireFormats
import XCTest

final class PacketLengthTests: XCTestCase {
  private struct Row {
    let name: String
    let field: Int
    let present: Int
    let expected: NetworkLayout.Length
    let end: Int
    let line: UInt

    /// `field` and `present` count the payload after the IP header; `end` counts from its start.
    init(
      _ name: String, field: Int, present: Int, _ expected: NetworkLayout.Length, end: Int,
      line: UInt = #line
    ) {
      (self.name, self.field, self.present) = (name, field, present)
      (self.expected, self.end, self.line) = (expected, end, line)
    }
  }

  private let rows = [
    Row("exact", field: 100, present: 100, .exact, end: 100),
    Row("no payload after UDP", field: 8, present: 8, .exact, end: 8),
    Row("one octet after", field: 100, present: 101, .trailer(1), end: 100),
    Row("Ethernet padding", field: 9, present: 46, .trailer(37), end: 9),
    Row("one octet short", field: 100, present: 99, .missing(1), end: 99),
    Row("most of it missing", field: 60_000, present: 8, .missing(59_992), end: 8),
    Row("largest", field: 65_515, present: 65_515, .exact, end: 65_515),
    Row("modulo 65,536", field: 4_464, present: 70_000, .exact, end: 70_000),
    Row("modulo 65,536, twice", field: 100, present: 131_172, .exact, end: 131_172),
    Row("one short of 65,536 after", field: 100, present: 65_635, .trailer(65_535), end: 100),
    Row("not modulo 65,536", field: 4_464, present: 69_999, .trailer(65_535), end: 4_464),
  ]

  func testIPv4() throws {
    for row in rows {
      let body = Wire.udp(zeros(row.present - 8))
      let packet = Wire.ipv4(17, body, length: (row.field + 20) & 0xFFFF)
      let layout = try reading(Wire.ethernet(0x0800) + packet).get()
      let network = try XCTUnwrap(layout.network)
      XCTAssertEqual(network.length, row.expected, row.name, line: row.line)
      XCTAssertEqual(network.end, 34 + row.end, row.name, line: row.line)
      XCTAssertEqual(network.declaredLength, row.field + 20, row.name, line: row.line)
      XCTAssertEqual(layout.payloadRange, 42..<(34 + row.end), row.name, line: row.line)
      XCTAssertNil(layout.incoherence(14 + packet.count), row.name, line: row.line)
    }
  }

  func testIPv6() throws {
    for row in rows {
      let packet = Wire.ipv6(17, Wire.udp(zeros(row.present - 8)), length: row.field)
      let layout = try reading(packet, link: .rawIP).get()
      let network = try XCTUnwrap(layout.network)
      XCTAssertEqual(network.length, row.expected, row.name, line: row.line)
      XCTAssertEqual(network.end, 40 + row.end, row.name, line: row.line)
      XCTAssertEqual(network.declaredLength, row.field + 40, row.name, line: row.line)
      XCTAssertEqual(layout.payloadRange, 48..<(40 + row.end), row.name, line: row.line)
      XCTAssertNil(layout.incoherence(packet.count), row.name, line: row.line)
    }
  }

  func testZero() throws {
    for count in [8, 100, 65_515, 65_536, 70_000] {
      for packet in [
        Wire.ipv4(17, Wire.udp(zeros(count - 8)), length: 0),
        Wire.ipv6(17, Wire.udp(zeros(count - 8)), length: 0),
      ] {
        let network = try XCTUnwrap(reading(packet, link: .rawIP).get().network)
        XCTAssertEqual(network.length, .zero)
        XCTAssertEqual(network.declaredLength, 0)
        XCTAssertEqual(network.end, packet.count)
      }
    }
  }

  /// A total length that does not even hold the header.
  func testTotalLengthBelowHeader() {
    for options in [0, 4, 40] {
      for length in 1...(20 + options) {
        for tags in 0...1 {
          let front = tags == 0 ? Wire.ethernet(0x0800) : Wire.ethernet(0x8100) + hex("0001 0800")
          let frame =
            front + Wire.ipv4(1, zeros(30), length: length, options: zeros(options))
          let result = reading(frame)
          if length < 20 + options {
            XCTAssertEqual(
              result,
              .failure(
                .invalidField(.ipv4, .totalLength, offset: front.count + 2, found: length)))
          } else {
            XCTAssertEqual(try result.get().network?.end, front.count + length)
          }
        }
      }
    }
  }

  /// Octets after the end of the packet are no transport header.
  func testTransportEndsWithThePacket() {
    for inside in 0..<8 {
      XCTAssertEqual(
        reading(Wire.ipv4(17, Wire.udp(zeros(50)), length: 20 + inside), link: .rawIP),
        .failure(.truncated(.udp, offset: 20, needed: 8, available: inside)))
    }
    for inside in 1..<8 {
      XCTAssertEqual(
        reading(Wire.ipv6(17, Wire.udp(zeros(50)), length: inside), link: .rawIP),
        .failure(.truncated(.udp, offset: 40, needed: 8, available: inside)))
    }
    for inside in 0..<20 {
      XCTAssertEqual(
        reading(Wire.ipv4(6, Wire.tcp(zeros(50)), length: 20 + inside), link: .rawIP),
        .failure(.truncated(.tcp, offset: 20, needed: 20, available: inside)))
    }
    XCTAssertEqual(
      reading(Wire.ipv4(6, Wire.tcp(zeros(50), dataOffset: 8), length: 50), link: .rawIP),
      .failure(.truncated(.tcp, offset: 20, needed: 32, available: 30)))
  }

  func testDataOffset() {
    for units in 0...15 as ClosedRange<UInt8> {
      let frame = Wire.ethernet(0x0800) + Wire.ipv4(6, Wire.tcp(zeros(60), dataOffset: units))
      if units < 5 {
        XCTAssertEqual(
          reading(frame),
          .failure(.invalidField(.tcp, .dataOffset, offset: 46, found: Int(units))))
      } else {
        XCTAssertEqual(try reading(frame).get().headerLength, 34 + Int(units) * 4)
      }
    }
  }
}
