import Foundation
import PacketCapture
import TestSupport
import XCTest

/// What `vnic segment` does with files, formats and time stamps.
final class SegmentFileTests: XCTestCase {
  private let large = FrameRecipe(payload: Payload(count: 4_000)).build()
  private let small = FrameRecipe(payload: Payload(count: 100)).build()

  func testSummary() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(pcap([large, small]), "in.pcap")
    let run = try VnicTool.succeed(["segment", input, folder.path("out.pcap"), "--json"])
    let summary = try Summary(run.standardOutput)
    XCTAssertEqual(summary.frames_read, 2)
    XCTAssertEqual(summary.frames_written, 4)
    XCTAssertEqual(summary.frames_segmented, 1)
    XCTAssertEqual(summary.segments, 3)
    XCTAssertEqual(summary.frames_fitting, 1)
    XCTAssertEqual(summary.largest_packet, 1_500)
    XCTAssertEqual(summary.mtu, 1_500)
    XCTAssertEqual(summary.rules, "linux")
    XCTAssertEqual(summary.format, "pcap")
    XCTAssertEqual(
      run.errorText,
      """
      \(input): 2 frames; IP packets of at most 1500 octets, linux rules
      \(folder.path("out.pcap")): 4 frames, the largest IP packet has 1500 octets
        segmented: 1 frame into 3 segments
        fit:       1 frame

      """)
  }

  func testPipes() throws {
    let folder = try TemporaryFolder()
    let octets = try pcap([large, small])
    let input = try folder.write(octets, "in.pcap")
    try VnicTool.succeed(["segment", input, folder.path("out.pcap")])
    let run = try VnicTool.succeed(["segment", "-", "-", "--json"], standardInput: octets)
    XCTAssertEqual(run.standardOutput, try folder.octets("out.pcap"))
    XCTAssertEqual(try Summary(run.standardError).output, "standard output")
  }

  func testStrictLeavesNoFile() throws {
    let folder = try TemporaryFolder()
    let fragment = FrameRecipe(
      network: .ipv4(IPv4Recipe { $0.moreFragments = true }), payload: Payload(count: 3_000))
    let input = try folder.write(pcap([large, fragment.build()]), "in.pcap")
    let run = try VnicTool.run("segment", input, folder.path("out.pcap"), "--strict")
    XCTAssertEqual(run.status, 1)
    XCTAssertEqual(
      run.errorText,
      "vnic: \(input): frame 2: IP fragment: the packet is an IP fragment "
        + "(--refragment fragments it again, as a router does)\n")
    XCTAssertEqual(try folder.names, ["in.pcap"])
    _ = try folder.write([1, 2, 3], "out.pcap")
    XCTAssertEqual(
      try VnicTool.run("segment", input, folder.path("out.pcap"), "--strict").status, 1)
    XCTAssertEqual(try folder.octets("out.pcap"), [1, 2, 3], "what was there stays")
  }

  func testRecordCutShortPassesAndIsNamed() throws {
    let folder = try TemporaryFolder()
    var writer = PcapWriter(linkType: .ethernet)
    try writer.write(
      Array(large.prefix(40)), at: CaptureTimestamp(nanoseconds: 0), originalLength: large.count)
    let input = try folder.write(writer.takeOctets(), "in.pcap")
    let run = try VnicTool.succeed(
      ["segment", input, folder.path("out"), "--json"], skipsFrames: true)
    let after = try folder.frames("out")
    XCTAssertEqual(after.map(\.octets), [Array(large.prefix(40))])
    XCTAssertEqual(after.map(\.originalLength), [UInt32(large.count)])
    let skipped = try Summary(run.standardOutput).skipped
    XCTAssertEqual(skipped.map(\.reason), ["truncated by the snap length"])
    XCTAssertEqual(skipped[0].frames[0].detail, "40 of 4054 octets were captured")
    XCTAssertTrue(
      run.errorText.contains("    frame 1: 40 of 4054 octets were captured\n"), run.errorText)
    XCTAssertEqual(try VnicTool.run("segment", input, folder.path("o2"), "--strict").status, 1)
  }

  func testManyKeptFramesAreNotAllListed() throws {
    let folder = try TemporaryFolder()
    let giant = [UInt8](repeating: 0x11, count: 1_515)
    let frames = [[UInt8]](repeating: giant, count: 1_200)
    let input = try folder.write(pcap(frames), "in.pcap")
    let run = try VnicTool.succeed(
      ["segment", input, folder.path("out"), "--json"], skipsFrames: true)
    XCTAssertTrue(run.errorText.contains("  skipped: 1200 frames, not IP\n"), run.errorText)
    XCTAssertTrue(run.errorText.hasSuffix("    and 1190 more\n"), run.errorText)
    let skipped = try Summary(run.standardOutput).skipped
    XCTAssertEqual(skipped[0].count, 1_200)
    XCTAssertEqual(skipped[0].frames.count, 1_000)
  }

  func testNanosecondsAreKept() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(pcap([large, small], resolution: .nanoseconds), "in.pcap")
    for name in ["out.pcap", "out.pcapng"] {
      try VnicTool.succeed(["segment", input, folder.path(name)])
      let times = try folder.frames(name).map { $0.timestamp?.nanoseconds }
      XCTAssertEqual(times, [123_456_789, 123_456_789, 123_456_789, 1_123_456_789], name)
    }
  }

  func testFormats() throws {
    let folder = try TemporaryFolder()
    let classic = try folder.write(pcap([small]), "in.pcap")
    let rows: [(input: String, output: String, options: [String], isPcapng: Bool)] = [
      (classic, "a", [], false), (classic, "a.pcapng", [], true),
      (classic, "b", ["--format", "pcapng"], true), (classic, "c", ["--comments"], true),
      (folder.path("b"), "d", [], true), (folder.path("b"), "d.pcap", [], false),
      (classic, "e.pcapng", ["--format", "pcap"], false),
    ]
    for row in rows {
      try VnicTool.succeed(["segment", row.input, folder.path(row.output)] + row.options)
      let octets = try folder.octets(row.output)
      XCTAssertEqual(octets.first == 0x0A, row.isPcapng, row.output)
      let after = try CaptureReader.frames(in: octets)
      XCTAssertEqual(after.map(\.octets), [small], row.output)
      XCTAssertEqual(after.map { $0.timestamp?.nanoseconds }, [123_456_000], row.output)
    }
  }

  func testEmptyCapture() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(pcap([], linkType: .linuxSLL2), "in.pcap")
    try VnicTool.succeed(["segment", input, folder.path("out.pcap")])
    XCTAssertEqual(try folder.octets("out.pcap"), try folder.octets("in.pcap"))
  }
}
