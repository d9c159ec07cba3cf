import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// The rules hold for frames that go through rings as for those that are sent at once.
final class RulesThroughRingsTests: XCTestCase {
  /// A NIC that sends at once, and one of the same kind that sends through rings.
  private struct Pair {
    let direct: VirtualNIC
    let ringed: VirtualNIC
    let directWire = QueueLink()
    let ringedWire = QueueLink()
    let queue: TransmitFrameQueue

    init(
      _ rules: SegmentationRules, segments: Bool, sums: Bool, mtu: Int = 65_575,
      ringSize: Int = 64, bufferCapacity: Int = 2_048
    ) throws {
      direct = try VirtualNIC(
        macAddress: MACAddress(1), mtu: mtu, link: directWire, rules: rules)
      ringed = try VirtualNIC(
        macAddress: MACAddress(2), mtu: mtu, link: ringedWire, rules: rules)
      for nic in [direct, ringed] {
        if segments {
          try nic.adapter.setGsoCapabilities(
            GsoCapabilities(
              layer3: .all, layer4: .all, maximumOffloadSize: 1_000_000, minimumSegmentCount: 1
            ) { _, _ in })
        }
        if sums {
          var checksum = TxChecksumCapabilities(layer3: .all) { _, _ in }
          checksum.layer4 = .all
          try nic.adapter.setTxChecksumCapabilities(checksum)
        }
        try nic.start()
      }
      queue = try ringed.makeTransmitQueue(
        ringSize: ringSize, fragmentRingSize: 512, bufferCapacity: bufferCapacity,
        isVerified: true)
    }

    /// What leaves at once, and its report.
    func sendAtOnce(
      _ frame: [UInt8], _ request: TransmitRequest
    ) -> (frames: [[UInt8]], report: TransmitReport) {
      let report = direct.transmit(frame, request)
      return (directWire.takeAll().map(\.octets), report)
    }

    /// What leaves through the rings, and its report.
    func sendThroughRings(
      _ frame: [UInt8], _ request: TransmitRequest
    ) throws -> (frames: [[UInt8]], report: TransmitReport) {
      XCTAssertTrue(queue.post(frame, request))
      for _ in 0..<70_000 {
        try queue.advance()
        if let done = queue.takeCompleted() {
          return (ringedWire.takeAll().map(\.octets), done.report)
        }
      }
      XCTFail("the frame does not complete")
      return ([], direct.transmit([]))
    }
  }

  private static func randomRules(_ random: inout SeededGenerator) -> SegmentationRules {
    var rules = SegmentationRules()
    if random.oneIn(6) { rules.support = .init(rawValue: UInt8(random.below(16))) }
    rules.tcpIdentification = random.pick([.incrementing16, .incrementing15, .fixed])
    rules.udpIdentification = random.pick([.incrementing16, .incrementing15, .fixed])
    rules.congestionWindowReduced = random.pick([.firstSegment, .everySegment])
    rules.zeroUDPChecksum = random.pick([.computeAnyway, .copied])
    rules.shortLastDatagram = random.oneIn(6) ? .refused : .allowed
    rules.maximumTCPSegmentCount = random.pick([nil, nil, nil, 2, 40])
    rules.maximumUDPSegmentCount = random.pick([nil, nil, 128, 3])
    rules.computedZeroUDPChecksum = random.pick([.allOnes, .zero])
    rules.virtioZeroTCPChecksum = random.pick([.allOnes, .zero])
    rules.transportChecksum = random.oneIn(3) ? .copied : .asRequested
    rules.ipv4HeaderChecksum = random.oneIn(3) ? .copied : .computed
    rules.ipv6PayloadLength = random.oneIn(3) ? .withoutExtensionHeaders : .exact
    rules.outerUDPChecksumOverIPv4 = random.pick([.asRequested, .zero])
    if random.oneIn(6) { rules.refusedTCPFlags = [.syn, .rst, .urg] }
    return rules
  }

  /// Random rules and frames: the rings give what `transmit` gives, and both what the reference
  /// gives; every frame is sent as often as its report says.
  func testRandomRulesAndFrames() throws {
    let seed = SeededGenerator.fromEnvironment(0x412)
    var random = seed
    var sent: [String: Int] = [:]
    for round in 0..<400 {
      let rules = Self.randomRules(&random)
      let (segments, sums) = (random.oneIn(2), !random.oneIn(4))
      let pair = try Pair(
        rules, segments: segments, sums: sums, ringSize: 1 << random.within(1...7),
        bufferCapacity: random.pick([512, 2_048, 9_100]))
      var profile = random.oneIn(5) ? RecipeProfile.tunnels : RecipeProfile()
      (profile.links, profile.usualPayload, profile.largeOneIn) = ([.ethernet], 2_500, 300)
      var generator = RecipeGenerator(SeededGenerator(seed: random.next()), profile: profile)
      for _ in 0..<12 {
        var (recipe, size) = generator.next()
        if random.oneIn(8) { recipe.checksum = .zero }
        let request =
          random.oneIn(4)
          ? TransmitRequest(checksums: .init(rawValue: UInt8(random.below(8))))
          : TransmitRequest(segmentSize: size)
        let frame = recipe.build()
        let place =
          "seed \(seed.seed), round \(round): \(rules.difference(from: .linux)) "
          + recipe.swiftLiteral
        let (direct, report) = pair.sendAtOnce(frame, request)
        let (ringed, ringReport) = try pair.sendThroughRings(frame, request)
        if case .dropped(.exceedsRing) = ringReport.outcome { continue }
        guard ringed == direct else { return XCTFail("the octets differ, \(place)") }
        guard ringReport.outcome == report.outcome else {
          return XCTFail("\(ringReport.outcome), not \(report.outcome), \(place)")
        }
        guard case .sent(let count) = ringReport.outcome else {
          if !ringed.isEmpty { return XCTFail("dropped and sent, \(place)") }
          continue
        }
        guard ringed.count == count else {
          return XCTFail("\(ringed.count) frames sent, \(count) reported, \(place)")
        }
        sent["\(segments), \(sums), \(ringReport.checksum)", default: 0] += 1
        guard request.segmentSize > 0 else { continue }
        let expected = referenceSegments(
          of: recipe, segmentSize: size, rules: ReferenceRules(rules, for: recipe))
        if let text = firstDifference(expected: expected, actual: ringed) {
          return XCTFail("\(text), \(place)")
        }
      }
    }
    XCTAssertGreaterThan(sent.count, 8, "\(sent)")
  }

  /// Checksums that the rules copy stay as they are, whatever the hardware can do.
  func testCopiedChecksums() throws {
    let frame = FrameRecipe(payload: Payload(seed: 3, count: 3_000), checksum: .value(0x1234))
      .build()
    for copiesHeader in [true, false] {
      for copiesTransport in [true, false] {
        for segments in [true, false] {
          var rules = SegmentationRules.linux
          if copiesHeader { rules.ipv4HeaderChecksum = .copied }
          if copiesTransport { rules.transportChecksum = .copied }
          let pair = try Pair(rules, segments: segments, sums: true)
          let request = TransmitRequest(segmentSize: 1_000)
          let (direct, directReport) = pair.sendAtOnce(frame, request)
          let (ringed, report) = try pair.sendThroughRings(frame, request)
          XCTAssertEqual(ringed, direct)
          XCTAssertEqual(report.checksum, directReport.checksum)
          XCTAssertEqual(report.checksum, copiesHeader && copiesTransport ? .none : .hardware)
          for segment in ringed {
            if copiesHeader { XCTAssertEqual(segment[24...25], frame[24...25]) }
            if copiesTransport { XCTAssertEqual(segment[50...51], [0x12, 0x34]) }
          }
        }
      }
    }
  }

  /// Hardware would read the wrong end of a packet whose length field leaves out extension headers.
  func testLengthsThatHardwareCannotRead() throws {
    for (extensions, payload) in [(1, 3_000), (1, 10), (200, 3_000), (200, 10)] {
      var ipv6 = IPv6Recipe()
      ipv6.extensions = [.hopByHop([UInt8](repeating: 0, count: extensions * 8 - 2))]
      let recipe = FrameRecipe(
        network: .ipv6(ipv6), payload: Payload(seed: 5, count: payload),
        checksum: .pseudoHeader)
      let pair = try Pair(.wireguardGo, segments: false, sums: true)
      let request = TransmitRequest(segmentSize: 1_000)
      let (direct, _) = pair.sendAtOnce(recipe.build(), request)
      let (ringed, report) = try pair.sendThroughRings(recipe.build(), request)
      XCTAssertEqual(ringed.count, payload == 10 ? 1 : 3)
      XCTAssertEqual(report.outcome, .sent(frames: ringed.count))
      let reason: SoftwareReason =
        extensions == 1
        ? .ipv6PayloadLength : .layer3HeaderLength(octets: 40 + 200 * 8, limit: 511)
      XCTAssertEqual(report.checksum, .software(because: reason))
      XCTAssertEqual(ringed, direct)
      XCTAssertEqual(
        ringed,
        referenceSegments(
          of: recipe, segmentSize: 1_000, rules: ReferenceRules(.wireguardGo, for: recipe)))
    }
    XCTAssertEqual(
      "\(SoftwareReason.ipv6PayloadLength)",
      "the rules write an IPv6 payload length that leaves out extension headers")
  }

  /// A datagram that looks like a tunnel only once it is a segment.
  func testASegmentThatLooksLikeATunnel() throws {
    // The first datagram has no network identifier, the second one carries a packet with a wrong
    // checksum, which is none of the NIC's business.
    let inner = FrameRecipe(payload: Payload(seed: 1, count: 100), checksum: .value(1)).build()
    let vxlan: [UInt8] = [8, 0, 0, 0, 0, 0, 1, 0] + inner
    let first = [UInt8](repeating: 0, count: vxlan.count)
    var udp = UDPRecipe()
    udp.destinationPort = 4_789
    var frame = FrameRecipe(
      transport: .udp(udp), payload: Payload(seed: 1, count: vxlan.count * 2)
    ).build()
    frame.replaceSubrange((frame.count - vxlan.count * 2)..., with: first + vxlan)
    for segments in [true, false] {
      let pair = try Pair(.linux, segments: segments, sums: true)
      let request = TransmitRequest(segmentSize: vxlan.count)
      let (direct, report) = pair.sendAtOnce(frame, request)
      let (ringed, _) = try pair.sendThroughRings(frame, request)
      XCTAssertEqual(report.outcome, .sent(frames: 2))
      XCTAssertEqual(ringed, direct)
      let layout = try PacketLayout(parsing: ringed[1], tunnels: .none)
      XCTAssertEqual(layout.transportChecksum(of: ringed[1]), .valid)
    }
  }
}
