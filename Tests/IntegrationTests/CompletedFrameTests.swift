import Foundation
import PacketCapture
import TestSupport
import VirtualNICTesting
import XCTest

/// Frames from bug reports that fit, and what is completed in them: by `segment`, and by
/// `transmit`.
final class CompletedFrameTests: XCTestCase {
  /// What has to happen to a recording.
  private struct Report {
    let name: String
    var mtu = 1_500
    /// Octets that change, by frame and offset, and their new values.
    let changes: [[Int: UInt8]]
    var lengthsCompleted = 0
  }

  private static let reports = [
    // Inner padding counts neither in the inner TCP checksum nor in any length.
    Report(name: "transmit-gre-padded-ack", changes: [[92: 0x1B, 93: 0x55]]),
    Report(
      name: "ipv4-header-checksum-0", changes: [[24: 0x4E, 25: 0x34, 50: 0x7F, 51: 0x1B]]),
    Report(
      name: "lso-length-0-fits-mtu-9000", mtu: 9_000,
      changes: [[16: 0x13, 17: 0xB0, 24: 0x3B, 25: 0x10, 50: 0xE4, 51: 0xE7]],
      lengthsCompleted: 1),
    Report(
      name: "transmit-vxlan-outer-unfinished",
      changes: [[40: 0x88, 41: 0x7A], [40: 0x3E, 41: 0x62]]),
    Report(
      name: "vxlan-outer-right-inner-open",
      changes: [[40: 0x03, 41: 0x70, 100: 0xA6, 101: 0x01]]),
    Report(name: "udp-options", changes: [[:], [:]]),
    Report(name: "home-address", changes: [[:]]),
    Report(name: "tcp-checksum-comes-to-0", changes: [[50: 0, 51: 0]]),
  ]

  func testSegmentAndTransmitCompleteAlike() throws {
    let folder = try TemporaryFolder()
    for report in Self.reports {
      let input = Fixtures.url("Reports/\(report.name).pcap").path
      var expected = try Fixtures.frames("Reports/\(report.name).pcap")
      for (index, changes) in report.changes.enumerated() {
        for (offset, octet) in changes { expected[index][offset] = octet }
      }
      let completed = report.changes.count { !$0.isEmpty }
      let mtu = ["--mtu", "\(report.mtu)"]
      let run = try VnicTool.succeed(["segment", input, folder.path("segmented"), "--json"] + mtu)
      let summary = try Summary(run.standardOutput)
      XCTAssertEqual(try folder.frames("segmented").map(\.octets), expected, report.name)
      XCTAssertEqual(summary.checksums.completed_in_fitting_frames, completed, report.name)
      XCTAssertEqual(summary.checksums.wrong_in_fitting_frames, 0, report.name)
      XCTAssertEqual(summary.lengths_completed, report.lengthsCompleted, report.name)
      let sent = try TransmitRun([input, folder.path("sent")] + mtu)
      XCTAssertEqual(try folder.frames("sent").map(\.octets), expected, report.name)
      XCTAssertEqual(sent.counters.checksums_completed, completed, report.name)
      XCTAssertEqual(sent.counters.checksums_wrong, 0, report.name)
      try checkByTshark(folder.path("segmented"), report.name)
    }
  }

  /// Every kind of link, tunnel and convention in one capture each.
  func testRandomCapturesComeOutAlike() throws {
    let folder = try TemporaryFolder()
    let seed = SeededGenerator.fromEnvironment()
    var generator = RecipeGenerator(
      seed,
      profile: RecipeProfile {
        ($0.links, $0.allowsTunnels, $0.allowsInnerTrailers) = ([.ethernet], true, true)
        ($0.usualPayload, $0.largeOneIn, $0.protocols) = (6_000, 100_000, [IPNumber.tcp])
      })
    let recipes = (0..<300).map { _ in generator.next().recipe }
    let input = try folder.write(pcap(recipes.map { $0.build() }), "in.pcap")
    try VnicTool.succeed(["segment", input, folder.path("segmented")])
    _ = try TransmitRun([input, folder.path("sent")])
    let segmented = try folder.frames("segmented").map(\.octets)
    XCTAssertGreaterThan(segmented.count, 300)
    XCTAssertEqual(segmented, try folder.frames("sent").map(\.octets), "seed \(seed.seed)")
  }

  /// A length of 0 under a checksum that is right for the whole packet: only the length is written.
  func testLengthAlone() throws {
    let folder = try TemporaryFolder()
    let right = FrameRecipe(payload: Payload(count: 100)).build()
    var frame = right
    frame.replaceSubrange(16..<18, with: [0, 0])
    let input = try folder.write(pcap([frame, right]), "in.pcap")
    let run = try TransmitRun([input, folder.path("sent"), "--explain"])
    XCTAssertEqual(run.frames?.map(\.length_completed), [true, false])
    XCTAssertEqual(run.frames?.map(\.checksum_completed), [false, false])
    XCTAssertEqual(run.counters.lengths_completed, 1)
    XCTAssertEqual(run.counters.checksums_completed, 0)
    XCTAssertEqual(try folder.frames("sent").map(\.octets), [right, right])
    let text = try VnicTool.succeed(["transmit", input, folder.path("sent"), "--explain"]).text
    XCTAssertTrue(text.contains(", payload 100: whole, length completed\n"), text)
    XCTAssertTrue(text.contains("  lengths:       completed in 1 frame, where they were 0\n"), text)
  }

  /// RFC 9868 and RFC 6275 are understood where frames are large, too.
  func testLargeFrames() throws {
    let folder = try TemporaryFolder()
    let home = ExtensionHeader.homeAddress("2001:db8:3::3")
    let recipe = FrameRecipe(
      network: .ipv6(IPv6Recipe { $0.extensions = [home] }), payload: Payload(count: 4_000),
      checksum: .pseudoHeaderWithoutLength)
    let route = ExtensionHeader.routing(type: 2, segmentsLeft: 4, [UInt8](repeating: 1, count: 20))
    let lost = FrameRecipe(
      network: .ipv6(IPv6Recipe { $0.extensions = [route] }), payload: Payload(count: 4_000))
    let input = try folder.write(pcap([recipe.build(), lost.build()]), "in.pcap")
    let run = try VnicTool.run("segment", input, folder.path("out"), "--json")
    let summary = try Summary(run.standardOutput)
    XCTAssertEqual(
      summary.skipped.map(\.reason), ["routing header with more segments left than addresses"])
    XCTAssertEqual(
      summary.skipped.first?.frames.first?.detail,
      "the routing header has 4 segments left, its number of addresses is 1")
    let frames = try folder.frames("out").map(\.octets)
    XCTAssertEqual(frames.count, 4)
    for frame in frames.dropLast() { XCTAssertEqual(frameFaults(frame), []) }
    XCTAssertEqual(frames.last, lost.build())
    let segments = try folder.write(pcap(Array(frames.dropLast())), "segments.pcap")
    try checkByTshark(segments, "home address")
  }

  /// All checksums are good in the eyes of Wireshark; nothing is said where it is missing.
  private func checkByTshark(_ file: String, _ name: String) throws {
    guard let tshark = findTool("tshark") else { return }
    var arguments = ["-r", file, "-T", "fields", "-E", "separator=|"]
    for name in ["ip", "tcp", "udp"] { arguments += ["-o", "\(name).check_checksum:TRUE"] }
    for field in ["ip", "tcp", "udp"] { arguments += ["-e", "\(field).checksum.status"] }
    let result = try runTool(tshark, arguments)
    XCTAssertEqual(result.status, 0, result.errorText)
    let found = result.text.split { !$0.isNumber }
    XCTAssertFalse(found.isEmpty, name)
    XCTAssertTrue(found.allSatisfy { $0 == "1" }, "\(name): \(result.text)")
  }
}
