#if os(Linux)
  import Foundation
  import PacketCapture
  import TestSupport
  import XCTest

  /// `vnic bridge --virtual-time`: two real kernels and the wire have one clock.
  ///
  /// Needs the kernel that `Tests/Guests/kernel 6.12` builds.
  final class BridgeGuestTimeTests: XCTestCase {
    /// The first nanosecond of virtual time, as guests see it.
    private static let start: Int64 = 1_700_000_000_000_000_000

    private let jobs = "tcp.4.2000000,tcp.6.1000000,uso.4.200000.1400"

    /// What a run was: its capture, and what it counted.
    private struct Run {
      let capture: [UInt8]
      let frames: [CapturedFrame]
      let result: BridgeResult
      let messages: String

      func count(_ interface: String, _ start: String) -> Int {
        frames.count { $0.interface.name == interface && $0.comments[0].hasPrefix(start) }
      }
    }

    private func run(_ options: [String], jobs: String, line: UInt = #line) throws -> Run {
      let guests = try BridgeGuests()
      let folder = guests.folder
      let bridge = try BridgeRun(
        guests.ends
          + ["--virtual-time", folder.path("t"), "--capture", folder.path("wire.pcapng")]
          + options, line: line)
      guests.finish(try guests.startInVirtualTime(jobs: jobs), jobs: jobs, line: line)
      // It ends by itself when both guests have.
      let result = try bridge.finish(signal: nil, line: line)
      XCTAssertEqual(try folder.names, ["l.log", "r.log", "wire.pcapng"], line: line)
      let run = Run(
        capture: try folder.octets("wire.pcapng"), frames: try folder.frames("wire.pcapng"),
        result: result, messages: bridge.messages)
      check(run, line: line)
      return run
    }

    /// What holds for each run: every frame is in the capture, at a virtual time.
    private func check(_ run: Run, line: UInt) {
      for side in ["left", "right"] {
        XCTAssertEqual(
          run.count(side, "sent: "), run.result.count(side, "frames_read"), line: line)
        XCTAssertEqual(
          run.count(side, "received"), run.result.count(side, "frames_written"), line: line)
      }
      guard case .number(let end) = run.result.json["virtual_nanoseconds"] else {
        return XCTFail("\(run.result.json)", line: line)
      }
      var last = Self.start
      for frame in run.frames {
        let time = frame.timestamp?.nanoseconds ?? 0
        XCTAssertGreaterThanOrEqual(time, last, "time goes back", line: line)
        last = time
      }
      XCTAssertLessThanOrEqual(last - Self.start, Int64(end), line: line)
      XCTAssertGreaterThan(last, Self.start, line: line)
    }

    func testTheSameSeedGivesTheSameCapture() throws {
      let options = [
        "--loss", "0.002", "--reorder", "0.01", "--reorder-delay", "120000", "--delay", "50000",
        "--bandwidth", "10000000000",
      ]
      let first = try run(options + ["--seed", "7"], jobs: jobs)
      XCTAssertTrue(
        first.messages.contains(/virtual time .*\/t: waiting for two guests, time-travel=ext:0:/),
        first.messages)
      XCTAssertTrue(
        first.messages.contains(/virtual time .*\/t: both guests are there/), first.messages)
      guard case .number(let lost) = first.result.json["left_to_right"]["lost"] else {
        return XCTFail("\(first.result.json)")
      }
      XCTAssertGreaterThan(lost, 0)
      XCTAssertGreaterThan(first.result.count("left", "segments"), 1_000)
      let second = try run(options + ["--seed", "7"], jobs: jobs)
      XCTAssertEqual(first.capture.count, second.capture.count)
      XCTAssertTrue(first.capture == second.capture, "the same seed gives the same octets")
      let other = try run(options + ["--seed", "8"], jobs: jobs)
      XCTAssertFalse(first.capture == other.capture, "another seed gives another run")
    }

    /// A perfect wire passes super-frames in one piece; one with RSC merges segments again.
    func testSuperFramesPassAndSegmentsAreCoalesced() throws {
      let passed = try run(["--left-gso", "lso4,lso6,uso4,uso6"], jobs: jobs)
      XCTAssertGreaterThan(passed.result.count("left", "super_frames_passed"), 50)
      XCTAssertEqual(passed.result.count("segments"), 0)
      let merged = try run(["--rsc", "--delay", "1000"], jobs: jobs)
      XCTAssertGreaterThan(merged.result.count("right", "coalesced_frames_written"), 50)
      XCTAssertLessThan(
        4 * merged.result.count("right", "frames_written"), merged.result.count("left", "segments"))
    }

    /// Guests that never end are stopped by the time, to the nanosecond.
    func testTheDurationIsVirtual() throws {
      let guests = try BridgeGuests()
      let run = try BridgeRun(
        guests.ends + ["--virtual-time", guests.folder.path("t"), "--duration", "3"])
      // The same number twice is a mistake that would show in some runs only.
      let both = try guests.startInVirtualTime(jobs: nil, numbers: [0, 0])
      defer { for guest in both { guest.end() } }
      let result = try run.finish(signal: nil)
      XCTAssertEqual(result.json["virtual_nanoseconds"], .number(3_000_000_000))
      let path = guests.folder.path("t")
      XCTAssertTrue(
        run.messages.contains(
          "vnic: both guests have the same number, so runs may differ: one needs "
            + "time-travel=ext:0:\(path), the other time-travel=ext:1:\(path)\n"), run.messages)
    }

    func testOneGuestAloneWaits() throws {
      let guests = try BridgeGuests()
      let path = guests.folder.path("t")
      let run = try BridgeRun(guests.ends + ["--virtual-time", path])
      let guest = try guests.start("l", jobs: jobs, ["time-travel=ext:0:t"])
      defer { guest.end() }
      try run.wait(
        for: "virtual time \(path): 1 of 2 guests is there, waiting for the other\n")
      XCTAssertEqual(guest.lines, [], "it has not begun")
      let result = try run.finish()
      XCTAssertEqual(result.json["virtual_nanoseconds"], .number(0))
      XCTAssertEqual(result.count("frames_read"), 0)
    }
  }
#endif
