import FrameRecipes
import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// The short way of usual Ethernet frames gives what the long way gives.
///
/// The long way is that of the same packets after another link header, which no short way is for.
final class CoalescerShortWayTests: XCTestCase {
  func testConversations() throws {
    let start = SeededGenerator.fromEnvironment(0x5407)
    let rounds = max(1, frameCount(debug: 1_500, release: 15_000) / 30)
    var merged = 0
    for (place, (name, rules)) in CoalescingRules.presets.enumerated() {
      for round in 0..<rounds {
        let seed = start.seed &+ UInt64(place * 10_000 + round)
        var random = SeededGenerator(seed: seed)
        var talk = RandomConversation(SeededGenerator(seed: seed))
        let frames = try talk.frames(30).map { Self.changed($0, &random) }
        var both = try BothWays(rules, capacity: 1 + round % 5)
        both.compare(frames, "\(name), seed \(seed)")
        merged += both.merged
      }
    }
    XCTAssertGreaterThan(merged, rounds)
  }

  /// Every bit of the headers of the second of three frames, with its checksums wrong and right.
  func testEveryBitOfTheHeaders() throws {
    for (name, rules) in [("linux", CoalescingRules.linux), ("ndis", .ndis)] {
      var both = try BothWays(rules, capacity: 2)
      for recipe in Self.usualRecipes {
        let frames = try (0..<3).map { try Self.frame(recipe, $0) }
        let headerLength = try XCTUnwrap(PacketLayout(parsing: frames[0]).headerLength)
        for bit in 0..<(8 * headerLength) {
          var changed = frames
          changed[1][bit / 8] ^= UInt8(1 << (bit % 8))
          both.compare(changed, "\(name), \(headerLength) octets of headers, bit \(bit)")
          Self.repair(&changed[1])
          both.compare(changed, "\(name), \(headerLength) octets of headers, bit \(bit), repaired")
        }
      }
      XCTAssertGreaterThan(both.merged, 1_000)
    }
  }

  /// Every length that a frame can be cut or padded to.
  func testEveryLength() throws {
    for (name, rules) in CoalescingRules.presets {
      var both = try BothWays(rules, capacity: 2)
      for recipe in Self.usualRecipes {
        let frames = try (0..<3).map { try Self.frame(recipe, $0) }
        for length in 14..<(frames[1].count + 30) {
          var changed = frames
          let rest = [UInt8](repeating: 0, count: max(0, length - frames[1].count))
          changed[1] = Array(frames[1].prefix(length)) + rest
          both.compare(changed, "\(name), \(length) octets of \(frames[1].count)")
        }
      }
      XCTAssertGreaterThan(both.merged, 1)
    }
  }

  /// Segments with flags and without payload, alone and after a unit of their flow.
  func testEveryFlag() throws {
    for (name, rules) in [("linux", CoalescingRules.linux), ("ndis", .ndis)] {
      var both = try BothWays(rules, capacity: 2)
      for recipe in Self.usualRecipes.prefix(6) where recipe.transport.tcp != nil {
        for flags in 0..<UInt16(512) {
          var marked = recipe
          marked.transport.tcp?.flags = FrameRecipe.TCPFlags(rawValue: flags)
          let text = "\(name), flags \(flags)"
          both.compare([try Self.frame(marked, 0, payload: 0)], text)
          both.compare([try Self.frame(marked, 0)], text)
          guard flags % 8 == 0 else { continue }
          let first = try Self.frame(recipe, 0)
          both.compare([first, try Self.frame(marked, 1, payload: 0)], text)
          both.compare([first, try Self.frame(marked, 1), try Self.frame(recipe, 2)], text)
        }
      }
    }
  }

  private static let usualRecipes: [FrameRecipe] = [0, 1, 2].flatMap { tags in
    [FrameRecipe.Network.ipv4(), .ipv6()].flatMap { network in
      [FrameRecipe.Transport.tcp(), .tcp(options: timestamps), .udp()].map { transport in
        let vlans: [FrameRecipe.VLANTag] = [.service(7), .customer(9)]
        return FrameRecipe(
          link: .ethernet(vlans: Array(vlans.suffix(tags))), network: network, transport: transport)
      }
    }
  }

  private static let timestamps: [FrameRecipe.TCPOption] = [
    .noOperation, .noOperation, .timestamps(1, 2),
  ]

  private static func frame(
    _ recipe: FrameRecipe, _ index: Int, payload: Int = 40
  ) throws -> [UInt8] {
    var recipe = recipe
    recipe.payload = .counting(payload)
    recipe.transport.tcp?.sequenceNumber &+= UInt32(40 * index)
    recipe.network.ipv4?.identification &+= UInt16(index)
    return try recipe.octets
  }

  /// Changes a bit of the headers now and then, mostly with right checksums.
  private static func changed(_ frame: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    guard random.oneIn(6), !frame.isEmpty else { return frame }
    var frame = frame
    frame[random.below(min(frame.count, 80))] ^= UInt8(1 << random.below(8))
    if !random.oneIn(4) { repair(&frame) }
    return frame
  }

  /// Makes the checksums right, if the headers can be read.
  private static func repair(_ frame: inout [UInt8]) {
    guard let plan = try? ChecksumPlan(of: frame, fields: [.ipv4Header, .transport]) else { return }
    _ = try? plan.apply(to: &frame)
  }
}

/// A coalescer that has the short way, and one that has not.
private struct BothWays: ~Copyable {
  private var short: Coalescer
  private var long: Coalescer
  private var time: UInt64 = 0
  /// How many frames were merged.
  private(set) var merged = 0

  init(_ rules: CoalescingRules, capacity: Int) throws {
    var request = CoalescingRequest(rules: rules, window: 50)
    request.flowCapacity = capacity
    let ethernet = try Coalescer(request)
    request.link = .linuxCooked
    let cooked = try Coalescer(request)
    short = ethernet
    long = cooked
  }

  /// Gives a batch of frames to both, and compares decisions and units.
  mutating func compare(_ frames: [[UInt8]], _ text: @autoclosure () -> String) {
    for (index, frame) in frames.enumerated() where frame.count >= 14 {
      var (units, others): ([Unit], [Unit]) = ([], [])
      time += 4
      let decision = short.receive(frame, at: time) { units.append(Unit($0, cooked: false)) }
      let other = long.receive(Self.cooked(frame), at: time) {
        others.append(Unit($0, cooked: true))
      }
      if case .merged = decision { merged += 1 }
      XCTAssertEqual(decision.comparable, other.comparable, "\(text()), frame \(index)")
      XCTAssertEqual(units, others, "\(text()), frame \(index)")
    }
    var (units, others): ([Unit], [Unit]) = ([], [])
    short.endBatch { units.append(Unit($0, cooked: false)) }
    long.endBatch { others.append(Unit($0, cooked: true)) }
    XCTAssertEqual(units, others, text())
  }

  /// The frame with a Linux cooked header, which has the type two octets later.
  private static func cooked(_ frame: [UInt8]) -> [UInt8] { frame[..<12] + [0, 0] + frame[12...] }

  /// What has to be the same.
  private struct Unit: Equatable {
    let frame: [UInt8]
    let inputs: [Int]
    let segmentCount, segmentSize: Int
    let timestampDelta: UInt32
    let firstArrival, lastArrival: UInt64
    let checksum: CoalescedUnit.Checksum
    let end: String
    let flags: VirtioNetHeader.Flags
    let gsoType: VirtioNetHeader.GsoType

    init(_ unit: CoalescedUnit, cooked: Bool) {
      let octets = unit.frame.array()
      frame = cooked ? Array(octets[..<12] + octets[14...]) : octets
      inputs = unit.inputs.indices.map { unit.inputs[$0] }
      let metadata = unit.metadata
      (segmentCount, segmentSize) = (metadata.segmentCount, metadata.segmentSize)
      timestampDelta = metadata.timestampDelta
      (firstArrival, lastArrival) = (metadata.firstArrival, metadata.lastArrival)
      checksum = metadata.checksum
      (flags, gsoType) = (metadata.virtioNetHeader.flags, metadata.virtioNetHeader.gsoType)
      end =
        switch metadata.end {
        case .notCoalesced(let refusal): "not coalesced: \(refusal.comparable)"
        case .nextFrame(let refusal): "next frame: \(refusal.comparable)"
        default: "\(metadata.end)"
        }
    }
  }
}

extension CoalescingDecision {
  /// Without offsets, which depend on the link header.
  fileprivate var comparable: String {
    switch self {
    case .merged(let count): "merged \(count)"
    case .held(let refusal): "held \(refusal?.comparable ?? "")"
    case .delivered(let refusal): "delivered \(refusal.comparable)"
    }
  }
}

extension CoalescingRefusal {
  fileprivate var comparable: String {
    switch self {
    case .frame: "unreadable"
    case .linkHeader: "link header"
    default: "\(self)"
    }
  }
}
