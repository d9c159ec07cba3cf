import FrameRecipes
import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// The engine's coalescer and the reference, with random conversations.
final class CoalescerAgainstReferenceTests: XCTestCase {
  func testTheSameUnitsByEveryPreset() throws {
    let start = SeededGenerator.fromEnvironment(0xC0A1)
    let count = frameCount(debug: 600, release: 6_000)
    var merged = 0
    for (place, (name, rules)) in CoalescingRules.presets.enumerated() {
      for round in 0..<max(1, count / 30) {
        let seed = start.seed &+ UInt64(place * 10_000 + round)
        var talk = RandomConversation(SeededGenerator(seed: UInt64(seed)))
        let checksum: ReferenceMergedChecksum =
          name.hasPrefix("ndis") ? .complete : round % 2 == 0 ? .complete : .pseudoHeader
        let frames = try talk.frames(30)
        let (units, reference) = try both(frames, rules, checksum, capacity: 1 + round % 5)
        merged += units.count { $0.inputs.count > 1 }
        let text = "\(name), seed \(seed)"
        guard units.map(\.inputs) == reference.map(\.inputs) else {
          return XCTFail("\(text): \(units.map(\.inputs)), not \(reference.map(\.inputs))")
        }
        for (unit, right) in zip(units, reference) where unit.compared != right.compared {
          let difference = firstDifference(expected: right.frame, actual: unit.frame)
          return XCTFail(
            "\(text), frames \(right.inputs): \(difference?.description ?? ""), segment size "
              + "\(unit.segmentSize) for \(right.segmentSize), \(unit.checksums) for "
              + "\(right.checksums), delta \(unit.timestampDelta) for \(right.timestampDelta)")
        }
        let faults = coalescingFaults(
          units.map { DeliveredFrame($0.frame, inputs: $0.inputs) }, of: frames,
          rules: ReferenceCoalescingRules(rules), checksum: checksum)
        XCTAssertEqual(faults, [], text)
      }
    }
    XCTAssertGreaterThan(merged, count / 10)
  }

  /// Another rule gives other frames in some conversation: what is drawn depends on every rule.
  func testEveryRuleMatters() throws {
    typealias Change = (name: String, change: (inout ReferenceCoalescingRules) -> Void)
    let changes: [Change] = [
      ("IPv4", { $0.mergesTCPOverIPv4 = false }), ("IPv6", { $0.mergesTCPOverIPv6 = false }),
      ("UDP", { ($0.mergesUDPOverIPv4, $0.mergesUDPOverIPv6) = (false, false) }),
      ("flows", { $0.flowHasAllHeaders = false }), ("tunnels", { $0.tunnels = .overUDP }),
      ("extension headers", { $0.allowsExtensionHeaders = false }),
      ("identification", { $0.checksIdentification = false }),
      ("hop limit", { $0.takesSmallestHopLimit = true }),
      ("hop limit of datagrams", { $0.takesSmallestDatagramHopLimit = true }),
      ("length", { $0.allowsAnyLength = true }),
      ("acknowledgement", { $0.takesLatestAcknowledgement = true }),
      ("window", { $0.takesLatestWindow = true }), ("options", { $0.options = .timestamps }),
      ("merged flags", { $0.mergedFlags = [] }), ("ending flags", { $0.endingFlags = [] }),
      ("starting flags", { $0.startingFlags = [] }), ("refused flags", { $0.refusedFlags = [] }),
      ("checksum 0", { $0.mergesUnusedChecksums = true }),
      ("trailers", { $0.dropsTrailers = true }), ("order", { $0.keepsOrderOfAll = true }),
      ("segments", { $0.mostSegments = 3 }), ("datagrams", { $0.mostDatagrams = 3 }),
      ("packet", { $0.longestPacket = 400 }),
    ]
    for (name, change) in changes {
      var rules = ReferenceCoalescingRules()
      change(&rules)
      let isNoticed = try (0..<500).contains { seed in
        var talk = RandomConversation(SeededGenerator(seed: UInt64(seed)))
        let frames = try talk.frames(30)
        return Self.reference(frames, rules) != Self.reference(frames, .init())
      }
      XCTAssertTrue(isNoticed, name)
    }
  }

  private static func reference(
    _ frames: [[UInt8]], _ rules: ReferenceCoalescingRules
  ) -> [ReferenceUnit] {
    var coalescer = ReferenceCoalescer(rules: rules)
    for frame in frames { coalescer.receive(frame) }
    coalescer.endBatch()
    return coalescer.delivered
  }

  /// What both make of frames, a batch of them at a time.
  private func both(
    _ frames: [[UInt8]], _ rules: CoalescingRules, _ checksum: ReferenceMergedChecksum,
    capacity: Int
  ) throws -> ([ReferenceUnit], [ReferenceUnit]) {
    var request = CoalescingRequest(
      rules: rules, checksum: checksum == .complete ? .complete : .pseudoHeader)
    request.flowCapacity = capacity
    var coalescer = try Coalescer(request)
    var units: [ReferenceUnit] = []
    var reference = ReferenceCoalescer(
      rules: ReferenceCoalescingRules(rules), checksum: checksum, capacity: capacity)
    for (index, frame) in frames.enumerated() {
      coalescer.receive(frame.octets) { units.append(ReferenceUnit($0)) }
      reference.receive(frame)
      guard index % 20 == 19 else { continue }
      coalescer.endBatch { units.append(ReferenceUnit($0)) }
      reference.endBatch()
    }
    coalescer.endBatch { units.append(ReferenceUnit($0)) }
    reference.endBatch()
    return (units, reference.delivered)
  }
}

extension ReferenceUnit {
  /// What has to be equal: of checksums, whether they are known to be right.
  ///
  /// Which header of a frame that cannot be merged was looked at first is of no account.
  var compared: ReferenceUnit {
    var copy = self
    if checksums == .invalid { copy.checksums = .notChecked }
    return copy
  }

  /// The engine's unit in the words of the reference.
  init(_ unit: CoalescedUnit) {
    let metadata = unit.metadata
    let checksums: Checksums =
      switch metadata.checksum {
      case .valid: .valid
      case .partial: .partial
      case .invalid: .invalid
      case .notChecked: .notChecked
      }
    self.init(
      frame: unit.frame.array(), inputs: unit.inputs.indices.map { unit.inputs[$0] },
      segmentSize: metadata.segmentSize, timestampDelta: metadata.timestampDelta,
      checksums: checksums)
  }
}
