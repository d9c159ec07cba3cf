import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// A coalescer that is saved and restored goes on as if nothing had been.
final class CoalescerStateTests: XCTestCase {
  func testSavedAndRestoredAfterEveryFrame() throws {
    let start = SeededGenerator.fromEnvironment(0x57A7)
    let rounds = max(1, frameCount(debug: 900, release: 9_000) / 30)
    var held = 0
    for (place, (name, rules)) in CoalescingRules.presets.enumerated() {
      for round in 0..<rounds {
        let seed = start.seed &+ UInt64(place * 10_000 + round)
        var talk = RandomConversation(SeededGenerator(seed: seed))
        var request = CoalescingRequest(rules: rules, window: round % 2 == 0 ? 60 : nil)
        request.flowCapacity = 1 + round % 4
        var whole = try Coalescer(request)
        var restored = try Coalescer(request)
        for (index, frame) in try talk.frames(30).enumerated() {
          let state = restored.save()
          XCTAssertEqual(state, restored.save())
          restored = try Self.restored(request, state)
          held += restored.heldUnitCount
          XCTAssertEqual(restored.save(), state, "\(name), seed \(seed), frame \(index)")
          let (isPartial, time) = (index % 7 == 6, UInt64(index * 5))
          var (units, others): ([Unit], [Unit]) = ([], [])
          let decision = whole.receive(frame.octets, at: time, hasPartialChecksum: isPartial) {
            units.append(Unit($0))
          }
          let other = restored.receive(frame.octets, at: time, hasPartialChecksum: isPartial) {
            others.append(Unit($0))
          }
          XCTAssertEqual(decision, other, "\(name), seed \(seed), frame \(index)")
          XCTAssertEqual(units, others, "\(name), seed \(seed), frame \(index)")
          XCTAssertEqual(whole.frameCount, restored.frameCount)
          XCTAssertEqual(whole.nextDeadline, restored.nextDeadline)
        }
        var (units, others): ([Unit], [Unit]) = ([], [])
        whole.endBatch { units.append(Unit($0)) }
        restored.endBatch { others.append(Unit($0)) }
        XCTAssertEqual(units, others, "\(name), seed \(seed)")
      }
    }
    XCTAssertGreaterThan(held, 100)
  }

  /// Every octet of states is changed, with a checksum that fits and without; what is restored
  /// works.
  func testChangedOctetsAreRefusedOrWork() throws {
    var (refused, accepted) = (0, 0)
    var random = SeededGenerator(seed: 11)
    for (name, rules) in CoalescingRules.presets {
      let request = Self.request(rules)
      let (state, frames) = try Self.state(request, seed: 3)
      // Most octets are payload. Each preset changes others of them.
      for place in stride(from: Int(random.next() % 4), to: state.count, by: 4) {
        var changed = state
        changed[place] = UInt8(truncatingIfNeeded: random.next())
        guard changed != state else { continue }
        XCTAssertThrowsError(try Self.restored(request, changed).heldUnitCount) {
          XCTAssertTrue($0 is StateError, "\(name), octet \(place)")
        }
        Self.repair(&changed)
        do {
          try Self.use(try Self.restored(request, changed), frames)
          accepted += 1
        } catch is StateError { refused += 1 }
      }
    }
    XCTAssertGreaterThan(refused, 100)
    XCTAssertGreaterThan(accepted, 100)
  }

  func testEveryLength() throws {
    let request = Self.request(.linux)
    let (state, frames) = try Self.state(request, seed: 5)
    for count in 0..<state.count {
      XCTAssertThrowsError(
        try Self.restored(request, Array(state.prefix(count))).heldUnitCount)
      guard count >= 20 else { continue }
      // Shorter values with a header and a checksum that fit.
      var changed = Array(state.prefix(count))
      let length = UInt64(count - 20)
      for index in 0..<8 { changed[8 + index] = UInt8(truncatingIfNeeded: length >> (8 * index)) }
      Self.repair(&changed)
      do {
        try Self.use(try Self.restored(request, changed), frames)
      } catch is StateError {}
    }
  }

  func testWhatCannotBeRestored() throws {
    let (state, _) = try Self.state(Self.request(.linux), seed: 3)
    var request = CoalescingRequest(rules: .linux)
    request.flowCapacity = 1
    assertRefused(request, state, "number of units at octet 32 of the state is ", isPrefix: true)
    request.flowCapacity = 64
    request.rules.support = []
    assertRefused(
      request, state, "the rules hold no unit with these headers, before octet", isPrefix: true)
    assertRefused(Self.request(.linux), [], "the state needs 20 octets at octet 0, 0 are there")
    assertRefused(
      Self.request(.linux), [UInt8](repeating: 0, count: 40),
      "not a saved state: it begins with 0x00000000, not with 0x56535431")
  }

  private func assertRefused(
    _ request: CoalescingRequest, _ state: [UInt8], _ text: String, isPrefix: Bool = false
  ) {
    XCTAssertThrowsError(try Self.restored(request, state).heldUnitCount) {
      let found = "\($0)"
      XCTAssertTrue(isPrefix ? found.hasPrefix(text) : found == text, found)
    }
  }

  private static func restored(
    _ request: CoalescingRequest, _ state: [UInt8]
  ) throws -> Coalescer {
    var coalescer = try Coalescer(request)
    try coalescer.restore(state)
    return coalescer
  }

  private static func request(_ rules: CoalescingRules) -> CoalescingRequest {
    var request = CoalescingRequest(rules: rules)
    request.flowCapacity = 6
    return request
  }

  /// A state with units, and frames that would go on.
  private static func state(
    _ request: CoalescingRequest, seed: UInt64
  ) throws -> ([UInt8], [[UInt8]]) {
    var seed = seed
    while true {
      var talk = RandomConversation(SeededGenerator(seed: seed))
      var coalescer = try Coalescer(request)
      for frame in try talk.frames(12) { coalescer.receive(frame) { _ in } }
      if coalescer.heldUnitCount >= 2 { return (coalescer.save(), try talk.frames(6)) }
      seed += 100
    }
  }

  /// Lets a restored coalescer do everything.
  private static func use(_ coalescer: consuming Coalescer, _ frames: [[UInt8]]) throws {
    var coalescer = coalescer
    var count = coalescer.heldUnitCount
    for frame in frames { coalescer.receive(frame) { count += $0.frame.byteCount } }
    XCTAssertFalse(coalescer.save().isEmpty)
    coalescer.advance(to: .max) { count += $0.inputs.count }
    coalescer.endBatch { count += $0.frame.byteCount }
    XCTAssertEqual(coalescer.heldUnitCount, 0)
    XCTAssertGreaterThanOrEqual(count, 0)
  }

  /// Makes the checksum of a state right (CRC-32, IEEE 802.3).
  private static func repair(_ state: inout [UInt8]) {
    var remainder: UInt32 = 0xFFFF_FFFF
    for octet in state.dropLast(4) {
      remainder ^= UInt32(octet)
      for _ in 0..<8 { remainder = remainder >> 1 ^ (remainder & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    for index in 0..<4 {
      state[state.count - 4 + index] = UInt8(truncatingIfNeeded: ~remainder >> (8 * index))
    }
  }

  private struct Unit: Equatable {
    let frame: [UInt8]
    let inputs: [Int]
    let metadata: CoalescedUnit.Metadata

    init(_ unit: CoalescedUnit) {
      frame = unit.frame.array()
      inputs = unit.inputs.indices.map { unit.inputs[$0] }
      metadata = unit.metadata
    }
  }
}
