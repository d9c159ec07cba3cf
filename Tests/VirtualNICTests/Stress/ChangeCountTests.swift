import Foundation
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// A copy of an adapter's state, refreshed as ``DatapathState`` documents, is never out of date.
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

  /// Raises the MTU from 1 to `last` octets on one thread, while another one looks over and over.
  ///
  /// After some changes in a row the first thread waits for a look, as a change that is missed is
  /// only noticed if none follows.
  ///
  /// - Parameters:
  ///   - nic: Whose adapter is changed.
  ///   - last: The last MTU.
  ///   - look: Looks, given the MTU that was last heard of.
  /// - Throws: If a thread found nothing.
  private func raise(
    _ nic: VirtualNIC, to last: Int, _ look: @escaping @Sendable (Int, inout Complaints) -> Void
  ) throws {
    let (adapter, workers) = (nic.adapter, Workers())
    let progress = Guarded((set: 1, looked: 0))
    let found = Result<(Complaints, Int)>()
    workers.start("writer") {
      for mtu in 2...last {
        try? adapter.setLinkLayerMtuSize(mtu)
        progress.withLock { $0.set = mtu }
        guard mtu % 3 == 0 else { continue }
        while progress.withLock({ $0.looked }) < mtu { sched_yield() }
      }
    }
    workers.start("reader") {
      var complaints = Complaints()
      var (known, looks) = (1, 0)
      while known < last {
        let before = known
        known = progress.withLock { $0.set }
        look(known, &complaints)
        looks += 1
        let looked = known
        progress.withLock { $0.looked = looked }
        if known == before { sched_yield() }
      }
      found.put((complaints, looks))
    }
    guard workers.wait() else { return }
    let (complaints, looks) = try found.take()
    XCTAssertEqual(complaints.lines, [])
    print("stress change count: \(last) changes, \(looks) looks")
  }

  /// What one thread has changed can be seen by another one as soon as it hears of it.
  func testAChangeIsSeenAtOnce() throws {
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1)
    try nic.start()
    let copy = Box(Copy(nic.adapter))
    try raise(nic, to: 500 * StressScale.factor) { known, complaints in
      let before = copy.value.state.mtu
      copy.value.refresh()
      let mtu = copy.value.state.mtu
      complaints.expect(mtu >= known, "\(mtu), though \(known) was set")
      complaints.expect(mtu >= before, "\(before) became \(mtu)")
    }
  }

  /// So does a NIC, which keeps such a copy: it sends what the new MTU allows.
  func testANICSeesAChangeAtOnce() throws {
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1, link: CountingLink())
    try nic.start()
    let last = min(60_000, 500 * StressScale.factor)
    let sender = Handover(value: nic)
    let frame = [UInt8](repeating: 0, count: 14 + last)
    try raise(nic, to: last) { known, complaints in
      let outcome = sender.value.transmit(
        frame.octets.extracting(first: 14 + known), TransmitRequest()
      ).outcome
      complaints.expect(outcome == .sent(frames: 1), "\(outcome), though \(known) was set")
    }
  }

  /// After many changes by several threads the copy is what the adapter is.
  func testTheLastStateIsNotMissed() throws {
    var random = SeededGenerator.fromEnvironment(0xC0DE)
    for _ in 0..<(5 * StressScale.factor) {
      let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500)
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
