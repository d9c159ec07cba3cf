import Foundation
import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import WireFormats
import XCTest

/// What an explanation says about frames that are not sent, and about the handshake.
final class RefusalTests: XCTestCase {
  private func nic(mtu: Int = 1_500, rules: SegmentationRules = .linux) throws -> VirtualNIC {
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: mtu, rules: rules)
    try nic.adapter.setGsoCapabilities(
      GsoCapabilities(
        layer3: .all, layer4: .all, maximumOffloadSize: 65_536, minimumSegmentCount: 2
      ) { _, _ in })
    return nic
  }

  func testWhichOctetWhatWasNeededAndWhatToDo() throws {
    let payload = Payload(seed: 1, count: 4_000)
    let tcp = FrameRecipe(payload: payload).build()
    var badOffset = tcp
    badOffset[46] = 0x40
    var long = tcp
    (long[16], long[17]) = (0xFF, 0xFF)
    let fragment = FrameRecipe(
      network: .ipv4(IPv4Recipe { $0.moreFragments = true }), payload: payload)
    var other = tcp
    other[23] = 1
    var arp = tcp
    arp[13] = 6
    let udp = FrameRecipe(transport: .udp(), payload: payload).build()
    var shorter = udp
    (shorter[38], shorter[39]) = (0, 9)
    let rows: [(frame: [UInt8], size: Int, offset: Int?, needed: String, remedy: String)] = [
      (Array(tcp[..<30]), 100, 14, "20 octets of IPv4", "Correct the frame"),
      (badOffset, 100, 46, "a valid TCP data offset", "Correct the frame"),
      (long, 100, 16, "at most 4040, or 0", "Correct the frame"),
      (fragment.build(), 100, 20, "fragment offset 0 and no MF bit", "Segment the packet before"),
      (other, 100, 23, "TCP or UDP", "Correct the frame"),
      (arp, 100, 12, "IPv4 or IPv6", "Correct the frame"),
      (shorter, 100, 38, "4008, or 0", "Correct the frame"),
      (udp, 4, nil, "at most 128", "Ask for larger segments"),
      (tcp, 1_461, nil, "at most 1500", "Ask for a segment size that is smaller by 1 or more"),
      (tcp, 0, nil, "at most 1500", "Ask for segmentation"),
      ([], 0, nil, "a frame", "Send a frame with octets"),
      (tcp, -1, nil, "1 to 1048575", "Ask for a smaller segment size"),
    ]
    let nic = try nic()
    try nic.start()
    for row in rows {
      let explanation = nic.explain(row.frame, TransmitRequest(segmentSize: row.size))
      let refusal = try XCTUnwrap(explanation.refusal, "\(row)")
      XCTAssertEqual(explanation.decision.outcome, .dropped)
      XCTAssertEqual(refusal.offset, row.offset, refusal.sentence)
      XCTAssertEqual(refusal.needed, row.needed, refusal.sentence)
      XCTAssertTrue(refusal.remedy.hasPrefix(row.remedy), refusal.remedy)
      XCTAssertEqual(explanation.segments, [])
      let octets = explanation.headers.reduce(0) { $0 + $1.length }
      XCTAssertEqual(octets, row.frame.count, "every octet is in the ruler")
    }
  }

  /// A jumbo payload option that is not that of BIG TCP.
  func testAJumboPayload() throws {
    let nic = try nic(mtu: 9_000)
    try nic.start()
    let option: [UInt8] = [0xC2, 4, 0, 1, 0, 0]
    let frame = FrameRecipe(
      network: .ipv6(IPv6Recipe { $0.extensions = [.hopByHop(option)] }),
      payload: Payload(seed: 1, count: 500)
    ).build()
    let explanation = nic.explain(frame, TransmitRequest(segmentSize: 100))
    let refusal = try XCTUnwrap(explanation.refusal)
    XCTAssertEqual(refusal.offset, 54, refusal.sentence)
    XCTAssertTrue(refusal.needed.hasPrefix("a jumbo payload option alone"), refusal.needed)
  }

  /// No segment size helps if the headers alone exceed the MTU.
  func testAnMTUWithoutRoom() throws {
    let nic = try nic(mtu: 40)
    try nic.start()
    let frame = FrameRecipe(payload: Payload(seed: 1, count: 3_000)).build()
    let refusal = nic.explain(frame, TransmitRequest(segmentSize: 1)).refusal
    XCTAssertEqual(
      refusal?.remedy,
      "Raise the MTU of the adapter to 41 or more: the headers leave no room in it.")
  }

  func testAFlagThatTheRulesRefuse() throws {
    var rules = SegmentationRules.linux
    rules.refusedTCPFlags = .urg
    let nic = try nic(rules: rules)
    try nic.start()
    let frame = FrameRecipe(
      transport: .tcp(TCPRecipe { $0.flags = [.ack, .urg] }),
      payload: Payload(seed: 1, count: 3_000)
    ).build()
    let explanation = nic.explain(frame, TransmitRequest(segmentSize: 1_000))
    XCTAssertEqual(explanation.refusal?.offset, 46)
    XCTAssertEqual(explanation.refusal?.found, "URG")
    XCTAssertEqual(explanation.request.ruleDifferences, ["refusedTCPFlags: URG instead of none"])
  }

  func testAnAdapterThatIsNotStarted() throws {
    let explanation = try nic().explain([1, 2, 3], TransmitRequest(segmentSize: 5))
    XCTAssertEqual(explanation.refusal?.remedy, "Call start() of the NIC.")
    XCTAssertFalse(explanation.handshake.isStarted)
    XCTAssertTrue(explanation.handshake.offloads.allSatisfy { !$0.isActive && $0.cause == nil })
  }

  func testTheHandshake() throws {
    let nic = try nic()
    nic.adapter.setKeyword(.lsoV2IPv6, to: .string("0"))
    try nic.start()
    var request = OffloadParameters()
    request.usoIPv4 = .disabled
    request.skipsRegistryUpdate = true
    try nic.adapter.setOffloadParameters(request)
    let frame = FrameRecipe(network: .ipv6(), payload: Payload(seed: 1, count: 3_000)).build()
    let explanation = nic.explain(frame, TransmitRequest(segmentSize: 1_000))
    let rows = Dictionary(
      uniqueKeysWithValues: explanation.handshake.offloads.map { ($0.name, $0) })
    XCTAssertEqual(rows.count, 9)
    XCTAssertEqual(rows["LSO IPv4"]?.isActive, true)
    XCTAssertEqual(rows["LSO IPv4"]?.keywords, [])
    let lso6 = try XCTUnwrap(rows["LSO IPv6"])
    XCTAssertTrue(lso6.isDeclared)
    XCTAssertEqual(lso6.keywords, ["*LsoV2IPv6=0"])
    XCTAssertFalse(lso6.isLeftByKeywords)
    XCTAssertFalse(lso6.isActive)
    XCTAssertEqual(lso6.cause, "*LsoV2IPv6 is 0")
    let uso4 = try XCTUnwrap(rows["USO IPv4"])
    XCTAssertTrue(uso4.isLeftByKeywords)
    XCTAssertEqual(uso4.request, "disabled")
    XCTAssertFalse(uso4.isActive)
    XCTAssertEqual(rows["TCP checksum IPv4"]?.isDeclared, false)
    XCTAssertEqual(
      explanation.decision.sentence,
      "Software makes 3 segments of at most 1000 octets of payload, because *LsoV2IPv6 is 0.")
    XCTAssertEqual(explanation.decision.checks.first { !$0.holds }?.name, "LSO IPv6")
  }

  func testATagBesideTheFrame() throws {
    let nic = try nic()
    try nic.start()
    let frame = FrameRecipe(payload: Payload(seed: 1, count: 3_000)).build()
    var request = TransmitRequest(segmentSize: 1_000)
    request.vlanTag = VLANTag(type: .vlan, controlInformation: 7)
    let link = QueueLink()
    nic.link = link
    let explanation = nic.explain(frame, request)
    XCTAssertEqual(explanation.report, nic.transmit(frame, request))
    XCTAssertEqual(explanation.frameLength, frame.count + 4)
    XCTAssertEqual(explanation.headers.map(\.layer).prefix(3), ["Ethernet", "VLAN tag", "IPv4"])
    XCTAssertEqual(link.takeAll().map(\.octets.count), explanation.segments.map(\.frameLength))
    XCTAssertEqual(explanation.request.vlanIdentifier, 7)
  }

  func testItIsEncodedWithAllNumbers() throws {
    let nic = try nic()
    try nic.start()
    let frame = FrameRecipe(payload: Payload(seed: 1, count: 3_000)).build()
    let explanation = nic.explain(frame, TransmitRequest(segmentSize: 1_000))
    let data = try JSONEncoder().encode(explanation)
    let object = try XCTUnwrap(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    XCTAssertEqual(
      Set(object.keys),
      ["frameLength", "headers", "handshake", "request", "decision", "segments", "changes"])
    XCTAssertEqual((object["segments"] as? [Any])?.count, 3)
  }
}
