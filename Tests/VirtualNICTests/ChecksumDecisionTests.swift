import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import WireFormats
import XCTest

/// Who computes checksums: the table of the framework's transmit checksum decision.
final class ChecksumDecisionTests: XCTestCase {
  private func everythingActive() -> ActiveOffloads {
    var active = ActiveOffloads()
    active.txChecksum.ipv4.layer3 = .ipv4
    (active.txChecksum.tcp.layer3, active.txChecksum.tcp.layer4) = (.all, .tcp)
    (active.txChecksum.udp.layer3, active.txChecksum.udp.layer4) = (.all, .udp)
    return active
  }

  private func capabilities(
    _ layer3: Layer3Flags, _ layer4: Layer4Flags, limits: (UInt16, UInt16) = (0, 0)
  ) -> TxChecksumCapabilities {
    var capabilities = TxChecksumCapabilities(layer3: layer3, evtSetTxChecksum: nil)
    capabilities.layer4 = layer4
    (capabilities.layer3HeaderOffsetLimit, capabilities.layer4HeaderOffsetLimit) = limits
    return capabilities
  }

  private func layout(_ network: Network, _ transport: Transport) throws -> PacketLayout {
    let recipe = FrameRecipe(network: network, transport: transport, payload: Payload(count: 30))
    return try PacketLayout(parsing: recipe.build().octets)
  }

  /// Four kinds of IP headers, three of transport headers, every subset of flags, every wish.
  func testEveryKindAgainstEverySubsetOfFlags() throws {
    let active = everythingActive()
    for (kind3, network) in HeaderKinds.layer3 {
      for (kind4, transport) in HeaderKinds.layer4 {
        let layout = try layout(network, transport)
        for bits in 0..<128 {
          let layer3 = Layer3Flags(rawValue: UInt32(bits & 15))
          let layer4 = Layer4Flags(rawValue: UInt32(bits >> 4))
          for wish in 0..<4 {
            let fields = ChecksumPlan.Fields(rawValue: UInt8(wish))
            let decision = ChecksumDecision(
              for: fields, layout: layout, hardware: capabilities(layer3, layer4), active: active)
            let expected: ChecksumDecision
            if fields.isEmpty || (fields == .ipv4Header && network.isIPv6) {
              expected = .none
            } else if bits == 0 {
              expected = .software(because: .noHardware)
            } else if fields.contains(.transport), !layer4.contains(kind4) {
              expected = .software(because: .layer4(kind4))
            } else if !layer3.contains(kind3) {
              expected = .software(because: .layer3(kind3))
            } else {
              expected = .hardware
            }
            XCTAssertEqual(decision, expected, "\(kind3) \(kind4) \(bits) \(wish)")
          }
        }
      }
    }
  }

  func testHeaderOffsetLimits() throws {
    let layout = try layout(.ipv4(), .tcp())  // the IP header starts at 14, the TCP header at 34
    let rows: [(layer3: UInt16, layer4: UInt16, ChecksumDecision)] = [
      (0, 0, .hardware), (14, 34, .hardware), (15, 35, .hardware),
      (13, 34, .software(because: .layer3HeaderOffset(offset: 14, limit: 13))),
      (14, 33, .software(because: .layer4HeaderOffset(offset: 34, limit: 33))),
      // The framework looks at the transport's limit first.
      (1, 1, .software(because: .layer4HeaderOffset(offset: 34, limit: 1))),
    ]
    for (layer3, layer4, expected) in rows {
      let hardware = capabilities(.all, [.tcpNoOptions], limits: (layer3, layer4))
      let decision = ChecksumDecision(
        for: [.ipv4Header, .transport], layout: layout, hardware: hardware,
        active: everythingActive())
      XCTAssertEqual(decision, expected, "limits \(layer3), \(layer4)")
    }
  }

  func testWhatIsSwitchedOffIsSoftware() throws {
    let hardware = capabilities(.all, [.tcp, .udp])
    for (_, network) in HeaderKinds.layer3 {
      for (kind4, transport) in HeaderKinds.layer4 {
        let layout = try layout(network, transport)
        var active = everythingActive()
        if kind4 == .udp {
          active.txChecksum.udp.layer4 = []
        } else {
          active.txChecksum.tcp.layer4 = []
        }
        let decision = ChecksumDecision(
          for: .transport, layout: layout, hardware: hardware, active: active)
        XCTAssertEqual(decision, .software(because: .notActive(.unknown)))
        XCTAssertEqual(
          ChecksumDecision(
            for: .transport, layout: layout, hardware: hardware, active: everythingActive()),
          .hardware)
      }
    }
  }

  func testTunnelsAreSoftware() throws {
    let recipe = FrameRecipe(
      payload: Payload(count: 30), encapsulation: Encapsulation(.vxlan(), network: .ipv4()))
    let layout = try PacketLayout(parsing: recipe.build().octets, tunnels: .wellKnown)
    let decision = ChecksumDecision(
      for: .transport, layout: layout, hardware: capabilities(.all, [.tcp, .udp]),
      active: everythingActive())
    XCTAssertEqual(decision, .software(because: .tunnel))
  }
}
