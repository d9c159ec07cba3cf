import NetAdapterCore
import XCTest

/// Behaviours 1 to 6 on adapters of every world: the result of a declaration, and the stored one.
final class DeclarationTests: XCTestCase {
  /// The expected violation: the framework's checks in their order, then those that the page adds.
  private func expected(
    layer3: Int, layer4: Int, maximum: Int, minimum: Int, _ mode: CapabilityValidation
  ) -> [Int]? {
    let (v4, v4Options, v6, v6Extensions) = (1, 2, 4, 8)
    let (tcp, tcpOptions, udp) = (1, 2, 4)
    if layer3 & (v4 | v6) != 0, layer4 & (tcp | udp) != 0 {
      if maximum == 0 { return [42, 0, 1] }
      if minimum == 0 { return [42, 0, 2] }
    }
    if layer4 & (tcp | tcpOptions) == tcpOptions { return [42, layer4, 3] }
    if mode == .documented {
      if layer3 & (v4 | v4Options) == v4Options { return [42, layer3, 4] }
      if layer3 & (v6 | v6Extensions) == v6Extensions { return [42, layer3, 5] }
      return layer3 == 0 || layer4 == 0 ? [98, layer3, layer4] : nil
    }
    return layer3 == 0 && layer4 == 0 ? [98, 0, 0] : nil
  }

  func testBehaviours1To4EveryDeclarationInEveryWorld() throws {
    var accepted = 0
    for world in World.all {
      let log = CallLog()
      let adapter = try world.makeAdapter()
      var last: [Int]?
      for bits in 0..<512 {
        let (layer3, layer4) = (bits & 15, bits >> 4 & 7)
        let (maximum, minimum) = (bits >> 7 & 1, bits >> 8 & 1)
        let gso = GsoCapabilities(
          layer3: Layer3Flags(rawValue: UInt32(layer3)),
          layer4: Layer4Flags(rawValue: UInt32(layer4)), maximumOffloadSize: maximum,
          minimumSegmentCount: minimum, evtSetGso: log.callback("gso"))
        let found = violation { () throws(AdapterViolation) in
          try adapter.setGsoCapabilities(gso)
        }
        let expected = expected(
          layer3: layer3, layer4: layer4, maximum: maximum, minimum: minimum, world.validation)
        let name = "\(world): \(layer3) \(layer4) \(maximum) \(minimum)"
        XCTAssertEqual(found, expected, name)
        if expected == nil {
          accepted += 1
          last = [layer3, layer4, maximum, minimum]
        }
        let stored = adapter.declaredCapabilities.gso.map {
          [
            Int($0.layer3.rawValue), Int($0.layer4.rawValue), $0.maximumOffloadSize,
            $0.minimumSegmentCount,
          ]
        }
        XCTAssertEqual(stored, last, "behaviour 6: the last one that was accepted. \(name)")
      }
      XCTAssertEqual(log.names, [], "a declaration calls nothing")
    }
    // Documented: 8 sets of IP flags with 5 of TCP and UDP, both numbers set. Framework: 60 sets
    // that need the numbers, and 35 that do not, with all 4 of them. Two worlds each.
    XCTAssertEqual(accepted, 2 * (8 * 5 + 60 + 35 * 4))
  }

  func testBehaviour5SizeThenFlagsThenStarted() throws {
    for world in World.all {
      let adapter = try world.makeAdapter()
      var wrong = makeGso([], [])
      wrong.maximumOffloadSize = 0
      wrong.size = 41
      let (size, flags) = (wrong, makeGso([], []))
      for isStarted in [false, true] {
        if isStarted { try adapter.start() }
        XCTAssertEqual(
          violation { () throws(AdapterViolation) in try adapter.setGsoCapabilities(size) },
          [8, 41, 40], "\(world)")
        XCTAssertEqual(
          violation { () throws(AdapterViolation) in try adapter.setGsoCapabilities(flags) },
          [98, 0, 0], "\(world)")
        XCTAssertEqual(
          violation { () throws(AdapterViolation) in try adapter.setGsoCapabilities(makeGso()) },
          isStarted ? [3, 0, 0] : nil, "\(world)")
      }
    }
  }
}
