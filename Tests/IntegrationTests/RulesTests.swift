import GsoEngine
import PacketCapture
import TestSupport
import XCTest

/// `--rules`: all presets of the engine, in every command that segments.
final class RulesTests: XCTestCase {
  private let names = SegmentationRules.presets.map(\.name)

  /// TCP with CWR over IPv4, the same over IPv6 with an extension header, and UDP.
  private let recipes = [
    FrameRecipe(
      network: .ipv4 { $0.identification = 0x7FFF },
      transport: .tcp(from: 1, to: 2, flags: [.ack, .cwr]), payload: .counting(6_000),
      checksum: .pseudoHeader),
    FrameRecipe(
      network: .ipv6 { $0.extensions = [.destinationOptions()] },
      transport: .tcp(from: 1, to: 2, flags: [.ack, .cwr]), payload: .counting(6_000)),
    FrameRecipe(transport: .udp(from: 1, to: 2), payload: .counting(3_000)),
  ]

  /// Writes one of the recipes.
  private func input(_ index: Int, _ folder: TemporaryFolder) throws -> String {
    try folder.write(pcap([recipes[index].build()]), "in\(index).pcap")
  }

  func testEveryCommandGoesByThem() throws {
    let folder = try TemporaryFolder()
    for (name, rules) in SegmentationRules.presets {
      for (index, recipe) in recipes.enumerated() {
        let (input, frame) = (try input(index, folder), recipe.build())
        let request = SegmentationRequest(segmentSize: 1_000, rules: rules)
        let expected = try? SegmentationPlan(of: frame, request: request).frames(of: frame)
        let options = ["--mss", "1000", "--mtu", "1500", "--rules", name]
        let run = try VnicTool.succeed(
          ["segment", input, folder.path("out"), "--json"] + options, skipsFrames: expected == nil)
        XCTAssertEqual(
          try folder.frames("out").map(\.octets), expected ?? [frame], "\(name) \(index)")
        XCTAssertEqual(try JSONValue(run.standardOutput)["rules"].text, name)
        XCTAssertEqual(try JSONSchema("segment").problems(of: run.standardOutput), [])
        XCTAssertTrue(run.errorText.contains(", \(name) rules\n"), run.errorText)

        let sent = try VnicTool.succeed(
          ["transmit", input, folder.path("sent"), "--json"] + options,
          skipsFrames: expected == nil)
        XCTAssertEqual(
          try folder.frames("sent").map(\.octets), expected ?? [], "\(name) \(index)")
        XCTAssertEqual(try JSONValue(sent.standardOutput)["run"]["rules"].text, name)
        XCTAssertEqual(try JSONSchema("transmit").problems(of: sent.standardOutput), [])

        let text = try VnicTool.succeed(
          ["inspect", input] + options, skipsFrames: expected == nil
        ).text
        XCTAssertEqual(text.contains("(--rules linux segments it)"), expected == nil, text)
      }
    }
  }

  /// Runs with different rules differ in the fields that the presets say.
  func testDiffNamesTheFieldsOfOtherRules() throws {
    let rows: [(rules: String, input: Int, fields: Set<String>)] = [
      ("linux-accecn", 0, ["tcp.cwr", "tcp.checksum"]),
      ("ndis", 0, ["ipv4.identification", "ipv4.headerChecksum"]),
      ("dpdk", 0, ["ipv4.headerChecksum", "tcp.cwr", "tcp.checksum"]),
      ("vpp", 0, ["ipv4.identification", "ipv4.headerChecksum", "tcp.cwr", "tcp.checksum"]),
      ("wireguard-go", 0, ["tcp.cwr", "tcp.checksum"]),
      ("wireguard-go", 1, ["ipv6.payloadLength", "tcp.cwr", "tcp.checksum"]),
      ("vpp", 1, ["tcp.cwr", "tcp.checksum"]),
    ]
    let folder = try TemporaryFolder()
    for row in rows {
      let input = try input(row.input, folder)
      for name in ["linux", row.rules] {
        try VnicTool.succeed(["segment", input, folder.path(name), "--rules", name])
      }
      let paths = [folder.path("linux"), folder.path(row.rules)]
      let run = try runTool(VnicTool.url, ["diff", "--all"] + paths)
      XCTAssertEqual(run.status, 1)
      let fields = run.text.split(separator: "\n").dropLast().compactMap { line in
        line.split(separator: ":").first?.split(separator: " ").last.map(String.init)
      }
      XCTAssertEqual(Set(fields), row.fields, "\(row.rules), input \(row.input)")
    }
  }

  func testWhatRulesRefuseIsSkippedWithARemedy() throws {
    let folder = try TemporaryFolder()
    for (rules, index, what) in [
      ("dpdk", 1, "TCP over IPv6"), ("dpdk", 2, "UDP over IPv4"), ("vpp", 2, "UDP over IPv4"),
    ] {
      let run = try VnicTool.succeed(
        [
          "segment", input(index, folder), folder.path("out"), "--mss", "1000", "--rules", rules,
        ], skipsFrames: true)
      XCTAssertTrue(
        run.errorText.hasSuffix(
          """
            skipped: 1 frame, a kind of packet that the rules do not segment
              --rules linux segments it
              frame 1: the rules do not segment \(what)

          """), run.errorText)
    }
  }

  /// Segments with checksums that the rules leave to a NIC are not called completed.
  func testRulesThatCopyChecksums() throws {
    let folder = try TemporaryFolder()
    for name in names {
      let run = try VnicTool.succeed(
        ["segment", input(0, folder), folder.path("out"), "--rules", name])
      XCTAssertEqual(
        run.errorText.contains("checksums completed: in 1 frame"), name != "dpdk", run.errorText)
      let faults = try runTool(VnicTool.url, ["check", folder.path("out")])
      XCTAssertEqual(faults.status, name == "dpdk" ? 1 : 0, faults.text)
    }
  }

  /// The rules of Linux clear DF when they make IP fragments, all others respect it.
  func testDontFragment() throws {
    let folder = try TemporaryFolder()
    let frame = FrameRecipe(
      network: .ipv4 { $0.dontFragment = true }, transport: .udp(), payload: .counting(3_000))
    let input = try folder.write(pcap([frame.build()]), "df.pcap")
    for name in names {
      let run = try runTool(
        VnicTool.url, ["segment", input, folder.path("out"), "--fragment-udp", "--rules", name])
      XCTAssertEqual(run.status, name.hasPrefix("linux") ? 0 : 3, name)
      XCTAssertEqual(
        run.errorText.contains("--rules linux clears it"), !name.hasPrefix("linux"), run.errorText)
    }
  }
}
