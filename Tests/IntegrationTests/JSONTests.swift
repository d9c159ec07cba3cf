import Foundation
import PacketCapture
import TestSupport
import XCTest

/// What `--json` prints has the forms in `Fixtures/Schemas`, key by key, in every command.
final class JSONTests: XCTestCase {
  private static let names = [
    "segment", "coalesce", "inspect", "inspect-frame", "explain", "explain-coalesce", "check",
    "diff", "transmit", "conformance", "conformance-gro", "bench", "bridge",
  ]

  private func check(
    _ name: String, _ json: [UInt8], _ what: @autoclosure () -> String = "", line: UInt = #line
  ) throws {
    XCTAssertEqual(try JSONSchema(name).problems(of: json), [], "\(name) \(what())", line: line)
  }

  /// TCP, UDP, what cannot be segmented, a tunnel, VLAN tags, and what is no IP.
  private func mixed(_ folder: TemporaryFolder) throws -> String {
    let payload = Payload(count: 4_000)
    let frames: [[UInt8]] = [
      FrameRecipe(payload: payload, checksum: .pseudoHeaderWithLength).build(),
      FrameRecipe(network: .ipv6(), transport: .udp(), payload: payload).build(),
      FrameRecipe(network: .ipv6(), transport: .udp(), payload: Payload(count: 700)).build(),
      FrameRecipe(
        network: .ipv4(IPv4Recipe { $0.moreFragments = true }), payload: Payload(count: 3_000)
      ).build(),
      FrameRecipe(payload: payload, encapsulation: Encapsulation(.vxlan())).build(),
      FrameRecipe(payload: Payload(count: 5), checksum: .value(1)).build(),
      [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xCC] + [UInt8](repeating: 7, count: 2_000),
    ]
    return try folder.write(pcap(frames), "in.pcap")
  }

  func testSchemasAreDocumentedToTheLastKey() throws {
    for name in Self.names { XCTAssertEqual(try JSONSchema(name).undocumented, [], name) }
    let files = try FileManager.default.contentsOfDirectory(atPath: Fixtures.url("Schemas").path)
    XCTAssertEqual(Set(files), Set(Self.names.map { "\($0).json" }))
  }

  /// The check itself sees what is missing, unknown or of another kind.
  func testTheValidatorSeesFaults() throws {
    let schema = try JSONSchema("conformance")
    let sound = #""version":1,"cases":1,"segmented":1,"passed":0,"rejected":0"#
    let rows: [(json: String, problems: [String])] = [
      ("{\(sound),\"frames_written\":2}", []),
      ("{\(sound)}", ["$.frames_written: missing"]),
      ("{\(sound),\"frames_written\":\"2\"}", ["$.frames_written: no integer"]),
      ("{\(sound),\"frames_written\":true}", ["$.frames_written: no integer"]),
      ("{\(sound),\"frames_written\":-1}", ["$.frames_written: -1.0 is below 0.0"]),
      ("{\(sound),\"frames_written\":1.5}", ["$.frames_written: not whole"]),
      ("{\(sound),\"frames_written\":1,\"x\":1}", ["$.x: not in the schema"]),
      (
        "{\(sound.replacingOccurrences(of: "\"version\":1", with: "\"version\":2")),"
          + "\"frames_written\":1}", ["$.version: not the constant"]
      ),
      ("[]", ["$: no object"]),
    ]
    for row in rows {
      XCTAssertEqual(try schema.problems(of: Array(row.json.utf8)), row.problems, row.json)
    }
    let inspect = try JSONSchema("inspect")
    let frame = #"{"number":1,"layers":"","frame_length":1,"decision":"maybe"}"#
    XCTAssertTrue(
      try inspect.problems(of: Array(#"{"version":2,"frames":[\#(frame)]}"#.utf8)).contains {
        $0.hasPrefix("$.frames[0].decision: `maybe` is none of")
      })
  }

  func testSegment() throws {
    let folder = try TemporaryFolder()
    let input = try mixed(folder)
    for options in [
      [], ["--mss", "500"], ["--fragment-udp"], ["--udp-from-flow"], ["--mtu", "9000"],
      ["--format", "pcapng"],
    ] {
      let run = try runTool(
        VnicTool.url, ["segment", input, folder.path("out"), "--json"] + options)
      try check("segment", run.standardOutput, "\(options)")
    }
    let empty = try folder.write(pcap([]), "empty.pcap")
    let run = try runTool(VnicTool.url, ["segment", empty, folder.path("out"), "--json"])
    if run.status == 0 { try check("segment", run.standardOutput, "empty") }
  }

  func testCoalesce() throws {
    let folder = try TemporaryFolder()
    let input = try mixed(folder)
    let segments = folder.path("segments.pcap")
    _ = try runTool(VnicTool.url, ["segment", input, segments, "--mss", "400"])
    for options in [
      [], ["--rules", "ndis"], ["--window", "0"], ["--format", "pcapng", "--comments"],
      ["--vnet-hdr", "12"], ["--flows", "1"],
    ] {
      for capture in [input, segments] {
        let run = try VnicTool.succeed(
          ["coalesce", capture, folder.path("out"), "--json"] + options)
        try check("coalesce", run.standardOutput, "\(options)")
      }
    }
  }

  func testInspect() throws {
    let folder = try TemporaryFolder()
    let input = try mixed(folder)
    for options in [[], ["--mss", "500"], ["--fragment-udp"], ["--udp-from-flow"]] {
      let list = try runTool(VnicTool.url, ["inspect", input, "--json"] + options)
      try check("inspect", list.standardOutput, "\(options)")
      for frame in 1...7 {
        let one = try runTool(
          VnicTool.url, ["inspect", input, "--json", "--frame", "\(frame)"] + options)
        try check("inspect-frame", one.standardOutput, "\(options) frame \(frame)")
      }
    }
  }

  func testExplain() throws {
    let folder = try TemporaryFolder()
    let input = try mixed(folder)
    for options in [
      [], ["--mss", "500"], ["--gso", "none"], ["--rules", "ndis"], ["--udp-from-flow"],
      ["--keyword", "*LsoV2IPv4=0", "--keyword", "*UsoIPv6=x"],
    ] {
      for frame in 1...7 {
        let one = try runTool(
          VnicTool.url, ["explain", input, "--json", "--frame", "\(frame)"] + options)
        try check("explain", one.standardOutput, "\(options) frame \(frame)")
      }
    }
    let segments = folder.path("segments.pcap")
    _ = try runTool(VnicTool.url, ["segment", input, segments, "--mss", "400"])
    for capture in [input, segments] {
      let run = try VnicTool.succeed(["explain", capture, "--coalesce", "--json"])
      try check("explain-coalesce", run.standardOutput, capture)
    }
  }

  /// Foreign links, damage, what was truncated, and what a pcap has no place for.
  func testCapturesThatAreNotWhole() throws {
    let folder = try TemporaryFolder()
    let frame = FrameRecipe(payload: Payload(count: 4_000)).build()
    let foreign = try folder.write(pcap([[1, 2, 3]], linkType: .init(rawValue: 105)), "wifi.pcap")
    let damaged = try folder.write(Array(pcap([frame, frame]).dropLast(5)), "damaged.pcap")
    var writer = PcapngWriter()
    let time = CaptureTimestamp(nanoseconds: 0)
    let interface = try writer.addInterface(CaptureInterface(linkType: .ethernet))
    try writer.write(
      Array(frame.prefix(90)), interface: interface, at: time, originalLength: 4_054)
    let short = try folder.write(writer.takeOctets(), "short.pcapng")
    for input in [foreign, damaged, short] {
      let segment = try VnicTool.run("segment", input, folder.path("out.pcap"), "--json")
      try check("segment", segment.standardOutput, input)
      let merged = try VnicTool.run("coalesce", input, folder.path("out.pcap"), "--json")
      try check("coalesce", merged.standardOutput, input)
      let list = try VnicTool.run("inspect", input, "--json")
      try check("inspect", list.standardOutput, input)
      let one = try VnicTool.run("inspect", input, "--json", "--frame", "1")
      try check("inspect-frame", one.standardOutput, input)
    }
    let list = try JSONValue(VnicTool.run("inspect", damaged, "--json").standardOutput)
    guard case .array(let places) = list["damage"] else { return XCTFail("\(list)") }
    XCTAssertEqual(places.map { $0["octet"] }, [.number(4_094)])
    XCTAssertEqual(places.map { $0["frame"] }, [.number(2)])
  }

  func testTransmit() throws {
    let folder = try TemporaryFolder()
    let input = try mixed(folder)
    for options in [
      [], ["--explain"], ["--gso", "none"], ["--gso", "lso4,uso6", "--mss", "500", "--explain"],
      ["--udp-from-flow", "--loss", "0.5", "--seed", "3"],
      ["--fault", "tail-lost"], ["--rsc"], ["--rsc", "--delay", "100"],
      ["--keyword", "*LsoV2IPv4=0", "--keyword", "*UsoIPv6=x"],
    ] {
      let run = try runTool(
        VnicTool.url, ["transmit", input, folder.path("out"), "--json"] + options)
      try check("transmit", run.standardOutput, "\(options)")
    }
  }

  func testConformanceAndBench() throws {
    let folder = try TemporaryFolder()
    let corpus = Fixtures.url("KernelCorpus").path
    let conformance = try VnicTool.succeed(["conformance", corpus, folder.path("r"), "--json"])
    try check("conformance", conformance.standardOutput)
    let batches = try VnicTool.succeed([
      "conformance", corpus, folder.path("r"), "--gro", "--json",
    ])
    try check("conformance-gro", batches.standardOutput)
    let bench = try VnicTool.succeed([
      "bench", "--json", "--rounds", "1", "--rotate", "2", "--frame", "tcp4", "--memory", "hot",
    ])
    try check("bench", bench.standardOutput)
  }
}
