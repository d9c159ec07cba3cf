#if os(Linux)
  import Foundation
  import TestSupport
  import XCTest

  /// Real kernels behind packet sockets: each has one end of a veth pair, and the bridge the other.
  ///
  /// Needs root. `VNIC_PACKET_OCTETS` says how many octets TCP sends in each case, 300,000 by
  /// default; from 10,000,000 on, every case runs at every MTU.
  final class BridgePacketTests: XCTestCase {
    /// Which side has offloads: a kernel that leaves frames to its interface, and a NIC on the
    /// other side that is given them.
    private struct Case {
      var mtu = 1_500
      /// Whether the kernel on the left segments by itself, which `ethtool` says.
      var senderSegments = false
      var options: [String] = []
      /// Whether frames to segment are for the kernel on the right.
      var rightTakesSuperFrames = true
    }

    private static let octets: Int = {
      let variable = ProcessInfo.processInfo.environment["VNIC_PACKET_OCTETS"]
      let octets = variable.flatMap { Int($0) } ?? 300_000
      print("packet sockets: VNIC_PACKET_OCTETS", octets)
      return octets
    }()

    private static var script: String {
      Fixtures.folder.deletingLastPathComponent().appendingPathComponent("Tests/Wire/traffic.py")
        .path
    }

    private func tool(_ name: String) throws -> URL {
      guard let tool = findTool(name) else { throw XCTSkip("\(name) is not installed") }
      return tool
    }

    /// Makes a bridge between two packet sockets, with a kernel behind each.
    private func start(_ names: NetworkNamespaces, _ test: Case) throws -> BridgeRun {
      let ends = [names.leftInterface, names.rightInterface]
      for (interface, namespace) in zip(ends, [names.left, names.right]) {
        try names.makePair(interface, peer: interface + "p", mtu: test.mtu)
        try names.adopt(interface + "p", on: namespace, mtu: test.mtu)
      }
      if test.senderSegments {
        let result = try names.run(
          try tool("ethtool"), ["-K", ends[0] + "p", "tx", "off", "tso", "off", "gso", "off"],
          in: names.left)
        XCTAssertEqual(result.status, 0, result.errorText)
      }
      return try BridgeRun(ends.map { "packet:\($0)" } + ["--mtu", "\(test.mtu)"] + test.options)
    }

    private func run(
      _ test: Case, jobs: [String], line: UInt = #line,
      addTunnel: ((NetworkNamespaces) throws -> Void)? = nil
    ) throws -> BridgeResult {
      let names = try NetworkNamespaces()
      let python = try tool("python3")
      let run = try start(names, test)
      try addTunnel?(names)
      let net = addTunnel == nil ? "9" : "10"
      let traffic = try runTool(python, [Self.script, names.left, names.right, net] + jobs)
      XCTAssertEqual(
        traffic.status, 0, "\(test): \(traffic.text) \(traffic.errorText)", line: line)
      let result = try run.finish(line: line)
      check(result, test, line: line)
      return result
    }

    /// What holds in each case: nothing above the MTU to a side without offloads, nothing dropped.
    private func check(_ result: BridgeResult, _ test: Case, line: UInt) {
      for side in ["left", "right"] {
        XCTAssertLessThanOrEqual(
          result.count(side, "longest_frame_written"), test.mtu + 14, "\(test)", line: line)
      }
      if !test.rightTakesSuperFrames {
        XCTAssertEqual(result.count("right", "super_frames_written"), 0, "\(test)", line: line)
        XCTAssertEqual(result.json["right"]["offloads"].text, "none", line: line)
      }
      for counter in ["dropped", "refused", "too_long"] {
        XCTAssertEqual(result.count(counter), 0, "\(test): \(counter)", line: line)
      }
    }

    /// Everything that there is at an MTU, over both versions of IP.
    private func jobs(mtu: Int) -> [String] {
      let size = mtu - 60
      // Below an MTU of 1280 there is no IPv6.
      return (mtu < 1_280 ? [4] : [4, 6]).flatMap {
        ["tcp\($0):\(Self.octets)", "udp\($0):\(size):10", "uso\($0):\(size):\(7 * size):10"]
      }
    }

    /// Runs a case at some MTUs, or at all of them.
    private func run(
      _ test: Case, at some: [Int], _ check: (BridgeResult, String) -> Void
    ) throws {
      var test = test
      for mtu in Self.octets >= 10_000_000 ? [576, 1_280, 1_500, 9_000] : some {
        test.mtu = mtu
        check(try run(test, jobs: jobs(mtu: mtu)), "MTU \(mtu)")
      }
    }

    func testBothSidesHaveOffloads() throws {
      try run(Case(), at: [576, 9_000]) { result, mtu in
        XCTAssertGreaterThan(result.count("left", "super_frames_passed"), 10, mtu)
        XCTAssertEqual(result.count("super_frames_read"), result.count("super_frames_passed"), mtu)
        XCTAssertEqual(result.count("segments"), 0, mtu)
      }
    }

    func testTheReceiverHasNoOffloads() throws {
      let test = Case(options: ["--right-gso", "none"], rightTakesSuperFrames: false)
      try run(test, at: [576, 9_000]) { result, mtu in
        XCTAssertGreaterThan(result.count("left", "segmented_by_hardware"), 10, mtu)
        XCTAssertEqual(result.count("left", "segmented_by_software"), 0, mtu)
        XCTAssertGreaterThan(
          result.count("left", "segments"), 2 * result.count("left", "segmented_by_hardware"), mtu)
      }
    }

    /// A kernel sends to its veth what that takes, whatever the NIC has: software segments it.
    func testNoNICHasOffloads() throws {
      let test = Case(options: ["--gso", "none"], rightTakesSuperFrames: false)
      try run(test, at: [1_500]) { result, mtu in
        XCTAssertGreaterThan(result.count("left", "segmented_by_software"), 10, mtu)
        XCTAssertEqual(result.count("segmented_by_hardware"), 0, mtu)
        XCTAssertEqual(result.count("super_frames_written"), 0, mtu)
      }
    }

    func testTheSenderSegmentsByItself() throws {
      try run(Case(senderSegments: true), at: [1_280]) { result, mtu in
        XCTAssertEqual(result.count("left", "super_frames_read"), 0, mtu)
        XCTAssertEqual(result.count("left", "segments"), 0, mtu)
      }
    }

    /// A wire that loses nothing needs segments; the NIC merges them again.
    func testCoalescing() throws {
      try run(Case(options: ["--rsc", "--loss", "0"]), at: [1_500]) { result, mtu in
        XCTAssertGreaterThan(result.count("right", "coalesced_frames_written"), 5, mtu)
      }
    }

    /// VXLAN on a port that says nothing.
    ///
    /// The kernel hands over super-frames, whose header does not say that there is a tunnel, and
    /// takes none: they are segmented.
    func testTunnels() throws {
      for tunnel in [
        ["udpcsum", "dstport", "5555"], ["noudpcsum", "dstport", "8472"],
        ["over-ipv6", "dstport", "4789"],
      ] {
        let result = try run(Case(), jobs: tunnelJobs) { names in
          try names.addTunnel(names.leftInterface + "p", names.rightInterface + "p", tunnel)
        }
        XCTAssertGreaterThan(result.count("left", "super_frames_read"), 10, "\(tunnel)")
        XCTAssertEqual(result.count("super_frames_written"), 0, "\(tunnel)")
        XCTAssertGreaterThan(
          result.count("left", "segments"), 2 * result.count("left", "super_frames_read"),
          "\(tunnel)")
        XCTAssertEqual(
          result.json["right"]["offloads"].text, "checksum,tcpv4,tcpv6,ecn,udp", "no tunnels")
      }
    }

    /// A TAP device takes the super-frames in tunnels that a packet socket has received.
    func testTunnelsToATAPDevice() throws {
      let names = try NetworkNamespaces()
      let python = try tool("python3")
      let (left, tap) = (names.leftInterface, names.rightInterface)
      try names.makePair(left, peer: left + "p")
      try names.adopt(left + "p", on: names.left, mtu: 1_500)
      let run = try BridgeRun(["packet:\(left)", "tap:\(tap)"])
      try names.adopt(tap, on: names.right, mtu: 1_500)
      try names.addTunnel(left + "p", tap)
      let traffic = try runTool(
        python, [Self.script, names.left, names.right, "10"] + tunnelJobs)
      XCTAssertEqual(traffic.status, 0, "\(traffic.text) \(traffic.errorText)")
      let result = try run.finish()
      guard result.json["right"]["refused_offloads"].text == "none" else {
        throw XCTSkip("the kernel has no tunnel offload of TAP devices")
      }
      XCTAssertGreaterThan(result.count("left", "super_frames_read"), 10)
      XCTAssertEqual(
        result.count("left", "super_frames_passed"), result.count("left", "super_frames_read"))
      XCTAssertEqual(result.count("dropped"), 0)
    }

    private var tunnelJobs: [String] {
      ["tcp4:\(Self.octets)", "tcp6:\(Self.octets)", "uso4:1300:26000:10", "uso6:1300:26000:10"]
    }
  }
#endif
