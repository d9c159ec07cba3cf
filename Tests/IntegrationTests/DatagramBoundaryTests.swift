import Foundation
import PacketCapture
import TestSupport
import XCTest

/// UDP above the MTU: its boundaries are the sender's, and only an option permits to say them.
final class DatagramBoundaryTests: XCTestCase {
  private static let remedy =
    "--mss N says how long they are, --udp-from-flow takes the length of the flow's other "
    + "datagrams, --fragment-udp makes IP fragments"

  private func datagram(
    _ count: Int, from source: UInt16 = 40_000, port: UInt16 = 443, network: Network = .ipv4(),
    checksum: TransportChecksum = .complete, in encapsulation: Encapsulation? = nil
  ) -> [UInt8] {
    FrameRecipe(
      network: network,
      transport: .udp(UDPRecipe { ($0.sourcePort, $0.destinationPort) = (source, port) }),
      payload: Payload(count: count), checksum: checksum, encapsulation: encapsulation
    ).build()
  }

  /// The frames after `vnic segment`, and its summary.
  private func segment(
    _ frames: [[UInt8]], _ options: String...
  ) throws -> (frames: [[UInt8]], summary: Summary, text: String) {
    let folder = try TemporaryFolder()
    let input = try folder.write(pcap(frames), "in.pcap")
    let run = try runTool(VnicTool.url, ["segment", input, folder.path("out"), "--json"] + options)
    let summary = try Summary(run.standardOutput)
    XCTAssertEqual(run.status, summary.frames_skipped > 0 ? 3 : 0, run.errorText)
    return (try folder.frames("out").map(\.octets), summary, run.errorText)
  }

  private func transmit(_ frames: [[UInt8]], _ options: String...) throws -> (
    [[UInt8]], TransmitRun
  ) {
    let folder = try TemporaryFolder()
    let input = try folder.write(pcap(frames), "in.pcap")
    let run = try TransmitRun([input, folder.path("out"), "--explain"] + options)
    return (try folder.frames("out").map(\.octets), run)
  }

  // MARK: Skipped by default

  func testADatagramAboveTheMTUIsKeptAndTheWaysOutAreNamed() throws {
    let frames = [datagram(1_472), datagram(1_473), datagram(4_000, network: .ipv6())]
    let (after, summary, text) = try segment(frames)
    XCTAssertEqual(after, frames)
    XCTAssertEqual(summary.frames_fitting, 1)
    XCTAssertEqual(
      summary.skipped.map(\.reason),
      ["UDP above the MTU, of which only the sender knows where its datagrams end"])
    XCTAssertEqual(summary.skipped.map(\.remedy), [Self.remedy])
    XCTAssertEqual(
      summary.skipped[0].frames.map(\.detail),
      [
        "a UDP payload of 1473 octets makes a packet of 1501, the MTU is 1500",
        "a UDP payload of 4000 octets makes a packet of 4048, the MTU is 1500",
      ])
    XCTAssertEqual(summary.guessed_udp_frames, 0)
    XCTAssertTrue(text.contains("    \(Self.remedy)\n    frame 2: "), text)
  }

  func testStrictNamesTheWaysOut() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(pcap([datagram(4_000)]), "in.pcap")
    let run = try VnicTool.run("segment", input, folder.path("out"), "--strict")
    XCTAssertEqual(run.status, 1)
    XCTAssertEqual(
      run.errorText,
      "vnic: \(input): frame 1: UDP above the MTU, of which only the sender knows where its "
        + "datagrams end: a UDP payload of 4000 octets makes a packet of 4028, the MTU is 1500 "
        + "(\(Self.remedy))\n")
    XCTAssertEqual(try folder.names, ["in.pcap"])
  }

  func testInspectAndTransmitFollow() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(pcap([datagram(4_000)]), "in.pcap")
    let inspect = try VnicTool.run("inspect", input)
    XCTAssertEqual(inspect.status, 3)
    XCTAssertTrue(
      inspect.text.hasSuffix(
        ": skipped: a UDP payload of 4000 octets makes a packet of 4028, the MTU is 1500 "
          + "(\(Self.remedy))\n"), inspect.text)
    let (sent, run) = try transmit([datagram(100), datagram(4_000)])
    XCTAssertEqual(sent, [datagram(100)])
    XCTAssertEqual(run.frames("dropped", "datagram_size_unknown"), 1)
    XCTAssertEqual(
      run.frames?.map(\.detail),
      [nil, "a UDP payload of 4000 octets makes a packet of 4028, the MTU is 1500"])
    let text = try VnicTool.run("transmit", input, folder.path("out")).text
    for way in ["--mss N", "--udp-from-flow", "`vnic segment --fragment-udp`"] {
      XCTAssertTrue(text.contains(way), text)
    }
  }

  func testASizeOrFragmentsCut() throws {
    let (mss, _, _) = try segment([datagram(4_000)], "--mss", "1000")
    XCTAssertEqual(mss.map(\.count), [1_042, 1_042, 1_042, 1_042])
    let (fragments, summary, _) = try segment([datagram(4_000)], "--fragment-udp")
    XCTAssertEqual(fragments.count, 3)
    XCTAssertEqual(summary.datagrams_fragmented, 1)
    XCTAssertEqual(try transmit([datagram(4_000)], "--mss", "1000").0, mss)
  }

  // MARK: From the flow

  func testTheSizeOfTheFlowsOtherDatagrams() throws {
    let flow = [datagram(1_200), datagram(1_200), datagram(30), datagram(30), datagram(1_400)]
    let other = [datagram(900, from: 40_001), datagram(3_000, from: 40_001)]
    // The large one first: all of a file counts, not only what stands before the frame.
    let frames = [datagram(4_000)] + flow + other
    let (after, summary, text) = try segment(frames, "--udp-from-flow")
    XCTAssertEqual(after.prefix(4).map { $0.count - 42 }, [1_200, 1_200, 1_200, 400])
    XCTAssertEqual(after.suffix(4).map { $0.count - 42 }, [900, 900, 900, 300])
    XCTAssertEqual(summary.udp_frames_from_flow, 2)
    XCTAssertEqual(summary.guessed_udp_frames, 0)
    XCTAssertTrue(
      text.contains("  UDP: 2 frames segmented to the length of the flow's datagrams\n"), text)
    let (sent, run) = try transmit(frames, "--udp-from-flow")
    XCTAssertEqual(sent, after)
    XCTAssertEqual(run.counters.udp_frames_from_flow, 2)
  }

  func testWithoutOthersItIsAGuess() throws {
    let frames = [datagram(4_000), datagram(900, from: 40_001)]
    let (after, summary, text) = try segment(frames, "--udp-from-flow")
    XCTAssertEqual(after.map { $0.count - 42 }, [1_472, 1_472, 1_056, 900])
    XCTAssertEqual(summary.guessed_udp_frames, 1)
    XCTAssertEqual(summary.udp_frames_from_flow, 0)
    XCTAssertTrue(text.contains("where datagrams end is a guess in 1 frame"), text)
    let (sent, run) = try transmit(frames, "--udp-from-flow")
    XCTAssertEqual(sent, after)
    XCTAssertEqual(run.counters.guessed_udp_frames, 1)
  }

  /// A direction is a flow of its own, and one size per segment must not give more than are
  /// allowed.
  func testTheOtherDirectionAndSizesThatCannotBeSayNothing() throws {
    let answer = datagram(700, from: 443, port: 40_000)
    XCTAssertEqual(
      try segment([answer, datagram(4_000)], "--udp-from-flow").summary.guessed_udp_frames, 1)
    XCTAssertEqual(
      try segment([datagram(1), datagram(4_000)], "--udp-from-flow").summary.guessed_udp_frames, 1)
  }

  func testInspectReadsAFileTwiceAndAPipeOnce() throws {
    let folder = try TemporaryFolder()
    let octets = try pcap([datagram(4_000), datagram(1_200), datagram(4_000)])
    let input = try folder.write(octets, "in.pcap")
    let file = try VnicTool.succeed(["inspect", input, "--udp-from-flow"])
    XCTAssertEqual(
      file.text.components(
        separatedBy: "4 segments of 1200 (as long as the flow's other datagrams)"
      )
      .count, 3, file.text)
    let pipe = try VnicTool.succeed(["inspect", "-", "--udp-from-flow"], standardInput: octets)
    let lines = pipe.text.split(separator: "\n")
    XCTAssertTrue(
      lines[0].hasSuffix("3 segments of 1472 (where the datagrams end is a guess)"), pipe.text)
    XCTAssertTrue(
      lines[2].hasSuffix("4 segments of 1200 (as long as the flow's other datagrams)"), pipe.text)
  }

  func testOptionsThatExcludeEachOther() throws {
    let rows: [(options: [String], message: String)] = [
      (
        ["--udp-from-flow", "--mss", "9"],
        "`--udp-from-flow` and `--mss` both say how long datagrams are"
      ),
      (
        ["--udp-from-flow", "--fragment-udp"],
        "`--udp-from-flow` and `--fragment-udp` exclude each other"
      ),
      (
        ["--udp-from-flow", "--vnet-hdr", "10"],
        "`--udp-from-flow` and `--vnet-hdr` exclude each other"
      ),
      (
        ["--vxlan-port", "0"],
        "`--vxlan-port 0`: a number from 1 to 65535 is needed; try `vnic segment --help`"
      ),
      (
        ["--vxlan-port", "9", "--geneve-port", "9"],
        "port 9 is given to `--vxlan-port` and to `--geneve-port`"
      ),
      (
        (1...9).flatMap { ["--geneve-port", "\($0)"] },
        "`--geneve-port` is given for more than 8 ports"
      ),
    ]
    for row in rows {
      let run = try runTool(VnicTool.url, ["segment", "a", "b"] + row.options)
      XCTAssertEqual(run.status, 2)
      XCTAssertEqual(run.errorText, "vnic: \(row.message)\n")
    }
  }
}
