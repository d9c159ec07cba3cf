#if os(Linux)
  import Foundation
  import TestSupport
  import XCTest

  /// `vnic bridge vhost:A vhost:B` between two real kernels, in the time of this machine.
  ///
  /// Needs the kernel that `Tests/Guests/kernel 6.12` builds.
  final class BridgeGuestTests: XCTestCase {
    private let jobs = [
      "tcp.4.4000000", "tcp.6.4000000", "udp.4.100000.1400", "uso.4.500000.1400",
      "uso.6.500000.1400",
    ].joined(separator: ",")

    private func run(
      _ options: [String], rounds: Int = 1, line: UInt = #line
    ) throws -> BridgeResult {
      let guests = try BridgeGuests()
      let bridge = try BridgeRun(guests.ends + options, line: line)
      for _ in 0..<rounds { guests.finish(try guests.start(jobs: jobs), jobs: jobs, line: line) }
      let result = try bridge.finish(line: line)
      XCTAssertEqual(result.count("dropped"), 0, line: line)
      XCTAssertEqual(result.count("refused"), 0, line: line)
      for side in ["left", "right"] {
        let ways = [
          "passed", "sent_whole", "checksums_completed", "segmented_by_hardware",
          "segmented_by_software",
        ]
        XCTAssertEqual(
          result.count(side, "frames_read"), ways.reduce(0) { $0 + result.count(side, $1) },
          "each frame is counted once", line: line)
        XCTAssertLessThanOrEqual(result.count(side, "longest_frame_written"), 1_514, line: line)
      }
      // What the left one sends, the right one gets, or has no room for.
      let left = ["passed", "sent_whole", "checksums_completed", "segments"]
      let right = ["frames_written", "no_room", "not_ready", "too_long"]
      XCTAssertEqual(
        left.reduce(0) { $0 + result.count("left", $1) },
        right.reduce(0) { $0 + result.count("right", $1) }, line: line)
      return result
    }

    /// Super-frames pass in one piece; when the guests have left, the next ones are taken.
    func testBothGuestsHaveOffloads() throws {
      let result = try run([], rounds: 2)
      XCTAssertEqual(result.count("segments"), 0)
      let superFrames = result.count("left", "super_frames_read")
      XCTAssertGreaterThan(superFrames, 200)
      XCTAssertEqual(result.count("left", "super_frames_passed"), superFrames)
      // Nearly all octets, but for plain datagrams.
      XCTAssertGreaterThan(
        Double(result.count("left", "super_frame_octets_read")),
        0.99 * Double(result.count("left", "octets_read") - 2 * 150_000))
      XCTAssertGreaterThan(result.count("left", "octets_read"), 2 * 9_000_000)
    }

    func testOnlyTheSenderHasOffloads() throws {
      let result = try run(["--right-gso", "none"])
      XCTAssertGreaterThan(result.count("left", "segmented_by_hardware"), 100)
      XCTAssertEqual(result.count("left", "segmented_by_software"), 0)
      XCTAssertGreaterThan(result.count("left", "segments"), 9_000_000 / 1_500)
      XCTAssertEqual(result.count("right", "super_frames_written"), 0)
      XCTAssertEqual(result.json["right"]["offloads"].text, "none")
    }

    func testOnlyTheReceiverHasOffloads() throws {
      let result = try run(["--left-gso", "none"])
      XCTAssertEqual(result.count("left", "super_frames_read"), 0)
      XCTAssertEqual(result.count("segments"), 0)
    }
  }
#endif
