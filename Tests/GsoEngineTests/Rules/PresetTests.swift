import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// What each preset does that ``SegmentationRules/linux`` does not: the list, and every row of it
/// in octets.
final class PresetTests: XCTestCase {
  private typealias Row = SegmentationRules.Difference

  private func assertDifference(
    _ rules: SegmentationRules, _ expected: [String], line: UInt = #line
  ) {
    let actual = rules.difference(from: .linux)
    XCTAssertEqual(actual.map(\.description), expected, line: line)
    let swapped = SegmentationRules.linux.difference(from: rules)
    XCTAssertEqual(swapped.map(\.value), actual.map(\.other), line: line)
    XCTAssertEqual(rules.difference(from: rules), [], line: line)
  }

  /// A rule that is added and forgotten in the list of differences shows here.
  func testADifferenceIsFoundInEveryStoredProperty() {
    var rules = SegmentationRules.linux
    rules.support = .lsoIPv4
    rules.tcpIdentification = .fixed
    rules.udpIdentification = .fixed
    rules.congestionWindowReduced = .everySegment
    rules.zeroUDPChecksum = .copied
    rules.shortLastDatagram = .refused
    rules.maximumTCPSegmentCount = 1
    rules.maximumUDPSegmentCount = 1
    rules.computedZeroUDPChecksum = .zero
    rules.virtioZeroTCPChecksum = .zero
    rules.transportChecksum = .copied
    rules.ipv4HeaderChecksum = .copied
    rules.ipv6PayloadLength = .withoutExtensionHeaders
    rules.outerUDPChecksumOverIPv4 = .zero
    rules.refusedTCPFlags = .syn
    let stored = Mirror(reflecting: rules).children.compactMap(\.label)
    let found = rules.difference(from: .linux).map(\.rule)
    XCTAssertEqual(found.count, stored.count, "\(found) of \(stored)")
    XCTAssertEqual(Set(found).count, found.count)
  }

  func testLimitsOfSegmentCounts() {
    var rules = SegmentationRules.linux
    for (given, kept) in [(nil, nil), (0, 0), (128, 128), (-5, 0), (Int.max, nil)] as [(Int?, Int?)]
    {
      rules.maximumTCPSegmentCount = given
      XCTAssertEqual(rules.maximumTCPSegmentCount, kept)
    }
  }

  func testDifferencesAreTheDocumentedOnes() {
    assertDifference(.linux, [])
    let cwr = "congestionWindowReduced: everySegment instead of firstSegment"
    assertDifference(.linuxAccurateECN, [cwr])
    let zero = "virtioZeroTCPChecksum: zero instead of allOnes"
    assertDifference(
      .ndis,
      [
        "tcpIdentification: incrementing15 instead of incrementing16",
        "zeroUDPChecksum: copied instead of computeAnyway",
        "shortLastDatagram: refused instead of allowed",
        "maximumUDPSegmentCount: no limit instead of 128", zero,
        "refusedTCPFlags: \(TCPFlags([.syn, .rst, .urg])) instead of \(TCPFlags())",
      ])
    let all = "LSO IPv4, LSO IPv6, USO IPv4, USO IPv6"
    assertDifference(
      .dpdk,
      [
        "support: LSO IPv4 instead of \(all)", cwr, zero,
        "transportChecksum: copied instead of asRequested",
        "ipv4HeaderChecksum: copied instead of computed",
      ])
    assertDifference(
      .vpp,
      [
        "support: LSO IPv4, LSO IPv6 instead of \(all)",
        "tcpIdentification: fixed instead of incrementing16", cwr, zero,
        "outerUDPChecksumOverIPv4: zero instead of asRequested",
      ])
    assertDifference(
      .wireguardGo,
      [
        cwr, "maximumUDPSegmentCount: no limit instead of 128",
        "computedZeroUDPChecksum: zero instead of allOnes", zero,
        "ipv6PayloadLength: withoutExtensionHeaders instead of exact",
      ])
  }

  func testPresetsByName() {
    XCTAssertEqual(
      SegmentationRules.presets.map(\.name),
      ["linux", "linux-accecn", "ndis", "dpdk", "vpp", "wireguard-go"])
    XCTAssertEqual(
      SegmentationRules.presets.map(\.rules),
      [.linux, .linuxAccurateECN, .ndis, .dpdk, .vpp, .wireguardGo])
    XCTAssertEqual(SegmentationRules(), .linux)
  }

  // MARK: in octets

  private func segmented(
    _ recipe: FrameRecipe, _ size: Int, _ rules: SegmentationRules,
    outer: SegmentationRequest.OuterChecksum = .automatic
  ) -> Result<[[UInt8]], SegmentationError> {
    let frame = recipe.build()
    var request = SegmentationRequest(segmentSize: size, rules: rules)
    request.outerChecksum = outer
    let asked = request
    return Result { () throws(SegmentationError) in
      try SegmentationPlan(of: frame, tunnels: .wellKnown, request: asked).frames(of: frame)
    }
  }

  private func words(
    _ recipe: FrameRecipe, _ size: Int, _ rules: SegmentationRules, at offset: Int
  ) throws -> [UInt16] {
    try segmented(recipe, size, rules).get().map {
      UInt16($0[offset]) << 8 | UInt16($0[offset + 1])
    }
  }

  private func tcp(_ count: Int, flags: FrameRecipe.TCPFlags = .ack) -> FrameRecipe {
    let network = IPv4Recipe { $0.identification = 0x7FFE }
    let transport = TCPRecipe { $0.flags = flags }
    return FrameRecipe(
      network: .ipv4(network), transport: .tcp(transport), payload: Payload(count: count))
  }

  private func udp(_ count: Int, _ network: Network = .ipv4()) -> FrameRecipe {
    FrameRecipe(network: network, transport: .udp(), payload: Payload(count: count))
  }

  func testIdentificationOfTCP() throws {
    let recipe = tcp(300)
    let up: [UInt16] = [0x7FFE, 0x7FFF, 0x8000]
    XCTAssertEqual(try words(recipe, 100, .linux, at: 18), up)
    XCTAssertEqual(try words(recipe, 100, .ndis, at: 18), [0x7FFE, 0x7FFF, 0])
    XCTAssertEqual(try words(recipe, 100, .vpp, at: 18), [0x7FFE, 0x7FFE, 0x7FFE])
    XCTAssertEqual(try words(recipe, 100, .dpdk, at: 18), up)
    XCTAssertEqual(try words(recipe, 100, .wireguardGo, at: 18), up)
  }

  func testCongestionWindowReduced() throws {
    let recipe = tcp(300, flags: TCPFlag.ack | TCPFlag.cwr)
    for (name, rules) in SegmentationRules.presets {
      let first = ["linux", "ndis"].contains(name)
      XCTAssertEqual(
        try words(recipe, 100, rules, at: 46),
        [0x5090, first ? 0x5010 : 0x5090, first ? 0x5010 : 0x5090],
        name)
    }
  }

  func testUDPChecksumOfZeroInTheInput() throws {
    for network in [Network.ipv4(), .ipv6()] {
      var recipe = udp(300, network)
      recipe.checksum = .zero
      let at = recipe.layout.transportOffset + 6
      XCTAssertFalse(try words(recipe, 100, .linux, at: at).contains(0))
      XCTAssertFalse(try words(recipe, 100, .wireguardGo, at: at).contains(0))
      let ndis = try words(recipe, 100, .ndis, at: at)
      XCTAssertEqual(ndis.filter { $0 == 0 }.count, network.isIPv6 ? 0 : 3)
    }
  }

  func testShortLastDatagram() throws {
    XCTAssertEqual(try segmented(udp(301), 100, .linux).get().count, 4)
    XCTAssertEqual(
      refusal(segmented(udp(301), 100, .ndis)), .shortLastDatagram(payload: 301, segmentSize: 100))
    XCTAssertEqual(try segmented(udp(300), 100, .ndis).get().count, 3)
    XCTAssertEqual(try segmented(tcp(301), 100, .ndis).get().count, 4, "TCP has no boundaries")
  }

  func testNumberOfDatagrams() throws {
    for rules in [SegmentationRules.linux, .linuxAccurateECN] {
      XCTAssertEqual(try segmented(udp(1_280), 10, rules).get().count, 128)
      XCTAssertEqual(
        refusal(segmented(udp(1_290), 10, rules)), .tooManySegments(needed: 129, limit: 128))
      XCTAssertEqual(try segmented(tcp(1_290), 10, rules).get().count, 129, "TCP has no limit")
    }
    for rules in [SegmentationRules.ndis, .wireguardGo] {
      XCTAssertEqual(try segmented(udp(65_500), 10, rules).get().count, 6_550)
    }
    var capped = SegmentationRules.linux
    capped.maximumTCPSegmentCount = 2
    XCTAssertEqual(refusal(segmented(tcp(300), 100, capped)), .tooManySegments(needed: 3, limit: 2))
  }

  func testRefusedFlags() throws {
    let rows: [(flags: FrameRecipe.TCPFlags, refused: TCPFlags, line: UInt)] = [
      (TCPFlag.syn, .syn, #line), (TCPFlag.rst, .rst, #line), (TCPFlag.urg, .urg, #line),
      (TCPFlag.syn | TCPFlag.urg, [.syn, .urg], #line),
    ]
    for (flags, refused, line) in rows {
      let recipe = tcp(300, flags: TCPFlag.ack | flags)
      XCTAssertEqual(refusal(segmented(recipe, 100, .ndis)), .refusedFlags(refused), line: line)
      for (name, rules) in SegmentationRules.presets where name != "ndis" {
        let copied = 0x5010 | flags.rawValue
        XCTAssertEqual(try words(recipe, 100, rules, at: 46), [copied, copied, copied], name)
      }
    }
    for flags in [TCPFlag.fin, TCPFlag.psh, TCPFlag.ece, TCPFlag.cwr] {
      XCTAssertNil(refusal(segmented(tcp(300, flags: flags), 100, .ndis)))
    }
  }

  func testChecksumsThatAreCopied() throws {
    var recipe = tcp(300)
    recipe.checksum = .value(0xBEEF)
    recipe.network.ipv4?.headerChecksum = .value(0xCAFE)
    XCTAssertEqual(try words(recipe, 100, .dpdk, at: 50), [0xBEEF, 0xBEEF, 0xBEEF], "TCP")
    XCTAssertEqual(try words(recipe, 100, .dpdk, at: 24), [0xCAFE, 0xCAFE, 0xCAFE], "IPv4")
    XCTAssertEqual(try words(recipe, 100, .dpdk, at: 16), [140, 140, 140], "the length is exact")
    for (name, rules) in SegmentationRules.presets where name != "dpdk" {
      XCTAssertEqual(try segmented(recipe, 100, rules).get().flatMap { frameFaults($0) }, [], name)
    }
  }

  func testUnsupportedKindsAreRefused() throws {
    typealias Row = (
      recipe: FrameRecipe, offload: SegmentationRequest.Offload, version: NetworkLayout.Version,
      support: SegmentationRules.Support, line: UInt
    )
    let rows: [Row] = [
      (tcp(300), .lso, .ipv4, .lsoIPv4, #line),
      (
        FrameRecipe(network: .ipv6(), payload: Payload(count: 300)), .lso, .ipv6, .lsoIPv6, #line
      ),
      (udp(300), .uso, .ipv4, .usoIPv4, #line),
      (udp(300, .ipv6()), .uso, .ipv6, .usoIPv6, #line),
    ]
    let partial: [String: SegmentationRules.Support] = [
      "dpdk": .lsoIPv4, "vpp": [.lsoIPv4, .lsoIPv6],
    ]
    for (name, rules) in SegmentationRules.presets {
      for row in rows {
        let isSupported = (partial[name] ?? .all).contains(row.support)
        XCTAssertEqual(
          refusal(segmented(row.recipe, 100, rules)),
          isSupported ? nil : .notSupported(row.offload, row.version), name, line: row.line)
      }
    }
  }

  func testUDPChecksumThatComputesToZero() throws {
    for network in [Network.ipv4(), .ipv6()] {
      let recipe = udp(300, network).withZeroSum(inSegment: 1, segmentSize: 100)
      let at = recipe.layout.transportOffset + 6
      for (name, rules) in SegmentationRules.presets where rules.support == .all {
        let middle = try words(recipe, 100, rules, at: at)[1]
        XCTAssertEqual(middle, name == "wireguard-go" ? 0 : 0xFFFF, name)
      }
    }
  }

  func testIPv6PayloadLength() throws {
    let network = IPv6Recipe { $0.extensions = [.hopByHop(), .destinationOptions()] }
    let recipe = udp(250, .ipv6(network))
    XCTAssertEqual(try words(recipe, 100, .linux, at: 18), [124, 124, 74])
    XCTAssertEqual(try words(recipe, 100, .wireguardGo, at: 18), [108, 108, 58])
    XCTAssertEqual(
      try words(udp(250, .ipv6()), 100, .wireguardGo, at: 18), [108, 108, 58], "no such headers")
  }

  func testOuterUDPChecksum() throws {
    for network in [Encapsulation.defaultNetwork, .ipv6()] {
      for checksum in [TestSupport.TransportChecksum.zero, .complete] {
        let tunnel = Encapsulation(.vxlan(), network: network, checksum: checksum)
        var recipe = tcp(300)
        recipe.encapsulation = tunnel
        let at = (recipe.layout.outerTransportOffset ?? 0) + 6
        let vpp = try words(recipe, 100, .vpp, at: at)
        let isZero = !network.isIPv6 || checksum == .zero
        XCTAssertEqual(vpp.filter { $0 == 0 }.count, isZero ? 3 : 0)
        XCTAssertEqual(try segmented(recipe, 100, .vpp).get().flatMap { frameFaults($0) }, [])
        XCTAssertEqual(try words(recipe, 100, .linux, at: at).contains(0), checksum == .zero)
      }
    }
  }

  // MARK: outer checksum modes

  func testOuterChecksumModes() throws {
    for network in [Encapsulation.defaultNetwork, .ipv6()] {
      for field in [TestSupport.TransportChecksum.zero, .complete, .value(0x1234)] {
        var recipe = tcp(301)
        recipe.encapsulation = Encapsulation(.vxlan(), network: network, checksum: field)
        let expected: [(SegmentationRequest.OuterChecksum, TestSupport.TransportChecksum)] = [
          (.automatic, field == .zero ? .zero : .complete), (.complete, .complete),
          (.pseudoHeader, .pseudoHeaderWithLength), (.zero, .zero),
        ]
        for (mode, output) in expected {
          let segments = referenceSegmentRecipes(of: recipe, segmentSize: 100).map { segment in
            var segment = segment
            segment.encapsulation?.checksum = output
            return segment.build()
          }
          let actual = try segmented(recipe, 100, .linux, outer: mode).get()
          XCTAssertNil(firstDifference(expected: segments, actual: actual), "\(mode), \(field)")
        }
      }
    }
  }

  func testChecksumOfGREIsAlwaysRight() throws {
    for outer in [Encapsulation.defaultNetwork, .ipv6()] {
      for transport in [Transport.tcp(), .udp()] {
        var recipe = udp(301)
        recipe.transport = transport
        recipe.link = Link(.rawIP)
        recipe.checksum = .zero
        recipe.encapsulation = Encapsulation(
          .gre(checksum: true, key: 1, sequence: 2), network: outer)
        let expected = referenceSegments(of: recipe, segmentSize: 100)
        for mode in [SegmentationRequest.OuterChecksum.automatic, .complete, .pseudoHeader, .zero] {
          let actual = try segmented(recipe, 100, .linux, outer: mode).get()
          XCTAssertNil(firstDifference(expected: expected, actual: actual), "\(mode)")
        }
        // An inner checksum that is not in use leaves that of GRE to cover the payload alone.
        var rules = SegmentationRules.linux
        rules.zeroUDPChecksum = .copied
        let unused = try segmented(recipe, 100, rules).get()
        XCTAssertEqual(unused.flatMap { frameFaults($0) }, [])
      }
    }
  }
}
