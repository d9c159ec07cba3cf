import NetAdapterCore
import TestSupport
import VirtualNIC
import WireFormats
import XCTest

/// A copy of an adapter's state, kept as the comment of ``DatapathState`` says, is never left behind.
final class ChangeCountTests: XCTestCase {
  /// The recipe.
  private struct Copy {
    let adapter: NetAdapter
    var seen: Int
    var state: DatapathState

    init(_ adapter: NetAdapter) {
      self.adapter = adapter
      seen = adapter.changeCount
      state = adapter.datapathState
    }

    mutating func refresh() {
      if adapter.changeCount != seen {
        seen = adapter.changeCount
        state = adapter.datapathState
      }
    }
  }

  /// What one thread has changed can be seen by another one as soon as it hears of it.
  func testAChangeIsSeenAtOnce() throws {
    let nic = VirtualNIC(macAddress: MACAddress(1), mtu: 1)
    try nic.start()
    let adapter = nic.adapter
    let workers = Workers()
    let last = 500 * StressScale.factor
    let published = Guarded(1)
    let found = Result<(Complaints, Int)>()
    workers.start("writer") {
      for mtu in 2...last {
        try? adapter.setLinkLayerMtuSize(mtu)
        published.withLock { $0 = mtu }
      }
    }
    workers.start("reader") {
      var copy = Copy(adapter)
      var complaints = Complaints()
      var (known, looks) = (1, 0)
      while known < last {
        known = published.withLock { $0 }
        let before = copy.state.mtu
        copy.refresh()
        looks += 1
        complaints.expect(copy.state.mtu >= known, "\(copy.state.mtu), though \(known) was set")
        complaints.expect(copy.state.mtu >= before, "\(before) became \(copy.state.mtu)")
      }
      found.put((complaints, looks))
    }
    guard workers.wait() else { return }
    let (complaints, looks) = try found.take()
    XCTAssertEqual(complaints.lines, [])
    print("change count: \(last) changes, \(looks) looks")
  }

  /// After many changes by several threads the copy is what the adapter is.
  func testTheLastStateIsNotMissed() throws {
    var random = SeededGenerator.fromEnvironment(0xC0DE)
    for _ in 0..<(5 * StressScale.factor) {
      let nic = VirtualNIC(macAddress: MACAddress(1), mtu: 1_500)
      let adapter = nic.adapter
      let workers = Workers()
      let writers = Guarded(3)
      for index in 0..<3 {
        let moves = ControlMoves(adapter, SeededGenerator(seed: random.next()))
        workers.start("writer \(index)") {
          var moves = moves
          for _ in 0..<40 { moves.move() }
          writers.withLock { $0 -= 1 }
        }
      }
      let found = Result<DatapathState>()
      workers.start("reader") {
        var copy = Copy(adapter)
        while writers.withLock({ $0 }) > 0 { copy.refresh() }
        copy.refresh()
        found.put(copy.state)
      }
      guard workers.wait() else { return }
      let (copy, truth) = (try found.take(), adapter.datapathState)
      XCTAssertEqual(copy.isRunning, truth.isRunning)
      XCTAssertEqual(copy.mtu, truth.mtu)
      XCTAssertEqual(copy.active, truth.active)
      XCTAssertEqual(copy.gso?.maximumOffloadSize, truth.gso?.maximumOffloadSize)
      XCTAssertEqual(copy.gso?.minimumSegmentCount, truth.gso?.minimumSegmentCount)
      XCTAssertEqual(copy.txChecksum?.layer4, truth.txChecksum?.layer4)
    }
  }
}
