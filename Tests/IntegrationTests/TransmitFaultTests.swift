import PacketCapture
import TestSupport
import VirtualNICTesting
import XCTest

/// `vnic transmit --fault`: captures of cards with known bugs, which `vnic check` and `vnic diff`
/// catch.
final class TransmitFaultTests: XCTestCase {
  /// Bugs whose frames contradict themselves, so that nothing need be known of the right ones.
  private let visibleAlone: Set<KnownBug> = [
    .ipv4LengthOfSuperFrame, .ipv4LengthWithEthernet, .ipv6LengthWithoutExtensions,
    .ipv6LengthWithHeader, .udpLengthOfSuperFrame, .headerChecksumStale, .checksumStale,
    .oddLengthChecksum,
  ]

  func testEveryFaultIsCaught() throws {
    let folder = try TemporaryFolder()
    for bug in KnownBug.allCases {
      let input = try folder.write(pcap([bug.example.build()]), "in.pcap")
      let (right, wrong) = (folder.path("right.pcap"), folder.path("wrong.pcap"))
      let options = ["--mss", "1000"]
      try VnicTool.succeed(["transmit", input, right] + options)
      let run = try VnicTool.succeed(["transmit", input, wrong, "--fault", bug.name] + options)
      XCTAssertTrue(run.text.contains("fault \(bug.name): "), run.text)
      XCTAssertFalse(run.text.contains("fault \(bug.name): 0 "), run.text)
      try VnicTool.succeed(["check", right, "--strict"])
      let check = try VnicTool.run("check", wrong)
      XCTAssertEqual(check.status, visibleAlone.contains(bug) ? 1 : 0, "\(bug.name): \(check.text)")
      if visibleAlone.contains(bug) {
        XCTAssertTrue(check.text.contains(", \(bug.field): "), bug.name)
      }
      let diff = try VnicTool.run("diff", right, wrong, "--all")
      XCTAssertEqual(diff.status, 1, bug.name)
      XCTAssertTrue(diff.text.contains(", \(bug.field): "), "\(bug.name): \(diff.text)")
    }
    let strict = try VnicTool.run("check", folder.path("right.pcap"), "--strict")
    XCTAssertEqual(strict.status, 0)
  }

  func testAPartialChecksumIsFoundByStrict() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(pcap([KnownBug.checksumPartial.example.build()]), "in.pcap")
    let output = folder.path("out.pcap")
    try VnicTool.succeed([
      "transmit", input, output, "--mss", "1000", "--fault", "checksum-partial",
    ])
    XCTAssertEqual(try VnicTool.run("check", output, "--strict").status, 1)
  }

  /// A second reader: tshark sees wrong checksums and lengths as well.
  func testTsharkSeesWrongChecksums() throws {
    guard let tshark = findTool("tshark") else { throw XCTSkip("tshark is not installed") }
    let folder = try TemporaryFolder()
    for bug in [KnownBug.headerChecksumStale, .checksumStale, .oddLengthChecksum] {
      let input = try folder.write(pcap([bug.example.build()]), "in.pcap")
      let output = folder.path("out.pcap")
      try VnicTool.succeed(["transmit", input, output, "--mss", "1000", "--fault", bug.name])
      let filter =
        bug == .headerChecksumStale ? "ip.checksum.status == 0" : "tcp.checksum.status == 0"
      let run = try runTool(
        tshark,
        [
          "-r", output, "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-Y",
          filter,
        ])
      XCTAssertFalse(run.text.isEmpty, bug.name)
    }
  }

  func testUnknownFaults() throws {
    let rows = [
      ("tail-los", "`--fault tail-los` is not known; did you mean `tail-lost`?"),
      ("x", "`--fault x` is not known; try `vnic transmit --help`"),
    ]
    for (name, message) in rows {
      let run = try VnicTool.run("transmit", "a", "b", "--fault", name)
      XCTAssertEqual(run.status, 2)
      XCTAssertEqual(run.errorText, "vnic: \(message)\n")
    }
    let help = try VnicTool.succeed(["transmit", "--help"]).text
    for bug in KnownBug.allCases { XCTAssertTrue(help.contains(bug.name), bug.name) }
  }
}
