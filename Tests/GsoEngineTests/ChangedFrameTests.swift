import GsoEngine
import TestSupport
import WireFormats
import XCTest

/// A frame whose octets change between plan and render: whatever comes out, nothing traps.
final class ChangedFrameTests: XCTestCase {
  /// Every octet of the headers set to every value that turns some of its bits, one at a time and
  /// all together, as a guest could do that writes to a shared buffer.
  private func changes(of frame: [UInt8], headers: Int) -> [[UInt8]] {
    var changed: [[UInt8]] = []
    for at in 0..<headers {
      for value in [0x00, 0x45, 0x80, 0x94, 0xB0, 0xFF] as [UInt8] {
        var copy = frame
        copy[at] = value
        changed.append(copy)
      }
    }
    for value in [0x00, 0x80, 0x94, 0xFF] as [UInt8] {
      changed.append([UInt8](repeating: value, count: frame.count))
    }
    return changed
  }

  func testSegments() throws {
    let inner = FrameRecipe(payload: Payload(seed: 1, count: 300))
    var recipes = [inner]
    let kinds: [Encapsulation.Kind] = [
      .vxlan(), .geneve(), .ipInIP, .gre(checksum: false, key: nil, sequence: nil),
      .gre(checksum: true, key: nil, sequence: nil),
    ]
    for kind in kinds {
      var recipe = inner
      recipe.link = Link(.rawIP)
      if case .vxlan = kind { recipe.link = Link() }
      if case .geneve = kind { recipe.link = Link() }
      recipe.encapsulation = Encapsulation(kind, network: .ipv4())
      recipes.append(recipe)
    }
    for recipe in recipes {
      let frame = recipe.build()
      let plan = try SegmentationPlan(
        of: frame, tunnels: .wellKnown, request: .init(segmentSize: 100))
      for changed in changes(of: frame, headers: plan.headerLength) {
        XCTAssertEqual(try plan.frames(of: changed).count, plan.count)
      }
    }
  }

  func testFragmentsWithMoreOptionsThanWerePlanned() throws {
    let network = IPv4Recipe {
      $0.options = [.init([UInt8](repeating: 1, count: 40))]
      $0.dontFragment = false
    }
    let recipe = FrameRecipe(
      network: .ipv4(network), transport: .udp(), payload: Payload(seed: 1, count: 9))
    let frame = recipe.build()
    let plan = try FragmentationPlan(of: frame, request: .init(fragmentSize: 8))
    XCTAssertEqual(plan.count, 3)
    XCTAssertEqual(plan[2].headerLength, 34, "no option is repeated")
    var changed = frame
    (changed[34], changed[35]) = (0x94, 40)  // one option of forty octets, with the copied flag
    XCTAssertEqual(
      try plan.frames(of: changed).map(\.count), try plan.frames(of: frame).map(\.count))
    for changed in changes(of: frame, headers: plan[0].headerLength) {
      XCTAssertEqual(try plan.frames(of: changed).count, plan.count)
    }
  }
}
