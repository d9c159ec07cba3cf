import Foundation
import LinuxWire
import TestSupport
import XCTest

/// Two real kernels, with and without offloads on either side: TCP, UDP and UDP_SEGMENT over both
/// IP versions, from the smallest MTU to jumbo frames, with tags and in tunnels.
///
/// Needs the kernel that `Tests/Guests/kernel 6.12` builds, for UDP_SEGMENT.
final class GuestMatrixTests: XCTestCase {
  private static let (on, off) = (GuestCase.on, GuestCase.off)

  private func run(
    _ left: VhostUserConfiguration, _ right: VhostUserConfiguration
  ) throws -> GuestWire {
    let jobs = [4, 6].flatMap {
      ["tcp.\($0).4000000", "udp.\($0).200000.1440", "uso.\($0).1000000.1440"]
    }
    return try GuestPair(left: left, right: right, jobs: jobs).run().wire
  }

  /// `VNIC_GUEST_CASES` is `all`, or how many of the selection; it defaults to the whole selection.
  func testMatrix() throws {
    let variable = ProcessInfo.processInfo.environment["VNIC_GUEST_CASES"]
    let cases =
      variable == "all"
      ? GuestCase.all : Array(GuestCase.selection.prefix(variable.flatMap { Int($0) } ?? .max))
    XCTAssertGreaterThan(cases.count, 0)
    let began = ContinuousClock.now
    for item in cases {
      let failures = testRun?.failureCount
      try item.run()
      if testRun?.failureCount != failures { XCTFail("these were of: \(item)") }
    }
    print(
      "guest cases: \(cases.count) of \(GuestCase.all.count) (VNIC_GUEST_CASES),",
      "\((ContinuousClock.now - began).components.seconds) s")
  }

  func testGuestsSwitchOffloadsWhileTrafficRuns() throws {
    for right in [Self.on, Self.off] {
      var pair = GuestPair(left: Self.on, right: right, switching: 50)
      pair.jobs = ["tcp.4.60000000", "fetch.6.30000000", "uso.6.10000000.1400"]
      let outcome = try pair.run()
      // Everything has been off and on again once.
      XCTAssertGreaterThanOrEqual(outcome.switchCount(of: "sender"), 12)
      let account = outcome.wire.accounts[1]
      XCTAssertGreaterThan(account.superFrames, 100)
      if right == Self.on {
        // These come from the guest, from the time when its offloads were off.
        XCTAssertEqual(account.longest, 1_514)
        XCTAssertGreaterThan(account.frames - account.superFrames, 100)
      }
    }
  }

  func testEachMemberOfTheOffloadsAlone() throws {
    let members: [WireOffloads] = [
      [.checksum], [.checksum, .tcpv4], [.checksum, .tcpv6], [.checksum, .udp],
    ]
    for offloads in members {
      let some = try VhostUserConfiguration { $0.guestOffloads = offloads }
      let wire = try run(Self.on, some)
      XCTAssertEqual(wire.ends[1].counters.faults, 0)
      XCTAssertGreaterThan(wire.accounts[1].segments, 500, "\(offloads.rawValue)")
    }
  }

  func testASideIsSwitchedOffAndOnWhileTrafficRuns() throws {
    var pair = GuestPair(jobs: ["tcp.4.20000000", "tcp.6.20000000", "uso.4.2000000.1400"])
    var turns = 0
    pair.meanwhile = { wire in
      turns += 1
      wire.switchedOff[1] = turns % 2 == 0
    }
    let account = try pair.run().wire.accounts[1]
    XCTAssertGreaterThan(account.passed, 10)
    XCTAssertGreaterThan(account.segments, 1_000)
  }

  func testWithoutMergeableBuffers() throws {
    let plain = try VhostUserConfiguration { $0.offersMergeableBuffers = false }
    let wire = try run(Self.on, plain)
    XCTAssertEqual(wire.accounts[1].passed, wire.accounts[1].superFrames)
  }

  func testInBandNotifications() throws {
    let inBand = try VhostUserConfiguration { $0.offersInBandNotifications = true }
    let account = try run(inBand, inBand).accounts[1]
    XCTAssertEqual(account.passed, account.superFrames)
    XCTAssertGreaterThan(account.superOctets, 10_000_000 / 100 * 99)
  }

  /// A second kernel, which nobody here built: Debian's, without USO.
  func testDebiansKernel() throws {
    var pair = GuestPair()
    (pair.kernel, pair.receiver) = (.debian, .debian)
    pair.jobs = ["tcp.4.10000000", "tcp.6.10000000", "udp.4.200000.1400", "uso.6.1000000.1400"]
    for right in [Self.on, Self.off] {
      pair.right = right
      let account = try pair.run().wire.accounts[1]
      XCTAssertGreaterThan(account.superFrames, 100)
    }
  }
}
