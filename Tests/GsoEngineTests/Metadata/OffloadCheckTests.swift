import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// The check against segmentation, on frames with wrong headers.
final class OffloadCheckTests: XCTestCase {
  func testCheckAgreesWithSegmentation() {
    let random = SeededGenerator.fromEnvironment(0x7E2D)
    let profile = RecipeProfile {
      $0.allowsTunnels = true
      $0.links = [.ethernet]
      $0.usualPayload = 600
      $0.largeOneIn = 2_000
    }
    var generator = RecipeGenerator(random, profile: profile)
    var (accepted, refused, errors) = (0, 0, Set<String>())
    for round in 0..<20_000 {
      let (recipe, size) = generator.next()
      var frame = recipe.build()
      let header = header(for: recipe, size, &generator.random)
      if generator.random.oneIn(5) {
        for _ in 0..<3 { frame[generator.random.below(frame.count)] = generator.random.integer() }
      }
      if generator.random.oneIn(10) { frame.removeLast(generator.random.below(frame.count)) }
      let rules = generator.random.pick(SegmentationRules.presets).rules
      let check = OffloadAction.check(frame, describedBy: header, rules: rules)
      let result = Result { () throws(SegmentationError) in
        let action = try OffloadAction(on: frame, describedBy: header, rules: rules)
        return try action.frames(of: frame).count
      }
      guard check == result else {
        return XCTFail("\(check), \(result) (seed \(random.seed), round \(round)): \(frame)")
      }
      switch result {
      case .success: accepted += 1
      case .failure(let error):
        refused += 1
        errors.insert(String("\(error)".prefix(12)))
      }
    }
    XCTAssertGreaterThan(accepted, 4_000)
    XCTAssertGreaterThan(refused, 4_000)
    XCTAssertGreaterThan(errors.count, 12)
  }

  /// A header that describes the frame, often with a wrong field.
  private func header(
    for recipe: FrameRecipe, _ size: Int, _ random: inout SeededGenerator
  ) -> VirtioNetHeader {
    let layout = recipe.layout
    var header = VirtioNetHeader()
    header.flags = [.needsChecksum]
    let isTCP = recipe.transport.isTCP
    var type: UInt8 = isTCP ? (recipe.network.isIPv6 ? 4 : 1) : 5
    if !isTCP, random.oneIn(3) { type = 3 }
    if let outer = recipe.encapsulation {
      type |= outer.network.isIPv6 ? 0x40 : 0x20
      if random.oneIn(2) { header.flags.insert(.udpTunnelChecksum) }
    }
    header.gsoType = VirtioNetHeader.GsoType(rawValue: type)
    header.gsoSize = UInt16(truncatingIfNeeded: type == 3 ? max(8, size / 8 * 8) : size)
    header.headerLength = UInt16(truncatingIfNeeded: layout.payloadOffset)
    header.checksumStart = UInt16(truncatingIfNeeded: layout.transportOffset)
    header.checksumOffset = isTCP ? 16 : 6
    header.outerTransportOffset = UInt16(truncatingIfNeeded: layout.outerTransportOffset ?? 0)
    header.innerNetworkOffset = UInt16(truncatingIfNeeded: layout.networkOffset)
    guard random.oneIn(2) else { return header }
    let odd: UInt16 = random.pick([0, 1, 7, 14, 34, 0x7FFF, 0xFFFF, random.integer()])
    switch random.below(9) {
    case 0: header.flags = VirtioNetHeader.Flags(rawValue: random.integer())
    case 1: header.gsoType = VirtioNetHeader.GsoType(rawValue: random.integer())
    case 2: header.gsoSize = odd
    case 3: header.headerLength = odd
    case 4: header.checksumStart = odd
    case 5: header.checksumOffset = odd
    case 6: header.outerTransportOffset = odd
    case 7: header.innerNetworkOffset = odd
    default: header.gsoType = .none
    }
    return header
  }
}
