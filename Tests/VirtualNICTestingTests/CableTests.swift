import FrameRecipes
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// `Cable`: two NICs, impairments and one clock; and `OffloadRecorder`, which their adapters talk
/// to.
final class CableTests: XCTestCase {
  private let told = OffloadRecorder()

  private func nics() throws -> (VirtualNIC, VirtualNIC) {
    let pair = try (
      VirtualNIC(macAddress: MACAddress(0x02_00_00_00_00_01), mtu: 1_500),
      VirtualNIC(macAddress: MACAddress(0x02_00_00_00_00_02), mtu: 1_500)
    )
    for nic in [pair.0, pair.1] {
      try told.declareAll(on: nic.adapter)
      try nic.start()
    }
    return pair
  }

  func testFramesArriveInTheirTime() throws {
    let (left, right) = try nics()
    let cable = Cable(
      left, right,
      impairments: try Impairments {
        $0.delay = 50_000
        $0.bandwidth = 1_000_000_000
      })
    var arrivals: [UInt64] = []
    right.onReceive = { _, _, time in arrivals.append(time.nanoseconds) }
    let frame = try FrameRecipe(payload: .counting(2_892)).octets
    left.transmit(frame, segmentSize: 1_446, at: cable.now)
    XCTAssertNil(cable.nextArrival, "nothing moves before the cable runs")
    cable.run(for: .microseconds(61))
    XCTAssertEqual(arrivals, [])
    cable.run(until: VirtualTime(nanoseconds: 100_000))
    // 1,500 octets at 1 Gbit/s take 12 microseconds.
    XCTAssertEqual(arrivals, [62_000, 74_000])
    XCTAssertEqual(cable.now, VirtualTime(nanoseconds: 100_000))
    XCTAssertEqual(cable.leftToRight.counters.delivered, 2)
    XCTAssertEqual(cable.rightToLeft.counters.sent, 0)
    cable.run(until: .start)
    XCTAssertEqual(cable.now, VirtualTime(nanoseconds: 100_000), "time does not go back")
  }

  /// NICs that answer within `onReceive`, on a cable on which frames take no time.
  func testAnswersFromWithinACallback() throws {
    let (left, right) = try nics()
    let cable = Cable(left, right)
    let frame = try FrameRecipe(payload: .counting(4_000)).octets
    var echoes = 0
    right.onReceive = { [unowned right] frame, _, time in
      right.transmit(frame.array(), at: time)
    }
    left.onReceive = { [unowned left] frame, _, time in
      echoes += 1
      if echoes < 100 { left.transmit(frame.array(), at: time) }
    }
    left.transmit(frame, segmentSize: 1_000, at: cable.now)
    XCTAssertTrue(cable.run { echoes >= 100 })
    XCTAssertEqual(cable.now, .start)
    XCTAssertFalse(cable.run { false }, "nothing happens any more, so the run ends")
  }

  /// Work at timeouts: a sender that repeats itself every millisecond until it is answered.
  func testALossyCableWithTimeouts() throws {
    func run(seed: UInt64) throws -> (tries: Int, end: VirtualTime, log: [[UInt8]]) {
      let (left, right) = try nics()
      let cable = Cable(
        left, right,
        impairments: try Impairments {
          $0.lossRate = 0.5
          $0.delay = 10_000
        }, seed: seed)
      let frame = try FrameRecipe(payload: .counting(100)).octets
      var (tries, isAnswered, next) = (0, false, VirtualTime.start)
      var log: [[UInt8]] = []
      cable.leftToRight.onFrame = { frame, _ in log.append(frame) }
      right.onReceive = { [unowned right] _, _, time in right.transmit(frame, at: time) }
      left.onReceive = { _, _, _ in isAnswered = true }
      let isDone = cable.run(
        working: { now in
          if now >= next && !isAnswered {
            left.transmit(frame, at: now)
            tries += 1
            next = now.adding(.milliseconds(1))
          }
          return isAnswered ? nil : next
        }, until: { isAnswered })
      XCTAssertTrue(isDone)
      return (tries, cable.now, log)
    }
    var tries: Set<Int> = []
    for seed in 1...20 as ClosedRange<UInt64> {
      let (first, again) = (try run(seed: seed), try run(seed: seed))
      XCTAssertEqual(first.end, again.end)
      XCTAssertEqual(first.log, again.log)
      XCTAssertEqual(first.log.count, first.tries)
      XCTAssertEqual(first.end.nanoseconds, UInt64(first.tries - 1) * 1_000_000 + 20_000)
      tries.insert(first.tries)
    }
    XCTAssertGreaterThan(tries.count, 2)
  }

  func testARunEndsWhenItsTimeIsUp() throws {
    let (left, right) = try nics()
    let cable = Cable(left, right)
    var calls = 0
    let isDone = cable.run(
      atMost: .milliseconds(10),
      working: { now in
        calls += 1
        return now.adding(.milliseconds(1))
      }, until: { false })
    XCTAssertFalse(isDone)
    XCTAssertEqual(calls, 11)
    XCTAssertEqual(cable.now.since(.start), .milliseconds(10))
    // A moment that has passed is none to wait for.
    XCTAssertFalse(cable.run(working: { _ in .start }, until: { false }))
  }

  func testTheCableLetsGoOfItsNICs() throws {
    weak var gone: VirtualNIC?
    let other = QueueLink()
    do {
      let (left, right) = try nics()
      do {
        let cable = Cable(left, right)
        left.link = other
        withExtendedLifetime(cable) {}
      }
      XCTAssertTrue(left.link === other, "a link that was set since then stays")
      gone = right
    }
    XCTAssertNil(gone)
  }

  func testSpansOfTime() {
    let time = VirtualTime(nanoseconds: 5)
    XCTAssertEqual(time.adding(.seconds(2)).nanoseconds, 2_000_000_005)
    XCTAssertEqual(time.adding(.nanoseconds(1)).since(time), .nanoseconds(1))
    XCTAssertEqual(time.since(VirtualTime(nanoseconds: 9)), .nanoseconds(-4))
    XCTAssertEqual(time.adding(.seconds(-1)), time)
    XCTAssertEqual(time.adding(.seconds(Int64.max)).nanoseconds, .max)
    XCTAssertEqual(VirtualTime(nanoseconds: .max).since(.start).components.seconds, 18_446_744_073)
  }

  func testWhatTheDriverWasTold() throws {
    let (left, _) = try nics()
    XCTAssertEqual(
      told.takeChanges().map(\.callback),
      [.txChecksum, .rxChecksum, .gso, .txChecksum, .rxChecksum, .gso])
    XCTAssertEqual(told.changes, [])
    try left.adapter.pauseOffloadCapabilities()
    XCTAssertTrue(told.changes.allSatisfy { $0.offloads == ActiveOffloads() })
    XCTAssertEqual(Set(told.takeChanges().map(\.callback)), [.gso, .txChecksum, .rxChecksum])
    try left.adapter.resumeOffloadCapabilities()
    let last = try XCTUnwrap(told.changes.first { $0.callback == .gso })
    XCTAssertTrue(last.offloads.isLsoIPv4Enabled && last.offloads.isUsoIPv6Enabled)
  }
}
