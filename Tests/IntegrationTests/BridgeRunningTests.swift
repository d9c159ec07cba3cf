#if os(Linux)
  import Foundation
  import PacketCapture
  import TestSupport
  import XCTest

  /// What happens to a `vnic bridge` while it runs: requests, signals, lost ends, hostile frames.
  final class BridgeRunningTests: XCTestCase {
    private static func script(_ name: String) -> String {
      Fixtures.folder.deletingLastPathComponent().appendingPathComponent("Tests/Wire/\(name)").path
    }

    private func python() throws -> URL {
      guard let python = findTool("python3") else { throw XCTSkip("python3 is not installed") }
      return python
    }

    /// Starts a bridge of two TAP devices, and gives each to its namespace.
    private func start(_ names: NetworkNamespaces, _ arguments: [String] = []) throws -> BridgeRun {
      let run = try BridgeRun(
        ["tap:\(names.leftInterface)", "tap:\(names.rightInterface)"] + arguments)
      try names.adopt(names.leftInterface, on: names.left, mtu: 1_500)
      try names.adopt(names.rightInterface, on: names.right, mtu: 1_500)
      return run
    }

    /// Starts a bridge of a packet socket and a TAP device; the left namespace has the other end of
    /// the veth pair, whose name ends in `p`.
    private func startPacket(
      _ names: NetworkNamespaces, _ arguments: [String] = []
    ) throws -> BridgeRun {
      try names.makePair(names.leftInterface, peer: names.leftInterface + "p")
      try names.adopt(names.leftInterface + "p", on: names.left, mtu: 1_500)
      let run = try BridgeRun(
        ["packet:\(names.leftInterface)", "tap:\(names.rightInterface)"] + arguments)
      try names.adopt(names.rightInterface, on: names.right, mtu: 1_500)
      return run
    }

    /// Starts a program whose output does not matter, but for its exit status.
    private func begin(_ tool: URL, _ arguments: [String]) throws -> Process {
      let process = Process()
      process.executableURL = tool
      process.arguments = arguments
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      return process
    }

    func testOffloadsAreSwitchedWhileTrafficRuns() throws {
      let names = try NetworkNamespaces()
      let python = try python()
      let run = try start(names)
      let jobs = ["tcp4:200000000", "tcp6:100000000"]
      let traffic = try begin(
        python, [Self.script("traffic.py"), names.left, names.right, "9"] + jobs)
      var count = 0
      let offloads = ["lso4", "lso6", "uso4", "checksum"]
      while traffic.isRunning || count < 16 {
        let name = offloads[count / 4 % 4]
        // One side at a time, so that there is a side that segments for the other.
        let side = count / 2 % 2 == 0 ? "right" : "left"
        let state = count % 2 == 0 ? "off" : "on"
        try run.send("\(side) \(name) \(state)", answer: "\(side) \(name) \(state): done")
        count += 1
        Thread.sleep(forTimeInterval: 0.02)
      }
      traffic.waitUntilExit()
      XCTAssertEqual(traffic.terminationStatus, 0, "what was sent arrives")
      try run.send("left lso5 off", answer: "`left lso5 off`: a line such as `left lso4 off`")
      try run.send("left lso4 off", answer: "left lso4 off: done, offloads of left checksum,tcpv6")
      XCTAssertTrue(
        run.messages.contains("left: set-GSO callback: lso4 off, lso6 on"), run.messages)
      let result = try run.finish()
      XCTAssertEqual(result.json["requests"].texts.count, count + 1)
      XCTAssertGreaterThan(result.count("segments"), 0)
      XCTAssertGreaterThan(result.count("super_frames_passed"), 0)
    }

    func testRequestsThatAKeywordForbidsAreRefused() throws {
      let names = try NetworkNamespaces()
      let run = try start(names, ["--keyword", "*LsoV2IPv6=0"])
      try run.send("left lso6 on", answer: "vnic: left lso6 on: ")
      let result = try run.finish()
      XCTAssertEqual(result.json["requests"].texts, [])
      XCTAssertEqual(result.json["left"]["offloads"].text, "checksum,tcpv4,ecn,udp")
    }

    func testSignalsAndTimeEndIt() throws {
      let names = try NetworkNamespaces()
      let ends = ["tap:\(names.leftInterface)", "tap:\(names.rightInterface)"]
      for signal in [SIGINT, SIGTERM, SIGHUP] {
        XCTAssertEqual(try BridgeRun(ends).end(signal), 0, "signal \(signal)")
      }
      XCTAssertEqual(try BridgeRun(ends + ["--duration", "1"]).end(nil), 0)
      // One that was killed leaves nothing that stops the next.
      XCTAssertEqual(try BridgeRun(ends).end(SIGKILL), -1)
      XCTAssertEqual(try BridgeRun(ends).end(), 0)
    }

    func testALostEndEndsItWithASummary() throws {
      let names = try NetworkNamespaces()
      let run = try start(names)
      try names.run(["-n", names.right, "link", "del", names.rightInterface])
      try run.wait(for: "vnic: \(names.rightInterface): the interface does not exist any more")
      _ = try run.finish(status: 1)
    }

    /// Both sides, what was decided, and nothing that is not sound.
    func testTheCapture() throws {
      let names = try NetworkNamespaces()
      let python = try python()
      let folder = try TemporaryFolder()
      let path = folder.path("wire.pcapng")
      let run = try start(names, ["--right-gso", "none", "--capture", path])
      let traffic = [Self.script("traffic.py"), names.left, names.right, "9", "tcp4:300000"]
      XCTAssertEqual(try runTool(python, traffic).status, 0)
      let result = try run.finish()
      let frames = try folder.frames("wire.pcapng")
      func count(_ interface: String, _ start: String) -> Int {
        frames.count { $0.interface.name == interface && $0.comments[0].hasPrefix(start) }
      }
      for side in ["left", "right"] {
        XCTAssertEqual(count(side, "sent: "), result.count(side, "frames_read"))
        XCTAssertEqual(count(side, "received"), result.count(side, "frames_written"))
      }
      let segmented = frames.filter {
        $0.comments[0].contains(#/^sent: \d+ segments of 1448, hardware/#)
      }
      XCTAssertFalse(segmented.isEmpty)
      let received = frames.filter {
        $0.interface.name == "right" && $0.comments[0].hasPrefix("received")
      }
      let file = try folder.write(pcap(received.map(\.octets)), "right.pcap")
      try VnicTool.succeed(["check", file, "--mtu", "1500", "--strict"])
      XCTAssertEqual(try folder.names, ["right.pcap", "wire.pcapng"])
    }

    /// What the kernel takes of random headers: the bridge goes on, its segments are sound, and its
    /// memory does not grow.
    ///
    /// `VNIC_HOSTILE_SECONDS` says for how long; 4 by default.
    func testHostileTraffic() throws {
      let python = try python()
      let environment = ProcessInfo.processInfo.environment["VNIC_HOSTILE_SECONDS"]
      let seconds = environment.flatMap { Double($0) } ?? 4
      func attack(
        _ names: NetworkNamespaces, _ interface: String, _ seconds: Double, _ rate: Int
      ) throws {
        let result = try names.run(
          python, [Self.script("hostile.py"), interface, "\(seconds)", "\(rate)"], in: names.left)
        XCTAssertEqual(result.status, 0, result.errorText)
      }
      for isPacket in [false, true] {
        let names = try NetworkNamespaces()
        let folder = try TemporaryFolder()
        let options = ["--right-gso", "none", "--capture", folder.path("wire.pcapng")]
        let run = try isPacket ? startPacket(names, options) : start(names, options)
        try attack(names, names.leftInterface + (isPacket ? "p" : ""), 3, 1_000)
        // A NIC that drops frames above the MTU says so.
        let status = run.end()
        XCTAssertTrue([0, 3].contains(status), "\(status): \(run.messages)")
        try checkSegments(in: folder)
      }
      let names = try NetworkNamespaces()
      let run = try startPacket(names, ["--right-gso", "none", "--rsc"])
      try attack(names, names.leftInterface + "p", 1, 10_000)
      let before = run.memory
      try attack(names, names.leftInterface + "p", seconds, 10_000)
      print("hostile seconds:", seconds, "octets of memory more:", run.memory - before)
      // A sanitizer keeps what was given back.
      if allocations(during: {}) != nil {
        XCTAssertLessThan(run.memory - before, 24_000_000, "octets of memory more")
      }
      let status = run.end()
      XCTAssertTrue([0, 3].contains(status), "\(status): \(run.messages)")
    }

    /// A front end of vhost-user that means no good, again and again: the bridge goes on, what the
    /// other side gets is sound, its memory does not grow, and the next front end is served.
    ///
    /// `VNIC_HOSTILE_SECONDS` says for how long; 4 by default.
    func testHostileFrontEnds() throws {
      let names = try NetworkNamespaces()
      let python = try python()
      let folder = try TemporaryFolder()
      let environment = ProcessInfo.processInfo.environment["VNIC_HOSTILE_SECONDS"]
      let seconds = environment.flatMap { Double($0) } ?? 4
      func start(_ options: [String] = []) throws -> BridgeRun {
        let run = try BridgeRun(
          ["vhost:\(folder.path("s"))", "tap:\(names.rightInterface)", "--right-gso", "none"]
            + options)
        try names.adopt(names.rightInterface, on: names.right, mtu: 1_500)
        return run
      }
      func attack(_ argument: String) throws {
        let result = try runTool(
          python, [Self.script("front_end.py"), folder.path("s"), argument])
        XCTAssertEqual(result.status, 0, result.errorText)
        print("hostile front ends:", result.text.trimmingCharacters(in: .whitespacesAndNewlines))
      }
      do {
        let run = try start(["--capture", folder.path("wire.pcapng")])
        try attack("2")
        XCTAssertTrue(run.messages.contains("vnic: left: queue 1: "), run.messages)
        // On a busy machine none of the random frames may have been fit to be segmented.
        try attack("good")
        let status = run.end()
        XCTAssertTrue([0, 3].contains(status), "\(status): \(run.messages)")
        try checkSegments(in: folder, atLeast: 1)
      }
      let run = try start()
      try attack("1")
      let before = run.memory
      try attack("\(seconds)")
      print("hostile seconds:", seconds, "octets of memory more:", run.memory - before)
      // A sanitizer keeps what was given back.
      if allocations(during: {}) != nil {
        XCTAssertLessThan(run.memory - before, 24_000_000, "octets of memory more")
      }
      try attack("good")
      let status = run.end()
      XCTAssertTrue([0, 3].contains(status), "\(status): \(run.messages)")
    }

    /// Checks the frames that were made of frames to segment, which come after them.
    private func checkSegments(in folder: TemporaryFolder, atLeast least: Int = 6) throws {
      var segments: [[UInt8]] = []
      var superFrames = 0
      var isSegmented = false
      for frame in try folder.frames("wire.pcapng") {
        if frame.comments[0].hasPrefix("sent: ") {
          isSegmented = frame.comments[0].contains(#/^sent: \d+ segments? of /#)
          if isSegmented { superFrames += 1 }
        } else {
          XCTAssertEqual(frame.comments[0], "received", "no header for a side without offloads")
          XCTAssertLessThanOrEqual(frame.octets.count, 1_522)
          if isSegmented { segments.append(frame.octets) }
        }
      }
      XCTAssertGreaterThanOrEqual(superFrames, least)
      let file = try folder.write(pcap(segments), "segments.pcap")
      try VnicTool.succeed(["check", file, "--mtu", "1500", "--strict"])
    }
  }
#endif
