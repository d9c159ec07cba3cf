import Foundation
import TestSupport
import XCTest

/// The exit status is the same in every command: 0 done, 1 failed, 2 wrong usage, 3 frames skipped.
final class ExitStatusTests: XCTestCase {
  private let large = FrameRecipe(payload: Payload(count: 3_000)).build()
  private let small = FrameRecipe(payload: Payload(count: 100)).build()
  /// An IP fragment, which no rule can segment.
  private let fragment = FrameRecipe(
    network: .ipv4(IPv4Recipe { $0.moreFragments = true }), payload: Payload(count: 3_000)
  ).build()

  /// Runs each command that reads a capture.
  private func statuses(_ frames: [[UInt8]], _ options: String...) throws -> [Int32] {
    let folder = try TemporaryFolder()
    let input = try folder.write(pcap(frames), "in.pcap")
    let commands = [
      ["segment", input, folder.path("a")], ["inspect", input],
      ["transmit", input, folder.path("b")],
    ]
    return try commands.map { try runTool(VnicTool.url, $0 + options).status }
  }

  func testAllDone() throws {
    XCTAssertEqual(try statuses([small]), [0, 0, 0])
    XCTAssertEqual(try statuses([large, small]), [0, 0, 0])
  }

  func testFramesKept() throws {
    XCTAssertEqual(try statuses([large, fragment, small]), [3, 3, 3])
    XCTAssertEqual(try statuses([large, fragment, small], "--mtu", "9000"), [0, 0, 0])
  }

  func testOneInspectedFrameCountsAlone() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(pcap([large, fragment]), "in.pcap")
    XCTAssertEqual(try VnicTool.run("inspect", input, "--frame", "1").status, 0)
    XCTAssertEqual(try VnicTool.run("inspect", input, "--frame", "2").status, 3)
  }

  func testWrongUsage() throws {
    XCTAssertEqual(try statuses([large], "--mtu", "x"), [2, 2, 2])
    XCTAssertEqual(try VnicTool.run("conformance").status, 2)
    XCTAssertEqual(try VnicTool.run("bench", "--rounds", "0").status, 2)
  }

  func testFailure() throws {
    let folder = try TemporaryFolder()
    let text = try folder.write(Array("plain text".utf8), "text")
    for command in [["segment", text, folder.path("a")], ["inspect", text]] {
      XCTAssertEqual(try runTool(VnicTool.url, command).status, 1)
    }
    XCTAssertEqual(try VnicTool.run("transmit", text, folder.path("b")).status, 1)
    XCTAssertEqual(try VnicTool.run("conformance", folder.url.path, folder.path("c")).status, 1)
  }

  func testStrictGoesBeforeFramesKept() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(pcap([large, fragment]), "in.pcap")
    let run = try VnicTool.run("segment", input, folder.path("out"), "--strict")
    XCTAssertEqual(run.status, 1)
    XCTAssertEqual(
      run.errorText,
      "vnic: \(input): frame 2: IP fragment: the packet is an IP fragment "
        + "(--refragment fragments it again, as a router does)\n")
  }

  func testHelpSaysSo() throws {
    let text = """
      Exit status: 0 all done; 1 damaged input or failure, and whatever --strict makes an error;
      2 wrong usage; 3 all done, but a frame above the MTU was skipped, or not sent.
      """
    XCTAssertTrue(try VnicTool.succeed(["--help"]).text.contains(text))
    for command in ["segment", "inspect", "transmit", "conformance", "bench"] {
      let help = try VnicTool.succeed([command, "--help"]).text
      XCTAssertTrue(help.contains(text), help)
    }
  }
}
