import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import WireFormats
import XCTest

/// Behaviours 16 to 18 with adapters of both modes, with and without the quirks of release 21H2.
///
/// What an adapter says is active differs between them; what its hardware gets must never be more
/// than it declared.
final class WorldTests: XCTestCase {
  private struct World: CustomStringConvertible {
    let validation: CapabilityValidation
    let quirks: Quirks
    var isStrict: Bool { quirks.contains(.release21H2) }
    var description: String { "\(validation)\(isStrict ? ", 21H2" : "")" }

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

  private let layer3Kinds: [(Layer3Flags, Network)] = [
    (.ipv4NoOptions, .ipv4()),
    (.ipv4WithOptions, .ipv4(IPv4Recipe { $0.options = [IPv4Option.routerAlert] })),
    (.ipv6NoExtensions, .ipv6()),
    (.ipv6WithExtensions, .ipv6(IPv6Recipe { $0.extensions = [.hopByHop([5, 2, 0, 0])] })),
  ]
  private let layer4Kinds: [(Layer4Flags, Transport)] = [
    (.tcpNoOptions, .tcp()), (.tcpWithOptions, .tcp(TCPRecipe { $0.options = [[1, 1, 1, 1]] })),
    (.udp, .udp()),
  ]

  private func decide(
    _ adapter: NetAdapter, _ network: Network, _ transport: Transport
  ) throws -> OffloadDecision {
    let recipe = FrameRecipe(
      network: network, transport: transport, payload: Payload(seed: 1, count: 300))
    let plan = try SegmentationPlan(of: recipe.build(), request: .init(segmentSize: 100))
    return OffloadDecision(
      for: plan, hardware: adapter.declaredCapabilities.gso, active: adapter.activeOffloads)
  }

  /// Every set of flags that the world lets a driver declare, at start and after pause and resume.
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
          for (kind3, network) in layer3Kinds {
            for (kind4, transport) in layer4Kinds {
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
      // The framework takes options without plain headers, and flags of one layer alone.
      XCTAssertEqual(declarations, world.validation == .documented ? 40 : 95, "\(world)")
    }
  }

  /// Without any keyword, the quirk has all segmentation off: software segments.
  func testBehaviour17NoKeywordAtAll() throws {
    for world in World.all {
      let adapter = try world.adapter(.all, .all, hasKeywords: false)
      for (_, network) in layer3Kinds {
        for (_, transport) in layer4Kinds {
          XCTAssertEqual(
            try decide(adapter, network, transport),
            world.isStrict ? .software(because: .notActive) : .hardware, "\(world)")
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

  /// Switched off and on while frames wait: each leaves, by one path or the other.
  func testBehaviour16SwitchedOffInEveryWorld() throws {
    for world in World.all {
      let adapter = try world.adapter(.all, .all)
      func paths() throws -> [OffloadDecision] {
        [try decide(adapter, .ipv4(), .tcp()), try decide(adapter, .ipv6(), .udp())]
      }
      let off = OffloadDecision.software(because: .notActive)
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
      // "No change" is "enabled" to the framework.
      let kept = world.isStrict ? OffloadDecision.hardware : off
      XCTAssertEqual(try paths(), [kept, .hardware], "\(world), no change")
      try adapter.stop()
      XCTAssertEqual(try paths(), [off, off], "\(world), stopped")
    }
  }
}
