import PacketCapture
import XCTest

final class WritingTests: XCTestCase {
  private let moment = CaptureTimestamp(nanoseconds: 1_719_109_785_999_999_999)

  func testPcapIsTheGoldenFile() throws {
    let rows: [(order: ByteOrder, golden: [UInt8], line: UInt)] = [
      (.littleEndian, Golden.pcapLittle, #line), (.bigEndian, Golden.pcapBig, #line),
    ]
    for row in rows {
      var writer = PcapWriter(linkType: .ethernet, byteOrder: row.order)
      // Nanoseconds are rounded down to the file's microseconds.
      try writer.write([0xDE, 0xAD, 0xBE, 0xEF], at: moment, originalLength: 1_514)
      try writer.write([], at: CaptureTimestamp(nanoseconds: 4_294_967_295_000_000_000))
      XCTAssertEqual(writer.pendingByteCount, 60, line: row.line)
      XCTAssertEqual(writer.takeOctets(), row.golden, line: row.line)
      XCTAssertEqual(writer.pendingByteCount, 0, line: row.line)
    }
  }

  func testPcapOfNanosecondsIsTheGoldenFile() throws {
    let rows: [(order: ByteOrder, golden: [UInt8], line: UInt)] = [
      (.littleEndian, Golden.pcapNanosecondsLittle, #line),
      (.bigEndian, Golden.pcapNanosecondsBig, #line),
    ]
    for row in rows {
      var writer = PcapWriter(
        linkType: .linuxSLL, resolution: .nanoseconds, byteOrder: row.order)
      try writer.write([1, 2, 3, 4, 5].span, at: moment, linkType: .linuxSLL)
      XCTAssertEqual(writer.takeOctets(), row.golden, line: row.line)
    }
  }

  func testPcapngIsTheGoldenFile() throws {
    let rows: [(order: ByteOrder, golden: [UInt8], line: UInt)] = [
      (.littleEndian, Golden.pcapngLittle, #line), (.bigEndian, Golden.pcapngBig, #line),
    ]
    for row in rows {
      var writer = PcapngWriter(byteOrder: row.order)
      let eth0 = try writer.addInterface(CaptureInterface(linkType: .ethernet, name: "eth0"))
      XCTAssertEqual(eth0, 0, line: row.line)
      try writer.write(
        [1, 2, 3, 4, 5], interface: eth0, at: moment, originalLength: 1_514, comment: "hi")
      XCTAssertEqual(writer.takeOctets(), row.golden, line: row.line)
    }
  }

  func testPcapRefuses() {
    let frame: [UInt8] = [1]
    func error(
      _ writer: consuming PcapWriter, _ octets: [UInt8], _ seconds: Int64 = 0,
      original: Int? = nil, linkType: LinkType? = nil
    ) -> CaptureWriteError? {
      let pending = writer.pendingByteCount
      let timestamp = CaptureTimestamp(microseconds: seconds * 1_000_000)
      do throws(CaptureWriteError) {
        try writer.write(octets, at: timestamp, originalLength: original, linkType: linkType)
        return nil
      } catch {
        XCTAssertEqual(writer.pendingByteCount, pending, "a refused frame leaves no trace")
        return error
      }
    }
    func writer(_ snapLength: UInt32 = 262_144) -> PcapWriter {
      PcapWriter(linkType: .ethernet, snapLength: snapLength)
    }
    let long = [UInt8](repeating: 0, count: 262_145)
    XCTAssertNil(error(writer(), Array(long.dropLast())))
    XCTAssertEqual(error(writer(), long), .recordTooLong(byteCount: 262_145, limit: 262_144))
    XCTAssertEqual(error(writer(0), long), .recordTooLong(byteCount: 262_145, limit: 262_144))
    XCTAssertNil(error(writer(2), [1, 2, 3]), "a snap length is no limit")
    XCTAssertNil(error(writer(), frame, 4_294_967_295))
    XCTAssertEqual(
      error(writer(), frame, 4_294_967_296),
      .timestampOutOfRange(CaptureTimestamp(microseconds: 4_294_967_296_000_000)))
    XCTAssertEqual(
      error(writer(), frame, -1), .timestampOutOfRange(CaptureTimestamp(microseconds: -1_000_000)))
    XCTAssertNil(error(writer(), frame, original: 4_294_967_295))
    XCTAssertEqual(
      error(writer(), frame, original: 4_294_967_296), .originalLengthOutOfRange(4_294_967_296))
    XCTAssertEqual(error(writer(), frame, original: -1), .originalLengthOutOfRange(-1))
    XCTAssertEqual(error(writer(), frame, linkType: .raw), .linkType(.raw, file: .ethernet))
    XCTAssertEqual(
      error(writer(), frame, linkType: .raw)?.description,
      "the frame has link type 101 (RAW), but this pcap file holds link type 1 (ETHERNET); "
        + "write pcapng for several")
  }

  func testPcapOfInterface() throws {
    let rows: [(interface: CaptureInterface, header: String, line: UInt)] = [
      (
        CaptureInterface(linkType: .raw, snapLength: 96, resolution: .milliseconds),
        "d4c3b2a1 02000400 00000000 00000000 60000000 65000000", #line
      ),
      (
        CaptureInterface(linkType: .ipv6, frameCheckSequenceByteCount: 4),
        "4d3cb2a1 02000400 00000000 00000000 00000400 e5000024", #line
      ),
    ]
    for row in rows {
      var writer = try PcapWriter(row.interface)
      XCTAssertEqual(writer.takeOctets(), octets(row.header), line: row.line)
    }
    for byteCount in [-1, 3, 32] {
      let interface = CaptureInterface(linkType: .raw, frameCheckSequenceByteCount: byteCount)
      do throws(CaptureWriteError) {
        _ = try PcapWriter(interface)
        XCTFail("\(byteCount) octets")
      } catch {
        XCTAssertEqual(error, .frameCheckSequence(byteCount: byteCount))
      }
    }
  }

  func testPcapngRefuses() throws {
    var writer = PcapngWriter()
    let plain = try writer.addInterface(CaptureInterface(linkType: .ethernet, snapLength: 4))
    let late = try writer.addInterface(
      CaptureInterface(linkType: .raw, snapLength: 0, timestampOffset: 100))
    let pending = writer.pendingByteCount
    func refuse(
      _ octets: [UInt8], _ interface: Int, _ nanoseconds: Int64, original: Int? = nil,
      comment: String? = nil, _ expected: CaptureWriteError, line: UInt = #line
    ) {
      do throws(CaptureWriteError) {
        try writer.write(
          octets, interface: interface, at: CaptureTimestamp(nanoseconds: nanoseconds),
          originalLength: original, comment: comment)
        XCTFail("accepted", line: line)
      } catch {
        XCTAssertEqual(error, expected, line: line)
      }
      XCTAssertEqual(writer.pendingByteCount, pending, "leaves no trace", line: line)
    }
    refuse(
      [UInt8](repeating: 0, count: 262_145), late, 100_000_000_000,
      .recordTooLong(byteCount: 262_145, limit: 262_144))
    refuse([1], 2, 0, .undeclaredInterface(index: 2, declared: 2))
    refuse([1], -1, 0, .undeclaredInterface(index: -1, declared: 2))
    refuse(
      [1], late, 99_999_999_999,
      .timestampOutOfRange(CaptureTimestamp(nanoseconds: 99_999_999_999)))
    refuse([1], plain, -1, .timestampOutOfRange(CaptureTimestamp(nanoseconds: -1)))
    refuse([1], plain, 0, original: -5, .originalLengthOutOfRange(-5))
    refuse(
      [1], plain, 0, comment: String(repeating: "c", count: 65_536),
      .textTooLong(byteCount: 65_536, limit: 65_535))
    try writer.write(
      [1], interface: plain, at: CaptureTimestamp(nanoseconds: 0),
      comment: String(repeating: "c", count: 65_535))
    XCTAssertEqual(Reading(writer.takeOctets()).frames.map(\.comments.first?.count), [65_535])
  }

  func testInterfacesRefused() {
    let rows: [(interface: CaptureInterface, error: CaptureWriteError, line: UInt)] = [
      (
        CaptureInterface(linkType: .raw, name: String(repeating: "n", count: 256)),
        .textTooLong(byteCount: 256, limit: 255), #line
      ),
      (
        CaptureInterface(linkType: .raw, frameCheckSequenceByteCount: 256),
        .frameCheckSequence(byteCount: 256), #line
      ),
      (
        CaptureInterface(linkType: .raw, frameCheckSequenceByteCount: -1),
        .frameCheckSequence(byteCount: -1), #line
      ),
    ]
    for row in rows {
      var writer = PcapngWriter()
      do throws(CaptureWriteError) {
        _ = try writer.addInterface(row.interface)
        XCTFail("accepted", line: row.line)
      } catch {
        XCTAssertEqual(error, row.error, line: row.line)
      }
      XCTAssertEqual(writer.pendingByteCount, 28, line: row.line)
      XCTAssertTrue(writer.interfaces.isEmpty, line: row.line)
    }
  }

  func testIndexOfInterface() throws {
    var writer = PcapngWriter()
    let ethernet = CaptureInterface(linkType: .ethernet, name: "eth0")
    let raw = CaptureInterface(linkType: .raw, name: "tun0")
    XCTAssertEqual(try writer.index(of: ethernet), 0)
    XCTAssertEqual(try writer.index(of: raw), 1)
    XCTAssertEqual(try writer.index(of: ethernet), 0)
    XCTAssertEqual(writer.interfaces, [ethernet, raw])
  }

  /// Octets stay pending if the sink fails, and are handed over in pieces that add up.
  func testDrain() throws {
    struct DiskFull: Error {}
    var writer = PcapWriter(linkType: .ethernet)
    do throws(DiskFull) {
      try writer.drain { (_: RawSpan) throws(DiskFull) in throw DiskFull() }
      XCTFail("no error")
    } catch {}
    XCTAssertEqual(writer.pendingByteCount, 24)
    var file: [UInt8] = []
    for number in UInt8(0)..<100 {
      try writer.write([number], at: moment)
      writer.drain { copy($0, to: &file) }
    }
    writer.drain { _ in XCTFail("nothing is pending") }
    XCTAssertEqual(Reading(file).frames.map(\.octets), (UInt8(0)..<100).map { [$0] })
  }
}
