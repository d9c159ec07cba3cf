import FrameRecipes
import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// A NIC that compares a frame with what its hardware segments in one go decides as the rules do
/// one by one.
final class SegmentingHardwareTests: XCTestCase {
  private var random = SeededGenerator(seed: 0)

  /// A NIC with random capabilities, keywords and MTU.
  private func randomNIC() throws -> VirtualNIC {
    var keywords = KeywordStore()
    let all: [Keyword] = [.lsoV1IPv4, .lsoV2IPv4, .lsoV2IPv6, .usoIPv4, .usoIPv6]
    for keyword in all { keywords[keyword] = .integer(random.oneIn(4) ? 0 : 1) }
    let nic = try VirtualNIC(
      macAddress: MACAddress(1), mtu: random.pick([576, 1_500, 9_000, 65_535]), keywords: keywords)
    // All headers, or all sizes, in most of them: else most frames would be refused by one rule.
    let isGenerous = !random.oneIn(3)
    var layer3 = Layer3Flags(rawValue: UInt32(random.below(16)))
    var layer4 = Layer4Flags(rawValue: UInt32(random.below(8)))
    if isGenerous || random.oneIn(2) { (layer3, layer4) = (.all, .all) }
    var gso = GsoCapabilities(
      layer3: layer3, layer4: layer4,
      maximumOffloadSize: isGenerous ? 65_536 : random.within(1...4_000),
      minimumSegmentCount: isGenerous ? 1 : random.within(1...4), evtSetGso: { _, _ in })
    gso.layer4HeaderOffsetLimit = random.oneIn(3) ? UInt16(random.below(100)) : 0
    // Capabilities that are refused leave a NIC without hardware.
    try? nic.adapter.setGsoCapabilities(gso)
    if !random.oneIn(10) { try nic.start() }
    return nic
  }

  func testItDecidesAsTheRulesDo() throws {
    let seed = SeededGenerator.fromEnvironment()
    random = seed
    let profile = RecipeProfile { ($0.links, $0.allowsTunnels) = ([.ethernet], true) }
    var generator = RecipeGenerator(seed, profile: profile)
    var (hardware, dropped, reasons) = (0, 0, Set<SoftwareReason.Kind>())
    for _ in 0..<300 {
      let nic = try randomNIC()
      let state = nic.adapter.datapathState
      for _ in 0..<20 {
        let (recipe, size) = generator.next()
        let frame = recipe.build()
        let request = SegmentationRequest(segmentSize: size)
        guard let plan = try? SegmentationPlan(of: frame, request: request) else { continue }
        let name = "seed \(seed.seed) \(recipe.swiftLiteral)"
        let rules = OffloadDecision(for: plan, hardware: state.gso, active: state.active)
        let packetLength = plan.fullFrameLength - plan.layout.linkHeaderLength
        switch (nic.decision(for: plan), rules) {
        case (.failure(let reason), _):
          dropped += 1
          let expected: TransmitReport.DropReason =
            state.isRunning
            ? .segmentExceedsMTU(packetLength: packetLength, mtu: state.mtu) : .notStarted
          XCTAssertEqual(reason, expected, name)
          XCTAssertTrue(!state.isRunning || packetLength > state.mtu, name)
        case (.success(.software(because: let reason)), .software(because: let expected)):
          reasons.insert(reason.kind)
          XCTAssertEqual(reason.kind, expected.kind, name)
        case (.success(let decision), _):
          hardware += decision == .hardware ? 1 : 0
          XCTAssertEqual(decision, rules, name)
          XCTAssertLessThanOrEqual(packetLength, state.mtu, name)
        }
      }
    }
    XCTAssertGreaterThan(hardware, 100)
    XCTAssertGreaterThan(dropped, 50)
    XCTAssertGreaterThan(reasons.count, 6, "\(reasons)")
  }

  /// A change is seen by the next frame, in both directions.
  func testItFollowsTheAdapter() throws {
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500)
    try nic.adapter.setGsoCapabilities(
      GsoCapabilities(
        layer3: .all, layer4: .all, maximumOffloadSize: 65_536, minimumSegmentCount: 2
      ) { _, _ in })
    let frame = FrameRecipe(payload: Payload(count: 4_000)).build()
    let plan = try SegmentationPlan(of: frame, request: .init(segmentSize: 1_000))
    XCTAssertEqual(nic.decision(for: plan), .failure(.notStarted))
    try nic.start()
    for _ in 0..<2 {
      XCTAssertEqual(nic.decision(for: plan), .success(.hardware))
      try nic.adapter.pauseOffloadCapabilities()
      XCTAssertEqual(
        nic.decision(for: plan), .success(.software(because: .notActive(.paused))))
      try nic.adapter.resumeOffloadCapabilities()
    }
    try nic.stop()
    XCTAssertEqual(nic.decision(for: plan), .failure(.notStarted))
  }
}
