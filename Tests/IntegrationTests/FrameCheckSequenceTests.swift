import Foundation
import PacketCapture
import TestSupport
import VirtualNICTesting
import XCTest

/// Frame check sequences are known from all three places, and are no part of the packet.
final class FrameCheckSequenceTests: XCTestCase {
  private let fits = FrameRecipe(payload: Payload(count: 1_460)).build()
  private let large = FrameRecipe(payload: Payload(count: 4_000)).build()
  private let partial = FrameRecipe(
    payload: Payload(count: 99), checksum: .pseudoHeaderWithLength
  ).build()
  private let complete = FrameRecipe(payload: Payload(count: 99), checksum: .complete).build()

  /// A capture of some frames with their sequences, by each of the three places.
  private func files(_ frames: [[UInt8]]) throws -> [(name: String, octets: [UInt8])] {
    let pcap = octets("d4c3b2a1 0200 0400 00000000 00000000 00000400 01000024")
    let flags = Block.option(2, [0x82, 0, 0, 0]) + Block.endOfOptions
    let sealed = Block.interface(options: Block.option(13, [4]) + Block.endOfOptions)
    return [
      (
        "in.pcap",
        pcap
          + frames.flatMap {
            octets("00000000 00000000") + littleEndian($0.count) + littleEndian($0.count) + $0
          }
      ),
      ("interface.pcapng", Block.section + sealed + frames.flatMap { Block.frame($0) }),
      (
        "flags.pcapng",
        Block.section + Block.interface() + frames.flatMap { Block.frame($0, options: flags) }
      ),
    ]
  }

  private func segment(
    _ file: (name: String, octets: [UInt8]), _ output: String = "out", _ options: String...
  ) throws -> (frames: [[UInt8]], summary: Summary, folder: TemporaryFolder) {
    let folder = try TemporaryFolder()
    let input = try folder.write(file.octets, file.name)
    let run = try VnicTool.succeed(["segment", input, folder.path(output), "--json"] + options)
    return (
      try folder.frames(output).map(\.octets), try Summary(run.standardOutput), folder
    )
  }

  func testWhatIsNotChangedKeepsItsSequence() throws {
    let wrong: [UInt8] = [1, 2, 3, 4]
    for file in try files([fits + wrong, fits + frameCheckSequence(fits)]) {
      let (frames, summary, folder) = try segment(file, "out", "--strict")
      XCTAssertEqual(frames, [fits + wrong, fits + frameCheckSequence(fits)], file.name)
      XCTAssertEqual(summary.largest_packet, 1_500, file.name)
      XCTAssertEqual(try folder.octets("out"), file.octets, file.name)
    }
  }

  func testSegmentsGetSequences() throws {
    for file in try files([large + [9, 9, 9, 9]]) {
      for output in ["out.pcap", "out.pcapng"] {
        let (frames, _, folder) = try segment(file, output)
        XCTAssertEqual(frames.count, 3, file.name)
        for frame in frames {
          let packet = Array(frame.dropLast(4))
          XCTAssertEqual(frameFaults(packet), [], file.name)
          XCTAssertEqual(Array(frame.suffix(4)), frameCheckSequence(packet), file.name)
        }
        try checkByTshark(folder.path(output), count: 3)
      }
    }
  }

  func testCompletedFramesGetSequences() throws {
    for file in try files([partial + frameCheckSequence(partial)]) {
      for output in ["out.pcap", "out.pcapng"] {
        let (frames, summary, folder) = try segment(file, output)
        XCTAssertEqual(frames, [complete + frameCheckSequence(complete)], file.name)
        XCTAssertEqual(summary.checksums.completed_in_fitting_frames, 1, file.name)
        try checkByTshark(folder.path(output), count: 1)
      }
    }
  }

  /// Wireshark finds the sequences right, where it is told of them.
  private func checkByTshark(_ file: String, count: Int) throws {
    guard let tshark = findTool("tshark") else { return }
    let run = try runTool(
      tshark,
      [
        "-r", file, "-o", "eth.check_fcs:TRUE", "-T", "fields", "-e", "eth.fcs.status",
      ])
    XCTAssertEqual(run.status, 0, run.errorText)
    XCTAssertEqual(
      run.text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) },
      Array(repeating: "1", count: count), file)
  }

  func testReports() throws {
    for name in ["fcs.pcap", "fcs-length-in-epb-flags.pcapng"] {
      let (frames, _, _) = try segment((name, try Fixtures.octets("Reports/\(name)")))
      for frame in frames {
        let packet = Array(frame.dropLast(4))
        XCTAssertEqual(frameFaults(packet), [], name)
        XCTAssertEqual(Array(frame.suffix(4)), frameCheckSequence(packet), name)
        XCTAssertLessThanOrEqual(packet.count, 1_514, name)
      }
    }
  }

  func testInspectTellsThem() throws {
    let folder = try TemporaryFolder()
    for file in try files([fits + frameCheckSequence(fits), fits + [1, 2, 3, 4]]) {
      let run = try VnicTool.succeed(["inspect", folder.write(file.octets, file.name)])
      let lines = run.text.split(separator: "\n")
      XCTAssertTrue(lines[0].contains("frame 1514, FCS right, packet 1500"), "\(lines[0])")
      XCTAssertTrue(lines[1].contains("frame 1514, FCS wrong, packet 1500"), "\(lines[1])")
    }
  }

  /// A pcap file has one kind: frames without a sequence get one, and one of another kind goes.
  func testMixedSequencesInPcap() throws {
    let flags = Block.option(2, [0x82, 0, 0, 0]) + Block.endOfOptions
    let sealed = Block.frame(fits + [1, 2, 3, 4], options: flags)
    let plain = Block.frame(fits)
    let start = Block.section + Block.interface()
    let (first, _, _) = try segment(("in", start + sealed + plain), "out.pcap")
    XCTAssertEqual(first, [fits + [1, 2, 3, 4], fits + frameCheckSequence(fits)])
    let (second, summary, _) = try segment(("in", start + plain + sealed), "out.pcap")
    XCTAssertEqual(second, [fits, fits])
    XCTAssertTrue(summary.omissions.contains(.init(what: "frame check sequences", count: 1)))
  }

  /// A sequence of another length is not that of Ethernet: large frames are skipped.
  func testSequenceOfAnotherKind() throws {
    let folder = try TemporaryFolder()
    let flags = Block.option(2, [0x42, 0, 0, 0]) + Block.endOfOptions
    let file = Block.section + Block.interface() + Block.frame(large + [1, 2], options: flags)
    let input = try folder.write(file, "in")
    let run = try VnicTool.run("segment", input, folder.path("out"), "--json")
    XCTAssertEqual(run.status, 3)
    XCTAssertEqual(try folder.octets("out"), file)
    let skipped = try XCTUnwrap(Summary(run.standardOutput).skipped.first)
    XCTAssertEqual(skipped.reason, "with a frame check sequence that cannot be computed anew")
    XCTAssertEqual(
      skipped.frames.first?.detail,
      "the last 2 octets are a frame check sequence, and not that of Ethernet")
  }
}
