import FrameRecipes
import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Frames whose segmentation the caller has planned.
final class PlannedTransmitTests: XCTestCase {
  private func nic(
    _ link: QueueLink, layer4: Layer4Flags? = [.tcp, .udp], mtu: Int = 1_500,
    quirks: Quirks = []
  ) throws -> VirtualNIC {
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: mtu, link: link, quirks: quirks)
    if let layer4 {
      let gso = GsoCapabilities(
        layer3: .all, layer4: layer4, maximumOffloadSize: 65_536, minimumSegmentCount: 2
      ) { _, _ in }
      try nic.adapter.setGsoCapabilities(gso)
    }
    try nic.start()
    return nic
  }

  /// The same frames, reports and counters as for a segment size, by hardware and by software.
  func testItIsWhatASegmentSizeGives() throws {
    let seed = SeededGenerator.fromEnvironment()
    let profile = RecipeProfile { ($0.links, $0.allowsTunnels) = ([.ethernet], true) }
    var generator = RecipeGenerator(seed, profile: profile)
    var decisions: Set<String> = []
    for layer4: Layer4Flags? in [[.tcp, .udp], [.udp], nil] {
      let (planned, sized) = (QueueLink(), QueueLink())
      let (nic, other) = (try nic(planned, layer4: layer4), try self.nic(sized, layer4: layer4))
      for _ in 0..<400 {
        let (recipe, size) = generator.next()
        let frame = recipe.build()
        let name = "seed \(seed.seed) \(recipe.swiftLiteral)"
        let request = SegmentationRequest(segmentSize: size)
        guard let plan = try? SegmentationPlan(of: frame, request: request) else { continue }
        let decision = nic.decision(for: plan)
        let report = nic.transmit(frame.octets, segmentedAs: plan)
        XCTAssertEqual(report, other.transmit(frame, segmentSize: size), name)
        XCTAssertEqual(planned.takeAll(), sized.takeAll(), name)
        switch (report.outcome, decision) {
        case (.sent, .success(let decided)): XCTAssertEqual(decided, report.segmentation, name)
        case (.dropped(let reason), .failure(let foreseen)):
          XCTAssertEqual(foreseen, reason, name)
        default: XCTFail("\(name): \(report), but \(decision)")
        }
        decisions.insert("\(report.segmentation)")
      }
      XCTAssertEqual(nic.counters, other.counters)
    }
    XCTAssertGreaterThan(decisions.count, 3, "hardware, and several reasons for software")
  }

  func testAnotherFrameIsDropped() throws {
    let link = QueueLink()
    let nic = try nic(link)
    let frame = FrameRecipe(payload: Payload(count: 4_000)).build()
    let plan = try SegmentationPlan(of: frame, request: SegmentationRequest(segmentSize: 1_000))
    let report = nic.transmit(frame.dropLast().octets, segmentedAs: plan)
    XCTAssertEqual(
      report.outcome,
      .dropped(
        .refused(.frameLengthChanged(planned: frame.count, given: frame.count - 1))))
    XCTAssertEqual(link.count, 0)
    try nic.stop()
    XCTAssertEqual(nic.transmit(frame.octets, segmentedAs: plan).outcome, .dropped(.notStarted))
    XCTAssertEqual(nic.decision(for: plan), .failure(.notStarted))
  }

  func testSegmentsAboveTheMTUAreForeseen() throws {
    let nic = try nic(QueueLink(), mtu: 1_000)
    let frame = FrameRecipe(payload: Payload(count: 4_000)).build()
    let plan = try SegmentationPlan(of: frame, request: SegmentationRequest(segmentSize: 1_448))
    let length = plan.fullFrameLength - 14
    XCTAssertEqual(
      nic.decision(for: plan), .failure(.segmentExceedsMTU(packetLength: length, mtu: 1_000)))
  }
}

extension Array where Element == UInt8 {
  fileprivate func dropLast() -> [UInt8] { Array(self[..<(count - 1)]) }
}
