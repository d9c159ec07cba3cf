import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Two NICs that differ in one thing: one declares hardware that segments all frames, the other
/// none.
///
/// Whatever is sent goes through both, and what leaves them must be the same octets. The one with
/// hardware is there four times: declared by the page's rules and by the framework's, and told what
/// is active with the quirks of release 21H2 and without.
struct TwoPaths {
  /// What left both NICs.
  struct Sent {
    let outcome: TransmitReport.Outcome
    let frames: [[UInt8]]

    /// Why it was refused; nil if it was sent.
    var refusal: SegmentationError? {
      if case .dropped(.refused(let error)) = outcome { error } else { nil }
    }
  }

  /// The four kinds of frames that are segmented: TCP and UDP over both versions of IP.
  static let kinds: [(name: String, Network, Transport)] = [
    ("TCP over IPv4", .ipv4(), .tcp()), ("TCP over IPv6", .ipv6(), .tcp()),
    ("UDP over IPv4", .ipv4(), .udp()), ("UDP over IPv6", .ipv6(), .udp()),
  ]

  /// The rules of Linux without its limit of 128 datagrams.
  static var unlimited: SegmentationRules {
    var rules = SegmentationRules.linux
    rules.maximumUDPSegmentCount = nil
    return rules
  }

  let hardware: VirtualNIC
  let software: VirtualNIC
  private let fast = QueueLink()
  private let slow = QueueLink()
  /// The hardware in the other worlds.
  private var others: [(nic: VirtualNIC, link: QueueLink)] = []

  init(rules: SegmentationRules = TwoPaths.unlimited, mtu: Int = 65_575) throws {
    let address = MACAddress(0x02_00_00_00_00_01)
    hardware = try VirtualNIC(macAddress: address, mtu: mtu, link: fast, rules: rules)
    software = try VirtualNIC(macAddress: address, mtu: mtu, link: slow, rules: rules)
    // The framework of release 21H2 offers nothing to adapters without keywords.
    var keywords = KeywordStore()
    for keyword in Keyword.allCases { keywords[keyword] = .integer(1) }
    let worlds: [(CapabilityValidation, Quirks)] = [
      (.framework, []), (.documented, .release21H2), (.framework, .release21H2),
    ]
    for (validation, quirks) in worlds {
      let link = QueueLink()
      let nic = try VirtualNIC(
        macAddress: address, mtu: mtu, link: link, rules: rules, validation: validation,
        quirks: quirks, keywords: keywords)
      others.append((nic, link))
    }
    for nic in [hardware] + others.map(\.nic) {
      try nic.adapter.setGsoCapabilities(
        GsoCapabilities(
          layer3: .all, layer4: .all, maximumOffloadSize: 1 << 20, minimumSegmentCount: 1
        ) { _, _ in })
      try nic.start()
    }
    try software.start()
  }

  /// Sends a frame on both NICs.
  func send(_ frame: [UInt8], segmentSize: Int, _ name: String = "", line: UInt = #line) -> Sent {
    let first = hardware.transmit(frame, segmentSize: segmentSize)
    let second = software.transmit(frame, segmentSize: segmentSize)
    let frames = fast.takeAll().map(\.octets)
    XCTAssertEqual(first.outcome, second.outcome, name, line: line)
    XCTAssertTrue(frames == slow.takeAll().map(\.octets), "both paths, \(name)", line: line)
    for (nic, link) in others {
      let report = nic.transmit(frame, segmentSize: segmentSize)
      XCTAssertEqual(report, first, name, line: line)
      XCTAssertTrue(frames == link.takeAll().map(\.octets), "all worlds, \(name)", line: line)
    }
    if case .sent = first.outcome {
      XCTAssertEqual(first.segmentation, .hardware, name, line: line)
      XCTAssertEqual(second.segmentation, .software(because: .noHardware), name, line: line)
      XCTAssertEqual(first.outcome, .sent(frames: frames.count), name, line: line)
    } else {
      XCTAssertEqual(frames, [], name, line: line)
    }
    return Sent(outcome: first.outcome, frames: frames)
  }

  /// Sends a frame and compares what leaves with what the oracle builds field by field.
  @discardableResult
  func assertCut(
    _ recipe: FrameRecipe, segmentSize: Int, rules: ReferenceRules = ReferenceRules(),
    _ name: String = "", line: UInt = #line
  ) -> [[UInt8]] {
    let sent = send(recipe.build(), segmentSize: segmentSize, name, line: line)
    let expected = referenceSegments(of: recipe, segmentSize: segmentSize, rules: rules)
    let difference = firstDifference(expected: expected, actual: sent.frames)
    XCTAssertNil(difference, "\(name), \(recipe.payload.count) by \(segmentSize)", line: line)
    return sent.frames
  }
}

extension ReferenceRules {
  /// What Microsoft's pages ask for, in the oracle's words.
  static func ndis(for recipe: FrameRecipe) -> ReferenceRules {
    ReferenceRules {
      $0.identification = recipe.transport.isTCP ? .incrementing15 : .incrementing16
      // Over IPv6 a checksum of 0 is not the sender's to choose.
      $0.zeroUDPChecksum = recipe.network.isIPv6 ? .computeAnyway : .copied
    }
  }
}

extension Array where Element == UInt8 {
  /// Two octets in network order.
  func word(_ at: Int) -> Int { Int(self[at]) << 8 | Int(self[at + 1]) }
}
