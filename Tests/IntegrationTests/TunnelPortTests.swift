import Foundation
import PacketCapture
import TestSupport
import VirtualNICTesting
import XCTest

/// Tunnels over UDP: which ports mean one, and what happens to those that are not looked into.
final class TunnelPortTests: XCTestCase {
  private func tunnelled(_ kind: Encapsulation.Kind, port: UInt16) -> [UInt8] {
    var recipe = FrameRecipe(payload: Payload(count: 4_000), encapsulation: Encapsulation(kind))
    // Some carry IP packets alone.
    if !recipe.faults.isEmpty { recipe.link = Link(.rawIP) }
    var frame = recipe.build()
    frame.replaceSubrange(36..<38, with: [UInt8(port >> 8), UInt8(port & 0xFF)])
    return frame
  }

  private func opaque(_ port: UInt16) -> [UInt8] {
    FrameRecipe(
      transport: .udp(UDPRecipe { $0.destinationPort = port }), payload: Payload(count: 4_000)
    ).build()
  }

  /// How many frames leave `segment`, `transmit`, and the plan of `inspect`.
  private func counts(_ frame: [UInt8], _ options: String...) throws -> [Int] {
    let folder = try TemporaryFolder()
    let input = try folder.write(pcap([frame]), "in.pcap")
    _ = try runTool(VnicTool.url, ["segment", input, folder.path("a")] + options)
    _ = try runTool(VnicTool.url, ["transmit", input, folder.path("b")] + options)
    let inspect = try runTool(VnicTool.url, ["inspect", input, "--frame", "1", "--json"] + options)
    let object = try JSONSerialization.jsonObject(with: Data(inspect.standardOutput))
    let plan = (object as? [String: Any])?["plan"] as? [Any]
    return [try folder.frames("a").count, try folder.frames("b").count, plan?.count ?? -1]
  }

  func testPortsOfVXLANAndGeneve() throws {
    XCTAssertEqual(try counts(tunnelled(.vxlan(), port: 4_789)), [3, 3, 3])
    XCTAssertEqual(try counts(tunnelled(.vxlan(), port: 8_472)), [3, 3, 3])
    XCTAssertEqual(try counts(tunnelled(.geneve(), port: 6_081)), [3, 3, 3])
    let skipped = [1, 0, 0]
    XCTAssertEqual(try counts(tunnelled(.vxlan(), port: 7_000)), skipped)
    XCTAssertEqual(
      try counts(
        tunnelled(.vxlan(), port: 7_000), "--vxlan-port", "6999", "--vxlan-port", "7000"),
      [3, 3, 3])
    XCTAssertEqual(
      try counts(tunnelled(.geneve(), port: 7_000), "--geneve-port", "7000"), [3, 3, 3])
    XCTAssertEqual(
      try counts(tunnelled(.vxlan(), port: 8_472), "--vxlan-port", "4789"), skipped,
      "the option stands instead of both defaults")
    XCTAssertEqual(
      try counts(tunnelled(.geneve(), port: 4_789), "--geneve-port", "4789"), [3, 3, 3],
      "a port that one option names is no default of the other")
  }

  func testPortsOfOtherTunnels() throws {
    let kinds: [(kind: Encapsulation.Kind, port: UInt16, option: String)] = [
      (.vxlanGPE(), 4_790, "--vxlan-gpe-port"), (.gue(), 6_080, "--gue-port"),
      (.directGUE, 6_080, "--gue-port"), (.fou, 5_555, "--fou-port"),
      (.gtpU(sequence: 7, extensions: [.init(0x85, [0, 9])]), 2_152, "--gtp-port"),
    ]
    for (kind, port, option) in kinds {
      XCTAssertEqual(try counts(tunnelled(kind, port: port)), [3, 3, 3], option)
      XCTAssertEqual(try counts(tunnelled(kind, port: 7_000)), [1, 0, 0], option)
      XCTAssertEqual(
        try counts(tunnelled(kind, port: 7_000), option, "6999", option, "7000"), [3, 3, 3],
        option)
      XCTAssertEqual(try counts(tunnelled(kind, port: port), option, "7000"), [1, 0, 0], option)
    }
    // A port that one option names is no default of another.
    XCTAssertEqual(try counts(tunnelled(.fou, port: 2_152), "--fou-port", "2152"), [3, 3, 3])
    let clash = try VnicTool.run("segment", "in", "out", "--gue-port", "9", "--fou-port", "9")
    XCTAssertEqual(clash.status, 2)
    XCTAssertTrue(
      clash.errorText.contains("port 9 is given to `--gue-port` and to `--fou-port`"),
      clash.errorText)
  }

  func testTunnelsThatAreNotLookedIntoAreSkippedAndNamed() throws {
    let ports: [(UInt16, String)] = [
      (2_152, "GTP-U"), (1_701, "L2TP"), (3_544, "Teredo"), (4_790, "VXLAN-GPE"), (6_080, "GUE"),
      (5_555, "FOU"), (4_789, "VXLAN"), (6_081, "Geneve"),
    ]
    let folder = try TemporaryFolder()
    let frames = ports.map { opaque($0.0) }
    let input = try folder.write(pcap(frames), "in.pcap")
    for options in [[], ["--udp-from-flow"]] {
      let run = try VnicTool.succeed(
        ["segment", input, folder.path("out"), "--json"] + options, skipsFrames: true)
      XCTAssertEqual(try folder.frames("out").map(\.octets), frames)
      let skipped = try Summary(run.standardOutput).skipped
      XCTAssertEqual(
        skipped.map(\.reason),
        ports.map { "\($0.1) above the MTU, a UDP tunnel that is not looked into" })
      XCTAssertEqual(
        skipped.map { $0.frames[0].detail },
        ports.map { "a UDP datagram with \($0.1) makes a packet of 4028, the MTU is 1500" })
      XCTAssertEqual(
        Set(skipped.map(\.remedy)),
        ["--fragment-udp makes IP fragments, --mss N segments it as if it were many datagrams"])
      let sent = try TransmitRun([input, folder.path("sent")] + options)
      XCTAssertEqual(sent.frames("dropped", "opaque_tunnel"), ports.count)
    }
    let segmented = try Summary(
      VnicTool.succeed(["segment", input, folder.path("out"), "--json", "--mss", "1000"])
        .standardOutput)
    XCTAssertEqual(segmented.segments, 4 * ports.count)
    let fragmented = try Summary(
      VnicTool.succeed(["segment", input, folder.path("out"), "--json", "--fragment-udp"])
        .standardOutput)
    XCTAssertEqual(fragmented.datagrams_fragmented, ports.count)
  }

  /// Small ones pass unmodified.
  func testSmallPacketsOfSuchTunnelsPass() throws {
    let frame = FrameRecipe(
      transport: .udp(UDPRecipe { $0.destinationPort = 2_152 }), payload: Payload(count: 1_000)
    ).build()
    XCTAssertEqual(try counts(frame), [1, 1, 0])
  }

  func testReportedCaptures() throws {
    let folder = try TemporaryFolder()
    let vxlan = Fixtures.url("Reports/vxlan-port-8472.pcap").path
    try VnicTool.succeed(["segment", vxlan, folder.path("vxlan")])
    let segments = try folder.frames("vxlan")
    XCTAssertEqual(segments.count, 4)
    for segment in segments { XCTAssertEqual(frameFaults(segment.octets), []) }
    for (name, reason) in [
      (
        "udp-checksum-0-cut",
        "UDP above the MTU, of which only the sender knows where its datagrams end"
      )
    ] {
      let input = Fixtures.url("Reports/\(name).pcap").path
      let run = try VnicTool.succeed(
        ["segment", input, folder.path(name), "--json"], skipsFrames: true)
      XCTAssertEqual(try Summary(run.standardOutput).skipped.map(\.reason), [reason])
      let before = try CaptureReader.frames(in: Fixtures.octets("Reports/\(name).pcap"))
      XCTAssertEqual(try folder.frames(name).map(\.octets), before.map(\.octets), name)
    }
  }
}
