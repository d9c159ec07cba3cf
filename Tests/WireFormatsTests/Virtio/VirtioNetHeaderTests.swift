import WireFormats
import XCTest

final class VirtioNetHeaderTests: XCTestCase {
  /// Distinct octets in every field.
  private var full: VirtioNetHeader {
    var header = VirtioNetHeader()
    header.flags = VirtioNetHeader.Flags(rawValue: 0x01)
    header.gsoType = VirtioNetHeader.GsoType(rawValue: 0x84)
    header.headerLength = 0x0302
    header.gsoSize = 0x0504
    header.checksumStart = 0x0706
    header.checksumOffset = 0x0908
    header.bufferCount = 0x0B0A
    header.outerTransportOffset = 0x1514
    header.innerNetworkOffset = 0x1716
    return header
  }

  private let golden: [(form: VirtioNetHeader.Form, octets: [UInt8], line: UInt)] = [
    (.legacy, hex("01 84 0203 0405 0607 0809"), #line),
    (.modern, hex("01 84 0203 0405 0607 0809 0A0B"), #line),
    (.hashReport, hex("01 84 0203 0405 0607 0809 0A0B 00000000 0000 0000"), #line),
    (.udpTunnel, hex("01 84 0203 0405 0607 0809 0A0B 00000000 0000 0000 1415 1617"), #line),
  ]

  /// VIRTIO 1.3, section 5.1.6: every field is little-endian.
  func testGoldenOctets() {
    for row in golden {
      XCTAssertEqual(full.octets(form: row.form), row.octets, line: row.line)
      XCTAssertEqual(row.form.byteCount, row.octets.count, line: row.line)
    }
    XCTAssertEqual(VirtioNetHeader.Form.allCases.map(\.byteCount), [10, 12, 20, 24])
  }

  func testReading() {
    for row in golden {
      var expected = full
      if row.form == .legacy { expected.bufferCount = 0 }
      if row.form != .udpTunnel {
        (expected.outerTransportOffset, expected.innerNetworkOffset) = (0, 0)
      }
      for octets in [row.octets, row.octets + [0xFF, 0xFF, 0xFF]] {
        XCTAssertEqual(
          try VirtioNetHeader(parsing: octets, form: row.form), expected, line: row.line)
      }
    }
    // What stands in the hash fields of the long form is not read.
    var octets = golden[3].octets
    for index in 12..<20 { octets[index] = 0xFF }
    XCTAssertEqual(try VirtioNetHeader(parsing: octets, form: .udpTunnel), full)
    XCTAssertEqual(
      try VirtioNetHeader(parsing: golden[1].octets), try VirtioNetHeader(parsing: octets))
  }

  /// One field at a time, so that no two can be swapped unseen.
  func testEveryFieldAlone() throws {
    let fields: [(path: WritableKeyPath<VirtioNetHeader, UInt16>, offset: Int, line: UInt)] = [
      (\.headerLength, 2, #line), (\.gsoSize, 4, #line), (\.checksumStart, 6, #line),
      (\.checksumOffset, 8, #line), (\.bufferCount, 10, #line),
      (\.outerTransportOffset, 20, #line), (\.innerNetworkOffset, 22, #line),
    ]
    for field in fields {
      var header = VirtioNetHeader()
      header[keyPath: field.path] = 0xABCD
      var expected = zeros(24)
      (expected[field.offset], expected[field.offset + 1]) = (0xCD, 0xAB)
      XCTAssertEqual(header.octets(form: .udpTunnel), expected, line: field.line)
      let back = try VirtioNetHeader(parsing: expected, form: .udpTunnel)
      XCTAssertEqual(back, header, line: field.line)
    }
    XCTAssertEqual(VirtioNetHeader().octets(form: .udpTunnel), zeros(24))
  }

  func testTruncation() {
    for form in VirtioNetHeader.Form.allCases {
      for count in 0..<form.byteCount {
        let error = WireError.truncated(
          .virtioNet, offset: 0, needed: form.byteCount, available: count)
        XCTAssertEqual(
          failure { () throws(WireError) in
            _ = try VirtioNetHeader(parsing: zeros(count), form: form)
          },
          error)
        var target = [UInt8](repeating: 0xA5, count: count)
        XCTAssertEqual(write(full, to: &target, form: form), error)
        XCTAssertEqual(target, [UInt8](repeating: 0xA5, count: count), "nothing is half written")
      }
    }
  }

  /// Every octet of the header is written, and none after it.
  func testWritingOverOldOctets() {
    for row in golden {
      var target = [UInt8](repeating: 0xA5, count: 30)
      XCTAssertNil(write(full, to: &target, form: row.form), line: row.line)
      XCTAssertEqual(
        target, row.octets + [UInt8](repeating: 0xA5, count: 30 - row.octets.count),
        line: row.line)
    }
  }

  private func write(
    _ header: VirtioNetHeader, to array: inout [UInt8], form: VirtioNetHeader.Form
  ) -> WireError? {
    var span = array.mutableSpan
    // SAFETY: every octet pattern is a valid octet.
    var octets = unsafe span.mutableBytes
    do throws(WireError) {
      try header.write(to: &octets, form: form)
      return nil
    } catch {
      return error
    }
  }

  /// Linux, include/uapi/linux/virtio_net.h.
  func testBits() {
    typealias Flags = VirtioNetHeader.Flags
    XCTAssertEqual(
      [Flags.needsChecksum, .dataValid, .receiveSegmentCoalescing, .udpTunnelChecksum]
        .map(\.rawValue), [1, 2, 4, 8])
    let rows: [(type: UInt8, base: VirtioNetHeader.GsoType, ecn: Bool, tunnel: Bool, line: UInt)] =
      [
        (0, .none, false, false, #line), (1, .tcpv4, false, false, #line),
        (3, .udp, false, false, #line), (4, .tcpv6, false, false, #line),
        (5, .udpL4, false, false, #line), (0x81, .tcpv4, true, false, #line),
        (0x24, .tcpv6, false, true, #line), (0x45, .udpL4, false, true, #line),
        (0xC1, .tcpv4, true, true, #line),
        (0x1F, VirtioNetHeader.GsoType(rawValue: 0x0F), false, false, #line),
        (0x14, .tcpv6, false, false, #line),
      ]
    for row in rows {
      let type = VirtioNetHeader.GsoType(rawValue: row.type)
      XCTAssertEqual(type.base, row.base, line: row.line)
      XCTAssertEqual(type.hasECN, row.ecn, line: row.line)
      XCTAssertEqual(type.isTunnel, row.tunnel, line: row.line)
      var header = VirtioNetHeader()
      header.gsoType = type
      XCTAssertEqual(header.octets()[1], row.type, line: row.line)
    }
  }
}
