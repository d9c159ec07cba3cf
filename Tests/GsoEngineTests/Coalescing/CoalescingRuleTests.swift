import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// The presets, and rules that are set one by one.
final class CoalescingRuleTests: XCTestCase {
  func testADifferenceIsFoundInEveryStoredProperty() {
    var rules = CoalescingRules.linux
    rules.support = .tcp
    rules.flows = .addressesAndPorts
    rules.tunnels = .opaque
    rules.extensionHeaders = .notCoalesced
    rules.identification = .any
    rules.tcpHopLimit = .minimum
    rules.udpHopLimit = .minimum
    rules.tcpSegmentLength = .any
    rules.acknowledgment = .latest
    rules.window = .latest
    rules.tcpOptions = .none
    rules.mergedTCPFlags = []
    rules.endingTCPFlags = []
    rules.startingTCPFlags = []
    rules.refusedTCPFlags = []
    rules.zeroUDPChecksum = .coalesced
    rules.trailers = .removed
    rules.unusableFrames = .endUnit
    rules.maximumTCPSegmentCount = 1
    rules.maximumUDPSegmentCount = nil
    rules.maximumPacketLength = 1
    let stored = Mirror(reflecting: rules).children.compactMap(\.label)
    let found = rules.difference(from: .linux).map(\.rule)
    XCTAssertEqual(found, stored)
  }

  func testDifferencesAreTheDocumentedOnes() {
    XCTAssertEqual(CoalescingRules.linux.difference(from: .linux), [])
    XCTAssertEqual(
      CoalescingRules.linuxAccurateECN.difference(from: .linux).map(\.description),
      ["startingTCPFlags: none instead of CWR"])
    let common = [
      "flows: addressesAndPorts instead of headers", "tunnels: opaque instead of coalesced",
      "extensionHeaders: notCoalesced instead of identical",
      "identification: any instead of incrementingOrFixed",
    ]
    let usage = [
      "trailers: removed instead of notCoalesced", "unusableFrames: endUnit instead of overtake",
    ]
    XCTAssertEqual(
      CoalescingRules.ndisRsc.difference(from: .linux).map(\.description),
      ["support: TCP over IPv4, TCP over IPv6 instead of \(all)"] + common + [
        "tcpHopLimit: minimum instead of equal",
        "tcpSegmentLength: any instead of equalExceptLast",
        "acknowledgment: latest instead of equal", "window: latest instead of equal",
        "tcpOptions: timestamps instead of identical",
        "mergedTCPFlags: PSH instead of PSH,FIN", "endingTCPFlags: none instead of PSH,FIN",
        "startingTCPFlags: none instead of CWR",
        "refusedTCPFlags: reserved 7,AE,CWR,ECE,URG,RST,SYN,FIN instead of URG,RST,SYN",
      ] + usage)
    XCTAssertEqual(
      CoalescingRules.ndisUro.difference(from: .linux).map(\.description),
      ["support: UDP over IPv4, UDP over IPv6 instead of \(all)"] + common
        + ["zeroUDPChecksum: coalesced instead of notCoalesced"] + usage
        + ["maximumUDPSegmentCount: no limit instead of 64"])
    XCTAssertEqual(
      CoalescingRules.presets.map(\.name),
      ["linux", "linux-accecn", "ndis", "ndis-rsc", "ndis-uro"])
  }

  private let all = "TCP over IPv4, TCP over IPv6, UDP over IPv4, UDP over IPv6"

  /// URO merges datagrams without a checksum with each other, and the unit has none either.
  func testDatagramsWithoutAChecksum() throws {
    for mode in [CoalescingRequest.Checksum.complete, .pseudoHeader, .zero] {
      var flow = Conversation(.ipv4(), .udp())
      flow.recipe.checksum = .zero
      let frames = (0..<3).map { _ in flow.next(101) }
      let units = try coalesced(frames, CoalescingRequest(rules: .ndisUro, checksum: mode))
      XCTAssertEqual(units.inputs, [[0, 1, 2]])
      XCTAssertEqual(Array(units[0].octets[40...41]), [0, 0], "\(mode)")
      XCTAssertFalse(units[0].metadata.virtioNetHeader.flags.contains(.needsChecksum))
      if mode == .complete { XCTAssertEqual(frameFaults(units[0].octets), []) }
    }
  }

  /// What the checksum fields of a merged frame hold.
  func testChecksumsOfTheUnit() throws {
    for (network, transport) in [
      (Network.ipv4(), Transport.tcp()), (.ipv4(), .udp()),
      (.ipv6(), .tcp()), (.ipv6(), .udp()),
    ] {
      var flow = Conversation(network, transport)
      let frames = (0..<3).map { _ in flow.next(101) }
      var whole = Conversation(network, transport).recipe
      whole.payload = .octets(frames.flatMap { $0[flow.headerLength...] })
      let modes: [(CoalescingRequest.Checksum, TestSupport.TransportChecksum)] = [
        (.complete, .complete), (.pseudoHeader, .pseudoHeader), (.zero, .zero),
      ]
      for (mode, field) in modes {
        whole.checksum = field
        whole.network.ipv4?.headerChecksum = mode == .zero ? .zero : .complete
        let units = try coalesced(frames, CoalescingRequest(checksum: mode))
        XCTAssertEqual(units.map(\.octets), [whole.build()], "\(mode)")
      }
    }
  }

  /// Tunnels by each rule.
  func testTunnels() throws {
    let tunnels: [(Encapsulation, isOverUDP: Bool)] = [
      (.vxlan(), true), (.geneve(options: [1, 2, 3, 4]), true), (.gre(), false),
      (.gre(checksum: true, key: 5), false), (.ipInIP(), false),
    ]
    for (tunnel, isOverUDP) in tunnels {
      var flow = Conversation(encapsulation: tunnel)
      let frames = (0..<3).map { _ in flow.next(100) }
      var request = CoalescingRequest()
      XCTAssertEqual(try coalesced(frames, request).count, 1, "\(tunnel.kind)")
      request.rules.tunnels = .overUDP
      XCTAssertEqual(try coalesced(frames, request).count, isOverUDP ? 1 : 3, "\(tunnel.kind)")
      request.rules.tunnels = .notCoalesced
      let alone = try coalesced(frames, request)
      XCTAssertEqual(alone.count, 3)
      guard case .notCoalesced(.tunnel(let kind)) = alone[0].metadata.end else {
        XCTFail("\(alone[0].metadata.end)")
        continue
      }
      XCTAssertEqual(
        CoalescingRefusal.tunnel(kind).description,
        "the rules do not coalesce packets in a tunnel (\(kind))")
      // Not looked into, a tunnel over UDP is a datagram like others.
      request.rules.tunnels = .opaque
      XCTAssertEqual(try coalesced(frames, request).count, isOverUDP ? 3 : 3)
    }
    var sequence = Conversation(encapsulation: .gre(sequence: 1))
    let unit = try XCTUnwrap(coalesced([sequence.next(100)]).first)
    XCTAssertEqual(unit.metadata.end, .notCoalesced(.greSequenceNumber))
    XCTAssertEqual(
      CoalescingRefusal.greSequenceNumber.description, "the GRE header has a sequence number")
    var wrong = Conversation(encapsulation: Encapsulation(.vxlan(), checksum: .value(0x1234)))
    let bad = try XCTUnwrap(coalesced([wrong.next(100)]).first)
    XCTAssertEqual(bad.metadata.end, .notCoalesced(.outerChecksum(found: 0x1234)))
    XCTAssertEqual(
      CoalescingRefusal.outerChecksum(found: 0x1234).description,
      "the checksum 0x1234 of the tunnel header is wrong")
  }

  /// The limits of the numbers of frames and octets.
  func testLimits() throws {
    var flow = Conversation()
    let frames = (0..<7).map { _ in flow.next(100) }
    var request = CoalescingRequest()
    request.rules.maximumTCPSegmentCount = 3
    let units = try coalesced(frames, request)
    XCTAssertEqual(units.inputs, [[0, 1, 2], [3, 4, 5], [6]])
    XCTAssertEqual(
      units.map(\.metadata.end),
      [
        .segmentCount(limit: 3), .segmentCount(limit: 3), .batchEnd,
      ])
    request.rules.maximumTCPSegmentCount = nil
    request.rules.maximumPacketLength = 240
    let short = try coalesced(frames, request)
    XCTAssertEqual(short.inputs, [[0, 1], [2, 3], [4, 5], [6]])
    XCTAssertEqual(short[0].metadata.end, .nextFrame(.unitTooLong(length: 340, limit: 240)))
    request.rules.maximumPacketLength = 139
    let none = try coalesced(frames, request)
    XCTAssertEqual(none[0].metadata.end, .notCoalesced(.packetTooLong(length: 140, limit: 139)))
    XCTAssertEqual(
      CoalescingRefusal.packetTooLong(length: 140, limit: 139).description,
      "the IP packet has 140 octets, 139 is the most")
  }

  /// Timestamps that go back end a unit by the rules of RSC, modulo 2^32.
  func testTimestampsModulo() throws {
    var flow = Conversation()
    let values: [UInt32] = [.max - 1, .max, 1, 0]
    let frames = values.map { value in flow.next(50) { $0.tcp.options = [.timestamps(value, 3)] } }
    let units = try coalesced(frames, CoalescingRequest(rules: .ndisRsc))
    XCTAssertEqual(units.inputs, [[0, 1, 2], [3]])
    XCTAssertEqual(units[0].metadata.timestampDelta, 3)
    XCTAssertEqual(
      units[0].metadata.end, .nextFrame(.different(.timestamp, unit: 1, frame: 0)))
  }
}
