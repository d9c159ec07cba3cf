import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Damaged frames and lying headers: every frame comes out once, unmodified or in a sound unit.
final class HostileCoalescingTests: XCTestCase {
  private static let profile = RecipeProfile {
    $0.links = [.ethernet, .rawIP, .linuxCooked1, .linuxCooked2]
    ($0.usualPayload, $0.largeOneIn, $0.mostSegments) = (900, 100_000, 8)
    $0.allowsTunnels = true
    $0.allowsInnerTrailers = true
  }

  func testDamagedFrames() throws {
    let start = SeededGenerator.fromEnvironment()
    var generator = RecipeGenerator(start, profile: Self.profile)
    var (merged, held) = (0, 0)
    for number in 0..<2_400 {
      let (recipe, size) = generator.next()
      let link = recipe.outerLink.kind.layer
      let whole = try segment(recipe.build(), mtu: 65_575, segmentSize: size, link: link)
      var frames: [[UInt8]] = []
      for frame in whole.prefix(12) {
        frames.append(generator.random.oneIn(4) ? generator.random.damage(frame) : frame)
      }
      var request = CoalescingRequest(rules: generator.random.pick(CoalescingRules.presets).rules)
      request.link = link
      request.flowCapacity = generator.random.within(1...3)
      request.rules.maximumPacketLength = generator.random.pick([65_535, 2_000, 0, -5, .max])
      request.rules.maximumTCPSegmentCount = generator.random.pick([nil, 0, 1, 3, -1])
      let units = try coalesced(frames, request)
      held += units.filter { $0.metadata.segmentCount == 1 }.count
      if let fault = Self.fault(units, frames, recipe, request.rules, &merged) {
        return XCTFail("seed \(start.seed), batch \(number): \(fault)\n\(frames)")
      }
    }
    XCTAssertGreaterThan(merged, 50, "too few units to mean anything")
    XCTAssertGreaterThan(held, 3_000)
  }

  private static func fault(
    _ units: [CoalescedFrame], _ frames: [[UInt8]], _ recipe: FrameRecipe,
    _ rules: CoalescingRules, _ merged: inout Int
  ) -> String? {
    let looksIntoTunnels = recipe.encapsulation != nil && rules.tunnels != .opaque
    guard units.inputs.flatMap({ $0 }).sorted() == Array(frames.indices) else {
      return "not every frame once: \(units.inputs)"
    }
    for unit in units {
      let inputs = unit.inputs.map { frames[$0] }
      if inputs.count == 1 {
        guard unit.octets == inputs[0] else { return "a single frame changed" }
        continue
      }
      merged += 1
      let layers = recipe.outerLink.kind
      let faults = frameFaults(unit.octets, link: layers, udpTunnels: looksIntoTunnels)
      if let fault = faults.first { return "unit \(unit.inputs): \(fault)" }
      guard unit.metadata.segmentCount == inputs.count else { return "segment count" }
    }
    return nil
  }

  /// Random octets, with random virtio-net headers.
  func testRandomOctets() throws {
    let start = SeededGenerator.fromEnvironment()
    var random = start
    for link in LinkLayer.allCases {
      var request = CoalescingRequest(rules: .ndis, window: 3)
      request.link = link
      request.flowCapacity = 2
      var coalescer = try Coalescer(request)
      var seen = 0
      for number in 0..<400 {
        let frame = random.octets(random.below(80))
        var header = VirtioNetHeader()
        if random.oneIn(3) { random.damage(&header) }
        coalescer.receive(frame.octets, describedBy: header, at: random.next() % 50_000) {
          seen += $0.inputs.count
        }
        XCTAssertEqual(seen + coalescer.heldUnitCount, number + 1, "seed \(start.seed)")
      }
    }
  }

  /// Every prefix of a frame of each kind, after a whole one of its flow.
  func testTruncatedFrames() throws {
    for encapsulation in [
      nil, Encapsulation.vxlan(), .geneve(options: [1, 2, 3, 4]), .gre(key: 1),
    ] {
      for network in [Network.ipv4(), .ipv6(extensions: [.hopByHop()])] {
        for (_, rules) in CoalescingRules.presets {
          var flow = Conversation(network, encapsulation: encapsulation)
          let (first, second) = (flow.next(30), flow.next(30))
          for count in 0..<second.count {
            let frames = [first, Array(second.prefix(count))]
            var request = CoalescingRequest(rules: rules)
            request.flowCapacity = 2
            let units = try coalesced(frames, request)
            XCTAssertEqual(Set(units.map(\.octets)), Set(frames))
            XCTAssertEqual(units.count, 2)
          }
        }
      }
    }
  }

  /// Headers grow to what an IP length field allows: extension headers of up to 2,048 octets each.
  func testLongHeaders() throws {
    for count in [1, 2, 8, 31] {
      let header = ExtensionHeader.destinationOptions([UInt8](repeating: 0, count: 2_046))
      var flow = Conversation(.ipv6(extensions: .init(repeating: header, count: count)))
      let frames = (0..<4).map { _ in flow.next(500) }
      let room = 65_535 - (flow.headerLength - 14)
      let units = try coalesced(frames)
      XCTAssertEqual(units.count, room >= 2_000 ? 1 : (2_000 + room - 1) / max(1, room / 500 * 500))
      for unit in units { XCTAssertEqual(frameFaults(unit.octets), []) }
    }
  }

  /// A coalescer keeps no reference to a frame: what the caller does with it later does not matter.
  func testFramesThatChangeAfterwards() throws {
    var flow = Conversation()
    let frames = (0..<3).map { _ in flow.next(200) }
    var coalescer = try Coalescer()
    for var frame in frames {
      coalescer.receive(frame.octets) { _ in XCTFail() }
      for index in frame.indices { frame[index] = 0xFF }
    }
    var units: [CoalescedFrame] = []
    coalescer.flush { units.append(CoalescedFrame($0)) }
    XCTAssertEqual(units.map(\.octets), try coalesced(frames).map(\.octets))
    XCTAssertEqual(units[0].metadata.end, .flush)
  }
}
