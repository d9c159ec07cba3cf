import Foundation
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Walks on several threads: each has NICs of its own, and all call the adapters of all.
final class ThreadedWalkTests: XCTestCase {
  /// The adapters of all threads.
  private final class Shared: Sendable {
    private let adapters = Locked<[NetAdapter]>([])
    func add(_ adapter: NetAdapter) { adapters.withLock { $0.append(adapter) } }
    func pick(_ random: inout SeededGenerator) -> NetAdapter? {
      let all = adapters.withLock { $0 }
      return all.isEmpty ? nil : random.pick(all)
    }
  }

  /// Calls of an adapter that any thread may make at any time.
  private static func disturb(_ adapter: NetAdapter, _ random: inout SeededGenerator) {
    switch random.below(8) {
    case 0: try? adapter.stop()
    case 1, 2, 3: try? adapter.start()
    case 4: try? adapter.pauseOffloadCapabilities()
    case 5: try? adapter.resumeOffloadCapabilities()
    case 6: try? adapter.setOffloadParameters(.init())
    default: adapter.setKeyword(.lsoV2IPv4, to: random.oneIn(2) ? .string("0") : nil)
    }
    _ = (adapter.activeOffloads, adapter.stackOffloads, adapter.state, adapter.changeCount)
  }

  func testWalksOnThreeThreads() throws {
    let seed = SeededGenerator.fromEnvironment(0x7EAD)
    let shared = Shared()
    let failures = Locked<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 3) { thread in
      do {
        let walk = try Walk(seed: seed.seed &+ UInt64(thread))
        for station in walk.stations { shared.add(station.nic.adapter) }
        for _ in 0..<600 {
          walk.step(Call.adapterCalls + Call.queueCalls + Call.nicCalls)
          if let adapter = shared.pick(&walk.random) { Self.disturb(adapter, &walk.random) }
        }
        // Others may stop an adapter in the middle of this, which drops what is left.
        walk.finish()
      } catch {
        failures.withLock { $0.append("\(error)") }
      }
    }
    XCTAssertEqual(failures.withLock { $0 }, [], "seed \(seed.seed)")
  }
}
