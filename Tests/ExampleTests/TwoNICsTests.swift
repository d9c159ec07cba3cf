import NetAdapterCore
import VirtualNIC
import WireFormats
import XCTest

/// Two NICs back to back over a bad cable: the bytes that go in on one side come out on the other.
final class TwoNICsTests: XCTestCase {
  /// 300,000 octets, in which every misplaced octet is noticed.
  private let stream = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 ^ ($0 >> 8) &* 31) }

  /// Faults, and what to look for so that a row cannot pass without its fault.
  private func cables() throws -> [(
    name: String, faults: Impairments, hasHappened: (TwoComputers) -> Bool
  )] {
    try [
      (
        "perfect", Impairments(),
        { $0.cable.leftToRight.counters.sent == 206 && $0.cable.rightToLeft.counters.sent == 206 }
      ),
      ("loss", Impairments { $0.lossRate = 0.03 }, { $0.left.sender.retransmissions > 0 }),
      (
        "duplication", Impairments { $0.duplicationRate = 0.2 },
        { $0.right.receiver.repeatedCount > 0 }
      ),
      (
        "corruption", Impairments { $0.corruptionRate = 0.03 },
        { $0.right.rejectedCount > 0 && $0.left.rejectedCount > 0 }
      ),
      (
        "reordering",
        Impairments {
          $0.reorderingRate = 0.1
          $0.reorderingDelay = 200_000
        }, { $0.right.receiver.earlyCount > 0 && $0.right.receiver.repeatedCount == 0 }
      ),
      (
        // At 1 Gbit/s an octet takes 8 ns: the stream with 206 headers of 54 octets, and the last
        // acknowledgement. Then 50 us each way. To the nanosecond, as nothing reads a real clock.
        "delay and bandwidth",
        Impairments {
          $0.delay = 50_000
          $0.bandwidth = 1_000_000_000
        }, { $0.cable.now.nanoseconds == (300_000 + 207 * 54) * 8 + 2 * 50_000 }
      ),
      (
        "everything", .everything(),
        { $0.left.sender.retransmissions > 0 && $0.right.rejectedCount > 0 }
      ),
    ]
  }

  func testTheStreamArrivesCompleteAndInOrder() throws {
    for cable in try cables() {
      let seed: UInt64 = 7
      let computers = try TwoComputers(faults: cable.faults, seed: seed)
      computers.left.send(stream)
      let isComplete = computers.run { computers.left.sender.isDone }
      XCTAssertTrue(isComplete, "\(cable.name), seed \(seed): time is up")
      XCTAssertTrue(computers.right.receiver.stream == stream, "\(cable.name), seed \(seed)")
      XCTAssertTrue(
        cable.hasHappened(computers), "\(cable.name), seed \(seed): the fault did not show")
    }
  }

  /// A cable may be bad in both directions at once, and so may the traffic.
  func testBothSendAtTheSameTime() throws {
    let answer = Array(stream.reversed().prefix(150_000))
    let computers = try TwoComputers(faults: .everything(), seed: 11)
    computers.left.send(stream)
    computers.right.send(answer)
    let (left, right) = (computers.left, computers.right)
    XCTAssertTrue(computers.run { left.sender.isDone && right.sender.isDone })
    XCTAssertTrue(right.receiver.stream == stream)
    XCTAssertTrue(left.receiver.stream == answer)
  }

  /// With segmentation disabled in the registry, software segments, and the wire frames are the
  /// same.
  func testGsoOnAndOffGiveTheSameWire() throws {
    var off = KeywordStore()
    off[.lsoV2IPv4] = .string("0")
    var wires: [[[UInt8]]] = []
    for keywords in [KeywordStore(), off] {
      var frames: [[UInt8]] = []
      let computers = try TwoComputers(faults: .everything(), seed: 3, keywords: keywords) {
        frame, _ in frames.append(frame)
      }
      computers.left.send(stream)
      XCTAssertTrue(computers.run { computers.left.sender.isDone })
      XCTAssertTrue(computers.right.receiver.stream == stream)
      wires.append(frames)

      // The counters know who did it.
      let counters = computers.left.nic.counters
      let isOn = keywords == KeywordStore()
      XCTAssertEqual(counters.hardwareFrames > 0, isOn)
      XCTAssertEqual(counters.softwareFrames[.notActive] > 0, !isOn)
      XCTAssertEqual(counters.dropped, 0)
    }
    XCTAssertTrue(wires[0] == wires[1], "the wires differ")
  }

  /// However large the frames that the stack hands over, none on the wire exceeds the MTU.
  func testNothingOnTheWireIsLargerThanTheMTU() throws {
    var lengths: [Int] = []
    let computers = try TwoComputers { frame, _ in lengths.append(frame.count) }
    computers.left.send(stream)
    XCTAssertTrue(computers.run { computers.left.sender.isDone })
    XCTAssertEqual(lengths.max(), 14 + 1_500)
    // The left NIC got 5 super-frames of 44 segments at most, and made 206 frames of them.
    XCTAssertEqual(computers.left.nic.counters.sourceFrames, 5)
    XCTAssertEqual(computers.left.nic.counters.wireFrames, 206)
  }
}
