import Foundation
import TestSupport
import XCTest

/// What the README says about the command line, held against the command line.
final class ReadmeCommandTests: XCTestCase {
  private var commands: [String] {
    var commands = [
      "segment", "coalesce", "inspect", "explain", "check", "diff", "transmit", "conformance",
      "bench",
    ]
    #if os(Linux)
      commands.append("bridge")
    #endif
    return commands
  }

  private func readme() throws -> String {
    let root = Fixtures.folder.deletingLastPathComponent()
    return try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
  }

  /// The summary in the README is what the command above it prints.
  func testTheFirstCommandPrintsWhatTheReadmeSays() throws {
    let folder = try TemporaryFolder()
    let input = Fixtures.url("Captures/tcp4.pcap").path
    let output = folder.path("out.pcap")
    let run = try VnicTool.succeed(["segment", input, output, "--mtu", "1500"])
    let text = run.errorText
      .replacingOccurrences(of: input, with: "Fixtures/Captures/tcp4.pcap")
      .replacingOccurrences(of: output, with: "out.pcap")
    XCTAssertTrue(try readme().contains("```\n\(text)```\n"), text)
  }

  /// Every option that the README names is one of its commands', and every command is in the
  /// README.
  func testOptionsAndCommandsAreThere() throws {
    let help = try commands.map { try VnicTool.succeed([$0, "--help"]).text }.joined()
    let known = Set(help.matches(of: /--[a-z][a-z-]*/).map { String($0.output) }).union(["--help"])
    let readme = try readme()
    let start = try XCTUnwrap(readme.range(of: "## The command line"))
    let end = try XCTUnwrap(readme.range(of: "## As a library"))
    let section = readme[start.upperBound..<end.lowerBound]
    let named = Set(section.matches(of: /--[a-z][a-z-]*/).map { String($0.output) })
    XCTAssertEqual(named.subtracting(known), [])
    XCTAssertTrue(named.isSuperset(of: ["--vnet-hdr", "--fragment-udp", "--udp-from-flow"]))
    for command in commands {
      XCTAssertTrue(section.contains("| `vnic \(command)"), command)
    }
  }

  /// The table of exit statuses has the four that `--help` explains.
  func testExitStatuses() throws {
    let readme = try readme()
    for row in [
      "| 0 | all done |", "| 2 | wrong usage |",
      "| 1 | the input is damaged or the work failed; also what `--strict` makes an error; "
        + "goes before 3 |",
      "| 3 | all done, but a frame above the MTU was skipped, or not sent |",
    ] {
      XCTAssertTrue(readme.contains(row), row)
    }
  }

  /// The tunnels that the documentation calls not looked into are those that `--help` does.
  func testTunnelsThatAreNotLookedInto() throws {
    let root = Fixtures.folder.deletingLastPathComponent()
    let file = root.appendingPathComponent("Sources/GsoEngine/GsoEngine.docc/WhatIsSupported.md")
    let blank = { (text: String) in
      text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    let article = blank(try String(contentsOf: file, encoding: .utf8))
    let help = blank(try VnicTool.succeed(["segment", "--help"]).text)
    for name in ["L2TP", "GTP-U", "Teredo", "LISP", "VXLAN-GPE", "GRE in UDP", "FOU", "GUE"] {
      XCTAssertTrue(article.contains(name), name)
      XCTAssertTrue(help.contains(name), name)
    }
  }
}
