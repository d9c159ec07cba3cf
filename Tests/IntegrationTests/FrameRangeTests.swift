import FrameRecipes
import PacketCapture
import TestSupport
import XCTest

/// `--frames A-B`: the same in every command.
final class FrameRangeTests: XCTestCase {
  /// Ten frames of 1 to 10 octets of payload.
  private func input(_ folder: TemporaryFolder, _ name: String = "in.pcap") throws -> String {
    try folder.write(
      pcap(try (1...10).map { try FrameRecipe(payload: .counting($0)).octets }), name)
  }

  func testForms() throws {
    let folder = try TemporaryFolder()
    let rows: [(text: String, expected: [Int])] = [
      ("3-5", [3, 4, 5]), ("9-", [9, 10]), ("-2", [1, 2]), ("7", [7]), ("1-99", Array(1...10)),
      ("11-12", []),
    ]
    for row in rows {
      for command in ["segment", "transmit", "coalesce"] {
        try VnicTool.succeed(
          [command, input(folder), folder.path("out.pcap"), "--frames", row.text])
        let sizes = try folder.frames("out.pcap").map { $0.octets.count - 54 }
        XCTAssertEqual(sizes, row.expected, "\(command) \(row.text)")
      }
      let list = try VnicTool.succeed(["inspect", input(folder), "--frames", row.text]).text
      XCTAssertEqual(list.split(separator: "\n").count, row.expected.count, row.text)
      let check = try VnicTool.succeed(["check", input(folder), "--frames=\(row.text)"]).text
      XCTAssertTrue(check.contains(" \(row.expected.count) right"), check)
    }
  }

  func testDiffComparesTheSameFramesOfBoth() throws {
    let folder = try TemporaryFolder()
    var frames = try (1...10).map { try FrameRecipe(payload: .counting($0)).octets }
    frames[4][54] ^= 1
    let other = try folder.write(pcap(frames), "other.pcap")
    XCTAssertEqual(try VnicTool.run("diff", input(folder), other).status, 1)
    XCTAssertEqual(try VnicTool.run("diff", input(folder), other, "--frames", "5").status, 1)
    for range in ["-4", "6-"] {
      XCTAssertEqual(try VnicTool.run("diff", input(folder), other, "--frames", range).status, 0)
    }
  }

  func testWhatIsNoRange() throws {
    let folder = try TemporaryFolder()
    for text in ["", "-", "0", "5-3", "a-b", "1-2-3", "1,2", "0-4"] {
      let run = try VnicTool.run("inspect", try input(folder), "--frames", text)
      XCTAssertEqual(run.status, 2, text)
      XCTAssertEqual(
        run.errorText,
        "vnic: `--frames \(text)`: frames are counted from 1, as in 7, 5-10, 5- or -10\n", text)
    }
    let both = try VnicTool.run("inspect", try input(folder), "--frames", "1", "--frame", "1")
    XCTAssertEqual(both.status, 2)
  }
}
