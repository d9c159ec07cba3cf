import Foundation
import PacketCapture
import TestSupport
import VirtualNICTesting
import XCTest

/// `vnic coalesce`, and `vnic segment` after it.
final class CoalesceTests: XCTestCase {
  private func frames(_ path: String) throws -> [[UInt8]] {
    try CaptureReader.frames(in: [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))).map(
      \.octets)
  }

  /// The recorded captures of a Linux sender, segmented: what is merged is segmented into the same
  /// frames again, octet for octet, and the summary says so.
  func testSegmentGivesBackWhatWasMerged() throws {
    for name in ["tcp4", "tcp6", "udp4", "udp6", "any4", "lo6"] {
      let folder = try TemporaryFolder()
      let segments = folder.path("segments.pcap")
      let (merged, again) = (folder.path("merged.pcap"), folder.path("again.pcap"))
      let capture = Fixtures.url("Captures/\(name).pcap").path
      let isUDP = name.hasPrefix("udp")
      let size = isUDP ? ["--udp-from-flow"] : ["--mtu", "1500"]
      _ = try runTool(VnicTool.url, ["segment", capture, segments] + size)
      let run = try VnicTool.succeed(["coalesce", segments, merged, "--json"])
      let summary = try JSONValue(run.standardOutput)
      let count = try frames(segments).count
      XCTAssertEqual(summary["frames_read"], .number(Double(count)), name)
      guard case .number(let units) = summary["units"], units > 0 else {
        XCTAssertTrue(name.hasPrefix("udp"), "\(name): nothing was merged")
        continue
      }
      XCTAssertLessThan(try frames(merged).count, count, name)
      let headers = folder.path("headers.pcap")
      try VnicTool.succeed(["coalesce", segments, headers, "--vnet-hdr", "24"])
      let described = try VnicTool.succeed(["segment", headers, again, "--vnet-hdr", "24"])
      XCTAssertFalse(described.errorText.contains("skipped"), described.errorText)
      let lost = summary["losses"]
      if case .array(let losses) = lost, losses.isEmpty {
        XCTAssertTrue(run.errorText.contains("lost: nothing"), run.errorText)
        XCTAssertNil(
          firstDifference(
            expected: try frames(segments).sorted(by: Self.order),
            actual: try frames(again).sorted(by: Self.order)), name)
      } else {
        XCTFail("\(name): lost: \(lost)")
      }
    }
  }

  private static func order(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.lexicographicallyPrecedes(right)
  }

  private func segments(
    _ network: Network = .ipv4(), count: Int = 4
  ) throws -> [[UInt8]] {
    let frame = FrameRecipe(network: network, payload: Payload(count: count * 500)).build()
    return try referenceSegments(frame, segmentSize: 500)
  }

  /// A capture of frames that arrive ten microseconds apart.
  private func capture(_ frames: [[UInt8]]) throws -> [UInt8] {
    var writer = PcapWriter(linkType: .ethernet)
    for (index, frame) in frames.enumerated() {
      try writer.write(frame, at: CaptureTimestamp(microseconds: Int64(10 * index)))
    }
    return writer.takeOctets()
  }

  private func referenceSegments(_ frame: [UInt8], segmentSize: Int) throws -> [[UInt8]] {
    let folder = try TemporaryFolder()
    let input = try folder.write(pcap([frame]), "in.pcap")
    try VnicTool.succeed(["segment", input, folder.path("out.pcap"), "--mss", "\(segmentSize)"])
    return try frames(folder.path("out.pcap"))
  }

  /// Text, header forms, comments, and pcapng that stays pcapng.
  func testForms() throws {
    let folder = try TemporaryFolder()
    let frames = try segments()
    let input = try folder.write(capture(frames), "in.pcap")
    let run = try VnicTool.succeed(["coalesce", input, folder.path("out.pcapng"), "--comments"])
    XCTAssertEqual(
      run.errorText,
      """
      \(input): 4 frames; linux rules, 1000 µs, 64 flows
      \(folder.path("out.pcapng")): 1 frame
        merged: 4 frames into 1, the largest IP packet has 2040 octets
          1 ended by the end of the capture
        lost: nothing; segmentation gives back all frames that were merged

      """)
    let out = try CaptureReader.frames(in: folder.octets("out.pcapng"))
    XCTAssertEqual(
      out.map(\.comments),
      [["merged from frames 1, 2, 3, 4; ended by the end of the capture"]])
    XCTAssertEqual(frameFaults(out[0].octets), [])
    for form in [10, 12, 24] {
      let headers = folder.path("headers.pcap")
      try VnicTool.succeed(["coalesce", input, headers, "--vnet-hdr", "\(form)"])
      let record = try XCTUnwrap(self.frames(headers).first)
      XCTAssertEqual(record.count, form + 54 + 2_000)
      XCTAssertEqual(Array(record[0..<10]), [1, 1, 54, 0, 0xF4, 1, 34, 0, 16, 0])
      let again = folder.path("again.pcap")
      try VnicTool.succeed(["segment", headers, again, "--vnet-hdr", "\(form)"])
      XCTAssertEqual(try self.frames(again), frames)
    }
  }

  /// Interfaces do not mix, time ends units, and other frames stay where they are.
  func testInterfacesAndTime() throws {
    let folder = try TemporaryFolder()
    let frames = try segments()
    var writer = PcapngWriter()
    let one = try writer.addInterface(CaptureInterface(linkType: .ethernet, name: "one"))
    let two = try writer.addInterface(CaptureInterface(linkType: .ethernet, name: "two"))
    for (index, frame) in frames.enumerated() {
      try writer.write(
        frame, interface: index < 2 ? one : two,
        at: CaptureTimestamp(microseconds: Int64(index) * 600))
    }
    let input = try folder.write(writer.takeOctets(), "in.pcapng")
    let rows: [(window: String, counts: [Int])] = [
      ("1000", [1_054, 1_054]), ("600", [1_054, 1_054]), ("599", [554, 554, 554, 554]),
    ]
    for row in rows {
      try VnicTool.succeed(["coalesce", input, folder.path("out"), "--window", row.window])
      let out = try CaptureReader.frames(in: folder.octets("out"))
      XCTAssertEqual(out.map(\.octets.count), row.counts, row.window)
      XCTAssertEqual(Set(out.map(\.interface.name)), ["one", "two"])
    }
  }

  /// What the summary says about losses, by the rules of NDIS.
  func testLosses() throws {
    let folder = try TemporaryFolder()
    var frames = try segments()
    frames[1][22] = 63
    frames[1] = try completed(frames[1])
    let input = try folder.write(capture(frames), "in.pcap")
    let run = try VnicTool.succeed(
      ["coalesce", input, folder.path("out.pcap"), "--rules", "ndis-rsc"])
    XCTAssertTrue(
      run.errorText.contains("lost: ipv4.timeToLive in 3 frames"), run.errorText)
    let linux = try VnicTool.succeed(["coalesce", input, folder.path("out.pcap")])
    XCTAssertTrue(linux.errorText.contains("not merged: 2 frames, another hop limit"))
    XCTAssertTrue(
      linux.errorText.contains("frame 2: hop limit of the frame is 63, that of the unit is 64"))
  }

  /// The frame with a right IPv4 header checksum.
  private func completed(_ frame: [UInt8]) throws -> [UInt8] {
    var recipe = try XCTUnwrap(FrameRecipe(dissecting: frame))
    recipe.network.ipv4?.headerChecksum = .complete
    recipe.checksum = .complete
    return recipe.build()
  }

  func testRefusals() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(capture(try segments()), "in.pcap")
    let rows: [(arguments: [String], status: Int32, message: String)] = [
      (["--rules", "dpdk"], 2, "`--rules dpdk`: `linux`, `linux-accecn`, `ndis`"),
      (["--vnet-hdr", "11"], 2, "`--vnet-hdr` takes 10, 12, 20 or 24, not 11"),
      (["--window", "x"], 2, "a number from 0 to 1000000000 is needed"),
      (["--flows", "0"], 2, "a number from 1 to 4096 is needed"),
      (["--comments", "--format", "pcap"], 2, "`--comments` need `--format pcapng`"),
      (["--strict"], 2, "unknown option `--strict`"),
    ]
    for row in rows {
      let run = try runTool(
        VnicTool.url, ["coalesce", input, folder.path("out.pcap")] + row.arguments)
      XCTAssertEqual(run.status, row.status, "\(row.arguments)")
      XCTAssertTrue(run.errorText.contains(row.message), run.errorText)
    }
    let same = try VnicTool.run("coalesce", input, input)
    XCTAssertEqual(same.status, 2)
    XCTAssertEqual(try frames(input), try segments(), "the input is unharmed")
  }

  /// Damage, foreign links and truncated frames.
  func testCapturesThatAreNotWhole() throws {
    let folder = try TemporaryFolder()
    let frames = try segments()
    let damaged = try folder.write(Array(capture(frames).dropLast(5)), "damaged.pcap")
    let run = try VnicTool.run("coalesce", damaged, folder.path("out.pcap"))
    XCTAssertEqual(run.status, 1)
    XCTAssertTrue(run.errorText.contains("damaged: "), run.errorText)
    XCTAssertEqual(try self.frames(folder.path("out.pcap")).map(\.count), [54 + 1_500])

    var writer = PcapngWriter()
    let interface = try writer.addInterface(CaptureInterface(linkType: .ethernet))
    for (index, frame) in frames.enumerated() {
      try writer.write(
        index == 2 ? Array(frame.prefix(90)) : frame, interface: interface,
        at: CaptureTimestamp(nanoseconds: 0), originalLength: frame.count)
    }
    let short = try folder.write(writer.takeOctets(), "short.pcapng")
    let cut = try VnicTool.succeed(["coalesce", short, folder.path("out")])
    XCTAssertTrue(
      cut.errorText.contains("not merged: 1 frame, truncated by the snap length"), cut.errorText)
    XCTAssertEqual(try self.frames(folder.path("out")).map(\.count), [1_054, 90, 554])
  }
}
