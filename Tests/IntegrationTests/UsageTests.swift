import Foundation
import PacketCapture
import TestSupport
import XCTest

/// What the tool says to command lines that make no sense, or that ask for help.
final class UsageTests: XCTestCase {
  func testHelpAndVersion() throws {
    let overview = try VnicTool.succeed(["--help"])
    for command in ["segment", "inspect", "explain", "check", "diff", "conformance", "bench"] {
      XCTAssertTrue(overview.text.contains("  \(command) "), overview.text)
      let help = try VnicTool.succeed([command, "--help"])
      XCTAssertTrue(help.text.contains("Usage: vnic \(command) "), help.text)
      XCTAssertEqual(help.errorText, "")
    }
    XCTAssertTrue(try VnicTool.succeed(["--version"]).text.hasPrefix("vnic "))
  }

  func testUsageErrors() throws {
    let rows: [(arguments: [String], message: String)] = [
      ([], "a command is missing; try `vnic --help`"),
      (["segmnt"], "unknown command `segmnt`; did you mean `segment`?"),
      (["--verion"], "unknown option `--verion`; did you mean `--version`?"),
      (["segment"], "INPUT is missing; try `vnic segment --help`"),
      (["segment", "a"], "OUTPUT is missing; try `vnic segment --help`"),
      (["segment", "a", "b", "c"], "`c` is one argument too many; try `vnic segment --help`"),
      (["segment", "a", "b", "--mtuu", "9"], "unknown option `--mtuu`; did you mean `--mtu`?"),
      (["segment", "a", "b", "--zzzzzz"], "unknown option `--zzzzzz`; try `vnic segment --help`"),
      (["segment", "a", "b", "--mtu"], "`--mtu` needs a value: N; try `vnic segment --help`"),
      (
        ["segment", "a", "b", "--mtu=x"],
        "`--mtu x`: a number from 1 to 1000000 is needed; try `vnic segment --help`"
      ),
      (["segment", "a", "b", "--mtu", "9", "--mtu", "9"], "`--mtu` is given twice"),
      (["segment", "a", "b", "--json=x"], "`--json` takes no value"),
      (
        ["segment", "a", "b", "--rules", "bsd"],
        "`--rules bsd`: `linux`, `linux-accecn`, `ndis`, `dpdk`, `vpp` or `wireguard-go` is needed"
      ),
      (
        ["segment", "a", "b", "--comments", "--format", "pcap"],
        "`--comments` need `--format pcapng`: pcap has no place for them"
      ),
      (["inspect"], "INPUT is missing; try `vnic inspect --help`"),
    ]
    for row in rows {
      let result = try runTool(VnicTool.url, row.arguments)
      XCTAssertEqual(result.status, 2, "\(row.arguments)")
      XCTAssertEqual(result.errorText, "vnic: \(row.message)\n", "\(row.arguments)")
      XCTAssertEqual(result.text, "", "\(row.arguments)")
    }
  }

  func testUnusableFiles() throws {
    let folder = try TemporaryFolder()
    let text = try folder.write(Array("plain text".utf8), "text")
    let good = try folder.write(pcap([FrameRecipe().build()]), "good.pcap")
    let cut = try folder.write(Array(pcap([FrameRecipe().build()]).prefix(23)), "cut.pcap")
    let rows: [(input: String, output: String, message: String)] = [
      ("/nonexistent.pcap", "out", "vnic: /nonexistent.pcap: No such file or directory\n"),
      (folder.url.path, "out", "vnic: \(folder.url.path): Is a directory\n"),
      (
        text, "out",
        "vnic: \(text): octet 0: not a pcap or pcapng capture; the file starts with 70 6C 61 69\n"
      ),
      (
        cut, "out",
        "vnic: \(cut): octet 0: the input ends in the middle of a file header: "
          + "24 octets needed, 23 there\n"
      ),
      (good, "no/such/out", "vnic: \(folder.path("no/such/out")): No such file or directory\n"),
    ]
    for row in rows {
      let result = try VnicTool.run("segment", row.input, folder.path(row.output))
      XCTAssertEqual(result.status, 1, row.input)
      XCTAssertEqual(result.errorText, row.message)
    }
    XCTAssertEqual(try folder.names, ["cut.pcap", "good.pcap", "text"], "nothing is left")
  }

  func testBrokenPipeEndsQuietly() throws {
    guard let shell = findTool("sh") else { throw XCTSkip("sh is not installed") }
    let input = Fixtures.url("Captures/tcp4.pcap").path
    let command = "'\(VnicTool.url.path)' segment '\(input)' - 2>&1 >/dev/full | cat; "
    let full = try runTool(shell, ["-c", command])
    XCTAssertTrue(full.text.contains("standard output: No space left on device"), full.text)
    // With the signal and without it.
    for prefix in ["", "trap '' PIPE; "] {
      let quiet = try runTool(
        shell, ["-c", "\(prefix)'\(VnicTool.url.path)' segment '\(input)' - | true"])
      XCTAssertEqual(quiet.errorText, "")
    }
  }
}
