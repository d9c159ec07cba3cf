import FrameRecipes
import GsoEngine
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Sizes and counts of the test tools, at the ends of their ranges and beyond.
final class NumberTests: XCTestCase {
  private let extremes = [Int.min, Int.min + 1, -1, 0, 1, .max - 1, .max]
  private let recipe = FrameRecipe(payload: .random(count: 300))

  func testRecipesWithAnyNumber() {
    for number in extremes {
      let changes: [(inout FrameRecipe) -> Void] = [
        { $0.payload.count = number }, { $0.payload.offset = number },
        { $0.payload = FrameRecipe.Payload(.literal([1, 2]), offset: number, count: number) },
        { $0.payload = .counting(number) }, { $0.payload = .repeating(1, count: number) },
        { $0.trailerCount = number },
        {
          $0.network = .ipv4(
            from: "192.0.2.1", to: "192.0.2.2", options: [.recordRoute(slots: number)])
        },
        {
          $0.network = .ipv4(
            from: "192.0.2.1", to: "192.0.2.2", options: [.timestamp(slots: number)])
        },
        {
          $0.network = .ipv6(
            FrameRecipe.IPv6 { $0.extensions = [.destinationOptions([.padding(number)])] })
        },
        { $0.network = .ipv4(FrameRecipe.IPv4 { $0.fragmentOffset = number }) },
        {
          $0.encapsulation = .ipInIP()
          $0.link = FrameRecipe.Link(.rawIP)
          $0.encapsulation?.innerTrailerCount = number
        },
      ]
      for (index, change) in changes.enumerated() {
        var changed = recipe
        change(&changed)
        do throws(FrameRecipe.Fault) {
          let octets = try changed.octets
          XCTAssertLessThan(octets.count, 40_000_000)
        } catch {
          XCTAssertFalse(changed.faults.isEmpty, "\(index)")
          XCTAssertFalse("\(error)".isEmpty)
        }
        _ = changed.layout
        _ = changed.swiftLiteral
      }
      let slice = FrameRecipe.Payload.repeating(1, count: 300).slice(
        min(number, 0)..<max(number, 0))
      XCTAssertLessThanOrEqual(slice.octets().count, 16_777_216)
    }
  }

  func testReferencesWithAnySize() throws {
    let frame = try recipe.octets
    for number in extremes {
      let segments = referenceSegments(of: recipe, segmentSize: number)
      XCTAssertEqual(segments.count, number >= 300 ? 1 : 300)
      XCTAssertGreaterThan(referenceFragments(of: recipe, fragmentPayload: number).count, 0)
      _ = recipe.withZeroSum(inSegment: number, segmentSize: 100)
      _ = recipe.withZeroSum(segmentSize: number)
      XCTAssertFalse(segmentationFaults([], of: frame, segmentSize: number).isEmpty)
      XCTAssertFalse(segmentationFaults([], of: frame, mtu: number).isEmpty)
      XCTAssertFalse(segmentationFaults([], of: frame, segmentSize: number, mtu: number).isEmpty)
      _ = frameFaults(frame, mtu: number)
      let card = FaultyCard(.segmentsSwapped)
      _ = try? card.segments(of: frame, segmentSize: number)
      _ = try? card.segments(of: frame, mtu: number)
      _ = minimise(recipe, segmentSize: number, budget: min(number, 50)) { _, _ in true }
    }
  }

  func testRandomThingsWithAnyNumber() {
    for number in extremes {
      var random = SeededGenerator(seed: 1)
      XCTAssertLessThanOrEqual(random.octets(min(number, 100)).count, 100)
      _ = random.below(number)
      _ = random.oneIn(number)
      _ = random.within(min(number, 0)...max(number, 0))
      let changes: [(inout RecipeProfile) -> Void] = [
        { $0.mostTags = min(number, 100) }, { $0.usualPayload = min(number, 100_000) },
        { $0.largestPayload = min(number, 100_000) }, { $0.largeOneIn = number },
        { $0.mostSegments = number },
      ]
      for change in changes {
        var profile = RecipeProfile()
        change(&profile)
        var generator = RecipeGenerator(SeededGenerator(seed: 3), profile: profile)
        for _ in 0..<5 { _ = generator.next().recipe.faults }
      }
      XCTAssertNil(
        forAllFrames(count: min(number, 3)) { _, _ -> Bool in true })
    }
    XCTAssertEqual(SeededGenerator(seed: 1).octetCount(of: .max), 16_777_216)
  }

  /// NICs at both ends of a cable that answer each other within one instant: a run comes to an end.
  func testACableWithoutEnd() throws {
    let (left, right) = (
      try VirtualNIC(macAddress: .init(1), mtu: 1_500),
      try VirtualNIC(macAddress: .init(2), mtu: 1_500)
    )
    try left.start()
    try right.start()
    let cable = Cable(left, right)
    left.onReceive = { [unowned left] frame, _, time in left.transmit(frame, at: time) }
    right.onReceive = { [unowned right] frame, _, time in right.transmit(frame, at: time) }
    left.transmit([UInt8](repeating: 1, count: 60))
    XCTAssertFalse(cable.run(atMost: .seconds(1)) { false })
    XCTAssertGreaterThanOrEqual(right.counters.receivedFrames, 50_000)
    XCTAssertEqual(cable.now, .start)
  }
}

extension SeededGenerator {
  fileprivate func octetCount(of count: Int) -> Int {
    var copy = self
    return copy.octets(count).count
  }
}
