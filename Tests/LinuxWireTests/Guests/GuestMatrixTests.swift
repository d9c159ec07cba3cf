import LinuxWire
import TestSupport
import XCTest

/// Two real kernels, with and without offloads on either side: TCP, UDP and UDP_SEGMENT over both
/// IP versions, from the smallest MTU to jumbo frames.
///
/// Needs the kernel that `Tests/Guests/kernel 6.12` builds, for UDP_SEGMENT.
final class GuestMatrixTests: XCTestCase {
  private static let on = VhostUserConfiguration()
  private static let off: VhostUserConfiguration = {
    let configuration = try? VhostUserConfiguration {
      $0.hostOffloads = []
      $0.guestOffloads = []
    }
    return configuration ?? VhostUserConfiguration()
  }()

  /// Octets of plain datagrams of a job.
  private let plainOctets = 200_000

  private func jobs(mtu: Int, vlan: Int) -> [String] {
    let size = mtu - 60
    // Below an MTU of 1280 there is no IPv6.
    return (mtu < 1_280 ? [4] : [4, 6]).flatMap {
      ["tcp.\($0).4000000", "udp.\($0).\(plainOctets).\(size)", "uso.\($0).1000000.\(size)"]
    }
  }

  private func run(
    left: VhostUserConfiguration, right: VhostUserConfiguration, mtu: Int, vlan: Int = 0
  ) throws -> GuestWire {
    let pair = GuestPair(
      left: left, right: right, mtu: mtu, vlan: vlan, jobs: jobs(mtu: mtu, vlan: vlan))
    return try pair.run().wire
  }

  /// Whether nearly all octets crossed as super-frames, but for plain datagrams.
  private func checkSuperFrames(_ account: GuestWire.Account, mtu: Int) {
    let plain = 2 * plainOctets + plainOctets / 4
    XCTAssertGreaterThan(
      Double(account.superOctets), 0.99 * Double(account.octets - plain), "MTU \(mtu)")
  }

  func testBothSidesHaveOffloads() throws {
    for mtu in [576, 1_280, 1_500, 9_000] {
      let wire = try run(left: Self.on, right: Self.on, mtu: mtu)
      checkSuperFrames(wire.accounts[1], mtu: mtu)
      XCTAssertEqual(wire.accounts[1].passed, wire.accounts[1].superFrames)
      XCTAssertEqual(wire.accounts[1].segments, 0)
    }
  }

  func testOnlyTheSenderHasOffloads() throws {
    for mtu in [576, 1_280, 1_500, 9_000] {
      let wire = try run(left: Self.on, right: Self.off, mtu: mtu)
      checkSuperFrames(wire.accounts[1], mtu: mtu)
      XCTAssertEqual(wire.accounts[1].passed, 0)
      XCTAssertGreaterThan(wire.accounts[1].segments, 2 * wire.accounts[1].superFrames)
    }
  }

  func testOnlyTheReceiverHasOffloads() throws {
    for mtu in [576, 1_280, 1_500, 9_000] {
      let wire = try run(left: Self.off, right: Self.on, mtu: mtu)
      XCTAssertEqual(wire.accounts[1].superFrames, 0)
    }
  }

  func testNoSideHasOffloads() throws {
    for mtu in [576, 1_500, 9_000] {
      let wire = try run(left: Self.off, right: Self.off, mtu: mtu)
      XCTAssertEqual(wire.accounts[1].superFrames, 0)
      XCTAssertEqual(wire.accounts[1].segments, 0)
    }
  }

  func testFramesWithATag() throws {
    for right in [Self.on, Self.off] {
      let wire = try run(left: Self.on, right: right, mtu: 1_500, vlan: 5)
      XCTAssertGreaterThan(wire.accounts[1].superFrames, 100)
    }
  }

  /// Content only, and sums and lengths that guests count as wrong.
  ///
  /// What is in a tunnel comes in frames of the MTU, because virtio-net of 6.12 has no offloads for it.
  func testTunnels() throws {
    for tunnel in GuestPair.Tunnel.allCases {
      for right in [Self.on, Self.off] {
        var pair = GuestPair(left: Self.on, right: right, tunnel: tunnel)
        let size = pair.mtu - 60 - tunnel.byteCount
        pair.jobs = [4, 6].flatMap {
          [
            "tcp.\($0).4000000", "fetch.\($0).4000000", "udp.\($0).\(plainOctets).\(size)",
            "uso.\($0).1000000.\(size)",
          ]
        }
        let account = try pair.run().wire.accounts[1]
        XCTAssertGreaterThan(account.octets, 10_000_000, "\(tunnel)")
      }
    }
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
      let wire = try run(left: Self.on, right: some, mtu: 1_500)
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
    let wire = try run(left: Self.on, right: plain, mtu: 1_500)
    XCTAssertEqual(wire.accounts[1].passed, wire.accounts[1].superFrames)
  }

  func testInBandNotifications() throws {
    let inBand = try VhostUserConfiguration { $0.offersInBandNotifications = true }
    let wire = try run(left: inBand, right: inBand, mtu: 1_500)
    checkSuperFrames(wire.accounts[1], mtu: 1_500)
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
