import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// The engine's fragments against those that the reference makes of the same recipe.
final class FragmentReferenceTests: XCTestCase {
  private let plain = RecipeProfile { $0.largeOneIn = 200 }

  func testRandomPacketsAreCutAsTheReferenceCutsThem() {
    let random = SeededGenerator.fromEnvironment(0xF7A6)
    var generator = RecipeGenerator(random, profile: plain)
    var fragmented = 0
    for round in 0..<4_000 {
      let recipe = generator.next().recipe
      let size = 8 * generator.random.within(1...(generator.random.oneIn(3) ? 8 : 190))
      let rules: FragmentationRules = generator.random.oneIn(2) ? .linux : .copiedFlag
      if complaint(recipe, size, rules) != nil {
        report(recipe, size, rules, "seed \(random.seed), round \(round)")
        return
      }
      if recipe.payload.count > size { fragmented += 1 }
    }
    XCTAssertGreaterThan(fragmented, 1_500)
  }

  /// The fewest octets there are, and sizes around every edge of one datagram.
  func testEverySizeOfOneDatagram() {
    for network in [Network.ipv4(), .ipv6()] {
      for transport in [Transport.udp(), .tcp()] {
        let recipe = FrameRecipe(
          network: network, transport: transport, payload: Payload(count: 1_601))
        for size in stride(from: 8, through: 1_632, by: 8) {
          for rules in [FragmentationRules.linux, .copiedFlag] {
            if complaint(recipe, size, rules) != nil { return report(recipe, size, rules, "") }
          }
        }
      }
    }
  }

  /// Around one and two full fragments, one octet at a time.
  func testEveryLengthAroundWholeFragments() {
    for network in [Network.ipv4(), .ipv6()] {
      for count in 0...140 {
        let recipe = FrameRecipe(
          network: network, transport: .udp(), payload: Payload(count: count))
        if complaint(recipe, 64, .linux) != nil { return report(recipe, 64, .linux, "") }
      }
    }
  }

  private func report(
    _ recipe: FrameRecipe, _ size: Int, _ rules: FragmentationRules, _ when: String
  ) {
    let (small, smallSize) = minimise(recipe, segmentSize: size / 8) {
      complaint($0, $1 * 8, rules) != nil
    }
    let text = complaint(small, smallSize * 8, rules) ?? ""
    XCTFail("\(text) (\(when), size \(smallSize * 8), \(rules.options)): \(small.swiftLiteral)")
  }

  /// What differs between the engine's fragments, put together or not, and what they should be.
  private func complaint(
    _ recipe: FrameRecipe, _ size: Int, _ rules: FragmentationRules
  ) -> String? {
    guard recipe.encapsulation == nil else { return nil }
    var recipe = recipe
    recipe.zeroBecomesOnes = true
    let link = recipe.link.kind
    let copiesZero = rules.zeroUDPChecksum == .copied && !recipe.network.isIPv6
    let options = FragmentOptions {
      $0.ipv4Options = rules.options == .all ? .all : .copied
      $0.ipv6Identification = 0x89AB_CDEF
      $0.zeroUDPChecksum = copiesZero ? .copied : .computeAnyway
    }
    let expected = referenceFragments(of: recipe, fragmentPayload: size, options: options)
    let request = FragmentationRequest(
      fragmentSize: size, identification: 0x89AB_CDEF, rules: rules)
    switch fragments(of: recipe.build(), link: link, request) {
    case .failure(let error): return "refused: \(error)"
    case .success(let actual):
      if let text = firstDifference(expected: expected, actual: actual, link: link) {
        return text.description
      }
      guard actual.count > 1 else { return nil }
      var whole = recipe.whole(zeroStays: copiesZero)
      whole.network.ipv4?.reservedBit = false
      guard let again = reassemble(actual.reversed(), link: link) else {
        return "the fragments do not fit together"
      }
      return firstDifference(expected: whole.build(), actual: again, link: link)?.description
    }
  }

  func testEveryMixOfExtensionHeaders() {
    let kinds: [ExtensionHeader] = [
      .hopByHop([5, 2, 0, 0]), .destinationOptions([1, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
      .routing(type: 4, segmentsLeft: 0, [0, 0, 0, 0]),
      .routing(type: 2, segmentsLeft: 1, [0, 0, 0, 0] + [UInt8](repeating: 0x2A, count: 16)),
    ]
    var mixes: [[ExtensionHeader]] = [[]]
    for _ in 0..<4 {
      let longer = mixes.flatMap { mix in kinds.map { mix + [$0] } }
      mixes = [[]] + longer
    }
    XCTAssertEqual(mixes.count, 1 + 4 + 16 + 64 + 256)
    for mix in mixes {
      for transport in [Transport.udp(), .tcp()] {
        let network = Network.ipv6(IPv6Recipe { $0.extensions = mix })
        let recipe = FrameRecipe(
          network: network, transport: transport, payload: Payload(count: 131))
        for size in [8, 16, 24, 48, 120] where complaint(recipe, size, .linux) != nil {
          return report(recipe, size, .linux, "mix of extension headers")
        }
      }
    }
  }

  /// Where the kernel's own offsets are wrong, ours give the datagram back.
  func testAdvisoryKernelCasesReassemble() throws {
    let corpus = try KernelCorpus()
    var seen = 0
    for c in corpus.cases where c.group == "ufo6" && c.wellformed && c.advisory != nil {
      seen += 1
      let frame = corpus.input(of: c)
      let frames = EngineResult(c, corpus).frames
      let again = try XCTUnwrap(reassemble(frames), "\(c.name): \(frames.count) frames")
      var expected = frame
      let layout = try PacketLayout(parsing: frame)
      let field = try XCTUnwrap(layout.transport).checksumOffset
      expected[field] = again[field]
      expected[field + 1] = again[field + 1]
      XCTAssertNil(firstDifference(expected: expected, actual: again), c.name)
      XCTAssertEqual(frameFaults(again), [], c.name)
      XCTAssertNotEqual(frames, corpus.expected(of: c), "\(c.name) is sound by now")
    }
    XCTAssertEqual(seen, 12)
  }
}
