import Foundation
import PacketCapture
import TestSupport
import XCTest

/// The wire after `vnic transmit`, its clock, and frames that do not get there.
final class TransmitWireTests: XCTestCase {
  private let tcp = Fixtures.url("Captures/tcp4.pcap").path
  private let large = FrameRecipe(payload: Payload(count: 4_000)).build()
  private let small = FrameRecipe(payload: Payload(count: 100)).build()

  func testTheSeedDecides() throws {
    let folder = try TemporaryFolder()
    let faults = ["--loss", "0.1", "--duplicate=0.05", "--corrupt=0.05", "--reorder=0.1"]
    var files: [[UInt8]] = []
    for seed in ["7", "7", "8"] {
      let run = try TransmitRun([tcp, folder.path("out")] + faults + ["--seed", seed])
      let link = try XCTUnwrap(run.link)
      XCTAssertEqual("\(link.seed)", seed)
      for count in [link.lost, link.duplicated, link.corrupted, link.held_back] {
        XCTAssertGreaterThan(count, 0)
      }
      files.append(try folder.octets("out"))
      let frames = try folder.frames("out")
      XCTAssertEqual(frames.count, link.delivered)
      XCTAssertEqual(times(frames), times(frames).sorted(), "in order of arrival")
    }
    XCTAssertEqual(files[0], files[1])
    XCTAssertNotEqual(files[0], files[2])
  }

  func testFaultsOneByOne() throws {
    let folder = try TemporaryFolder()
    _ = try TransmitRun([tcp, folder.path("clean")])
    let clean = try folder.frames("clean").map(\.octets)
    let all = try TransmitRun([tcp, folder.path("out"), "--loss", "1"])
    XCTAssertEqual(all.link?.lost, clean.count)
    XCTAssertEqual(try folder.frames("out").count, 0)
    _ = try TransmitRun([tcp, folder.path("out"), "--duplicate", "1"])
    XCTAssertEqual(try folder.frames("out").map(\.octets), clean.flatMap { [$0, $0] })
    _ = try TransmitRun([tcp, folder.path("out"), "--corrupt", "1"])
    for (frame, before) in zip(try folder.frames("out"), clean) {
      let bits = zip(frame.octets, before).map { ($0 ^ $1).nonzeroBitCount }
      XCTAssertEqual(bits.reduce(0, +), 1, "frame \(frame.frameNumber)")
    }
    _ = try TransmitRun([tcp, folder.path("out"), "--reorder", "0.2", "--seed", "3"])
    let mixed = try folder.frames("out").map(\.octets)
    XCTAssertNotEqual(mixed, clean)
    XCTAssertEqual(Set(mixed), Set(clean))
    let none = try TransmitRun([tcp, folder.path("out"), "--loss", "0"])
    XCTAssertNotNil(none.link)
    XCTAssertEqual(try folder.octets("out"), try folder.octets("clean"))
  }

  func testVirtualTime() throws {
    let folder = try TemporaryFolder()
    // Frames at 0.123456789 s and a second later: three segments and one frame.
    let input = try folder.write(pcap([large, small], resolution: .nanoseconds), "in.pcap")
    let start: Int64 = 123_456_789
    let second: Int64 = start + 1_000_000_000
    // 1,514 octets at 1 Gbit/s take 12,112 ns, 1,134 take 9,072, 154 take 1,232.
    let rows: [(options: [String], times: [Int64])] = [
      ([], [start, start, start, second]),
      (["--delay", "500"], [start + 500, start + 500, start + 500, second + 500]),
      (
        ["--bandwidth", "1000000000"],
        [start + 12_112, start + 24_224, start + 33_296, second + 1_232]
      ),
      (
        ["--delay", "2000000000", "--bandwidth", "1000000000"],
        [12_112, 24_224, 33_296, 1_000_001_232].map { $0 + start + 2_000_000_000 }
      ),
    ]
    for row in rows {
      for name in ["out.pcap", "out.pcapng"] {
        let run = try TransmitRun([input, folder.path(name), "--explain"] + row.options)
        let frames = try folder.frames(name)
        XCTAssertEqual(times(frames), row.times, "\(row.options) \(name)")
        XCTAssertEqual(run.frames?.map(\.time), [0, 1_000_000_000])
      }
    }
  }

  /// Virtual time does not go back, time stamps may: on a perfect wire each frame keeps its own.
  func testTimeStampsThatGoBackAreKept() throws {
    let folder = try TemporaryFolder()
    var writer = PcapWriter(linkType: .ethernet)
    for seconds in [50, 40, 60, 55] as [Int64] {
      try writer.write(small, at: CaptureTimestamp(nanoseconds: seconds * 1_000_000_000))
    }
    let input = try folder.write(writer.takeOctets(), "in.pcap")
    let run = try TransmitRun([input, folder.path("out"), "--explain"])
    XCTAssertEqual(
      times(try folder.frames("out")), [50, 40, 60, 55].map { $0 * 1_000_000_000 })
    XCTAssertEqual(run.frames?.map(\.time), [0, -10, 10, 5].map { $0 * 1_000_000_000 })
    // A delay counts from the frame's own time; what is late then arrives at once.
    _ = try TransmitRun([input, folder.path("late"), "--delay", "20000000000"])
    XCTAssertEqual(
      times(try folder.frames("late")), [60, 70, 75, 80].map { $0 * 1_000_000_000 })
  }

  func testAMomentThatPcapCannotSay() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(pcap([small]), "in.pcap")
    let delay = ["--delay", "9223372036854775807"]
    let run = try runTool(
      VnicTool.url, ["transmit", input, folder.path("out.pcap")] + delay)
    XCTAssertEqual(run.status, 1)
    XCTAssertTrue(
      run.errorText.hasPrefix("vnic: \(folder.path("out.pcap")): frame 1: "), run.errorText)
    XCTAssertEqual(try folder.names, ["in.pcap"])
    try VnicTool.succeed(["transmit", input, folder.path("out.pcapng")] + delay)
  }

  func testFramesThatAreNotSent() throws {
    let folder = try TemporaryFolder()
    let ethernet: [UInt8] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1]
    let fragment = FrameRecipe(
      network: .ipv4(IPv4Recipe { $0.moreFragments = true }), payload: Payload(count: 3_000))
    let padded = FrameRecipe(payload: Payload(count: 1_460), trailerCount: 4)
    var writer = PcapWriter(linkType: .ethernet)
    let frames = [
      fragment.build(), ethernet + [0x88, 0xCC] + [UInt8](repeating: 7, count: 1_501),
      ethernet + [8, 0, 0x44] + [UInt8](repeating: 0, count: 2_000), padded.build(), [1, 2, 3], [],
    ]
    for frame in frames { try writer.write(frame, at: CaptureTimestamp(nanoseconds: 0)) }
    try writer.write(
      Array(large.prefix(96)), at: CaptureTimestamp(nanoseconds: 0), originalLength: large.count)
    let input = try folder.write(writer.takeOctets(), "in.pcap")
    let run = try TransmitRun([input, folder.path("out"), "--explain"])
    let list = try XCTUnwrap(run.frames)
    XCTAssertEqual(
      list.map(\.decision),
      ["dropped", "dropped", "dropped", "whole", "whole", "dropped", "not_sent"])
    XCTAssertEqual(
      list.map(\.reason),
      ["refused", "refused", "refused", nil, nil, "empty", "truncated"])
    XCTAssertEqual(
      list.map(\.detail),
      [
        "it is too large and cannot be segmented: the packet is an IP fragment",
        "it is too large and cannot be segmented: the frame carries 0x88cc, not IP",
        "it is too large and cannot be segmented: IPv4 internet header length at octet 14 is 4, "
          + "which is not valid",
        nil, nil,
        "the frame has no octets", "only 96 of 4054 octets were captured",
      ])
    // The trailer after a packet of 1500 octets does not count.
    XCTAssertEqual(try folder.frames("out").map(\.octets), [padded.build(), [1, 2, 3]])
  }

  /// With `--mss` above what fits TCP gets what fits, and UDP, whose boundaries it states, is
  /// dropped.
  func testSegmentsThatDoNotFit() throws {
    let folder = try TemporaryFolder()
    let datagrams = FrameRecipe(transport: .udp(), payload: Payload(count: 4_000)).build()
    let both = try folder.write(pcap([large, datagrams, small]), "both.pcap")
    let run = try TransmitRun([both, folder.path("out"), "--mss", "2000", "--explain"])
    XCTAssertEqual(run.frames?.map(\.decision), ["hardware", "dropped", "whole"])
    XCTAssertEqual(run.frames?.map(\.segment_size), [1_460, 2_000, nil])
    XCTAssertEqual(
      run.frames?[1].detail, "a segment's packet of 2028 octets exceeds the MTU 1500")
    XCTAssertEqual(run.counters.udp_failure, 1)
    let input = try folder.write(pcap([large, small]), "in.pcap")
    let tiny = try TransmitRun([input, folder.path("out"), "--mtu", "40"])
    XCTAssertEqual(tiny.counters.tcp_failure, 2)
    XCTAssertEqual(tiny.frames("dropped", "segment_exceeds_mtu"), 2)
    let fitting = try TransmitRun([input, folder.path("out"), "--mtu", "41"])
    XCTAssertEqual(fitting.counters.wire_frames, 4_100)
  }

  func testChecksumsOfFramesThatAreSentWhole() throws {
    let folder = try TemporaryFolder()
    let make = { (checksum: TransportChecksum) in
      FrameRecipe(payload: Payload(count: 99), checksum: checksum).build()
    }
    let wrong = make(.value(0x1234))
    let input = try folder.write(pcap([make(.pseudoHeaderWithLength), wrong]), "in.pcap")
    let run = try TransmitRun([input, folder.path("out"), "--explain"])
    XCTAssertEqual(try folder.frames("out").map(\.octets), [make(.complete), wrong])
    XCTAssertEqual(run.counters.checksums_completed, 1)
    XCTAssertEqual(run.counters.checksums_wrong, 1)
    XCTAssertEqual(run.frames?.map(\.checksum_completed), [true, false])
  }

  func testPipesAndFormats() throws {
    let folder = try TemporaryFolder()
    let octets = try pcap([large, small])
    let input = try folder.write(octets, "in.pcap")
    let file = try VnicTool.succeed(["transmit", input, folder.path("out.pcap"), "--explain"])
    let pipe = try VnicTool.succeed(["transmit", "-", "-", "--explain"], standardInput: octets)
    XCTAssertEqual(pipe.standardOutput, try folder.octets("out.pcap"))
    XCTAssertEqual(file.errorText, "")
    XCTAssertTrue(
      pipe.errorText.contains(
        "     1  Ethernet/IPv4/TCP    frame 4054, payload 4000: hardware: 3 segments of 1460\n"),
      pipe.errorText)
    XCTAssertTrue(pipe.errorText.hasSuffix("standard output: 4 frames\n"), pipe.errorText)
    _ = try TransmitRun(["-", "-"], standardInput: octets)
    _ = try TransmitRun([input, folder.path("out.pcapng")])
    XCTAssertEqual(try folder.octets("out.pcapng").first, 0x0A)
  }

  /// Somebody who reads the first lines of a report gets the whole capture.
  func testAReaderMayLeave() throws {
    guard let shell = findTool("sh") else { throw XCTSkip("sh is not installed") }
    let folder = try TemporaryFolder()
    let input = try folder.write(pcap([[UInt8]](repeating: small, count: 2_000)), "in.pcap")
    let tool = VnicTool.url.path
    let result = try runTool(
      shell, ["-c", "'\(tool)' transmit '\(input)' '\(folder.path("out"))' --explain | true"])
    XCTAssertEqual(result.errorText, "")
    XCTAssertEqual(try folder.frames("out").count, 2_000)
    let quiet = try runTool(shell, ["-c", "'\(tool)' transmit '\(input)' - 2>/dev/null | true"])
    XCTAssertEqual(quiet.errorText, "")
    XCTAssertEqual(try folder.names, ["in.pcap", "out"])
  }

  func testEmptyAndBrokenCaptures() throws {
    let folder = try TemporaryFolder()
    let empty = try folder.write(pcap([]), "empty")
    let run = try TransmitRun([empty, folder.path("out"), "--explain"])
    XCTAssertEqual(run.frames?.count, 0)
    XCTAssertEqual(try folder.frames("out").count, 0)
    let cut = try folder.write(Array(pcap([large, small]).dropLast(3)), "cut.pcap")
    let failed = try VnicTool.run("transmit", cut, folder.path("whole"), "--json", "--explain")
    XCTAssertEqual(failed.status, 1)
    XCTAssertEqual(
      failed.errorText,
      "vnic: \(cut): damaged: frame 2 at octet 4,094: the input ends in the middle of a record: "
        + "170 octets needed, 167 there; all that is whole was read\n")
    let report = try JSONDecoder().decode(TransmitRun.self, from: Data(failed.standardOutput))
    XCTAssertEqual(report.damage.map(\.octet), [4_094])
    XCTAssertEqual(report.frames?.count, 1)
    XCTAssertEqual(try folder.frames("whole").count, 3)
    XCTAssertEqual(try folder.names, ["cut.pcap", "empty", "out", "whole"])
  }

  private func times(_ frames: [CapturedFrame]) -> [Int64] {
    frames.compactMap { $0.timestamp?.nanoseconds }
  }
}
