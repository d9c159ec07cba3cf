import Foundation
import PacketCapture
import TestSupport
import VirtualNICTesting
import XCTest

/// `vnic diff`: the first field in which two captures differ, or all.
final class DiffTests: XCTestCase {
  /// Made and given up with each test: XCTest keeps its cases to the end, and what they hold.
  private var temporary: TemporaryFolder?
  private var folder: TemporaryFolder { get throws { try XCTUnwrap(temporary) } }

  override func setUpWithError() throws { temporary = try TemporaryFolder() }
  override func tearDownWithError() throws { temporary = nil }

  private func write(_ recipes: [FrameRecipe], _ name: String) throws -> String {
    try folder.write(pcap(recipes.map { $0.build() }), name)
  }

  private var frames: [FrameRecipe] {
    (0..<4).map { FrameRecipe(payload: .random(seed: UInt64($0), count: 100)) }
  }

  func testTheFirstFieldOrAllOfThem() throws {
    var other = frames
    other[1].network.ipv4?.identification = 7
    other[1].transport.tcp?.flags.insert(.psh)
    other[3].payload = .random(seed: 9, count: 100)
    let (a, b) = (try write(frames, "a.pcap"), try write(other, "b.pcap"))
    let first = try VnicTool.run("diff", a, b)
    XCTAssertEqual(first.status, 1)
    XCTAssertEqual(
      first.text,
      """
      frame 2, octet 18, ipv4.identification: 4660, 7
      \(a), \(b): the first difference; --all shows all of them

      """)
    let all = try VnicTool.run("diff", a, b, "--all")
    XCTAssertEqual(all.status, 1)
    let fields = all.text.split(separator: "\n").dropLast().map { line in
      line.prefix { $0 != ":" }.split(separator: " ").last.map(String.init) ?? ""
    }
    XCTAssertEqual(
      fields,
      [
        "ipv4.identification", "ipv4.headerChecksum", "tcp.psh", "tcp.checksum", "tcp.checksum",
        "payload",
      ])
    XCTAssertTrue(all.text.hasSuffix("4 frames compared, 2 with differences\n"), all.text)
    XCTAssertEqual(
      try VnicTool.run("diff", b, a).text.prefix(47),
      "frame 2, octet 18, ipv4.identification: 7, 4660")
  }

  func testEqualCaptures() throws {
    let (a, b) = (try write(frames, "a.pcap"), try write(frames, "b.pcap"))
    let run = try VnicTool.succeed(["diff", a, b])
    XCTAssertEqual(run.text, "\(a), \(b): 4 frames, no difference\n")
    // The kind of file, times and comments do not count.
    let folder = try folder
    try VnicTool.succeed(["segment", a, folder.path("c.pcapng"), "--format", "pcapng"])
    try VnicTool.succeed(["diff", a, folder.path("c.pcapng")])
    let piped = try VnicTool.succeed(
      ["diff", "-", a], standardInput: folder.octets("c.pcapng"))
    XCTAssertTrue(piped.text.hasPrefix("standard input, "), piped.text)
  }

  func testOtherNumbersOfFrames() throws {
    let (a, b) = (try write(frames, "a.pcap"), try write(Array(frames.prefix(1)), "b.pcap"))
    XCTAssertTrue(try VnicTool.run("diff", a, b).text.hasPrefix("frame 2, frames: 4, 1\n"))
    XCTAssertTrue(try VnicTool.run("diff", b, a).text.hasPrefix("frame 2, frames: 1, 4\n"))
    XCTAssertEqual(try VnicTool.run("diff", a, b, "--ignore", "frames").status, 0)
    let empty = try write([], "c.pcap")
    XCTAssertEqual(
      try VnicTool.run("diff", empty, empty).text, "\(empty), \(empty): 0 frames, no difference\n")
  }

  func testIgnoredFields() throws {
    var other = frames
    for index in other.indices { other[index].network.ipv4?.identification = 9 }
    let (a, b) = (try write(frames, "a.pcap"), try write(other, "b.pcap"))
    XCTAssertEqual(
      try VnicTool.run("diff", a, b, "--ignore", "identification").text.prefix(38),
      "frame 1, octet 24, ipv4.headerChecksum")
    try VnicTool.succeed([
      "diff", a, b, "--ignore", "identification", "--ignore", "ipv4.headerChecksum",
    ])
    try VnicTool.succeed(["diff", a, b, "--ignore", "ipv4"])
    XCTAssertEqual(try VnicTool.run("diff", a, b, "--ignore", "tcp").status, 1)
  }

  func testWhatCannotBeCompared() throws {
    let a = try write(frames, "a.pcap")
    let rows: [([String], Int32, String)] = [
      (["-", "-"], 2, "vnic: `-` can be one of the two captures, not both\n"),
      ([a], 2, "vnic: B is missing; try `vnic diff --help`\n"),
      ([a, "/nonexistent"], 1, "vnic: /nonexistent: No such file or directory\n"),
    ]
    for (arguments, status, message) in rows {
      let run = try runTool(VnicTool.url, ["diff"] + arguments)
      XCTAssertEqual(run.status, status)
      XCTAssertEqual(run.errorText, message)
    }
    let raw = try folder.write(pcap(frames.map { $0.build() }, linkType: .raw), "raw.pcap")
    XCTAssertTrue(try VnicTool.run("diff", a, raw).text.hasPrefix("frame 1, linkType: "))
    let damaged = try folder.write(
      Array(pcap(frames.map { $0.build() }).dropLast(3)), "damaged.pcap")
    let run = try VnicTool.run("diff", a, damaged)
    XCTAssertEqual(run.status, 1)
    XCTAssertTrue(run.errorText.hasPrefix("vnic: \(damaged): "), run.errorText)
  }

  func testJSON() throws {
    var other = frames
    other[1].network.ipv4?.identification = 7
    let (a, b) = (try write(frames, "a.pcap"), try write(other, "b.pcap"))
    for options in [[], ["--all"]] {
      for pair in [[a, b], [a, a]] {
        let run = try runTool(VnicTool.url, ["diff", "--json"] + pair + options)
        XCTAssertEqual(try JSONSchema("diff").problems(of: run.standardOutput), [])
        let json = try JSONValue(run.standardOutput)
        XCTAssertEqual(json["equal"], .boolean(pair == [a, a]))
        XCTAssertEqual(run.status, pair == [a, a] ? 0 : 1)
      }
    }
    let json = try JSONValue(VnicTool.run("diff", "--json", a, b).standardOutput)
    guard case .array(let list) = json["differences"] else { return XCTFail("\(json)") }
    XCTAssertEqual(list.count, 1)
    XCTAssertEqual(list[0]["field"].text, "ipv4.identification")
    XCTAssertEqual(list[0]["first"].text, "4660")
    XCTAssertEqual(list[0]["octet"], .number(18))
  }
}
