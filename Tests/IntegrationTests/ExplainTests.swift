import Foundation
import PacketCapture
import TestSupport
import XCTest

/// What `vnic explain` prints, and what it refuses.
final class ExplainTests: XCTestCase {
  private func frames() -> [[UInt8]] {
    [
      FrameRecipe(payload: Payload(count: 4_000), checksum: .pseudoHeaderWithLength).build(),
      FrameRecipe(
        network: .ipv4(IPv4Recipe { $0.moreFragments = true }), payload: Payload(count: 3_000)
      ).build(),
      FrameRecipe(transport: .udp(), payload: Payload(count: 3_000)).build(),
    ]
  }

  private func input(_ folder: TemporaryFolder) throws -> String {
    try folder.write(pcap(frames()), "in.pcap")
  }

  func testAFrameInTheTerminal() throws {
    let folder = try TemporaryFolder()
    let path = try input(folder)
    let run = try VnicTool.succeed(["explain", path, "--frame", "1"])
    let lines = run.text.split(separator: "\n").map(String.init)
    XCTAssertEqual(
      lines[0], "frame 1 of \(path): Ethernet/IPv4/TCP, 4054 octets, 0.000000000 s")
    XCTAssertEqual(lines[1], "The hardware makes 3 segments of at most 1460 octets of payload.")
    for line in [
      "  request:    segments of 1460 octets of payload; MTU 1500, linux rules",
      "decision: hardware, checksums: hardware",
      "  segment's packet in octets      1500      at most 1500                "
        + "                                   yes",
      "  LSO IPv4              yes       -         yes   -        on",
      "      16       2    total length             4040",
    ] {
      let blank = { (text: String) in text.split(separator: " ").joined(separator: " ") }
      XCTAssertTrue(lines.map(blank).contains(blank(line)), "\(line) in\n\(run.text)")
    }
    let bars = lines.filter { $0.contains("#") }
    XCTAssertEqual(bars.count, 3)
    XCTAssertTrue(bars[2].hasSuffix("ACK"), bars[2])
    XCTAssertTrue(bars[2].contains("  2974..<4054 "), bars[2])
    XCTAssertTrue(run.text.contains("base + index modulo 65,536"), run.text)
    XCTAssertFalse(lines.contains { $0.hasSuffix(" ") }, "no blanks at the end of a line")
  }

  func testARefusedFrame() throws {
    let folder = try TemporaryFolder()
    let path = try input(folder)
    let fragment = try VnicTool.succeed(["explain", path, "--frame", "2"], skipsFrames: true)
    XCTAssertTrue(
      fragment.text.contains(
        """
        refused
          why:     the packet is an IP fragment
          octet:   20
          found:   0
          needed:  fragment offset 0 and no MF bit
          to do:   Segment the packet before it is fragmented, or reassemble it.
                   `vnic segment --refragment` fragments it again, as a router does

        """), fragment.text)
    let datagram = try VnicTool.succeed(["explain", path, "--frame", "3"], skipsFrames: true)
    XCTAssertTrue(datagram.text.contains("--mss N says how long the datagrams are"), datagram.text)
    try VnicTool.succeed(["explain", path, "--frame", "3", "--mss", "1000"])
  }

  func testAKeyword() throws {
    let folder = try TemporaryFolder()
    let run = try VnicTool.succeed([
      "explain", input(folder), "--frame", "1", "--keyword", "*LsoV2IPv4=0",
    ])
    XCTAssertTrue(
      run.text.contains(
        "Software makes 3 segments of at most 1460 octets of payload, because *LsoV2IPv4 is 0."),
      run.text)
    XCTAssertTrue(run.text.contains("*LsoV2IPv4=0  no    -        off   *LsoV2IPv4 is 0"), run.text)
  }

  /// What is said is what `vnic transmit` does, with the same options.
  func testTheSameAsTransmit() throws {
    let folder = try TemporaryFolder()
    let path = try input(folder)
    for options in [
      [], ["--gso", "none"], ["--mss", "500"], ["--mtu", "1000", "--rules", "ndis"],
      ["--max-offload", "2000"], ["--gso", "lso6"],
    ] {
      let sent = try runTool(
        VnicTool.url, ["transmit", path, folder.path("out"), "--json", "--explain"] + options)
      guard case .array(let rows) = try JSONValue(sent.standardOutput)["frames"] else {
        return XCTFail(sent.text)
      }
      for (index, row) in rows.enumerated() {
        let run = try runTool(
          VnicTool.url, ["explain", path, "--frame", "\(index + 1)", "--json"] + options)
        let decision = try JSONValue(run.standardOutput)["explanation"]["decision"]
        let outcome = decision["outcome"].text
        let names = ["completed": "whole", "unmodified": "whole"]
        XCTAssertEqual(names[outcome ?? ""] ?? outcome, row["decision"].text, "\(options) \(index)")
        XCTAssertEqual(decision["wire_frames"], row["wire_frames"], "\(options) \(index)")
        XCTAssertEqual(run.status, outcome == "dropped" ? 3 : 0, "\(options) \(index)")
      }
    }
  }

  func testCoalescing() throws {
    let folder = try TemporaryFolder()
    let path = try input(folder)
    let wire = folder.path("wire.pcap")
    _ = try VnicTool.run("segment", path, wire, "--mss", "1000")
    let run = try VnicTool.succeed(["explain", wire, "--coalesce", "--frames", "1-4"])
    XCTAssertTrue(
      run.text.hasPrefix(
        "frames 1 to 4 of \(wire): 4 frames become 1\n  rules: linux, held for at most 1000 "),
      run.text)
    XCTAssertTrue(run.text.contains("unit 0: 4 frames, 4054 octets, checksums valid"), run.text)
    let other = try VnicTool.succeed([
      "explain", wire, "--coalesce", "--frames", "1-4", "--rules", "ndis-uro",
    ])
    XCTAssertTrue(other.text.contains("4 frames become 4\n"), other.text)
    XCTAssertTrue(other.text.contains("the rules do not coalesce TCP over IPv4"), other.text)
  }

  func testWhatIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = try input(folder)
    let foreign = try folder.write(pcap([[1, 2, 3]], linkType: .raw), "raw.pcap")
    var writer = PcapngWriter()
    let interface = try writer.addInterface(CaptureInterface(linkType: .ethernet))
    try writer.write(
      Array(frames()[0].prefix(90)), interface: interface, at: CaptureTimestamp(nanoseconds: 0),
      originalLength: 4_054)
    let short = try folder.write(writer.takeOctets(), "short.pcapng")
    let rows: [(arguments: [String], status: Int32, message: String)] = [
      ([path, "--frame", "9"], 1, "\(path): there is no frame 9, only 3"),
      ([path, "--coalesce", "--frames", "9-"], 1, "\(path): there are no such frames, only 3"),
      (
        [foreign, "--frame", "1"], 1,
        "\(foreign): frame 1 is link type 101 (RAW), and a NIC sends Ethernet; "
          + "`vnic inspect \(foreign) --frame 1` shows its fields"
      ),
      (
        [short, "--frame", "1"], 1,
        "\(short): frame 1 was captured in part, 90 of 4054 octets were captured, and a NIC sends "
          + "whole frames; `vnic inspect \(short) --frame 1` shows what is there"
      ),
      (
        [path], 2,
        "which frame? `--frame N` explains how it is sent, `--coalesce --frames A-B` how frames "
          + "are merged"
      ),
      (
        [path, "--frame", "1", "--frames", "1-2"], 2,
        "`--frames` goes with `--coalesce`; one frame is `--frame N`"
      ),
      (
        [path, "--coalesce", "--frame", "1"], 2,
        "`--coalesce` is about several frames: `--frames A-B`, not `--frame`"
      ),
      (
        [path, "--coalesce", "--mtu", "1500"], 2,
        "`--mtu` is about sending, and `--coalesce` about receiving"
      ),
      (
        [path, "--coalesce", "-o", "x.svg"], 2,
        "a picture shows one frame; give -o a page for `--coalesce`: x.html"
      ),
      (
        [path, "--frame", "1", "--json", "-o", "-"], 2,
        "`-o -` and `--json` exclude each other: one standard output"
      ),
      (
        [path, "--frame", "1", "-o", path], 2,
        "\(path): input and output are the same file; write to another one and rename it"
      ),
    ]
    for row in rows {
      let run = try runTool(VnicTool.url, ["explain"] + row.arguments)
      XCTAssertEqual(run.errorText, "vnic: \(row.message)\n", "\(row.arguments)")
      XCTAssertEqual(run.status, row.status, "\(row.arguments)")
      XCTAssertEqual(run.text, "", "\(row.arguments)")
    }
  }
}
