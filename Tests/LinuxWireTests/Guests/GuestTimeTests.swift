import Foundation
import Glibc
import LinuxWire
import TestSupport
import VirtualNIC
import XCTest

/// Two real kernels and the wires between them in one virtual time: the same seed gives the same
/// octets at the same nanoseconds, however busy the machine is.
///
/// Needs the kernel that `Tests/Guests/kernel 6.12` builds.
final class GuestTimeTests: XCTestCase {
  /// What a run was, as far as a guest or a wire could tell.
  private struct World: Equatable {
    var hash: UInt64
    var end: VirtualTime
    var frames: Int
    var sender: [String]
    var receiver: [String]
  }

  private func run(
    seed: UInt64, jobs: String, impairments: Impairments, flip: UInt64 = 5_000_000,
    check: (SeededWorld) -> Void = { _ in }
  ) throws -> World {
    let preload = try GuestKit.norandom()
    let folder = try TemporaryFolder()
    let configuration = try VhostUserConfiguration { $0.offersInBandNotifications = true }
    let ends = try ["l", "r"].map {
      try VhostUserBackend(path: folder.path($0), configuration: configuration)
    }
    let world = try SeededWorld(seed: seed, impairments: impairments, flip: flip, ends: ends)
    let calendar = try VirtualTimeCalendar(path: folder.path("t"), ends: ends, world: world)
    defer {
      calendar.close()
      for end in ends { end.close() }
    }
    let guests = try zip(["l", "r"], 0...).map { name, index in
      try Guest(
        name, .own, folder: folder,
        ["time-travel=ext:\(index):t", "vnic.host=\(index + 1)", "vnic.seconds=600"]
          + (index == 0 ? ["vnic.jobs=\(jobs)"] : []), preload: preload)
    }
    defer { for guest in guests { guest.end() } }
    let deadline = Date().addingTimeInterval(60)
    while !calendar.isFinished, Date() < deadline {
      guard try !calendar.process() else { continue }
      var polled = calendar.descriptors
        .map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      _ = unsafe poll(&polled, nfds_t(polled.count), 100)
    }
    let text = "\(guests.map(\.lines)) now \(calendar.now) runs \(calendar.runCount)"
    XCTAssertTrue(calendar.isFinished, text)
    XCTAssertEqual(world.refused, [])
    XCTAssertEqual(calendar.unknownMessageCount, 0)
    for job in jobs.split(separator: ",") {
      XCTAssertTrue(guests[0].lines.contains { $0.hasPrefix("right \(job):") }, text)
    }
    check(world)
    return World(
      hash: world.hash, end: calendar.now, frames: world.frames, sender: guests[0].lines,
      receiver: guests[1].lines)
  }

  func testTheSameSeedGivesTheSameWorld() throws {
    let impairments = try Impairments {
      $0.lossRate = 0.001
      $0.reorderingRate = 0.01
      $0.reorderingDelay = 120_000
      $0.delay = 50_000
      $0.bandwidth = 10_000_000_000
    }
    let jobs = "tcp.4.20000000"
    let first = try run(seed: 7, jobs: jobs, impairments: impairments) { world in
      XCTAssertGreaterThan(world.lost, 0)
      XCTAssertGreaterThan(world.heldBack, 10)
      XCTAssertGreaterThan(world.segments, 1_000)
      XCTAssertGreaterThan(world.passed, 10)
      XCTAssertEqual(world.passed + 1 < world.superFrames, true)
    }
    for _ in 1..<5 {
      XCTAssertEqual(try run(seed: 7, jobs: jobs, impairments: impairments), first)
    }
    let other = try run(seed: 8, jobs: jobs, impairments: impairments)
    XCTAssertNotEqual(other.hash, first.hash)
    print("virtual time: hash", String(first.hash, radix: 16), "after", first.end.nanoseconds, "ns")
  }

  func testALongWayTakesVirtualTimeOnly() throws {
    // 0.1 s each way.
    let impairments = try Impairments { $0.delay = 100_000_000 }
    let began = Date()
    let world = try run(seed: 1, jobs: "tcp.6.2000000,uso.4.500000.1400", impairments: impairments)
    XCTAssertGreaterThan(world.end.nanoseconds, 2_000_000_000)
    print(
      "virtual seconds", world.end.nanoseconds / 1_000_000_000, "in",
      Date().timeIntervalSince(began))
  }
}
