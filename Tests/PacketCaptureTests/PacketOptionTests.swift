import PacketCapture
import XCTest

/// What pcapng knows about a frame, when the frame is copied, changed and segmented.
final class PacketOptionTests: XCTestCase {
  private static let start = octets(
    """
    0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000
    01000000 14000000 0100 0000 00000000 14000000
    """)

  /// A frame of 4 octets whose options are comment, flags, hash, drop count, identifier, queue,
  /// verdict, two custom options and an unknown one.
  private static func frame(flags: String) -> [UInt8] {
    octets(
      """
      06000000 84000000 00000000 11223344 55667788 04000000 04000000 01020304
      0100 0200 68690000 0200 0400 \(flags) 0300 0500 02aabbccdd000000
      0400 0800 0700000000000000 0500 0800 0900000000000000 0600 0400 03000000
      0700 0200 00010000 ac0b 0400 00000001 ac4b 0400 00000002 0180 0400 0b000000
      0000 0000 84000000
      """)
  }

  private func copy(
    _ block: [UInt8], _ body: (inout PcapngWriter, CaptureRecord) throws -> Void
  ) throws -> [UInt8] {
    var reader = CaptureReader()
    reader.append(Self.start + block)
    reader.finish()
    var writer = PcapngWriter(startsSection: false)
    while let item = try reader.nextItem() {
      if let record = item.record { try body(&writer, record) } else { try writer.copy(item) }
    }
    let file = writer.takeOctets()
    XCTAssertEqual(Array(file.prefix(Self.start.count)), Self.start)
    return Array(file.dropFirst(Self.start.count))
  }

  func testUnchangedFrameLosesOnlyItsOffloadBits() throws {
    XCTAssertEqual(
      try copy(Self.frame(flags: "020e0001")) { try $0.copy($1) }, Self.frame(flags: "02000001"))
    XCTAssertEqual(
      try copy(Self.frame(flags: "02000000")) { try $0.copy($1) }, Self.frame(flags: "02000000"))
  }

  func testChangedFrameLosesHashAndVerdict() throws {
    let block = try copy(Self.frame(flags: "020e0001")) { writer, record in
      try writer.copy(record) { octets in
        octets.storeBytes(of: 9, toByteOffset: 0, as: UInt8.self)
        return true
      }
      XCTAssertEqual(writer.removedOptions, [3: 1, 7: 1, 19_372: 1])
    }
    XCTAssertEqual(
      block,
      octets(
        """
        06000000 68000000 00000000 11223344 55667788 04000000 04000000 09020304
        0100 0200 68690000 0200 0400 02000000
        0400 0800 0700000000000000 0500 0800 0900000000000000 0600 0400 03000000
        ac0b 0400 00000001 0180 0400 0b000000
        0000 0000 68000000
        """))
  }

  func testSegments() throws {
    let block = try copy(Self.frame(flags: "020e0001")) { writer, record in
      try writer.write(record.frame.extracting(first: 1), madeOf: record, .first)
      try writer.write(
        record.frame.extracting(first: 1), madeOf: record, .further, comment: "2",
        trailerByteCount: 2
      ) { $0.storeBytes(of: 7, toByteOffset: 2, as: UInt8.self) }
    }
    XCTAssertEqual(
      block,
      octets(
        """
        06000000 68000000 00000000 11223344 55667788 01000000 01000000 01000000
        0100 0200 68690000 0200 0400 02000000
        0400 0800 0700000000000000 0500 0800 0900000000000000 0600 0400 03000000
        ac0b 0400 00000001 0180 0400 0b000000
        0000 0000 68000000
        06000000 40000000 00000000 11223344 55667788 03000000 03000000 01000700
        0200 0400 02000000 0600 0400 03000000 0100 0100 32000000 0000 0000 40000000
        """))
  }

  /// The obsolete form counts drops in a field, and becomes the enhanced one when it is segmented.
  func testObsoletePacket() throws {
    let old = octets(
      """
      02000000 2c000000 0000 0700 00000000 40420f00 02000000 02000000 aabb 0000
      0200 0400 01000000 2c000000
      """)
    XCTAssertEqual(try copy(old) { try $0.copy($1) }, old)
    let segments = try copy(old) { writer, record in
      try writer.write(record.frame, madeOf: record, .first)
      try writer.write(record.frame, madeOf: record, .further)
    }
    XCTAssertEqual(
      segments,
      octets(
        """
        06000000 3c000000 00000000 00000000 40420f00 02000000 02000000 aabb 0000
        0400 0800 0700000000000000 0200 0400 01000000 0000 0000 3c000000
        06000000 30000000 00000000 00000000 40420f00 02000000 02000000 aabb 0000
        0200 0400 01000000 0000 0000 30000000
        """))
  }

  func testSegmentsOfASimplePacketAreSimple() throws {
    let simple = octets("03000000 14000000 04000000 01020304 14000000")
    XCTAssertEqual(
      try copy(simple) { try $0.write($1.frame.extracting(first: 3), madeOf: $1, .first) },
      octets("03000000 14000000 03000000 01020300 14000000"))
    XCTAssertEqual(
      try copy(simple) { try $0.write($1.frame, madeOf: $1, .first, comment: "c") },
      octets(
        """
        06000000 30000000 00000000 00000000 00000000 04000000 04000000 01020304
        0100 0100 63000000 0000 0000 30000000
        """))
  }

  /// Two comments of 40,000 octets keep their number and length.
  func testLongComments() throws {
    let comment = octets("0100 409c") + [UInt8](repeating: 0x63, count: 40_000)
    let length = UInt32(36 + 2 * comment.count)
    let octetsOfLength = (0..<4).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }
    let block =
      octets("06000000") + octetsOfLength
      + octets("00000000 00000000 00000000 00000000 00000000") + comment + comment
      + octets("0000 0000") + octetsOfLength
    XCTAssertEqual(try copy(block) { try $0.copy($1) }, block)
    XCTAssertEqual(try copy(block) { try $0.write($1.frame, madeOf: $1, .first) }, block)
  }

  // MARK: - Frame check sequences

  /// The packet and the sequence of the only frame of a file, and the frame's length on the wire.
  private func parts(_ file: [UInt8]) throws -> (frame: Int, sequence: Int, length: Int) {
    var reader = CaptureReader()
    reader.append(file)
    guard let record = try reader.next() else { throw XCTSkip("no frame") }
    return (
      record.frame.byteCount, record.frameCheckSequence.byteCount, record.frameLength
    )
  }

  private func expect(
    _ file: [UInt8], _ frame: Int, _ sequence: Int, _ length: Int, line: UInt = #line
  ) throws {
    let parts = try parts(file)
    XCTAssertEqual(parts.frame, frame, "frame", line: line)
    XCTAssertEqual(parts.sequence, sequence, "sequence", line: line)
    XCTAssertEqual(parts.length, length, "length", line: line)
  }

  func testSequenceInThePcapHeader() throws {
    let header = octets("d4c3b2a1 0200 0400 00000000 00000000 00000400 01000024")
    let time = octets("00000000 00000000")
    try expect(header + time + octets("06000000 06000000 010203040506"), 2, 4, 2)
    // A snap length cut off a part of the sequence, or all of it and more.
    try expect(header + time + octets("06000000 08000000 010203040506"), 4, 2, 4)
    try expect(header + time + octets("06000000 20000000 010203040506"), 6, 0, 28)
    try expect(header + time + octets("02000000 02000000 0102"), 0, 2, 0)
  }

  func testSequenceOfTheInterfaceAndOfTheFrame() throws {
    let section = octets("0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000")
    let plain = octets("01000000 14000000 0100 0000 00000000 14000000")
    let sealed = octets(
      "01000000 20000000 0100 0000 00000000 0d00 0100 04000000 0000 0000 20000000")
    func frame(_ flags: String) -> [UInt8] {
      octets("06000000 34000000 00000000 00000000 00000000 06000000 06000000 010203040506 0000")
        + octets("0200 0400") + octets(flags) + octets("0000 0000 34000000")
    }
    try expect(section + plain + frame("01000000"), 6, 0, 6)
    try expect(section + plain + frame("81000000"), 2, 4, 2)
    try expect(section + sealed + frame("01000000"), 2, 4, 2)
    // What the frame says goes before what its interface says.
    try expect(section + sealed + frame("41000000"), 4, 2, 4)
  }
}
