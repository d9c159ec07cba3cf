import Foundation
import PacketCapture
import TestSupport
import XCTest

/// Real captures through `vnic transmit`: who segments, and that it makes no difference to the
/// wire.
final class TransmitTests: XCTestCase {
  /// Recordings of Ethernet; the rest is refused.
  private func streams() throws -> [RecordedStream] {
    let streams = try RecordedStream.all().filter { stream in
      let frames = try CaptureReader.frames(in: Fixtures.octets("Captures/\(stream.file)"))
      return frames.allSatisfy { $0.interface.linkType == .ethernet }
    }
    XCTAssertGreaterThanOrEqual(streams.count, 5)
    return streams
  }

  private func stream(_ file: String) throws -> RecordedStream {
    try XCTUnwrap(try RecordedStream.all().first { $0.file == file })
  }

  func testHardwareSoftwareAndSegmentGiveTheSameOctets() throws {
    try skipWithoutSHA256()
    let folder = try TemporaryFolder()
    for stream in try streams() {
      for mtu in [576, 1_500] {
        let size = ["--mtu", "\(mtu)"] + stream.boundaryOptions
        let name = "\(mtu) \(stream.file)"
        let hard = try TransmitRun([stream.path, folder.path("hard")] + size)
        let soft = try TransmitRun([stream.path, folder.path("soft"), "--gso", "none"] + size)
        try VnicTool.succeed(["segment", stream.path, folder.path("segmented")] + size)
        XCTAssertGreaterThan(hard.counters.hardware_frames, 0, name)
        XCTAssertEqual(hard.counters.software_frames, 0, name)
        XCTAssertEqual(soft.counters.hardware_frames, 0, name)
        XCTAssertEqual(soft.counters.software_frames, hard.counters.hardware_frames, name)
        XCTAssertEqual(soft.counters.software_reasons.map(\.reason), ["noHardware"], name)
        XCTAssertEqual(try folder.octets("hard"), try folder.octets("soft"), name)
        let frames = try folder.frames("hard")
        let segmented = try folder.frames("segmented")
        XCTAssertEqual(frames.count, hard.counters.wire_frames, name)
        XCTAssertEqual(frames.count, segmented.count, name)
        // One recording has a time stamp that goes back.
        for (frame, expected) in zip(frames, segmented) {
          XCTAssertEqual(frame.octets, expected.octets, "\(name), frame \(frame.frameNumber)")
          XCTAssertEqual(
            frame.timestamp?.nanoseconds, expected.timestamp?.nanoseconds,
            "\(name), frame \(frame.frameNumber)")
        }
        XCTAssertEqual(try sha256(stream.payload(of: frames)), stream.sha256, name)
      }
    }
  }

  /// A real TCP sender uses time stamps, which are options.
  func testWithoutOptionsTCPGoesBySoftware() throws {
    let folder = try TemporaryFolder()
    for stream in try streams() {
      let run = try TransmitRun(
        [stream.path, folder.path("out"), "--explain", "--no-options"] + stream.boundaryOptions)
      let isTCP = stream.protocol == "tcp"
      XCTAssertEqual(run.counters.hardware_frames == 0, isTCP, stream.file)
      XCTAssertEqual(
        run.counters.software_reasons.map(\.reason), isTCP ? ["layer4"] : [], stream.file)
      XCTAssertEqual(run.counters.tcp_success > 0, isTCP, stream.file)
      XCTAssertEqual(run.counters.udp_success > 0, !isTCP, stream.file)
      XCTAssertEqual(
        run.counters.guessed_udp_frames + run.counters.udp_frames_from_flow,
        run.counters.udp_success, stream.file)
      let frames = try XCTUnwrap(run.frames).filter { $0.decision == "software" }
      for frame in frames {
        XCTAssertEqual(frame.detail, "the adapter does not declare TCP with options")
      }
    }
    let text = try VnicTool.succeed([
      "transmit", stream("tcp4.pcap").path, folder.path("out"), "--no-options",
    ])
    XCTAssertTrue(
      text.text.contains(
        "      16          417  software because the adapter does not declare TCP with options "
          + "(--no-options is given), first frame 4\n"), text.text)
  }

  func testDatagramsGetTheSizeThatIsAskedFor() throws {
    try skipWithoutSHA256()
    let folder = try TemporaryFolder()
    for stream in try streams() {
      guard let size = stream.segment_size else { continue }
      let mss = ["--mss", "\(size)"]
      let run = try TransmitRun([stream.path, folder.path("out")] + mss)
      try VnicTool.succeed(["segment", stream.path, folder.path("segmented")] + mss)
      XCTAssertEqual(
        try folder.frames("out").map(\.octets), try folder.frames("segmented").map(\.octets))
      XCTAssertEqual(run.counters.guessed_udp_frames, 0)
      XCTAssertEqual(try sha256(stream.payload(of: folder.frames("out"))), stream.sha256)
    }
  }

  func testReasonsForSoftware() throws {
    let folder = try TemporaryFolder()
    let tcp = try stream("tcp4.pcap").path
    let rows: [(options: [String], reason: String, detail: String)] = [
      (["--keyword", "*LsoV2IPv4=0"], "notActive", "*LsoV2IPv4 is 0"),
      (["--keyword", "*lsov1ipv4=dword:0"], "notActive", "*LsoV1IPv4 is 0"),
      (
        ["--offset-limit", "33"], "layer4HeaderOffset",
        "layer-4 header offset 34 exceeds the limit 33"
      ),
      (
        ["--max-offload", "7239"], "payload",
        "payload of 7240 octets exceeds the maximum offload size 7239"
      ),
      (["--min-segments", "6"], "segmentCount", "segment count 5 is below the minimum 6"),
    ]
    let hard = try TransmitRun([tcp, folder.path("hard")])
    for row in rows {
      let run = try TransmitRun([tcp, folder.path("out"), "--explain"] + row.options)
      XCTAssertGreaterThan(run.frames("software", row.reason), 0, row.reason)
      XCTAssertEqual(
        run.frames("software", row.reason), run.counters.software_frames, row.reason)
      XCTAssertEqual(
        run.counters.software_frames + run.counters.hardware_frames, hard.counters.hardware_frames)
      let frame = try XCTUnwrap(run.frames?.first { $0.number == 4 })
      XCTAssertEqual(frame.reason, row.reason)
      XCTAssertEqual(frame.detail, row.detail)
      XCTAssertEqual(try folder.octets("out"), try folder.octets("hard"), row.reason)
    }
    for equal in [["--offset-limit", "34"], ["--max-offload", "65160"], ["--min-segments", "2"]] {
      let run = try TransmitRun([tcp, folder.path("out")] + equal)
      XCTAssertEqual(run.counters.hardware_frames, hard.counters.hardware_frames, "\(equal)")
    }
  }

  func testTsharkFindsNothingWrong() throws {
    guard let tshark = findTool("tshark") else { throw XCTSkip("tshark is not installed") }
    let folder = try TemporaryFolder()
    for stream in try streams() {
      let output = folder.path(stream.file)
      try VnicTool.succeed(
        ["transmit", stream.path, output, "--mtu", "1280"] + stream.boundaryOptions)
      var arguments = ["-r", output, "-T", "fields", "-E", "separator=|"]
      for name in ["ip", "tcp", "udp"] { arguments += ["-o", "\(name).check_checksum:TRUE"] }
      for name in ["ip", "tcp", "udp"] { arguments += ["-e", "\(name).checksum.status"] }
      let result = try runTool(tshark, arguments)
      XCTAssertEqual(result.status, 0, result.errorText)
      let lines = result.text.split(separator: "\n")
      XCTAssertEqual(lines.count, try folder.frames(stream.file).count)
      for line in lines {
        let statuses = line.split(whereSeparator: { "|,".contains($0) })
        XCTAssertFalse(statuses.isEmpty, stream.file)
        // "Good", for every one of them.
        XCTAssertTrue(statuses.allSatisfy { $0 == "1" }, "\(stream.file): \(line)")
      }
    }
  }
}
