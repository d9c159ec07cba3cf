import Foundation
import TestSupport
import XCTest

/// What `vnic transmit` declares and is told, and what it says to arguments that make no sense.
final class TransmitHandshakeTests: XCTestCase {
  private let tcp = Fixtures.url("Captures/tcp4.pcap").path

  private func handshake(_ options: String...) throws -> TransmitRun.Handshake {
    let folder = try TemporaryFolder()
    return try TransmitRun([tcp, folder.path("out")] + options).handshake
  }

  func testEveryListOfOffloads() throws {
    let kinds = ["lso4", "lso6", "uso4", "uso6"]
    for bits in 1..<16 {
      let wanted = (0..<4).map { bits >> $0 & 1 == 1 }
      let list = zip(kinds, wanted).filter(\.1).map(\.0).joined(separator: ",")
      let shake = try handshake("--gso", list)
      XCTAssertEqual(shake.after_request.inOrder, wanted, list)
      XCTAssertEqual(shake.callbacks.last?.inOrder, wanted, list)
      // Flags declare every protocol over every version; a request takes the rest away.
      let declared = shake.hardware.inOrder
      let removed = zip(kinds, zip(declared, wanted)).filter { $0.1.0 && !$0.1.1 }.map(\.0)
      XCTAssertEqual(shake.requested_off, removed, list)
      XCTAssertEqual(shake.callbacks.count, removed.isEmpty ? 1 : 2, list)
      XCTAssertEqual(shake.callbacks.first?.inOrder, declared, list)
    }
    let none = try handshake("--gso", "none")
    XCTAssertNil(none.declared)
    XCTAssertEqual(none.callbacks, [])
    XCTAssertEqual(none.after_request.inOrder, [false, false, false, false])
  }

  func testDeclaredFlagsAndNumbers() throws {
    let shake = try handshake(
      "--max-offload", "9000", "--min-segments=3", "--offset-limit", "127")
    let declared = try XCTUnwrap(shake.declared)
    XCTAssertEqual(
      declared.layer3,
      ["ipv4_no_options", "ipv4_with_options", "ipv6_no_extensions", "ipv6_with_extensions"])
    XCTAssertEqual(declared.layer4, ["tcp_no_options", "tcp_with_options", "udp"])
    XCTAssertEqual(declared.maximum_offload_size, 9_000)
    XCTAssertEqual(declared.minimum_segment_count, 3)
    XCTAssertEqual(declared.layer4_header_offset_limit, 127)
    let six = try XCTUnwrap(try handshake("--gso", "lso6", "--no-extensions").declared)
    XCTAssertEqual(six.layer3, ["ipv6_no_extensions"], "IPv6 has no options")
    XCTAssertEqual(six.layer4, ["tcp_no_options", "tcp_with_options"])
    let plain = try XCTUnwrap(try handshake("--no-options", "--no-extensions").declared)
    XCTAssertEqual(plain.layer3, ["ipv4_no_options", "ipv6_no_extensions"])
    XCTAssertEqual(plain.layer4, ["tcp_no_options", "udp"])
  }

  func testKeywordsAreReportedAndNeverFatal() throws {
    let shake = try handshake(
      "--keyword", "*LsoV2IPv4=abc", "--keyword=*LsoV2IPv6=0", "--keyword", "*UsoIPv4=7",
      "--keyword", "*usoipv6=dword:0", "--keyword", "*IPsecOffloadV2=", "--keyword", "*RscIPv4=1=2")
    XCTAssertEqual(
      shake.keywords.map { "\($0.name)=\($0.value)" },
      [
        "*LsoV2IPv4=abc", "*LsoV2IPv6=0", "*UsoIPv4=7", "*UsoIPv6=dword:0", "*RscIPv4=1=2",
        "*IPsecOffloadV2=",
      ])
    XCTAssertEqual(shake.keyword_issues.count, 5)
    for (issue, start) in zip(
      shake.keyword_issues,
      [
        "*LsoV2IPv4 is \"abc\", which is no decimal number", "*UsoIPv4 is 7, not in 0...1",
        "*UsoIPv6 is a REG_DWORD", "*RscIPv4 is \"1=2\"", "*IPsecOffloadV2 has no effect",
      ])
    {
      XCTAssertTrue(issue.hasPrefix(start), issue)
    }
    XCTAssertEqual(shake.hardware.inOrder, [true, true, true, true])
    XCTAssertEqual(shake.after_keywords.inOrder, [true, false, true, false])
    XCTAssertEqual(shake.callbacks.map(\.inOrder), [[true, false, true, false]])
  }

  func testText() throws {
    let folder = try TemporaryFolder()
    let run = try VnicTool.succeed(
      [
        "transmit", tcp, folder.path("out"), "--gso", "lso4,uso6", "--keyword", "*UsoIPv6=0",
      ])
    for line in [
      "handshake               LSO IPv4  LSO IPv6  USO IPv4  USO IPv6",
      "  hardware declares          yes       yes       yes       yes",
      "  keywords leave             yes       yes       yes        no",
      "  the request leaves         yes        no        no        no",
      "  set-GSO callback 1          on        on        on       off",
      "  set-GSO callback 2          on       off       off       off",
      "  headers:  IPv4, IPv4 with options, IPv6, IPv6 with extensions, TCP, TCP with options, UDP",
      "  limits:   payload up to 65536 octets, at least 2 segments",
      "  keyword:  *UsoIPv6=0",
    ] {
      XCTAssertTrue(run.text.contains("\n\(line)\n"), "\(line) in\n\(run.text)")
    }
  }

  func testRefusedDeclarations() throws {
    let folder = try TemporaryFolder()
    let rows: [(option: String, reason: String)] = [
      (
        "--min-segments",
        "`minimumSegmentCount` is 0; it is mandatory: at least 1 "
          + "(failure code 42, invalidGsoCapabilities; 0, 2)"
      ),
      (
        "--max-offload",
        "`maximumOffloadSize` is 0 octets; it must be at least 1 "
          + "(failure code 42, invalidGsoCapabilities; 0, 1)"
      ),
    ]
    for row in rows {
      let run = try VnicTool.run("transmit", tcp, folder.path("out"), row.option, "0")
      XCTAssertEqual(run.status, 1)
      XCTAssertEqual(
        run.errorText, "vnic: the adapter refuses what `\(row.option)` declares: \(row.reason)\n")
      XCTAssertEqual(run.text, "")
    }
    XCTAssertEqual(try folder.names, [])
  }

  func testUsageErrors() throws {
    let try_ = "try `vnic transmit --help`"
    let rows: [(arguments: [String], message: String)] = [
      (
        ["--gso", "lso5"],
        "`--gso lso5`: `lso5` is none of lso4, lso6, uso4, uso6; did you mean `lso4`?"
      ),
      (
        ["--gso", "tso"],
        "`--gso tso`: `tso` is none of lso4, lso6, uso4, uso6; "
          + "separate them by commas, or say `none`"
      ),
      (
        ["--gso", ""],
        "`--gso `: `` is none of lso4, lso6, uso4, uso6; separate them by commas, or say `none`"
      ),
      (["--gso", "none,lso4"], "`--gso none,lso4`: `none` stands alone"),
      (
        ["--gso", "none", "--min-segments", "3"],
        "`--min-segments` is about hardware that segments, and `--gso none` is not"
      ),
      (
        ["--gso", "uso6", "--no-options"],
        "`--no-options` needs lso4, lso6 or uso4: IPv6 and UDP have no options"
      ),
      (
        ["--gso", "lso4", "--no-extensions"],
        "`--no-extensions` needs lso6 or uso6: IPv4 has no extension headers"
      ),
      (
        ["--max-offload", "-1"],
        "`--max-offload -1`: a number from 0 to 4294967295 is needed; \(try_)"
      ),
      (
        ["--offset-limit", "65536"],
        "`--offset-limit 65536`: a number from 0 to 65535 is needed; \(try_)"
      ),
      (["--mtu", "0"], "`--mtu 0`: a number from 1 to 1000000 is needed; \(try_)"),
      (["--mss", "1048576"], "`--mss 1048576`: a number from 1 to 1048575 is needed; \(try_)"),
      (["--loss", "1.5"], "`--loss 1.5`: a probability from 0 to 1 is needed; \(try_)"),
      (["--duplicate", "nan"], "`--duplicate nan`: a probability from 0 to 1 is needed; \(try_)"),
      (["--corrupt", "-0.1"], "`--corrupt -0.1`: a probability from 0 to 1 is needed; \(try_)"),
      (["--reorder", "1%"], "`--reorder 1%`: a probability from 0 to 1 is needed; \(try_)"),
      (["--reorder-delay", "5"], "`--reorder-delay` needs `--reorder`, which says how often"),
      (
        ["--bandwidth", "0"],
        "`--bandwidth 0`: a number from 1 to 9223372036854775807 is needed; \(try_)"
      ),
      (
        ["--delay", "1ms"],
        "`--delay 1ms`: a number from 0 to 9223372036854775807 is needed; \(try_)"
      ),
      (["--seed", "x"], "`--seed x`: a number from 0 to 9223372036854775807 is needed; \(try_)"),
      (["--format", "erf"], "`--format erf`: `pcap` or `pcapng` is needed"),
      (["--seed", "1", "--seed", "2"], "`--seed` is given twice"),
      (["--keyword"], "`--keyword` needs a value: *NAME=VALUE; \(try_)"),
      (
        ["--keyword", "*LsoV2IPv5=0"],
        "`--keyword *LsoV2IPv5=0`: unknown keyword `*LsoV2IPv5`; did you mean `*LsoV2IPv4`?"
      ),
      (
        ["--keyword", "usoipv6=0"],
        "`--keyword usoipv6=0`: unknown keyword `usoipv6`; did you mean `*UsoIPv6`?"
      ),
      (
        ["--keyword", "colour=0"],
        "`--keyword colour=0`: unknown keyword `colour`; segmentation has `*LsoV1IPv4`, "
          + "`*LsoV2IPv4`, `*LsoV2IPv6`, `*UsoIPv4`, `*UsoIPv6`"
      ),
      (
        ["--keyword", "*usoipv4"],
        "`--keyword *usoipv4`: a value is missing, as in `*UsoIPv4=0`"
      ),
      (
        ["--keyword", "*UsoIPv4=0", "--keyword", "*usoipv4=1"],
        "`--keyword *usoipv4=1`: *UsoIPv4 is given twice"
      ),
    ]
    let folder = try TemporaryFolder()
    for row in rows {
      let arguments = ["transmit", tcp, folder.path("out")] + row.arguments
      let run = try runTool(VnicTool.url, arguments)
      XCTAssertEqual(run.status, 2, "\(row.arguments)")
      XCTAssertEqual(run.errorText, "vnic: \(row.message)\n", "\(row.arguments)")
      XCTAssertEqual(run.text, "", "\(row.arguments)")
    }
    XCTAssertEqual(try folder.names, [])
  }

  func testHelpNamesEveryOption() throws {
    let help = try VnicTool.succeed(["transmit", "--help"])
    for option in [
      "--gso", "--no-options", "--no-extensions", "--frames", "--max-offload", "--min-segments",
      "--offset-limit",
      "--keyword", "--mtu", "--mss", "--loss", "--duplicate", "--corrupt", "--reorder",
      "--reorder-delay", "--delay", "--bandwidth", "--seed", "--format", "--explain", "--json",
    ] {
      XCTAssertTrue(help.text.contains("\n  \(option) "), option)
    }
    for line in help.text.split(separator: "\n") {
      XCTAssertLessThanOrEqual(line.count, 100, "\(line)")
    }
    XCTAssertTrue(try VnicTool.succeed(["--help"]).text.contains("  transmit "))
  }
}
