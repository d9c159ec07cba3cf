import PacketCapture
import VirtualNIC
import WireFormats
import XCTest

/// Faults are drawn from a seed and time is the caller's, so every run can be repeated: a bug that
/// occurs once in a thousand runs is found again with the seed of its run.
final class ReplayTests: XCTestCase {
  /// Sends a stream over the bad cable and returns everything that left a NIC, as a pcap file.
  private func record(seed: UInt64) throws -> [UInt8] {
    // A writer keeps its output until the caller takes it, for example to write it to a file.
    var writer = PcapWriter(linkType: .ethernet, resolution: .nanoseconds)
    var failure: CaptureWriteError?
    let computers = try TwoComputers(faults: .everything(), seed: seed) { frame, time in
      do throws(CaptureWriteError) {
        try writer.write(frame, at: CaptureTimestamp(nanoseconds: Int64(time.nanoseconds)))
      } catch {
        failure = error
      }
    }
    computers.left.send((0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 3) })
    XCTAssertTrue(computers.run { computers.left.sender.isDone }, "seed \(seed)")
    XCTAssertEqual(computers.right.receiver.stream.count, 100_000, "seed \(seed)")
    XCTAssertNil(failure)
    return writer.takeOctets()
  }

  /// The two captures are equal: each frame, each time stamp, each octet.
  func testTheSameSeedGivesTheSameRun() throws {
    XCTAssertTrue(try record(seed: 42) == record(seed: 42))
  }

  func testAnotherSeedGivesAnotherRun() throws {
    var captures: Set<[UInt8]> = []
    for seed in 1...5 as ClosedRange<UInt64> { captures.insert(try record(seed: seed)) }
    XCTAssertEqual(captures.count, 5)
  }

  /// The capture is an ordinary one: Wireshark opens it, and so does this package.
  func testTheCaptureCanBeRead() throws {
    let frames = try CaptureReader.frames(in: record(seed: 42))
    // The stream takes 69 segments; some went more than once, and all were acknowledged.
    XCTAssertGreaterThan(frames.count, 2 * 69)
    let times = frames.compactMap { $0.timestamp?.nanoseconds }
    XCTAssertEqual(times.count, frames.count)
    XCTAssertEqual(times, times.sorted())
    for frame in frames {
      XCTAssertLessThanOrEqual(frame.octets.count, 1_514)
      // The tap is before the wire: what it sees is still whole.
      let segment = try XCTUnwrap(ToySegment(parsing: frame.octets.octets))
      XCTAssertTrue([50_000, 80].contains(segment.source.port))
    }
  }
}
