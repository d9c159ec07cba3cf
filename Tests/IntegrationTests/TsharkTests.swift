import Foundation
import TestSupport
import XCTest

/// Wireshark's command line as a second reader of what `vnic segment` writes.
final class TsharkTests: XCTestCase {
  /// The value of the `*.checksum.status` fields that means "good".
  private static let good = "1"

  private var tshark: URL {
    get throws {
      guard let tool = findTool("tshark") else { throw XCTSkip("tshark is not installed") }
      return tool
    }
  }

  func testNoComplaints() throws {
    let folder = try TemporaryFolder()
    for stream in try RecordedStream.all() {
      for mtu in [576, 1_500] {
        let output = folder.path("\(mtu)-\(stream.file)")
        try VnicTool.succeed(
          ["segment", stream.path, output, "--mtu", "\(mtu)"] + stream.boundaryOptions)
        try check(output, stream)
      }
    }
  }

  private func check(_ file: String, _ stream: RecordedStream) throws {
    var arguments = ["-r", file, "-d", "\(stream.protocol).port==\(stream.port),data"]
    for name in ["ip", "tcp", "udp"] { arguments += ["-o", "\(name).check_checksum:TRUE"] }
    arguments += ["-T", "fields", "-E", "separator=|"]
    let statuses = ["ip.checksum.status", "tcp.checksum.status", "udp.checksum.status"]
    for field in ["frame.number"] + statuses + ["_ws.malformed", "_ws.expert.message"] {
      arguments += ["-e", field]
    }
    let result = try runTool(tshark, arguments)
    XCTAssertEqual(result.status, 0, result.errorText)
    let lines = result.text.split(separator: "\n")
    XCTAssertFalse(lines.isEmpty, file)
    for line in lines {
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      let found = cells[1...3].flatMap { $0.split(separator: ",") }
      XCTAssertFalse(found.isEmpty, "\(file): \(line)")
      XCTAssertTrue(found.allSatisfy { $0 == Self.good }, "\(file): \(line)")
      XCTAssertEqual(cells[4], "", "\(file): \(line)")
      for word in ["length", "checksum", "malformed", "bogus", "short"] {
        XCTAssertFalse(cells[5].lowercased().contains(word), "\(file): \(line)")
      }
    }
  }

  func testFollowedStreams() throws {
    let folder = try TemporaryFolder()
    for stream in try RecordedStream.all() {
      let output = folder.path(stream.file)
      try VnicTool.succeed(["segment", stream.path, output] + stream.boundaryOptions)
      let result = try runTool(
        tshark, ["-r", output, "-q", "-z", "follow,\(stream.protocol),raw,0"])
      XCTAssertEqual(result.status, 0, result.errorText)
      // Lines of what the client sent; those of the server would start with a tab.
      let lines = result.text.split(separator: "\n").filter { line in
        line.allSatisfy { $0.isHexDigit }
      }
      let octets = try lines.flatMap { try Self.octets($0) }
      XCTAssertEqual(octets.count, stream.octets, stream.file)
      XCTAssertEqual(try sha256(octets), stream.sha256, stream.file)
    }
  }

  func testCommentsAreReadable() throws {
    let folder = try TemporaryFolder()
    let frame = FrameRecipe(payload: Payload(count: 4_000)).build()
    let input = try folder.write(pcap([frame]), "in.pcap")
    try VnicTool.succeed(["segment", input, folder.path("out.pcapng"), "--comments"])
    let result = try runTool(
      tshark, ["-r", folder.path("out.pcapng"), "-T", "fields", "-e", "frame.comment"])
    XCTAssertEqual(
      result.text.split(separator: "\n"),
      [
        "segment 1 of 3 of frame 1, octets 0..<1460",
        "segment 2 of 3 of frame 1, octets 1460..<2920",
        "segment 3 of 3 of frame 1, octets 2920..<4000",
      ])
  }

  private static func octets(_ line: Substring) throws -> [UInt8] {
    var octets: [UInt8] = []
    var rest = line[...]
    while !rest.isEmpty {
      octets.append(try XCTUnwrap(UInt8(rest.prefix(2), radix: 16)))
      rest = rest.dropFirst(2)
    }
    return octets
  }
}
