import PacketCapture
import XCTest

/// A capture as the items it consists of, and copies of it.
final class ItemTests: XCTestCase {
  /// What a reader hands out, in short.
  private func items(_ file: [UInt8], pieces: Int = 65_536) -> (names: [String], error: String?) {
    var names: [String] = []
    var position = 0
    do throws(CaptureError) {
      var reader = try CaptureReader(bufferByteCount: 1_024)
      while !reader.isAtEnd {
        if position == file.count { reader.finish() }
        let end = min(position + pieces, file.count)
        reader.append(file.span.extracting(position..<end))
        position = end
        while let item = try reader.nextItem() { names.append(name(item)) }
      }
    } catch {
      return (names, error.description)
    }
    return (names, nil)
  }

  private func name(_ item: CaptureItem) -> String {
    switch item.kind {
    case .section: "section \(item.byteOrder)"
    case .interface(let index): "interface \(index)"
    case .record: "frame \(item.record?.frameNumber ?? 0)"
    case .block(let type): "block \(type)"
    case .skippedBlock(let type, let byteCount): "skipped \(type) of \(byteCount)"
    case .damage(let error): "damage \(error)"
    }
  }

  private func copy(_ file: [UInt8], minimumSnapLength: UInt32 = 0) throws -> [UInt8] {
    var reader = CaptureReader()
    reader.append(file)
    reader.finish()
    var writer = PcapngWriter(startsSection: false, minimumSnapLength: minimumSnapLength)
    while let item = try reader.nextItem() { try writer.copy(item) }
    return writer.takeOctets()
  }

  func testItemsOfPcapng() {
    let expected = [
      "section littleEndian", "block 4", "interface 0", "interface 1", "frame 1", "block 57005",
      "frame 2", "frame 3", "section bigEndian", "interface 0", "block 57005", "frame 4",
    ]
    for pieces in [1, 7, 65_536] {
      let (names, error) = items(Golden.pcapngRich, pieces: pieces)
      XCTAssertEqual(names, expected, "pieces of \(pieces)")
      XCTAssertNil(error)
    }
  }

  func testItemsOfPcap() {
    XCTAssertEqual(items(Golden.pcapBig).names, ["interface 0", "frame 1", "frame 2"])
  }

  /// Sections of both orders, options, unknown blocks and all kinds of packet blocks.
  func testCopyIsTheFile() throws {
    for file in [Golden.pcapngLittle, Golden.pcapngBig] { XCTAssertEqual(try copy(file), file) }
    // A simple packet of which a part was captured becomes an enhanced one: how much of it is there
    // would follow from a snap length that may change.
    let simple = octets("03000000 14000000 05000000 a1a2a3 00 14000000")
    let enhanced = octets(
      "06000000 24000000 00000000 00000000 00000000 03000000 05000000 a1a2a3 00 24000000")
    var expected = Golden.pcapngRich
    let place = try XCTUnwrap(
      expected.indices.first { expected[$0...].starts(with: simple) })
    expected.replaceSubrange(place..<place + simple.count, with: enhanced)
    XCTAssertEqual(try copy(Golden.pcapngRich), expected)
  }

  private static let section = octets(
    "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000")
  private static let interface = octets("01000000 14000000 0100 0000 02000000 14000000")
  private static let simple = octets("03000000 14000000 02000000 a1a2 0000 14000000")

  func testSectionLengthBecomesUnknown() throws {
    let known = octets("0a0d0d0a 1c000000 4d3c2b1a 0100 0000 1400000000000000 1c000000")
    XCTAssertEqual(
      try copy(known + Self.interface + Self.simple),
      Self.section + Self.interface + Self.simple)
  }

  func testMinimumSnapLength() throws {
    let copied = try copy(
      Self.section + Self.interface + Self.simple, minimumSnapLength: 262_144)
    XCTAssertEqual(
      copied,
      Self.section + octets("01000000 14000000 0100 0000 00000400 14000000") + Self.simple)
  }

  /// Damage of the content of a block: what follows is read, the octets stay, the copy is sound.
  func testDamagedContent() throws {
    let sound =
      octets("06000000 24000000 00000000 00000000 01000000 02000000 02000000 b1b2 0000")
      + octets("24000000")
    let rows: [(block: [UInt8], message: String, line: UInt)] = [
      (
        octets("06000000 20000000 07000000 00000000 00000000 00000000 00000000 20000000"),
        "frame 1, block 3 at octet 56: the frame belongs to interface 7, its section describes 1 "
          + "(counted from 0)", #line
      ),
      (
        octets("06000000 20000000 00000000 00000000 00000000 09000000 09000000 20000000"),
        "frame 1, block 3 at octet 68: "
          + "the frame claims 9 captured octets, its block has room for 0",
        #line
      ),
      (
        octets("06000000 24000000 00000000 00000000 00000000 00000000 00000000 0100 0900 24000000"),
        "frame 1, block 3 at octet 76: option 1 claims 9 octets, 0 are left of its block", #line
      ),
      (
        octets("06000000 10000000 00000000 10000000"),
        "frame 1, block 3 at octet 52: a block of type 0x00000006 needs 32 octets at least, "
          + "its length says 16", #line
      ),
    ]
    for row in rows {
      let file = Self.section + Self.interface + row.block + sound
      let (names, error) = items(file)
      XCTAssertEqual(
        names,
        ["section littleEndian", "interface 0", "damage \(row.message)", "frame 2"], line: row.line)
      XCTAssertNil(error, line: row.line)
      XCTAssertEqual(Reading(file).error?.description, row.message, line: row.line)
      var marked = row.block
      marked[3] |= 0x80
      let copied = try copy(file)
      XCTAssertEqual(copied, Self.section + Self.interface + marked + sound, line: row.line)
      XCTAssertNil(Reading(copied).error, line: row.line)
    }
  }

  /// Interfaces after a damaged one keep their index, and its frames are read.
  func testDamagedInterface() throws {
    let name = octets("0200 0200 61620000")
    let damaged =
      octets("01000000 24000000 0100 0000 02000000") + name
      + octets("0c00 0100 00000000") + octets("24000000")
    XCTAssertEqual(items(Self.section + damaged).names.count, 2, "sound so far")
    var overrun = damaged
    overrun[26] = 9
    let file = Self.section + overrun + Self.interface + Self.simple
    let (names, error) = items(file)
    XCTAssertNil(error)
    XCTAssertEqual(
      names,
      [
        "section littleEndian",
        "damage block 2 at octet 52: option 12 claims 9 octets, 4 are left of its block",
        "interface 1", "frame 1",
      ])
    var marked = overrun
    marked[3] |= 0x80
    let sound =
      octets("01000000 20000000 0100 0000 02000000") + name
      + octets("0000 0000 20000000")
    XCTAssertEqual(
      try copy(file), Self.section + sound + marked + Self.interface + Self.simple)
  }

  func testInterfaceThatIsTooShort() throws {
    let short = octets("01000000 10000000 0100 0000 10000000")
    let frame = octets(
      "06000000 24000000 01000000 00000000 01000000 02000000 02000000 b1b2 0000 24000000")
    let copied = try copy(Self.section + short + Self.interface + frame)
    let reading = Reading(copied)
    XCTAssertNil(reading.error)
    XCTAssertEqual(reading.frames.map(\.interface.linkType), [.ethernet])
    XCTAssertEqual(reading.interfaces.map(\.linkType.rawValue), [65_535, 1])
  }

  func testSectionOfAnUnknownVersion() throws {
    let future = octets("0a0d0d0a 1c000000 4d3c2b1a 0200 0000 ffffffffffffffff 1c000000")
    XCTAssertEqual(
      items(future).error,
      "block 1 at octet 12: version 2.0 of the format is unknown (pcap has 2.0 to 2.4, pcapng 1.0)")
    let file = Self.section + future + Self.interface + Self.simple
    XCTAssertEqual(
      items(file).names,
      [
        "section littleEndian",
        "damage block 2 at octet 40: version 2.0 of the format is unknown (pcap has 2.0 to 2.4, "
          + "pcapng 1.0)", "interface 0", "frame 1",
      ])
    XCTAssertEqual(Reading(try copy(file)).frames.map(\.octets), [[0xA1, 0xA2]])
  }

  /// Where the two lengths of a block differ nothing says how to go on.
  func testLostFraming() {
    let file =
      Self.section + Self.interface + Self.simple
      + octets("03000000 14000000 02000000 a1a2 0000 18000000") + Self.simple
    let (names, error) = items(file)
    XCTAssertEqual(names, ["section littleEndian", "interface 0", "frame 1"])
    XCTAssertEqual(
      error,
      "frame 2, block 4 at octet 84: the block's length is 20 octets at its start and 24 at its end"
    )
  }

  func testBlockThatIsTooLongToHold() {
    let long =
      octets("ad0b0000 04000001") + [UInt8](repeating: 0, count: 16_777_208)
      + octets("04000001")
    let (names, error) = items(Self.section + long + Self.interface + Self.simple)
    XCTAssertNil(error)
    XCTAssertEqual(
      names, ["section littleEndian", "skipped 2989 of 16777220", "interface 0", "frame 1"])
  }

  func testCopiesIntoAnotherSectionAreRefused() throws {
    var reader = CaptureReader()
    reader.append(Golden.pcapngBig)
    var writer = PcapngWriter()
    _ = try writer.addInterface(CaptureInterface(linkType: .ethernet))
    let pending = writer.pendingByteCount
    var errors: [CaptureWriteError] = []
    while let item = try reader.nextItem() {
      if item.kind == .section { continue }
      do throws(CaptureWriteError) {
        if let record = item.record { try writer.copy(record) } else { try writer.copy(item) }
      } catch {
        errors.append(error)
      }
      if let record = item.record {
        do throws(CaptureWriteError) {
          try writer.write(record.frame, madeOf: record, .first)
        } catch {
          errors.append(error)
        }
      }
    }
    let expected = CaptureWriteError.byteOrder(.bigEndian, section: .littleEndian)
    XCTAssertEqual(errors, [expected, expected, expected])
    XCTAssertEqual(
      expected.description,
      "the block to be copied is bigEndian, the section is littleEndian; copy its section header "
        + "first")
    XCTAssertEqual(writer.pendingByteCount, pending)
  }

  /// Snap lengths that frames exceed are corrected, in either format and order.
  func testSnapLengthUpdates() throws {
    let time = CaptureTimestamp(microseconds: 0)
    for order in ByteOrder.allCases {
      var pcap = PcapWriter(linkType: .ethernet, snapLength: 2, byteOrder: order)
      try pcap.write([1, 2], at: time)
      XCTAssertNil(pcap.snapLengthUpdate)
      try pcap.write([1, 2, 3], at: time)
      let update = try XCTUnwrap(pcap.snapLengthUpdate)
      XCTAssertEqual(update.byteOffset, 16)
      XCTAssertEqual(update.octets, order == .bigEndian ? [0, 0, 0, 3] : [3, 0, 0, 0])

      var pcapng = PcapngWriter(byteOrder: order)
      let interface = CaptureInterface(
        linkType: .ethernet, snapLength: 2, resolution: .microseconds)
      _ = try pcapng.addInterface(interface)
      var unlimited = interface
      unlimited.snapLength = 0
      _ = try pcapng.addInterface(unlimited)
      var file = pcapng.takeOctets()
      _ = try pcapng.addInterface(interface)
      for index in 0..<3 { try pcapng.write([1, 2, 3], interface: index, at: time) }
      file += pcapng.takeOctets()
      XCTAssertEqual(pcapng.snapLengthUpdates.map(\.byteOffset), [40, 80])
      for update in pcapng.snapLengthUpdates {
        file.replaceSubrange(
          Int(update.byteOffset)..<Int(update.byteOffset) + 4, with: update.octets)
      }
      XCTAssertEqual(Reading(file).interfaces.map(\.snapLength), [3, 0, 3])
    }
  }
}
