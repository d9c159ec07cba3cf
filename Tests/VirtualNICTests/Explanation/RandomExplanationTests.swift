import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// The numbers of an explanation are those of the plan and of the octets that the NIC sends.
final class RandomExplanationTests: XCTestCase {
  private static let fields: Set<String> = [
    "total length", "payload length", "identification", "header checksum", "sequence number",
    "length", "checksum",
  ]

  /// NICs with all hardware, with none, with limits, with a keyword, with other rules, and with the
  /// framework of 21H2.
  private func nics(_ link: QueueLink) throws -> [VirtualNIC] {
    try (0..<6).map { kind in
      let nic = try VirtualNIC(
        macAddress: MACAddress(1), mtu: kind == 2 ? 1_500 : 65_575, link: link,
        rules: kind == 4 ? .ndis : .linux, quirks: kind == 5 ? .release21H2 : [])
      if kind != 1 {
        var gso = GsoCapabilities(
          layer3: kind == 2 ? [.ipv4NoOptions, .ipv6NoExtensions] : .all,
          layer4: kind == 2 ? [.tcpNoOptions, .udp] : [.tcp, .udp],
          maximumOffloadSize: kind == 2 ? 2_000 : 65_536, minimumSegmentCount: 2
        ) { _, _ in }
        if kind == 2 { gso.layer4HeaderOffsetLimit = 54 }
        try nic.adapter.setGsoCapabilities(gso)
      }
      if kind == 5 { nic.adapter.setKeyword(.lsoV2IPv4, to: .string("1")) }
      if kind == 3 { nic.adapter.setKeyword(.lsoV2IPv4, to: .string("0")) }
      try nic.start()
      return nic
    }
  }

  func testTwoThousandRandomFrames() throws {
    let link = QueueLink()
    let nics = try nics(link)
    let seed = SeededGenerator.fromEnvironment()
    var outcomes: Set<Explanation.Decision.Outcome> = []
    for (count, profile) in [(1_200, RecipeProfile()), (800, .tunnels)] {
      var profile = profile
      profile.links = [.ethernet]
      var generator = RecipeGenerator(seed, profile: profile)
      for index in 0..<count {
        let (recipe, size) = generator.next()
        let frame = recipe.build()
        let nic = nics[index % nics.count]
        let request = TransmitRequest(
          segmentSize: index % 7 == 0 ? 0 : size, checksums: index % 2 == 0 ? .partial : [])
        let counters = nic.counters
        let explanation = nic.explain(frame, request)
        outcomes.insert(explanation.decision.outcome)
        XCTAssertEqual(nic.counters, counters, "asking is not sending")
        XCTAssertEqual(link.count, 0, "asking is not sending")
        let report = nic.transmit(frame, request)
        let sent = link.takeAll().map(\.octets)
        XCTAssertEqual(explanation.report, report)
        let fault =
          difference(explanation, frame, sent) ?? decisionFault(explanation, report, sent)
        if let fault {
          return XCTFail("\(fault), size \(size), seed \(seed.seed): \(recipe.swiftLiteral)")
        }
      }
    }
    XCTAssertEqual(outcomes, [.hardware, .software, .completed, .unmodified, .dropped])
  }

  /// Frames that are cut off anywhere, and frames with other octets than they should have: the
  /// ruler has every octet, and the report is that of the NIC.
  func testDamagedFrames() throws {
    let link = QueueLink()
    let nics = try nics(link)
    let seed = SeededGenerator.fromEnvironment(0xDA)
    var random = seed
    var generator = RecipeGenerator(seed, profile: .tunnels)
    generator.profile.links = [.ethernet]
    generator.profile.largestPayload = 300
    for index in 0..<1_500 {
      let (recipe, size) = generator.next()
      var frame = recipe.build()
      let headers = min(frame.count, 120)
      if index % 2 == 0 {
        frame.removeLast(frame.count - Int.random(in: 0...headers, using: &random))
      } else {
        for _ in 0..<3 {
          frame[Int.random(in: 0..<headers, using: &random)] = .random(in: 0...255, using: &random)
        }
      }
      let nic = nics[index % nics.count]
      let request = TransmitRequest(segmentSize: index % 5 == 0 ? 0 : size, checksums: .partial)
      let explanation = nic.explain(frame, request)
      let report = nic.transmit(frame, request)
      let fault = difference(explanation, frame, link.takeAll().map(\.octets))
      XCTAssertEqual(explanation.report, report, "seed \(seed.seed): \(frame)")
      XCTAssertNil(fault, "seed \(seed.seed): \(frame)")
    }
  }

  /// What is wrong with the decision; nil if nothing is.
  private func decisionFault(
    _ explanation: Explanation, _ report: TransmitReport, _ sent: [[UInt8]]
  ) -> String? {
    let decision = explanation.decision
    guard decision.wireFrames == sent.count else { return "wireFrames \(decision.wireFrames)" }
    guard decision.wireOctets == sent.reduce(0, { $0 + $1.count }) else { return "wireOctets" }
    let failed = decision.checks.first { !$0.holds }
    switch report.segmentation {
    case .hardware:
      if let failed { return "hardware, and yet \(failed.name) does not hold" }
    case .software(let reason):
      guard let failed else { return "software because \(reason), and all checks hold" }
      let names: [SoftwareReason.Kind: String] = [
        .noHardware: "segmentation hardware", .tunnel: "tunnel",
        .vlanTags: "VLAN tags in the octets", .linkHeaders: "octets before the IP header",
        .layer3HeaderLength: "IP headers in octets", .layer3: "IP header",
        .layer4: "transport header", .layer4HeaderOffset: "layer-4 header offset in octets",
        .payload: "payload in octets", .segmentCount: "segments",
      ]
      if let name = names[reason.kind], failed.name != name {
        return "\(reason) is explained by \(failed.name)"
      }
      if decision.reason != reason.description { return "reason \(decision.reason ?? "nil")" }
    case .none: break
    }
    let isDropped = decision.outcome == .dropped
    return isDropped == (explanation.refusal != nil) ? nil : "refusal"
  }

  /// The first number that is not that of the octets; nil if there is none.
  private func difference(
    _ explanation: Explanation, _ frame: [UInt8], _ sent: [[UInt8]]
  ) -> String? {
    var end = 0
    for header in explanation.headers {
      if header.offset != end { return "\(header.layer) starts at \(header.offset), not \(end)" }
      end = header.range.upperBound
      for field in header.fields where !header.range.contains(field.offset) {
        return "\(field.name) lies outside of \(header.layer)"
      }
    }
    if end != frame.count { return "the headers end at \(end)" }
    for segment in explanation.segments {
      if let fault = segmentFault(segment, frame, sent) {
        return "segment \(segment.index): \(fault)"
      }
    }
    guard !explanation.changes.contains(where: { $0.rule.hasPrefix("made by the rules") }) else {
      return "a change without a rule: \(explanation.changes)"
    }
    guard let first = sent.first, let last = sent.last else { return nil }
    let samples = [
      (first, \Explanation.Change.first), (sent[sent.count / 2], \.middle), (last, \.last),
    ]
    let leavesOut = explanation.changes.contains { $0.field.isEmpty }
    for (octets, value) in samples.prefix(min(sent.count, 3)) where !leavesOut {
      for change in explanation.changes where Self.fields.contains(change.field) {
        let number = octets[change.offset..<change.offset + change.length]
          .reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let text = change[keyPath: value] else {
          if sent.count == 2, value == \.middle { continue }
          return "\(change.field) has no value"
        }
        let isHex = text.hasPrefix("0x")
        if UInt64(isHex ? String(text.dropFirst(2)) : text, radix: isHex ? 16 : 10) != number {
          return "\(change.layer) \(change.field) is \(number), not \(text)"
        }
      }
      if let offset = silentChange(explanation, frame, octets) {
        return "octet \(offset) changes, and no field is named"
      }
    }
    return nil
  }

  /// A header octet that differs and is in no field that is named; nil if there is none.
  private func silentChange(
    _ explanation: Explanation, _ frame: [UInt8], _ sent: [UInt8]
  ) -> Int? {
    let headers = explanation.headers.filter(\.isHeader)
    return (0..<(headers.last?.range.upperBound ?? 0)).first { offset in
      offset < sent.count && sent[offset] != frame[offset]
        && !explanation.changes.contains {
          $0.offset <= offset && offset < $0.offset + $0.length
        }
    }
  }

  private func segmentFault(
    _ segment: Explanation.Segment, _ frame: [UInt8], _ sent: [[UInt8]]
  ) -> String? {
    let octets = sent[segment.index]
    guard octets.count == segment.frameLength else { return "frameLength" }
    guard
      let layout = try? PacketLayout(parsing: octets.octets, tunnels: .wellKnown),
      let network = layout.network, let transport = layout.transport,
      let payload = layout.payloadRange
    else { return "unreadable" }
    guard octets[payload].elementsEqual(frame[segment.payloadRange]) else { return "payload" }
    let span = octets.octets
    /// The two octets after the total length, read without the code under test.
    func identification(_ network: NetworkLayout?) -> UInt16? {
      guard let network, network.version == .ipv4 else { return nil }
      return UInt16(octets[network.offset + 4]) << 8 | UInt16(octets[network.offset + 5])
    }
    guard identification(network) == segment.identification else { return "identification" }
    guard identification(layout.tunnel?.network) == segment.outerIdentification else {
      return "outerIdentification"
    }
    guard transport.kind == .tcp else {
      return segment.sequenceNumber == nil && segment.flags.isEmpty ? nil : "UDP"
    }
    guard let tcp = try? TCPHeader(span, at: transport.offset) else { return "TCP" }
    guard tcp.sequenceNumber == segment.sequenceNumber else { return "sequenceNumber" }
    return "\(tcp.flags)" == segment.flags ? nil : "flags"
  }
}
