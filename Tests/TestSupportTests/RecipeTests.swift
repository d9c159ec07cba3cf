import TestSupport
import VirtualNICTesting
import XCTest

/// Recipes, their generator, and the checks of their frames.
final class TestSupportRecipeTests: XCTestCase {
  private func forEachRecipe(
    _ count: Int, _ profile: RecipeProfile, line: UInt = #line,
    _ check: (FrameRecipe, Int) -> String?
  ) {
    let random = SeededGenerator.fromEnvironment()
    var generator = RecipeGenerator(random, profile: profile)
    for number in 0..<count {
      let (recipe, size) = generator.next()
      if let complaint = check(recipe, size) {
        return XCTFail(
          "seed \(random.seed), frame \(number), segment size \(size): \(complaint)\n\(recipe)",
          line: line)
      }
    }
  }

  private var profiles: [RecipeProfile] {
    [
      RecipeProfile(), .tunnels,
      RecipeProfile {
        $0.links = [.ethernet]
        $0.mostTags = 0
        $0.allowsOptions = false
      },
    ]
  }

  func testSoundRecipesBuildSoundFrames() {
    for var profile in profiles {
      (profile.allowsConventions, profile.allowsTrailers) = (false, false)
      forEachRecipe(1_000, profile) { recipe, _ in
        frameFaults(recipe.build(), link: recipe.outerLink.kind).first?.description
      }
    }
  }

  func testLayoutAndDissection() {
    for profile in profiles {
      forEachRecipe(700, profile) { recipe, _ in
        let frame = recipe.build()
        let layout = recipe.layout
        guard layout.payloadEnd + recipe.trailerCount == frame.count,
          Array(frame[layout.payloadOffset..<layout.payloadEnd]) == recipe.payload.octets()
        else { return "layout" }
        return nil
      }
    }
    var exact = RecipeProfile.tunnels
    (exact.allowsConventions, exact.allowsTrailers) = (false, true)
    forEachRecipe(1_000, exact) { recipe, _ in
      let frame = recipe.build()
      let copy = FrameRecipe(dissecting: frame, link: recipe.outerLink.kind)
      guard copy?.build() == frame, copy?.layout == recipe.layout else { return "dissection" }
      return nil
    }
  }

  func testReferenceSegmentsAreSoundAndComplete() {
    for profile in profiles {
      forEachRecipe(700, profile) { recipe, size in
        let segments = referenceSegments(of: recipe, segmentSize: size)
        let start = recipe.layout.payloadOffset
        var payload: [UInt8] = []
        for (index, segment) in segments.enumerated() {
          if let fault = frameFaults(segment, link: recipe.outerLink.kind).first {
            return "segment \(index): \(fault)"
          }
          let count = segment.count - start
          let isLast = index == segments.count - 1
          guard count == size || (isLast && count < size) else { return "segment \(index)" }
          payload += segment[start...]
        }
        return payload == recipe.payload.octets() ? nil : "payload"
      }
    }
  }

  func testReferenceFragmentsReassemble() {
    for rule in [FragmentOptions.IPv4Options.all, .copied, .copiedInPlace] {
      forEachRecipe(300, RecipeProfile { $0.links = [.ethernet, .rawIP] }) { recipe, size in
        let options = FragmentOptions {
          $0.ipv4Options = rule
          $0.ipv6Identification = 0x0102_0304
        }
        let kind = recipe.link.kind
        var frames = referenceFragments(of: recipe, fragmentPayload: size + 40, options: options)
        if frames.count == 1 { return frameFaults(frames[0], link: kind).first?.description }
        for frame in frames {
          if let fault = frameFaults(frame, link: kind).first { return fault.description }
        }
        var random = SeededGenerator(seed: UInt64(size))
        frames.shuffle(using: &random)
        guard let whole = reassemble(frames, link: kind) else { return "not reassembled" }
        frames.removeLast()
        guard reassemble(frames, link: kind) == nil else { return "reassembled with a gap" }
        let same = Array(whole[recipe.layout.payloadOffset...]) == recipe.payload.octets()
        return same ? frameFaults(whole, link: kind).first?.description : "payload"
      }
    }
  }

  /// The checks notice any flipped octet that a length or checksum covers.
  func testEveryFlippedOctetIsNoticed() {
    let recipe = FrameRecipe(
      link: Link(tags: [VLANTag()]), network: .ipv6(), payload: Payload(count: 20),
      encapsulation: Encapsulation(checksum: .complete))
    let frame = recipe.build()
    XCTAssertEqual(frameFaults(frame), [])
    for index in 14..<frame.count {
      var broken = frame
      broken[index] ^= 0x10
      XCTAssertNotEqual(frameFaults(broken), [], "octet \(index)")
    }
  }

  func testFirstDifferenceNamesTheField() {
    let recipe = FrameRecipe(
      link: Link(tags: [VLANTag(), VLANTag()]), payload: Payload(count: 4),
      encapsulation: Encapsulation(.vxlan()))
    let frame = recipe.build()
    let layout = recipe.layout
    let rows: [(Int, String)] = [
      (0, "outer.ethernet.destination"), (18, "outer.ipv4.identification"),
      (36, "outer.udp.destinationPort"), (46, "outer.vxlan.network"),
      (50, "inner.ethernet.destination"), (66, "inner.vlan1.type"),
      (layout.networkOffset + 10, "inner.ipv4.headerChecksum"),
      (layout.transportOffset + 4, "inner.tcp.sequenceNumber"),
      (layout.payloadOffset + 1, "inner.payload"),
    ]
    for (index, name) in rows {
      var other = frame
      other[index] ^= 0xFF
      let fault = firstDifference(expected: frame, actual: other)
      XCTAssertEqual(fault?.octet, index, name)
      XCTAssertEqual(fault?.field, name)
    }
    XCTAssertNil(firstDifference(expected: frame, actual: frame))
    XCTAssertEqual(
      firstDifference(expected: [1, 2], actual: [1]),
      FrameFault(field: "length", expected: 2, found: 1))
  }

  /// Sizes must really come up at the edges, and shapes of every kind.
  func testGeneratorCoversTheSpace() {
    var seen: [String: Int] = [:]
    forEachRecipe(3_000, .tunnels) { recipe, size in
      let count = recipe.payload.count
      var names = ["\(recipe.link.kind)", "\(recipe.checksum)", "outer \(recipe.outerLink.kind)"]
      if case .value = recipe.checksum { names[1] = "value" }
      if count <= 1 { names.append("payload \(count)") }
      if count > size {
        names.append(["rest 0", "rest 1"].first { $0 == "rest \(count % size)" } ?? "")
      }
      if count % size == size - 1 { names.append("rest -1") }
      if count > 10_000 { names.append("large") }
      names.append("tags \(recipe.link.tags.count)")
      if let tunnel = recipe.encapsulation {
        names.append("\(tunnel.kind)".prefix { $0 != "(" } + "")
      }
      if (count + size - 1) / size > 128 { return "\(count / size) segments" }
      for name in names { seen[name, default: 0] += 1 }
      return nil
    }
    let wanted =
      LinkKind.allCases.map { "outer \($0)" } + (0...7).map { "tags \($0)" } + [
        "complete", "zero", "value", "pseudoHeader", "pseudoHeaderWithoutLength",
        "payload 0", "payload 1", "rest 0", "rest 1", "rest -1", "large", "vxlan", "geneve", "gre",
        "vxlanGPE", "gue", "directGUE", "fou", "gtpU",
        "ipInIP",
      ]
    for name in wanted { XCTAssertGreaterThan(seen[name] ?? 0, 5, name) }
  }

  /// Shrinking goes one way only, so it ends by itself.
  func testShrinkingEnds() {
    var generator = RecipeGenerator(SeededGenerator(seed: 9), profile: .tunnels)
    for _ in 0..<200 {
      let (recipe, size) = generator.next()
      var steps = 0
      var current = recipe
      current.payload.count = min(50, recipe.payload.count)
      while let simpler = shrink(current).last {
        current = simpler
        steps += 1
        if steps > 500 { return XCTFail("no end: \(recipe)") }
      }
      let (best, bestSize) = minimise(recipe, segmentSize: size) { _, _ in true }
      XCTAssertEqual(bestSize, 1)
      XCTAssertEqual(best.payload.count, 0)
    }
  }

  func testMinimiseFindsTheSmallestFailure() {
    var generator = RecipeGenerator(SeededGenerator(seed: 5), profile: .tunnels)
    var tried = 0
    while tried < 30 {
      let (recipe, size) = generator.next()
      func failing(_ recipe: FrameRecipe, _ size: Int) -> Bool {
        recipe.link.tags.count >= 1 && recipe.payload.count > size && !recipe.network.isIPv6
      }
      guard failing(recipe, size) else { continue }
      tried += 1
      let (best, bestSize) = minimise(recipe, segmentSize: size, failing: failing)
      XCTAssertEqual(best.link.tags.count, 1)
      XCTAssertEqual([best.payload.count, bestSize], [2, 1])
      XCTAssertNil(best.encapsulation)
      XCTAssertEqual(best.network, .ipv4())
      XCTAssertTrue(best.transport == .tcp() || best.transport == .udp())
    }
  }
}
