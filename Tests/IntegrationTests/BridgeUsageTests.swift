#if os(Linux)
  import TestSupport
  import XCTest

  /// What `vnic bridge` says to command lines that make no sense, and to ends that are not there.
  final class BridgeUsageTests: XCTestCase {
    func testHelp() throws {
      let help = try VnicTool.succeed(["bridge", "--help"]).text
      XCTAssertTrue(help.contains("Usage: vnic bridge LEFT RIGHT [OPTIONS]"), help)
      for option in [
        "--gso", "--left-gso", "--right-gso", "--keyword", "--mtu", "--queues", "--rsc", "--loss",
        "--delay", "--seed", "--capture", "--virtual-time", "--duration", "--json",
      ] {
        XCTAssertTrue(help.contains("  \(option) "), option)
      }
    }

    func testUsageErrors() throws {
      let rows: [(arguments: [String], message: String)] = [
        ([], "LEFT is missing; try `vnic bridge --help`"),
        (["tap:a"], "RIGHT is missing; try `vnic bridge --help`"),
        (["tap:a", "tap:a"], "`tap:a` cannot be both ends of a wire"),
        (
          ["eth0", "tap:a"],
          "`eth0` is no end of a wire: tap:NAME, packet:IFACE or vhost:PATH is needed"
        ),
        (
          ["tap:", "tap:a"],
          "`tap:` is no end of a wire: tap:NAME, packet:IFACE or vhost:PATH is needed"
        ),
        (["tab:a", "tap:a"], "`tab:a`: did you mean `tap:a`?"),
        (["pcap:a", "tap:a"], "`pcap:a`: tap:NAME, packet:IFACE or vhost:PATH is needed"),
        (["paket:a", "tap:a"], "`paket:a`: did you mean `packet:a`?"),
        (
          ["tap:a", "tap:b", "--mtu", "67"],
          "`--mtu 67`: a number from 68 to 65521 is needed; try `vnic bridge --help`"
        ),
        (
          ["tap:a", "tap:b", "--queues", "257"],
          "`--queues 257`: a number from 1 to 256 is needed; try `vnic bridge --help`"
        ),
        (
          ["tap:a", "tap:b", "--left-gso", "lso5"],
          "`--left-gso lso5`: `lso5` is none of lso4, lso6, uso4, uso6; did you mean `lso4`?"
        ),
        (
          ["tap:a", "tap:b", "--capture", "x.pcap"],
          "`--capture x.pcap`: the capture is pcapng, because pcap has no comments"
        ),
        (
          ["tap:a", "tap:b", "--loss", "2"],
          "`--loss 2`: a probability from 0 to 1 is needed; try `vnic bridge --help`"
        ),
        (
          ["vhost:a", "tap:b", "--virtual-time", "t"],
          "`--virtual-time`: the kernel at `tap:b` has a clock of its own; both ends must be "
            + "vhost:PATH, for guests in user-mode Linux"
        ),
        (
          ["packet:a", "vhost:b", "--virtual-time", "t"],
          "`--virtual-time`: the kernel at `packet:a` has a clock of its own; both ends must be "
            + "vhost:PATH, for guests in user-mode Linux"
        ),
        (
          ["vhost:a", "vhost:b", "--virtual-time", "b"],
          "`--virtual-time b` is the socket of an end as well; it needs one of its own"
        ),
        (
          ["vhost:a", "vhost:b", "--virtual-time"],
          "`--virtual-time` needs a value: SOCKET; try `vnic bridge --help`"
        ),
      ]
      for row in rows {
        let result = try runTool(VnicTool.url, ["bridge"] + row.arguments)
        XCTAssertEqual(result.errorText, "vnic: \(row.message)\n", "\(row.arguments)")
        XCTAssertEqual(result.status, 2, "\(row.arguments)")
        XCTAssertEqual(result.text, "", "\(row.arguments)")
      }
    }

    /// Sockets of guests need no root, and go with the bridge; one that was killed leaves them, and
    /// the next takes their places.
    func testSocketsOfGuests() throws {
      let folder = try TemporaryFolder()
      let ends = ["vhost:\(folder.path("l"))", "vhost:\(folder.path("r"))"]
      XCTAssertEqual(try BridgeRun(ends).end(SIGKILL), -1)
      XCTAssertEqual(try folder.names, ["l", "r"])
      let run = try BridgeRun(ends)
      let second = try VnicTool.run("bridge", ends[0], "vhost:\(folder.path("x"))")
      XCTAssertEqual(second.status, 1)
      XCTAssertEqual(
        second.errorText,
        "vnic: \(ends[0]): \(folder.path("l")): bind: Address already in use (EADDRINUSE); another "
          + "process listens there; end it, or choose another path\n")
      let result = try run.finish()
      XCTAssertEqual(result.json["left"]["end"].text, ends[0])
      XCTAssertEqual(try folder.names, [])
    }

    /// Virtual time has a socket of its own, which goes with the bridge.
    func testTheSocketOfVirtualTime() throws {
      let folder = try TemporaryFolder()
      let time = folder.path("t")
      let ends = ["vhost:\(folder.path("l"))", "vhost:\(folder.path("r"))"]
      let run = try BridgeRun(ends + ["--virtual-time", time])
      try run.wait(
        for: "virtual time \(time): waiting for two guests, time-travel=ext:0:\(time) and "
          + "time-travel=ext:1:\(time)\n")
      XCTAssertEqual(try folder.names, ["l", "r", "t"])
      let others = ["vhost:\(folder.path("a"))", "vhost:\(folder.path("b"))"]
      func refusal(_ time: String) throws -> String {
        let result = try runTool(
          VnicTool.url, ["bridge"] + others + ["--virtual-time", time])
        XCTAssertEqual(result.status, 1)
        return result.errorText
      }
      XCTAssertEqual(
        try refusal(time),
        "vnic: --virtual-time: \(time): bind: Address already in use (EADDRINUSE); another process "
          + "listens there; end it, or choose another path\n")
      let file = try folder.write([], "file")
      XCTAssertEqual(
        try refusal(file),
        "vnic: --virtual-time: \(file): bind: File exists (EEXIST); there is a file of another "
          + "kind; choose another path\n")
      let result = try run.finish()
      XCTAssertEqual(result.json["virtual_nanoseconds"], .number(0))
      XCTAssertEqual(try folder.names, ["file"])
    }

    func testEndsThatCannotBeOpened() throws {
      try skipUnlessRoot()
      let folder = try TemporaryFolder()
      let file = try folder.write([], "file")
      for (end, message) in [
        (
          "vhost:\(file)",
          "vhost:\(file): \(file): bind: File exists (EEXIST); there is a file of another kind; "
            + "choose another path"
        ),
        (
          "packet:vnic-none",
          "packet:vnic-none: vnic-none: if_nametoindex: No such device (ENODEV); there is no such "
            + "interface in this network namespace; `ip link` lists them"
        ),
        (
          "tap:a/b",
          "tap:a/b: `a/b` cannot be the name of an interface: 1 to 15 octets are needed, without "
            + "slashes, blanks and colons"
        ),
      ] {
        let result = try VnicTool.run("bridge", end, "vhost:\(folder.path("s"))")
        XCTAssertEqual(result.errorText, "vnic: \(message)\n")
        XCTAssertEqual(result.status, 1)
      }
    }
  }
#endif
