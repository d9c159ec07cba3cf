#if os(Linux)
  import Foundation
  import TestSupport
  import XCTest

  /// Real kernels on both ends of `vnic bridge`: what one sends is what the other gets.
  ///
  /// Needs root, for network namespaces and TAP devices of its own.
  final class BridgeTrafficTests: XCTestCase {
    private struct Case {
      var mtu = 1_500
      /// Whether the kernels have offloads: left, right.
      var offloads = (true, true)
      var options: [String] = []
      var jobs: [String]

      var arguments: [String] {
        var arguments = ["--mtu", "\(mtu)"] + options
        if !offloads.0 { arguments += ["--left-gso", "none"] }
        if !offloads.1 { arguments += ["--right-gso", "none"] }
        return arguments
      }
    }

    private static func script(_ name: String) -> String {
      Fixtures.folder.deletingLastPathComponent().appendingPathComponent("Tests/Wire/\(name)").path
    }

    private func python() throws -> URL {
      guard let python = findTool("python3") else { throw XCTSkip("python3 is not installed") }
      return python
    }

    /// Makes traffic, and fails the test unless all of it arrives.
    private func send(
      _ jobs: [String], _ names: NetworkNamespaces, net: Int = 9, _ what: String,
      line: UInt = #line
    ) throws {
      let arguments = [Self.script("traffic.py"), names.left, names.right, "\(net)"] + jobs
      let result = try runTool(try python(), arguments)
      XCTAssertEqual(result.status, 0, "\(what): \(result.text) \(result.errorText)", line: line)
    }

    /// Starts a bridge of two TAP devices, and gives each to its namespace.
    private func start(
      _ names: NetworkNamespaces, _ arguments: [String], mtu: Int = 1_500
    ) throws -> BridgeRun {
      let run = try BridgeRun(
        ["tap:\(names.leftInterface)", "tap:\(names.rightInterface)"] + arguments)
      try names.adopt(names.leftInterface, on: names.left, mtu: mtu)
      try names.adopt(names.rightInterface, on: names.right, mtu: mtu)
      return run
    }

    private func run(_ test: Case, line: UInt = #line) throws -> BridgeResult {
      let names = try NetworkNamespaces()
      _ = try python()
      let run = try start(names, test.arguments, mtu: test.mtu)
      try send(test.jobs, names, "\(test)", line: line)
      let result = try run.finish(line: line)
      let sides = [("left", test.offloads.0), ("right", test.offloads.1)]
      for (side, hasOffloads) in sides where !hasOffloads {
        XCTAssertEqual(result.count(side, "super_frames_written"), 0, "\(test)", line: line)
        XCTAssertEqual(result.count(side, "super_frames_read"), 0, "\(test)", line: line)
        XCTAssertEqual(result.json[side]["offloads"].text, "none", line: line)
      }
      for (side, _) in sides {
        let longest = result.count(side, "longest_frame_written")
        XCTAssertLessThanOrEqual(longest, test.mtu + 14, "\(test)", line: line)
      }
      XCTAssertEqual(result.count("dropped"), 0, "\(test)", line: line)
      XCTAssertEqual(result.count("refused"), 0, "\(test)", line: line)
      return result
    }

    /// All super-frames pass, and nearly all payload is in them.
    func testBothSidesHaveOffloads() throws {
      for (mtu, jobs) in [
        (1_500, ["tcp4:4000000", "tcp6:4000000", "uso4:1400:64400:20", "uso6:1400:64400:20"]),
        (576, ["tcp4:4000000", "uso4:500:30000:20"]),
        (9_000, ["tcp4:4000000", "tcp6:4000000", "uso6:8900:62300:20"]),
      ] {
        let result = try run(Case(mtu: mtu, jobs: jobs + ["udp4:500:20"]))
        XCTAssertGreaterThan(result.count("left", "super_frames_read"), 0)
        for side in ["left", "right"] {
          XCTAssertEqual(
            result.count(side, "super_frames_read"), result.count(side, "super_frames_passed"))
          let share =
            Double(result.count(side, "super_frame_octets_read"))
            / Double(result.count(side, "octets_read"))
          XCTAssertGreaterThan(share, 0.97, "\(side), MTU \(mtu)")
        }
        XCTAssertEqual(result.count("segments"), 0)
      }
    }

    func testOneSideHasOffloads() throws {
      for (mtu, jobs) in [
        (1_500, ["tcp4:3000000", "tcp6:3000000", "uso4:1400:64400:20", "uso6:100:150:20"]),
        (1_280, ["tcp6:3000000", "uso4:1200:12000:20"]), (9_000, ["tcp4:3000000"]),
      ] {
        let left = try run(Case(mtu: mtu, offloads: (true, false), jobs: jobs))
        XCTAssertGreaterThan(left.count("left", "segmented_by_hardware"), 0)
        XCTAssertEqual(left.count("left", "segmented_by_software"), 0)
        // Some of the stream fits the MTU.
        XCTAssertGreaterThanOrEqual(left.count("left", "segments"), 2_900_000 / mtu)
      }
      let right = try run(Case(offloads: (false, true), jobs: ["tcp4:3000000", "tcp6:1000000"]))
      XCTAssertGreaterThan(right.count("right", "segmented_by_hardware"), 0)
    }

    func testNoSideHasOffloads() throws {
      let result = try run(
        Case(
          offloads: (false, false), jobs: ["tcp4:2000000", "tcp6:2000000", "uso4:1000:20000:10"]))
      XCTAssertEqual(result.count("segments") + result.count("passed"), 0)
    }

    /// A wire that loses nothing needs segments all the same; the NICs merge them again.
    func testCoalescing() throws {
      let result = try run(
        Case(
          options: ["--rsc", "--loss", "0"],
          jobs: ["tcp4:3000000", "tcp6:3000000", "uso4:1400:64400:20"]))
      XCTAssertGreaterThan(result.count("left", "segmented_by_hardware"), 0)
      XCTAssertGreaterThan(result.count("right", "coalesced_frames_written"), 0)
      XCTAssertGreaterThan(
        result.count("left", "segments"), 4 * result.count("right", "frames_written"))
    }

    func testFaultsOfTheWireAreRepaired() throws {
      let result = try run(
        Case(
          options: ["--loss", "0.002", "--delay", "200000", "--reorder", "0.01", "--seed", "3"],
          jobs: ["tcp4:2000000"]))
      guard case .number(let lost) = result.json["left_to_right"]["lost"] else {
        return XCTFail("\(result.json)")
      }
      XCTAssertGreaterThan(lost, 0)
    }

    func testSeveralQueues() throws {
      let result = try run(
        Case(options: ["--queues", "3"], jobs: ["tcp4:2000000", "tcp6:2000000"]))
      XCTAssertGreaterThan(result.count("super_frames_passed"), 0)
    }

    /// VXLAN: with tunnel offload super-frames pass, and for a side without they are segmented.
    func testTunnels() throws {
      for (hasOffload, options) in [(true, []), (false, ["--right-gso", "none"])] {
        let names = try NetworkNamespaces()
        _ = try python()
        let run = try start(names, options)
        try names.addTunnel(names.leftInterface, names.rightInterface)
        try send(["tcp4:2000000", "tcp6:2000000"], names, net: 10, "VXLAN \(options)")
        let result = try run.finish()
        guard result.json["left"]["refused_offloads"].text == "none" else {
          throw XCTSkip("the kernel has no tunnel offload of TAP devices")
        }
        XCTAssertGreaterThan(result.count("left", "super_frames_read"), 0)
        if hasOffload {
          XCTAssertEqual(
            result.count("left", "super_frames_passed"), result.count("left", "super_frames_read"))
        } else {
          XCTAssertGreaterThan(result.count("left", "segments"), 1_000)
          XCTAssertEqual(result.count("right", "super_frames_written"), 0)
          XCTAssertLessThanOrEqual(result.count("right", "longest_frame_written"), 1_514)
        }
        XCTAssertEqual(result.count("dropped"), 0)
      }
    }

    /// A veth pair on the left, whose other end the bridge listens to.
    func testAPacketSocket() throws {
      for (options, hasOffload) in [([], true), (["--right-gso", "none"], false)] {
        let names = try NetworkNamespaces()
        _ = try python()
        try names.makePair()
        let tap = names.leftInterface + "t"
        let run = try BridgeRun(["packet:\(names.rightInterface)", "tap:\(tap)"] + options)
        try names.adopt(names.leftInterface, on: names.left, mtu: 1_500)
        try names.adopt(tap, on: names.right, mtu: 1_500)
        try send(
          ["tcp4:3000000", "tcp6:3000000", "uso4:1400:64400:20"], names, "packet \(options)")
        let result = try run.finish()
        XCTAssertGreaterThan(result.count("left", "super_frames_read"), 0)
        if hasOffload {
          XCTAssertGreaterThan(result.count("left", "super_frames_passed"), 0)
        } else {
          XCTAssertEqual(result.count("right", "super_frames_written"), 0)
          XCTAssertLessThanOrEqual(result.count("right", "longest_frame_written"), 1_514)
        }
        XCTAssertEqual(result.count("refused"), 0)
      }
    }
  }
#endif
