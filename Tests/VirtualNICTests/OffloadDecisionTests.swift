import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import WireFormats
import XCTest

/// Who segments a frame: the table of `IsSoftwareGsoRequired`, and what a NIC adds to it.
final class OffloadDecisionTests: XCTestCase {
  private func everythingActive() -> ActiveOffloads {
    var active = ActiveOffloads()
    (active.lso.layer3, active.lso.layer4) = (.all, [.tcpNoOptions, .tcpWithOptions])
    (active.uso.layer3, active.uso.layer4) = (.all, .udp)
    return active
  }

  private func capabilities(
    _ layer3: Layer3Flags, _ layer4: Layer4Flags, limit: UInt16 = 0, maximum: Int = 65_536,
    minimum: Int = 1
  ) -> GsoCapabilities {
    var gso = GsoCapabilities(
      layer3: layer3, layer4: layer4, maximumOffloadSize: maximum, minimumSegmentCount: minimum,
      evtSetGso: nil)
    gso.layer4HeaderOffsetLimit = limit
    return gso
  }

  private func plan(_ network: Network, _ transport: Transport) throws -> SegmentationPlan {
    let recipe = FrameRecipe(
      network: network, transport: transport, payload: Payload(seed: 1, count: 300))
    return try SegmentationPlan(of: recipe.build(), request: .init(segmentSize: 100))
  }

  /// Four kinds of IP headers, three of transport headers, every subset of flags.
  func testBehaviour17EveryKindAgainstEverySubsetOfFlags() throws {
    let active = everythingActive()
    for (kind3, network) in HeaderKinds.layer3 {
      for (kind4, transport) in HeaderKinds.layer4 {
        let plan = try plan(network, transport)
        for bits in 0..<128 {
          let layer3 = Layer3Flags(rawValue: UInt32(bits & 15))
          let layer4 = Layer4Flags(rawValue: UInt32(bits >> 4))
          let decision = OffloadDecision(
            for: plan, hardware: capabilities(layer3, layer4), active: active)
          let expected: OffloadDecision
          if bits == 0 {
            expected = .software(because: .noHardware)
          } else if !layer3.contains(kind3) {
            expected = .software(because: .layer3(kind3))
          } else if !layer4.contains(kind4) {
            expected = .software(because: .layer4(kind4))
          } else {
            expected = .hardware
          }
          XCTAssertEqual(decision, expected, "\(kind3) \(kind4) \(bits)")
        }
      }
    }
  }

  func testBehaviour18TheHeaderOffsetLimit() throws {
    let plan = try plan(.ipv4(), .tcp())  // Ethernet 14, IPv4 20: the TCP header starts at 34
    let rows: [(limit: UInt16, OffloadDecision)] = [
      (0, .hardware), (34, .hardware), (35, .hardware), (65_535, .hardware),
      (33, .software(because: .layer4HeaderOffset(offset: 34, limit: 33))),
      (1, .software(because: .layer4HeaderOffset(offset: 34, limit: 1))),
    ]
    for (limit, expected) in rows {
      let gso = capabilities(.all, [.tcpNoOptions, .udp], limit: limit)
      let decision = OffloadDecision(for: plan, hardware: gso, active: everythingActive())
      XCTAssertEqual(decision, expected, "limit \(limit)")
    }
  }

  func testSizeAndCountOutsideTheCapability() throws {
    let plan = try plan(.ipv4(), .udp())
    let rows: [(maximum: Int, minimum: Int, OffloadDecision)] = [
      (300, 3, .hardware),
      (299, 3, .software(because: .payload(octets: 300, limit: 299))),
      (300, 4, .software(because: .segmentCount(3, minimum: 4))),
      (1, 9, .software(because: .payload(octets: 300, limit: 1))),
    ]
    for (maximum, minimum, expected) in rows {
      let gso = capabilities(.all, .udp, maximum: maximum, minimum: minimum)
      XCTAssertEqual(
        OffloadDecision(for: plan, hardware: gso, active: everythingActive()), expected)
    }
  }

  func testWhatIsSwitchedOffIsSoftware() throws {
    let gso = capabilities(.all, [.tcpNoOptions, .tcpWithOptions, .udp])
    for (kind3, network) in HeaderKinds.layer3 {
      for (kind4, transport) in HeaderKinds.layer4 {
        var active = everythingActive()
        let version: Layer3Flags = network.isIPv6 ? .ipv6 : .ipv4
        if kind4 == .udp {
          active.uso.layer3.subtract(version)
        } else {
          active.lso.layer3.subtract(version)
        }
        let decision = OffloadDecision(
          for: try plan(network, transport), hardware: gso, active: active)
        XCTAssertEqual(decision, .software(because: .notActive(.unknown)), "\(kind3) \(kind4)")
      }
    }
  }

  func testTunnelsAreSoftware() throws {
    let recipe = FrameRecipe(
      payload: Payload(count: 3_000),
      encapsulation: Encapsulation(.vxlan(), network: .ipv4()))
    let plan = try SegmentationPlan(
      of: recipe.build(), tunnels: .wellKnown, request: .init(segmentSize: 1_000))
    let gso = capabilities(.all, [.tcpNoOptions, .tcpWithOptions, .udp])
    XCTAssertEqual(
      OffloadDecision(for: plan, hardware: gso, active: everythingActive()),
      .software(because: .tunnel))
  }

  func testReasonsSayTheirNumbers() {
    XCTAssertEqual(
      SoftwareReason.layer4HeaderOffset(offset: 74, limit: 64).description,
      "layer-4 header offset 74 exceeds the limit 64")
    XCTAssertEqual(
      SoftwareReason.payload(octets: 70_000, limit: 65_536).description,
      "payload of 70000 octets exceeds the maximum offload size 65536")
    XCTAssertEqual(
      SoftwareReason.segmentCount(1, minimum: 2).description,
      "segment count 1 is below the minimum 2")
    XCTAssertEqual(
      SoftwareReason.layer4(.tcpWithOptions).description,
      "the adapter does not declare TCP with options")
  }
}
