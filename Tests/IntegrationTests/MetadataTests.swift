import Foundation
import PacketCapture
import TestSupport
import XCTest

/// What pcapng knows besides frames: all of it stays, in place.
final class MetadataTests: XCTestCase {
  private let small = FrameRecipe(payload: Payload(count: 20)).build()
  private let large = FrameRecipe(payload: Payload(count: 4_000)).build()

  private func segment(
    _ file: [UInt8], _ output: String = "out.pcapng", _ options: String...
  ) throws -> (octets: [UInt8], summary: Summary, text: String) {
    let folder = try TemporaryFolder()
    let input = try folder.write(file, "in")
    let run = try VnicTool.succeed(["segment", input, folder.path(output), "--json"] + options)
    return (try folder.octets(output), try Summary(run.standardOutput), run.errorText)
  }

  func testReportStaysUnmodified() throws {
    let file = try Fixtures.octets("Reports/metadata.pcapng")
    XCTAssertEqual(try segment(file).octets, file)
  }

  private func end(_ options: [UInt8]) -> [UInt8] { options + Block.endOfOptions }

  /// Blocks of every type between two frames, one of which is segmented.
  func testEveryBlockStaysInPlace() throws {
    let section = Block.block(
      0x0A0D_0D0A,
      octets("4d3c2b1a 0100 0000 ffffffffffffffff")
        + end(Block.option(2, Array("machine".utf8)) + Block.option(1, Array("notes".utf8))))
    let interface = Block.interface(
      snapLength: 65_535,
      options: end(
        Block.option(2, Array("eth0".utf8)) + Block.option(3, Array("uplink".utf8))
          + Block.option(6, [2, 0, 0, 0, 0, 1]) + Block.option(8, [0, 0, 0, 0, 0, 0, 0, 1])
          + Block.option(9, [9]) + Block.option(11, [0] + Array("tcp".utf8))
          + Block.option(12, Array("Linux".utf8))
          + Block.option(14, [UInt8](repeating: 0, count: 8))))
    let blocks = [
      Block.block(4, octets("0100 0700 c0000201 686f00 00 0000 0000")),
      Block.block(5, octets("00000000 00000000 00000000 0400 0800 0700000000000000 0000 0000")),
      Block.block(10, octets("4b534c54 04000000 61626364")),
      Block.block(0xBAD, octets("00007ed9 01020304")),
      Block.block(0x4000_0BAD, octets("00007ed9 01020304")),
      Block.block(0x1234, octets("01020304")),
      Block.block(Int(0x8000_0001), octets("01020304")),
    ]
    let before = section + interface + blocks.flatMap { $0 } + Block.frame(small)
    let after = blocks.flatMap { $0 } + Block.frame(small) + blocks.flatMap { $0 }
    let (written, summary, _) = try segment(before + Block.frame(large) + after)
    XCTAssertEqual(Array(written.prefix(before.count)), before)
    XCTAssertEqual(Array(written.suffix(after.count)), after)
    XCTAssertEqual(try CaptureReader.frames(in: written).count, 5)
    XCTAssertEqual(summary.omissions, [])
  }

  func testSectionsOfBothByteOrders() throws {
    let big = octets(
      """
      0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c
      00000001 00000014 0001 0000 00000000 00000014
      """)
    let start = Block.section + Block.interface() + Block.frame(small) + big
    let middle =
      octets("00000006") + bigEndian(32 + large.count + 2) + octets("00000000 00000000")
      + octets("00000005") + bigEndian(large.count) + bigEndian(large.count) + large
      + [0, 0] + bigEndian(32 + large.count + 2)
    let rest =
      Block.section + Block.interface(101) + Block.interface()
      + Block.frame(
        small, interface: 1)
    let (written, _, _) = try segment(start + middle + rest)
    XCTAssertEqual(Array(written.prefix(start.count)), start)
    XCTAssertEqual(Array(written.suffix(rest.count)), rest)
    let frames = try CaptureReader.frames(in: written)
    XCTAssertEqual(frames.map(\.sectionIndex), [0, 1, 1, 1, 2])
    XCTAssertEqual(frames[1].timestamp, CaptureTimestamp(microseconds: 5))
  }

  private func bigEndian(_ value: Int) -> [UInt8] { littleEndian(value).reversed() }

  /// Direction and queue go to every segment, the rest to the first, hash and verdict to none.
  func testSegments() throws {
    let options = end(
      Block.option(1, Array("one".utf8)) + Block.option(1, Array("two".utf8))
        + Block.option(2, [0x02, 0x0E, 0, 0]) + Block.option(3, [2, 1, 2, 3, 4])
        + Block.option(4, [7, 0, 0, 0, 0, 0, 0, 0]) + Block.option(5, [8, 0, 0, 0, 0, 0, 0, 0])
        + Block.option(6, [3, 0, 0, 0]) + Block.option(7, [0, 1]))
    let file = Block.section + Block.interface() + Block.frame(large, options: options)
    let (written, summary, _) = try segment(file)
    XCTAssertEqual(
      summary.omissions,
      [
        .init(what: "hashes of changed frames", count: 1),
        .init(what: "verdicts on changed frames", count: 1),
      ])
    var reader = CaptureReader()
    reader.append(written)
    reader.finish()
    var codes: [[UInt16]] = []
    var flags: [UInt32?] = []
    while let record = try reader.next() {
      codes.append(record.optionCodes)
      flags.append(record.flags?.rawValue)
    }
    XCTAssertEqual(codes, [[1, 1, 2, 4, 5, 6], [2, 6], [2, 6]])
    XCTAssertEqual(flags, [2, 2, 2])
  }

  func testTwoLongComments() throws {
    let comment = Block.option(1, [UInt8](repeating: 0x63, count: 40_000))
    let options = end(comment + comment)
    let file = Block.section + Block.interface() + Block.frame(small, options: options)
    XCTAssertEqual(try segment(file).octets, file)
    let cut = Block.section + Block.interface() + Block.frame(large, options: options)
    let frames = try CaptureReader.frames(in: segment(cut, "out.pcapng", "--comments").octets)
    XCTAssertEqual(frames.map { $0.comments.map(\.count) }, [[40_000, 40_000, 42], [45], [45]])
  }

  /// What pcap has no place for is told.
  func testPcapHasNoPlace() throws {
    let (_, summary, text) = try segment(Fixtures.octets("Reports/metadata.pcapng"), "out.pcap")
    let expected: [Summary.Omission] = [
      .init(what: "comments", count: 3), .init(what: "section options", count: 2),
      .init(what: "interface options", count: 4), .init(what: "decryption secrets", count: 1),
      .init(what: "name resolution blocks", count: 1), .init(what: "packet flags", count: 1),
      .init(what: "interface statistics", count: 1),
    ]
    XCTAssertEqual(
      summary.omissions.sorted { $0.what < $1.what }, expected.sorted { $0.what < $1.what })
    XCTAssertTrue(text.contains("  left out: comments (3), section options (2), "), text)
    XCTAssertTrue(text.contains("; pcapng can hold them\n"), text)
  }

  // MARK: - What flags say about checksums

  private func flagged(_ frame: [UInt8], _ bits: UInt8) throws -> (frame: [UInt8], flags: UInt32?) {
    let options = end(Block.option(2, [2, bits, 0, 0]))
    let file = Block.section + Block.interface() + Block.frame(frame, options: options)
    var reader = CaptureReader()
    reader.append(try segment(file).octets)
    guard let record = try reader.next() else { return ([], nil) }
    return (record.copyOctets(), record.flags?.rawValue)
  }

  func testChecksumNotReadyIsCompletedWhateverItLooksLike() throws {
    let transports: [Transport] = [.tcp(), .udp()]
    for transport in transports {
      let make = { (checksum: TransportChecksum) in
        FrameRecipe(transport: transport, payload: Payload(count: 99), checksum: checksum).build()
      }
      let right = make(.complete)
      // Bit 9 and bit 11, which implies it.
      for bits in [UInt8(0x02), 0x08, 0x0A] {
        for checksum in [TransportChecksum.value(0x1234), .zero, .pseudoHeaderWithLength] {
          let (frame, flags) = try flagged(make(checksum), bits)
          XCTAssertEqual(frame, right, "\(transport) \(checksum) \(bits)")
          XCTAssertEqual(flags, 2)
        }
      }
    }
  }

  /// The flags count, not how the field looks, in frames that are segmented as well.
  func testFlagsOfSegmentedFramesAreCounted() throws {
    let rows: [(checksum: TransportChecksum, bits: UInt8, completed: Int, wrong: Int)] = [
      (.value(0x1234), 0x02, 1, 0), (.value(0x1234), 0x08, 1, 0), (.value(0x1234), 0, 0, 1),
      (.pseudoHeaderWithLength, 0, 1, 0), (.pseudoHeaderWithLength, 0x04, 0, 0),
    ]
    let transports: [(Transport, String)] = [(.tcp(), "--strict"), (.udp(), "--fragment-udp")]
    for (transport, option) in transports {
      for row in rows {
        let frame = FrameRecipe(
          transport: transport, payload: Payload(count: 4_000), checksum: row.checksum
        ).build()
        let options = end(Block.option(2, [2, row.bits, 0, 0]))
        let file = Block.section + Block.interface() + Block.frame(frame, options: options)
        let (_, summary, text) = try segment(file, "out.pcapng", option)
        let name = "\(transport) \(row)"
        XCTAssertEqual(summary.checksums.completed_in_segmented_frames, row.completed, name)
        XCTAssertEqual(summary.checksums.wrong_in_segmented_frames, row.wrong, name)
        XCTAssertEqual(
          text.contains("  checksums completed: in 1 frame, 1 of them segmented\n"),
          row.completed == 1, text)
      }
    }
  }

  /// The fragments of a datagram carry the checksum that its flags ask for.
  func testFlagsOfFragmentedDatagrams() throws {
    let make = { (checksum: TransportChecksum) in
      FrameRecipe(transport: .udp(), payload: Payload(count: 4_000), checksum: checksum).build()
    }
    for (checksum, bits, expected) in [
      (TransportChecksum.value(0x1234), UInt8(0x02), TransportChecksum.complete),
      (.zero, 0x02, .complete), (.value(0x1234), 0, .value(0x1234)),
      (.pseudoHeaderWithLength, 0x04, .pseudoHeaderWithLength),
    ] {
      let options = end(Block.option(2, [2, bits, 0, 0]))
      let file =
        Block.section + Block.interface() + Block.frame(make(checksum), options: options)
      let frames = try CaptureReader.frames(
        in: segment(file, "out.pcapng", "--fragment-udp").octets)
      XCTAssertEqual(frames.count, 3)
      XCTAssertEqual(
        frames.first.map { Array($0.octets[40..<42]) }, Array(make(expected)[40..<42]),
        "\(checksum) \(bits)")
    }
  }

  func testFractionsThatPcapCannotCount() throws {
    // 10^-12 s: 1000 ticks are a nanosecond.
    let interface = Block.interface(options: end(Block.option(9, [12])))
    for (ticks, expected) in [(5_000, 0), (5_001, 1)] {
      let file = Block.section + interface + Block.frame(small, time: ticks)
      let (written, summary, _) = try segment(file, "out.pcap")
      XCTAssertEqual(
        summary.omissions.first { $0.what == "fractions of a nanosecond" }?.count ?? 0, expected)
      XCTAssertEqual(try CaptureReader.frames(in: written).first?.timestamp?.nanoseconds, 5)
    }
  }

  func testValidChecksumStays() throws {
    let frame = FrameRecipe(
      payload: Payload(count: 99), checksum: .pseudoHeaderWithLength
    ).build()
    let (passed, flags) = try flagged(frame, 0x04)
    XCTAssertEqual(passed, frame)
    XCTAssertEqual(flags, 2)
  }
}
