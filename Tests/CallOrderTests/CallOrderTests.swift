import Foundation
import TestSupport
import VirtualNIC
import VirtualNICTesting
import XCTest

/// Random calls of everything that is public and changes something or throws, in a random order.
///
/// The adapter alone is compared with a model, call by call, in `NetAdapterCoreTests`. Here nothing
/// may trap, hang, get lost or grow, whatever is called, with whatever arguments, and from within
/// whatever callback.
final class CallOrderTests: XCTestCase {
  /// How many times as many walks as usual: `VNIC_TEST_WALKS`, else 1, which is 58,000 calls.
  private let scale =
    ProcessInfo.processInfo.environment["VNIC_TEST_WALKS"].flatMap(Int.init) ?? 1

  func testRandomWalks() throws {
    let seed = SeededGenerator.fromEnvironment(0xCA11)
    var made: [String: Int] = [:]
    var thrown = 0
    print("VNIC_TEST_WALKS=\(scale)")
    for number in 0..<40 * scale {
      let walk = try Walk(seed: seed.seed &+ UInt64(number))
      for _ in 0..<700 { walk.step() }
      walk.finish()
      made.merge(walk.made) { $0 + $1 }
      thrown += walk.thrown.values.reduce(0, +)
      if let failed = testRun?.failureCount, failed > 0 {
        return print("seed \(seed.seed), walk \(number): \(walk.trace.suffix(60))")
      }
    }
    for call in Call.all { XCTAssertGreaterThan(made[call.name] ?? 0, 20, call.name) }
    let all = made.values.reduce(0, +)
    XCTAssertGreaterThan(thrown, all / 10, "calls in the wrong order")
    XCTAssertLessThan(thrown, all * 2 / 3, "calls that do something")
  }

  /// A walk through the calls of NICs and queues only goes deeper into them.
  func testRandomWalksOfNICsAndQueues() throws {
    let seed = SeededGenerator.fromEnvironment(0xCA12)
    let calls = Call.adapterCalls + Call.queueCalls + Call.ringCalls + Call.nicCalls
    for number in 0..<25 * scale {
      let walk = try Walk(seed: seed.seed &+ UInt64(number))
      for station in walk.stations { try? station.nic.start() }
      for _ in 0..<1_200 { walk.step(calls + Call.queueCalls + Call.queueCalls) }
      walk.finish()
      if let failed = testRun?.failureCount, failed > 0 {
        return print("seed \(seed.seed), walk \(number): \(walk.trace.suffix(60))")
      }
    }
  }
}
