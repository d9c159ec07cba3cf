import Foundation
import PacketCapture
import TestSupport
import XCTest

/// Snap lengths that are exceeded, and frames that one truncated.
final class SnapLengthTests: XCTestCase {
  private let frame = FrameRecipe(payload: Payload(count: 1_460)).build()

  private func snapLengths(_ file: [UInt8]) throws -> [UInt32] {
    var reader = CaptureReader()
    reader.append(file)
    reader.finish()
    while try reader.next() != nil {}
    return reader.interfaces.map(\.snapLength)
  }

  private func pcapFile(_ snapLength: UInt32) throws -> [UInt8] {
    var writer = PcapWriter(linkType: .ethernet, snapLength: snapLength)
    try writer.write(frame, at: CaptureTimestamp(nanoseconds: 0))
    return writer.takeOctets()
  }

  /// The largest of what was declared and what is there, from and to either format.
  func testLargestOfDeclaredAndThere() throws {
    let large = FrameRecipe(payload: Payload(count: 4_000)).build()
    let rows: [(snapLength: Int, frame: [UInt8], expected: UInt32)] = [
      (1_500, frame, 1_514), (96, frame, 1_514), (65_535, frame, 65_535), (0, frame, 0),
      (96, large, 1_514), (262_144, frame, 262_144), (300_000, frame, 300_000),
    ]
    for row in rows {
      let inputs = [
        (
          "in.pcap",
          try pcapFile(UInt32(row.snapLength)).prefix(24)
            + octets("00000000 00000000") + littleEndian(row.frame.count)
            + littleEndian(row.frame.count) + row.frame
        ),
        (
          "in.pcapng",
          (Block.section + Block.interface(snapLength: row.snapLength) + Block.frame(row.frame))[
            ...]
        ),
      ]
      for (name, file) in inputs {
        for output in ["out.pcap", "out.pcapng"] {
          let folder = try TemporaryFolder()
          let input = try folder.write(Array(file), name)
          try VnicTool.succeed(["segment", input, folder.path(output)])
          XCTAssertEqual(
            try snapLengths(folder.octets(output)), [row.expected],
            "\(name) with \(row.snapLength) to \(output)")
        }
      }
    }
  }

  /// What goes into a pipe cannot be corrected: it states the most that a frame may have.
  func testStandardOutputStatesTheLimit() throws {
    for (name, format) in [
      ("record-longer-than-snaplen.pcap", "pcap"),
      ("record-longer-than-snaplen.pcap", "pcapng"),
    ] {
      let run = try VnicTool.succeed(
        ["segment", Fixtures.url("Reports/\(name)").path, "-", "--format", format])
      XCTAssertEqual(try snapLengths(run.standardOutput), [262_144], format)
      XCTAssertEqual(try CaptureReader.frames(in: run.standardOutput).count, 1)
    }
  }

  func testReportPasses() throws {
    let folder = try TemporaryFolder()
    let input = Fixtures.url("Reports/record-longer-than-snaplen.pcap").path
    try VnicTool.succeed(["segment", input, folder.path("out.pcap"), "--strict"])
    XCTAssertEqual(
      try folder.frames("out.pcap"),
      try CaptureReader.frames(in: Fixtures.octets("Reports/record-longer-than-snaplen.pcap")).map {
        var frame = $0
        frame.interface.snapLength = 1_514
        return frame
      })
    if let capinfos = findTool("capinfos") {
      let text = try runTool(capinfos, ["-l", folder.path("out.pcap")]).text
      XCTAssertTrue(text.contains("file hdr: 1514 bytes"), text)
    }
  }

  // MARK: - Frames of which a part was captured

  func testFrameThatFitsOnTheWire() throws {
    let folder = try TemporaryFolder()
    let input = Fixtures.url("Reports/snaplen-cut-but-fits.pcap").path
    let run = try VnicTool.succeed(["segment", input, folder.path("out"), "--strict", "--json"])
    let summary = try Summary(run.standardOutput)
    XCTAssertEqual(summary.frames_fitting, 1)
    XCTAssertEqual(summary.frames_fitting_in_part, 1)
    XCTAssertEqual(summary.frames_skipped, 0)
    XCTAssertEqual(summary.largest_packet, 140)
    XCTAssertEqual(
      try folder.octets("out"), try Fixtures.octets("Reports/snaplen-cut-but-fits.pcap"))
    let list = try VnicTool.succeed(["inspect", input])
    XCTAssertEqual(
      list.text,
      "     1    0.000000000  Ethernet/IPv4/TCP    frame 154 (100 captured), packet 140, "
        + "payload 100, MSS 1460: fits\n")
  }

  /// What counts is the length on the wire, wherever the snap length ends; a frame that does not
  /// fit is segmented once its headers are there.
  func testEveryCut() throws {
    let fits = FrameRecipe(payload: Payload(count: 1_460)).build()
    let large = FrameRecipe(payload: Payload(count: 1_461)).build()
    for count in [0, 1, 14, 20, 34, 40, 54, 55, 1_000] {
      for (frame, status) in [(fits, Int32(0)), (large, 3)] {
        let file =
          Block.section + Block.interface(snapLength: max(1, count))
          + Block.frame(Array(frame.prefix(count)), original: frame.count)
        let folder = try TemporaryFolder()
        let input = try folder.write(file, "in")
        let run = try VnicTool.run("segment", input, folder.path("out"))
        let hasHeaders = count >= 54
        let name = "\(count) of \(frame.count): \(run.errorText)"
        XCTAssertEqual(run.status, hasHeaders ? 0 : status, name)
        if status == 0 || !hasHeaders { XCTAssertEqual(try folder.octets("out"), file, name) }
      }
    }
  }

  /// Padding is no part of the packet, as far as the header tells.
  func testPaddingDoesNotCount() throws {
    let padded = FrameRecipe(payload: Payload(count: 1_460), trailerCount: 40).build()
    let file =
      Block.section + Block.interface(snapLength: 64)
      + Block.frame(Array(padded.prefix(64)), original: padded.count)
    let folder = try TemporaryFolder()
    let input = try folder.write(file, "in")
    try VnicTool.succeed(["segment", input, folder.path("out"), "--strict"])
    try VnicTool.succeed(["segment", input, folder.path("out"), "--mss", "1459"])
    XCTAssertEqual(try folder.frames("out").map(\.originalLength), [1_513, 55])
    try VnicTool.succeed(["segment", input, folder.path("out"), "--mss", "1460"])
  }
}
