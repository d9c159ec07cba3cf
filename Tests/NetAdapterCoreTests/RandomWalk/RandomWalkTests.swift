import NetAdapterCore
import TestSupport
import VirtualNICTesting
import XCTest

/// Random calls of one adapter, compared with a model of its states.
///
/// Needs package access: it asks what the hardware alone could do.
final class RandomWalkTests: XCTestCase {
  func testTwoThousandWalks() throws {
    let start = SeededGenerator.fromEnvironment()
    var seen: [String: Int] = [:]
    for number in 0..<2_000 {
      let world = World.all[number % World.all.count]
      let walk = try Walk(world, seed: start.seed &+ UInt64(number))
      var trace: [String] = []
      for _ in 0..<25 {
        let difference = step(walk, &trace)
        if let difference {
          return XCTFail(
            "seed \(start.seed), walk \(number), \(world): \(difference)\n"
              + trace.joined(separator: "\n"))
        }
      }
      for line in trace { seen[line, default: 0] += 1 }
    }
    // Every call had each of its results.
    for call in [
      "declare accepted", "declare violation", "start accepted", "start wrongState",
      "stop accepted", "stop wrongState", "pause accepted", "pause violation", "resume accepted",
      "resume violation", "request accepted", "request wrongState", "request refused",
    ] {
      XCTAssertGreaterThan(seen[call, default: 0], 100, call)
    }
  }

  /// Makes one random call, and returns the first difference from the model.
  private func step(_ walk: Walk, _ trace: inout [String]) -> String? {
    walk.log.clear()
    walk.model.round = []
    let before = (walk.adapter.activeOffloads, walk.adapter.stackOffloads)
    let (name, expected, actual) = walk.call()
    trace.append("\(name) \(actual.kind)")
    guard actual == expected else { return "\(name): \(actual) instead of \(expected)" }
    guard walk.log.names == walk.model.round else {
      return "\(name) called \(walk.log.names) instead of \(walk.model.round)"
    }
    if actual != .accepted, before != (walk.adapter.activeOffloads, walk.adapter.stackOffloads) {
      return "\(name) was refused and changed what is active"
    }
    return invariants(walk, name)
  }

  private func invariants(_ walk: Walk, _ name: String) -> String? {
    let (adapter, model) = (walk.adapter, walk.model)
    guard adapter.state == model.state else { return "\(name): state \(adapter.state)" }
    let active = names(adapter.activeOffloads)
    guard active == model.active else {
      return "\(name): active \(active.sorted()), expected \(model.active.sorted())"
    }
    let stack = names(adapter.stackOffloads)
    guard stack == model.stack else { return "\(name): stack \(stack.sorted())" }
    for entry in walk.log.all where entry.offloads != adapter.activeOffloads {
      return "\(name): \(entry.name) was told something else than what is active"
    }
    let declared = adapter.declaredCapabilities
    if !model.world.is21H2 {
      let all = names(declared.hardwareOffloads)
      guard active.isSubset(of: all) else { return "\(name): active beyond the hardware" }
      guard adapter.activeOffloads.lso.layer3.isSubset(of: declared.gso?.layer3 ?? []),
        adapter.activeOffloads.uso.layer4.isSubset(of: declared.gso?.layer4 ?? [])
      else { return "\(name): flags beyond the hardware" }
    }
    guard declared.gso?.maximumOffloadSize == model.declared["gso"],
      Int(declared.txChecksum?.layer4HeaderOffsetLimit ?? 0) == model.declared["tx"] ?? 0,
      (declared.rxChecksum != nil) == (model.declared["rx"] != nil),
      (declared.rsc != nil) == (model.declared["rsc"] != nil)
    else { return "\(name): declared capabilities have changed" }
    guard adapter.registeredExtensions.contains(.gso) == (model.isStarted && declared.gso != nil)
    else { return "\(name): extensions" }
    return nil
  }
}
