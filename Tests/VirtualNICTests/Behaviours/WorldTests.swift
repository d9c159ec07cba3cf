import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import WireFormats
import XCTest

/// Behaviours 16 to 18 with adapters of both modes, with and without the quirks of release 21H2.
///
/// The worlds differ in the offloads that are active. In all of them, hardware must get only frames
/// that it declares.
final class WorldTests: XCTestCase {
  private struct World: CustomStringConvertible {
    let validation: CapabilityValidation
    let quirks: Quirks
    var is21H2: Bool { quirks.contains(.release21H2) }
    var description: String { "\(validation)\(is21H2 ? ", 21H2" : "")" }

    static let all = CapabilityValidation.allCases.flatMap { mode in
      [Quirks(), .release21H2].map { World(validation: mode, quirks: $0) }
    }

    func adapter(
      _ layer3: Layer3Flags, _ layer4: Layer4Flags, limit: UInt16 = 0, hasKeywords: Bool = true
    ) throws -> NetAdapter {
      var keywords = KeywordStore()
      if hasKeywords {
        for keyword in [Keyword.lsoV1IPv4, .lsoV2IPv4, .lsoV2IPv6, .usoIPv4, .usoIPv6] {
          keywords[keyword] = .string("1")
        }
      }
      let adapter = NetAdapter(
        permanentLinkLayerAddress: MACAddress(1), validation: validation, quirks: quirks,
        keywords: keywords)
      adapter.setLinkLayerCapabilities(LinkLayerCapabilities(maximumTxLinkSpeed: 1))
      try adapter.setLinkLayerMtuSize(1_500)
      try adapter.setDatapathCapabilities(
        transmit: TransmitCapabilities(), receive: ReceiveCapabilities(maximumFrameSize: 1_514))
      var gso = GsoCapabilities(
        layer3: layer3, layer4: layer4, maximumOffloadSize: 64_000, minimumSegmentCount: 1
      ) { _, _ in }
      gso.layer4HeaderOffsetLimit = limit
      try adapter.setGsoCapabilities(gso)
      try adapter.start()
      return adapter
    }
  }

  private func decide(
    _ adapter: NetAdapter, _ network: Network, _ transport: Transport
  ) throws -> OffloadDecision {
    let recipe = FrameRecipe(
      network: network, transport: transport, payload: Payload(seed: 1, count: 300))
    let plan = try SegmentationPlan(of: recipe.build(), request: .init(segmentSize: 100))
    return OffloadDecision(
      for: plan, hardware: adapter.declaredCapabilities.gso, active: adapter.activeOffloads)
  }

  /// Every set of flags that a driver can declare in the world, after start and after resume.
  func testBehaviour17EveryDeclarationOfEveryWorld() throws {
    for world in World.all {
      var declarations = 0
      for bits in 1..<128 {
        let layer3 = Layer3Flags(rawValue: UInt32(bits & 15))
        let layer4 = Layer4Flags(rawValue: UInt32(bits >> 4))
        guard let adapter = try? world.adapter(layer3, layer4) else { continue }
        declarations += 1
        for isResumed in [false, true] {
          if isResumed {
            try adapter.pauseOffloadCapabilities()
            try adapter.resumeOffloadCapabilities()
          }
          for (kind3, network) in HeaderKinds.layer3 {
            for (kind4, transport) in HeaderKinds.layer4 {
              let expected: OffloadDecision
              if !layer3.contains(kind3) {
                expected = .software(because: .layer3(kind3))
              } else if !layer4.contains(kind4) {
                expected = .software(because: .layer4(kind4))
              } else {
                expected = .hardware
              }
              XCTAssertEqual(
                try decide(adapter, network, transport), expected,
                "\(world), \(bits), \(kind3) \(kind4)")
            }
          }
        }
      }
      // The framework accepts options without plain headers, and flags of one layer only.
      XCTAssertEqual(declarations, world.validation == .documented ? 40 : 95, "\(world)")
    }
  }

  /// Without any keyword, 21H2 has all segmentation off, so software segments.
  func testBehaviour17NoKeywordAtAll() throws {
    for world in World.all {
      let adapter = try world.adapter(.all, .all, hasKeywords: false)
      for (_, network) in HeaderKinds.layer3 {
        for (_, transport) in HeaderKinds.layer4 {
          XCTAssertEqual(
            try decide(adapter, network, transport),
            world.is21H2 ? .software(because: .notActive(.unknown)) : .hardware, "\(world)")
        }
      }
    }
  }

  func testBehaviour18TheHeaderOffsetLimitInEveryWorld() throws {
    for world in World.all {
      // Ethernet 14, IPv4 20: the transport header starts at octet 34.
      for limit in [UInt16(0), 1, 33, 34, 35, .max] {
        let adapter = try world.adapter(.all, .all, limit: limit)
        let isBeyond = limit != 0 && limit < 34
        for transport in [Transport.tcp(), .udp()] {
          XCTAssertEqual(
            try decide(adapter, .ipv4(), transport),
            isBeyond
              ? .software(because: .layer4HeaderOffset(offset: 34, limit: Int(limit)))
              : .hardware, "\(world), limit \(limit)")
        }
      }
    }
  }

  /// Each way to switch offloads off and on changes the decisions of the frames that it names.
  func testBehaviour16SwitchedOffInEveryWorld() throws {
    for world in World.all {
      let adapter = try world.adapter(.all, .all)
      func paths() throws -> [OffloadDecision] {
        [try decide(adapter, .ipv4(), .tcp()), try decide(adapter, .ipv6(), .udp())]
      }
      let off = OffloadDecision.software(because: .notActive(.unknown))
      XCTAssertEqual(try paths(), [.hardware, .hardware], "\(world)")
      try adapter.pauseOffloadCapabilities()
      XCTAssertEqual(try paths(), [off, off], "\(world), paused")
      try adapter.resumeOffloadCapabilities()
      XCTAssertEqual(try paths(), [.hardware, .hardware], "\(world), resumed")
      var request = OffloadParameters()
      (request.lsoV1, request.lsoV2IPv4) = (.disabled, .disabled)
      try adapter.setOffloadParameters(request)
      XCTAssertEqual(try paths(), [off, .hardware], "\(world), LSO over IPv4 off")
      try adapter.setOffloadParameters(OffloadParameters())
      // Release 21H2 takes "no change" for "enabled".
      let expected = world.is21H2 ? OffloadDecision.hardware : off
      XCTAssertEqual(try paths(), [expected, .hardware], "\(world), no change")
      try adapter.stop()
      XCTAssertEqual(try paths(), [off, off], "\(world), stopped")
    }
  }
}
