import Foundation
import PacketCapture
import TestSupport
import XCTest

/// Captures that are damaged: what is whole is processed, the damage is named, and the status is 1.
final class DamagedCaptureTests: XCTestCase {
  private let small = FrameRecipe(payload: Payload(count: 20)).build()

  private func run(_ file: [UInt8], _ output: String = "out") throws -> (
    folder: TemporaryFolder, run: ToolResult, summary: Summary
  ) {
    let folder = try TemporaryFolder()
    let input = try folder.write(file, "in")
    let run = try VnicTool.run("segment", input, folder.path(output), "--json")
    return (folder, run, try Summary(run.standardOutput))
  }

  func testReport() throws {
    let file = try Fixtures.octets("Reports/last-record-cut.pcap")
    let (folder, run, summary) = try run(file)
    XCTAssertEqual(run.status, 1)
    XCTAssertEqual(summary.frames_written, 3)
    XCTAssertEqual(try folder.frames("out").map(\.octets), try whole(file))
    let message = "the input ends in the middle of a record: 170 octets needed, 56 there"
    XCTAssertEqual(
      summary.damage, [.init(octet: 534, frame: 4, block: nil, message: message)])
    XCTAssertTrue(
      run.errorText.hasSuffix(
        "vnic: \(folder.path("in")): damaged: frame 4 at octet 534: \(message); "
          + "all that is whole was read\n"), run.errorText)
  }

  private func whole(_ file: [UInt8]) throws -> [[UInt8]] {
    try CaptureReader.frames(in: Array(file.prefix(534))).map(\.octets)
  }

  func testInspectShowsWhatIsWhole() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(Fixtures.octets("Reports/last-record-cut.pcap"), "in")
    let run = try VnicTool.run("inspect", input)
    XCTAssertEqual(run.status, 1)
    let lines = run.text.split(separator: "\n")
    XCTAssertEqual(lines.count, 4)
    XCTAssertEqual(
      lines.last,
      "     -  damage at frame 4 at octet 534: "
        + "the input ends in the middle of a record: 170 octets "
        + "needed, 56 there")
    XCTAssertTrue(run.errorText.contains("octet 534"), run.errorText)
    let json = try VnicTool.run("inspect", input, "--json")
    XCTAssertEqual(json.status, 1)
    XCTAssertNoThrow(try JSONSerialization.jsonObject(with: Data(json.standardOutput)))
  }

  /// Every length of a file of two frames: as many frames as are whole, never a broken summary.
  func testEveryTruncation() throws {
    let frames = [small, FrameRecipe(payload: Payload(count: 1)).build()]
    let file = try pcap(frames)
    let first = 24 + 16 + frames[0].count
    for length in [24, 25, 39, 40, 41, first - 1, first, first + 1, file.count - 1, file.count] {
      let (folder, run, summary) = try run(Array(file.prefix(length)))
      let isClean = [24, first, file.count].contains(length)
      XCTAssertEqual(run.status, isClean ? 0 : 1, "\(length)")
      XCTAssertEqual(summary.damage.count, isClean ? 0 : 1, "\(length)")
      let count = length < first ? 0 : length < file.count ? 1 : 2
      XCTAssertEqual(try folder.frames("out").map(\.octets), Array(frames.prefix(count)))
    }
  }

  func testRecordThatClaimsTooMuch() throws {
    var file = try pcap([small, small, small])
    let second = 24 + 16 + small.count
    file.replaceSubrange(second + 8..<second + 12, with: [0xFF, 0xFF, 0xFF, 0x7F])
    let (folder, run, summary) = try run(file)
    XCTAssertEqual(run.status, 1)
    XCTAssertEqual(try folder.frames("out").map(\.octets), [small])
    XCTAssertEqual(summary.damage.map(\.octet), [second + 8])
    XCTAssertEqual(
      summary.damage.first?.message,
      "the frame claims 2,147,483,647 captured octets, more than the limit of 262,144; the capture "
        + "is damaged here")
  }

  /// A block whose ends are sound is passed over and copied, and the file stays readable.
  func testDamagedBlocks() throws {
    let good = Block.frame(small)
    let bad: [[UInt8]] = [
      Block.frame(small, interface: 9),
      Block.block(6, [1, 2, 3, 4]),
      Block.frame(small, options: [1, 0, 99, 0]),
      Block.block(1, [1, 0, 0, 0]),
    ]
    for block in bad {
      let file = Block.section + Block.interface() + good + block + good
      let (folder, run, summary) = try run(file)
      XCTAssertEqual(run.status, 1)
      XCTAssertEqual(summary.frames_written, 2)
      XCTAssertEqual(summary.damage.count, 1)
      XCTAssertEqual(summary.damage.first?.block, 4)
      let written = try folder.octets("out")
      XCTAssertEqual(try CaptureReader.frames(in: written).map(\.octets), [small, small])
      var skipped = block
      skipped[3] |= 0x80
      XCTAssertTrue(
        written.indices.contains { written[$0...].starts(with: skipped) }, "the octets stay")
      if let tshark = findTool("tshark") {
        let reading = try runTool(
          tshark, ["-r", folder.path("out"), "-T", "fields", "-e", "frame.len"])
        XCTAssertEqual(reading.status, 0, reading.errorText)
        XCTAssertEqual(
          reading.text.split(separator: "\n"), ["\(small.count)", "\(small.count)"])
      }
      // pcap has no place for it, and says so.
      let folderOfPcap = try TemporaryFolder()
      let input = try folderOfPcap.write(file, "in")
      let toPcap = try VnicTool.run("segment", input, folderOfPcap.path("out.pcap"), "--json")
      XCTAssertEqual(toPcap.status, 1)
      XCTAssertTrue(
        try Summary(toPcap.standardOutput).omissions.contains(
          .init(what: "damaged blocks", count: 1)))
      XCTAssertEqual(try folderOfPcap.frames("out.pcap").map(\.octets), [small, small])
    }
  }

  /// Options that leave their block, where nothing needs them: named, and the octets stay.
  func testDamagedOptionsOfSectionsAndStatistics() throws {
    let start = Block.section + Block.interface() + Block.frame(small)
    let options: [UInt8] = [3, 0, 99, 0, 1, 2, 3, 4]
    let section = Block.block(
      0x0A0D_0D0A, octets("4d3c2b1a 0100 0000 ffffffffffffffff") + options)
    let statistics = Block.block(5, [UInt8](repeating: 0, count: 12) + options)
    let rows = [
      (block: section, place: 24, rest: Block.interface() + Block.frame(small)),
      (block: statistics, place: 20, rest: Block.frame(small)),
    ]
    for row in rows {
      let (folder, run, summary) = try run(start + row.block + row.rest)
      XCTAssertEqual(run.status, 1)
      XCTAssertEqual(summary.damage.map(\.octet), [start.count + row.place])
      XCTAssertEqual(
        summary.damage.map(\.message),
        ["option 3 claims 99 octets, 4 are left of its block"])
      XCTAssertEqual(try folder.frames("out").map(\.octets), [small, small])
      var skipped = row.block
      skipped[3] |= 0x80
      let written = try folder.octets("out")
      XCTAssertTrue(written.indices.contains { written[$0...].starts(with: skipped) })
    }
    // At the start of a file.
    let (folder, run, summary) = try run(section + Block.interface() + Block.frame(small))
    XCTAssertEqual(run.status, 1)
    XCTAssertEqual(summary.damage.map(\.block), [1])
    XCTAssertEqual(try folder.frames("out").map(\.octets), [small])
    // Statistics that are too short for their counters.
    let short = try self.run(start + Block.block(5, [0, 0, 0, 0]) + Block.frame(small))
    XCTAssertEqual(short.summary.damage.map(\.block), [4])
    XCTAssertEqual(try short.folder.frames("out").map(\.octets), [small, small])
  }

  func testLostFraming() throws {
    var lost = Block.frame(small)
    lost[lost.count - 4] ^= 4
    let file = Block.section + Block.interface() + Block.frame(small) + lost + Block.frame(small)
    let (folder, run, summary) = try run(file)
    XCTAssertEqual(run.status, 1)
    XCTAssertEqual(try folder.frames("out").map(\.octets), [small])
    XCTAssertEqual(summary.damage.map(\.frame), [2])
    XCTAssertEqual(
      summary.damage.first?.message,
      "the block's length is \(lost.count) octets at its start and \(lost.count ^ 4) at its end")
  }

  func testNothingToReadWritesNothing() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(Array(pcap([]).prefix(20)), "in")
    let run = try VnicTool.run("segment", input, folder.path("out"))
    XCTAssertEqual(run.status, 1)
    XCTAssertEqual(
      run.errorText,
      "vnic: \(input): octet 0: the input ends in the middle of a file header: 24 octets needed, "
        + "20 there\n")
    XCTAssertEqual(try folder.names, ["in"])
  }
}
