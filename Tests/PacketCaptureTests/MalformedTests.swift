import PacketCapture
import XCTest

final class MalformedTests: XCTestCase {
  private struct Row {
    let name: String
    let octets: [UInt8]
    let reason: CaptureError.Reason
    let offset: UInt64
    let frame: UInt64?
    let block: UInt64?
    let line: UInt

    init(
      _ name: String, _ hexadecimal: String, _ reason: CaptureError.Reason, at offset: UInt64,
      frame: UInt64? = nil, block: UInt64? = nil, line: UInt = #line
    ) {
      (self.name, octets, self.reason) = (name, PacketCaptureTests.octets(hexadecimal), reason)
      (self.offset, self.frame, self.block, self.line) = (offset, frame, block, line)
    }
  }

  private func check(_ rows: [Row]) {
    for row in rows {
      let error = Reading(row.octets).error
      XCTAssertEqual(error?.reason, row.reason, row.name, line: row.line)
      XCTAssertEqual(error?.byteOffset, row.offset, row.name, line: row.line)
      XCTAssertEqual(error?.frameNumber, row.frame, row.name, line: row.line)
      XCTAssertEqual(error?.blockNumber, row.block, row.name, line: row.line)
    }
  }

  func testNotACapture() {
    check([
      Row("empty", "", .truncated(.fileHeader, needed: 4, available: 0), at: 0),
      Row("three octets", "d4c3b2", .truncated(.fileHeader, needed: 4, available: 3), at: 0),
      Row("text", "68656c6c6f", .notACapture(firstOctets: [0x68, 0x65, 0x6C, 0x6C]), at: 0),
      Row("gzip", "1f8b0800 0000", .compressed(.gzip), at: 0),
      Row("zstd", "28b52ffd 0000", .compressed(.zstd), at: 0),
      Row("xz", "fd377a58 5a00", .compressed(.xz), at: 0),
      Row("bzip2", "425a6839 3141", .compressed(.bzip2), at: 0),
      Row("lz4", "04224d18 6440", .compressed(.lz4), at: 0),
      Row("snoop", "736e6f6f 70000000", .unsupportedFormat("snoop"), at: 0),
      Row("modified, big", "a1b2cd34 0002", .unsupportedFormat("modified pcap"), at: 0),
      Row("modified, little", "34cdb2a1 0200", .unsupportedFormat("modified pcap"), at: 0),
    ])
  }

  func testPcap() {
    let header = "d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000"
    check([
      Row(
        "version 2.5", "d4c3b2a1 0200 0500 00000000 00000000 00000400 01000000",
        .unsupportedVersion(major: 2, minor: 5), at: 4),
      Row(
        "version 1.4", "d4c3b2a1 0100 0400 00000000 00000000 00000400 01000000",
        .unsupportedVersion(major: 1, minor: 4), at: 4),
      Row(
        "version 3.4", "a1b2c3d4 0003 0004 00000000 00000000 00040000 00000001",
        .unsupportedVersion(major: 3, minor: 4), at: 4),
      Row(
        "262,145 octets", header + "00000000 00000000 01000400 01000400",
        .recordTooLong(claimed: 262_145, limit: 262_144), at: 32, frame: 1),
      Row(
        "4 GiB", header + "00000000 00000000 ffffffff ffffffff",
        .recordTooLong(claimed: 4_294_967_295, limit: 262_144), at: 32, frame: 1),
      Row(
        "262,144 octets that are not there", header + "00000000 00000000 00000400 00000400",
        .truncated(.record, needed: 262_160, available: 16), at: 24, frame: 1),
      Row(
        "second record", header + "00000000 00000000 01000000 01000000 aa 00",
        .truncated(.record, needed: 16, available: 1), at: 41, frame: 2),
    ])
  }

  private let section = "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000"
  private let interface = "01000000 14000000 0100 0000 00000000 14000000"

  func testBlocks() {
    check([
      Row(
        "byte-order magic", "0a0d0d0a 1c000000 00000000", .unknownByteOrder(0), at: 8, block: 1),
      Row(
        "section of 24 octets", "0a0d0d0a 18000000 4d3c2b1a",
        .blockTooShort(type: 0x0A0D_0D0A, claimed: 24, minimum: 28), at: 4, block: 1),
      Row(
        "version 1.1", "0a0d0d0a 1c000000 4d3c2b1a 0100 0100 ffffffffffffffff 1c000000",
        .unsupportedVersion(major: 1, minor: 1), at: 12, block: 1),
      Row(
        "version 2.0", "0a0d0d0a 0000001c 1a2b3c4d 0002 0000 ffffffffffffffff 0000001c",
        .unsupportedVersion(major: 2, minor: 0), at: 12, block: 1),
      Row(
        "no block is shorter than 12", section + "ad0b0000 08000000 08000000",
        .blockTooShort(type: 0xBAD, claimed: 8, minimum: 12), at: 32, block: 2),
      Row(
        "length 0", section + "ad0b0000 00000000 00000000",
        .blockTooShort(type: 0xBAD, claimed: 0, minimum: 12), at: 32, block: 2),
      Row(
        "length 13", section + "ad0b0000 0d000000 00000000 00",
        .blockLengthNotMultipleOfFour(claimed: 13), at: 32, block: 2),
      Row(
        "trailing length", section + "01000000 14000000 0100 0000 00000000 18000000",
        .blockLengthsDiffer(leading: 20, trailing: 24), at: 44, block: 2),
      Row(
        "trailing length of a skipped block", section + "ad0b0000 10000000 00000000 0c000000",
        .blockLengthsDiffer(leading: 16, trailing: 12), at: 40, block: 2),
      Row(
        "skipped block without its end", section + "ad0b0000 00000080 00000000",
        .truncated(.block, needed: 2_147_483_648, available: 12), at: 28, block: 2),
      Row(
        "skipped block without its trailing length", section + "ad0b0000 0c000000",
        .truncated(.block, needed: 12, available: 8), at: 28, block: 2),
      Row(
        "frame of 16,777,220 octets", section + interface + "06000000 04000001 00000000",
        .blockTooLong(type: 6, claimed: 16_777_220, limit: 16_777_216), at: 52, frame: 1, block: 3),
    ])
  }

  func testFrames() {
    let start = section + interface
    check([
      Row(
        "enhanced packet of 28 octets", start + "06000000 1c000000 00000000",
        .blockTooShort(type: 6, claimed: 28, minimum: 32), at: 52, frame: 1, block: 3),
      Row(
        "no interface",
        section
          + "06000000 20000000 00000000 00000000 00000000 00000000 00000000 20000000",
        .undeclaredInterface(index: 0, declared: 0), at: 36, frame: 1, block: 2),
      Row(
        "second interface",
        start
          + "06000000 20000000 01000000 00000000 00000000 00000000 00000000 20000000",
        .undeclaredInterface(index: 1, declared: 1), at: 56, frame: 1, block: 3),
      Row(
        "interface 4,294,967,295",
        start
          + "06000000 20000000 ffffffff 00000000 00000000 00000000 00000000 20000000",
        .undeclaredInterface(index: 4_294_967_295, declared: 1), at: 56, frame: 1, block: 3),
      Row(
        "interface of the section before",
        start + section
          + "06000000 20000000 00000000 00000000 00000000 00000000 00000000 20000000",
        .undeclaredInterface(index: 0, declared: 0), at: 84, frame: 1, block: 4),
      Row(
        "captured length past the block",
        start
          + "06000000 20000000 00000000 00000000 00000000 01000000 01000000 20000000",
        .capturedLengthExceedsBlock(claimed: 1, available: 0), at: 68, frame: 1, block: 3),
      Row(
        "captured length past the limit",
        start
          + "06000000 20000000 00000000 00000000 00000000 01000400 01000000 20000000",
        .recordTooLong(claimed: 262_145, limit: 262_144), at: 68, frame: 1, block: 3),
      Row(
        "packet block",
        start
          + "02000000 20000000 0000 0000 00000000 00000000 04000000 04000000 20000000",
        .capturedLengthExceedsBlock(claimed: 4, available: 0), at: 68, frame: 1, block: 3),
      Row(
        "simple packet", start + "03000000 14000000 05000000 aabbccdd 14000000",
        .capturedLengthExceedsBlock(claimed: 5, available: 4), at: 56, frame: 1, block: 3),
      Row(
        "simple packet without interface", section + "03000000 10000000 00000000 10000000",
        .undeclaredInterface(index: 0, declared: 0), at: 36, frame: 1, block: 2),
      Row(
        "comment past the block",
        start
          + "06000000 28000000 00000000 00000000 00000000 01000000 01000000 aa000000"
          + "0100 0100 28000000",
        .optionTooLong(code: 1, claimed: 1, available: 0), at: 80, frame: 1, block: 3),
    ])
  }

  func testInterfaces() {
    check([
      Row(
        "10^-20 s", section + "01000000 1c000000 01000000 00000000 0900 0100 14000000 1c000000",
        .timestampResolution(20), at: 48, block: 2),
      Row(
        "2^-64 s", section + "01000000 1c000000 01000000 00000000 0900 0100 c0000000 1c000000",
        .timestampResolution(0xC0), at: 48, block: 2),
      Row(
        "resolution of 4 octets",
        section
          + "01000000 1c000000 01000000 00000000 0900 0400 06000000 1c000000",
        .optionLength(code: 9, expected: 1, actual: 4), at: 44, block: 2),
      Row(
        "resolution of none",
        section
          + "01000000 18000000 01000000 00000000 0900 0000 18000000",
        .optionLength(code: 9, expected: 1, actual: 0), at: 44, block: 2),
      Row(
        "offset of 4 octets",
        section
          + "01000000 1c000000 01000000 00000000 0e00 0400 06000000 1c000000",
        .optionLength(code: 14, expected: 8, actual: 4), at: 44, block: 2),
      Row(
        "name past the block",
        section
          + "01000000 1c000000 01000000 00000000 0200 0500 65746830 1c000000",
        .optionTooLong(code: 2, claimed: 5, available: 4), at: 44, block: 2),
      Row(
        "timestamp out of range",
        section
          + "01000000 1c000000 01000000 00000000 0900 0100 00000000 1c000000"
          + "06000000 20000000 00000000 ffffffff ffffffff 00000000 00000000 20000000",
        .timestampOutOfRange(
          ticks: 18_446_744_073_709_551_615,
          resolution: TimestampResolution(rawValue: 0) ?? .microseconds, offset: 0),
        at: 68, frame: 1, block: 3),
    ])
  }

  func testTooManyInterfaces() {
    let block = octets(interface)
    var file = octets(section)
    for _ in 0..<65_536 { file += block }
    XCTAssertNil(Reading(file).error, "65,536 are fine")
    let error = Reading(file + block).error
    XCTAssertEqual(error?.reason, .tooManyInterfaces(limit: 65_536))
    XCTAssertEqual(error?.blockNumber, 65_538)
    XCTAssertEqual(error?.byteOffset, 1_310_748)
  }

  /// The first error is final, whatever is done with the reader afterwards.
  func testErrorIsFinal() {
    var reader = CaptureReader()
    reader.append(octets("68656c6c6f"))
    for _ in 0..<3 {
      XCTAssertThrowsError(try reader.next() == nil) { error in
        XCTAssertEqual(
          (error as? CaptureError)?.reason, .notACapture(firstOctets: [0x68, 0x65, 0x6C, 0x6C]))
      }
      reader.append(Golden.pcapLittle)
      reader.finish()
    }
  }

  func testDescriptions() {
    let rows: [(octets: [UInt8], text: String, line: UInt)] = [
      (
        octets("68656c6c6f"),
        "octet 0: not a pcap or pcapng capture; the file starts with 68 65 6C 6C", #line
      ),
      (
        octets("1f8b0800"), "octet 0: the file is compressed with gzip; decompress it first", #line
      ),
      (
        Array(Golden.pcapLittle.dropLast(17)),
        "frame 1 at octet 24: the input ends in the middle of a record: 20 octets needed, "
          + "19 there", #line
      ),
      (
        Array(Golden.pcapngLittle.dropLast()),
        "frame 1, block 3 at octet 68: the input ends in the middle of a block: "
          + "52 octets needed, 51 there", #line
      ),
      (
        octets(section + "ad0b0000 00000080 00000000"),
        "block 2 at octet 28: the input ends in the middle of a block: "
          + "2,147,483,648 octets needed, 12 there", #line
      ),
    ]
    for row in rows {
      XCTAssertEqual(Reading(row.octets).error?.description, row.text, line: row.line)
    }
  }
}
