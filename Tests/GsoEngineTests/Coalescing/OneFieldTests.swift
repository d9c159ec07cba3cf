import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Two frames of a flow, of which the second differs in one field (row 65 of the historic bugs, and
/// behaviours 38 and 39).
final class OneFieldTests: XCTestCase {
  private typealias Change = (inout FrameRecipe) -> Void

  /// One field, and what each preset says to a frame that differs in it; nil if it is merged.
  private struct Row {
    let name: String
    let flow: Conversation
    let linux: String?
    let ndis: String?
    let change: Change
    let line: UInt

    init(
      _ name: String, _ flow: Conversation = Conversation(), linux: String?, ndis: String?,
      line: UInt = #line, _ change: @escaping Change
    ) {
      (self.name, self.flow, self.linux, self.ndis) = (name, flow, linux, ndis)
      (self.change, self.line) = (change, line)
    }
  }

  private let ipv6 = Conversation(.ipv6())
  private let udp = Conversation(.ipv4(), .udp())
  private let udp6 = Conversation(.ipv6(), .udp())
  private let otherFlow = "another flow"

  private var rows: [Row] {
    [
      Row("nothing", linux: nil, ndis: nil) { _ in },
      Row(
        "sequence number",
        linux: "the sequence number is 270545065, the unit continues at 270545060",
        ndis: "the sequence number is 270545065, the unit continues at 270545060"
      ) { $0.tcp.sequenceNumber += 5 },
      Row(
        "acknowledgement",
        linux: "acknowledgement number of the frame is 1348497537, that of the unit is 1348497536",
        ndis: nil
      ) { $0.tcp.acknowledgement += 1 },
      Row(
        "older acknowledgement",
        linux: "acknowledgement number of the frame is 1348497535, that of the unit is 1348497536",
        ndis: "acknowledgement number of the frame is 1348497535, that of the unit is 1348497536"
      ) { $0.tcp.acknowledgement -= 1 },
      Row(
        "window", linux: "window of the frame is 1, that of the unit is 29200", ndis: nil
      ) { $0.tcp.window = 1 },
      Row("urgent pointer", linux: nil, ndis: nil) { $0.tcp.urgentPointer = 1 },
      Row(
        "options", linux: "the segment has other TCP options than the unit",
        ndis: "the segment has 4 octets of TCP options"
      ) { $0.tcp.options = [.maximumSegmentSize(9)] },
      Row(
        "padding", linux: "the segment has other TCP options than the unit",
        ndis: "the segment has other TCP options than the unit"
      ) { $0.tcp.options = [.noOperation] },
      Row(
        "timestamps", linux: "the segment has other TCP options than the unit",
        ndis: "the segment has other TCP options than the unit"
      ) { $0.tcp.options = [.timestamps(1, 1)] },
      Row("PSH", linux: nil, ndis: nil) { $0.tcp.flags.insert(.psh) },
      Row("FIN", linux: nil, ndis: "the segment has the flags ACK,FIN") {
        $0.tcp.flags.insert(.fin)
      },
      Row(
        "ECE", linux: "TCP flags of the frame is 80, that of the unit is 16",
        ndis: "the segment has the flags ECE,ACK"
      ) { $0.tcp.flags.insert(.ece) },
      Row(
        "no ACK", linux: "TCP flags of the frame is 0, that of the unit is 16",
        ndis: "TCP flags of the frame is 0, that of the unit is 16"
      ) { $0.tcp.flags.remove(.ack) },
      Row(
        "SYN", linux: "the segment has the flags ACK,SYN", ndis: "the segment has the flags ACK,SYN"
      ) { $0.tcp.flags.insert(.syn) },
      Row(
        "no payload", linux: "the packet has no payload", ndis: "the packet has no payload"
      ) { $0.payload = .empty },
      Row(
        "longer", linux: "the payload has 101 octets, the segments of the unit have 100", ndis: nil
      ) { $0.payload = .counting(101) },
      Row("shorter", linux: nil, ndis: nil) { $0.payload = .counting(99) },
      Row(
        "ECN", linux: "traffic class of the frame is 3, that of the unit is 0",
        ndis: "traffic class of the frame is 3, that of the unit is 0"
      ) { $0.network.ipv4?.typeOfService = 3 },
      Row(
        "DF", linux: "DF bit of the frame is 0, that of the unit is 1",
        ndis: "DF bit of the frame is 0, that of the unit is 1"
      ) { $0.network.ipv4?.dontFragment = false },
      Row("TTL", linux: "hop limit of the frame is 63, that of the unit is 64", ndis: nil) {
        $0.network.ipv4?.timeToLive = 63
      },
      Row(
        "identification", linux: "identification of the frame is 9, that of the unit is 4661",
        ndis: nil
      ) { $0.network.ipv4?.identification = 9 },
      Row(
        "reserved bit", linux: "the reserved bit of the IPv4 flags is set",
        ndis: "the reserved bit of the IPv4 flags is set"
      ) { $0.network.ipv4?.reservedBit = true },
      Row("fragment", linux: "the packet is an IP fragment", ndis: "the packet is an IP fragment") {
        $0.network.ipv4?.fragmentOffset = 1
      },
      Row(
        "IPv4 options", linux: "the packet has 4 octets of IPv4 options",
        ndis: "the packet has 4 octets of IPv4 options"
      ) { $0.network.ipv4?.options = [.routerAlert] },
      Row(
        "longer total length", linux: "the IP header claims a packet of 141 octets, 140 are there",
        ndis: "the IP header claims a packet of 141 octets, 140 are there"
      ) { $0.network.ipv4?.length = .value(141) },
      Row(
        "total length of 0", linux: "the IP header claims a packet of 0 octets, 140 are there",
        ndis: "the IP header claims a packet of 0 octets, 140 are there"
      ) { $0.network.ipv4?.length = .zero },
      Row(
        "trailer", linux: "the IP header claims a packet of 140 octets, 144 are there", ndis: nil
      ) { $0.trailerCount = 4 },
      Row(
        "header checksum", linux: "the IPv4 header checksum 0x0001 is wrong",
        ndis: "the IPv4 header checksum 0x0001 is wrong"
      ) { $0.network.ipv4?.headerChecksum = .value(1) },
      Row(
        "TCP checksum", linux: "the transport checksum 0x0001 is wrong",
        ndis: "the transport checksum 0x0001 is wrong"
      ) { $0.checksum = .value(1) },
      Row("source port", linux: otherFlow, ndis: otherFlow) { $0.tcp.sourcePort = 1 },
      Row("address", linux: otherFlow, ndis: otherFlow) {
        $0.network.ipv4?.destination = "203.0.113.1"
      },
      Row(
        "MAC address", linux: otherFlow,
        ndis: "the frame has other link, extension or tunnel headers than the unit"
      ) { $0.link.source = "02:00:00:00:00:07" },
      Row(
        "VLAN", linux: otherFlow,
        ndis: "the frame has other link, extension or tunnel headers than the unit"
      ) { $0.link.tags = [5] },
      Row(
        "flow label", ipv6, linux: otherFlow,
        ndis: "flow label of the frame is 7, that of the unit is 0"
      ) { $0.network.ipv6?.flowLabel = 7 },
      Row(
        "traffic class", ipv6, linux: "traffic class of the frame is 3, that of the unit is 0",
        ndis: "traffic class of the frame is 3, that of the unit is 0"
      ) { $0.network.ipv6?.trafficClass = 3 },
      Row(
        "hop limit", ipv6, linux: "hop limit of the frame is 63, that of the unit is 64", ndis: nil
      ) { $0.network.ipv6?.hopLimit = 63 },
      Row(
        "extension header", ipv6, linux: otherFlow,
        ndis: "the packet has 8 octets of extension headers"
      ) { $0.network.ipv6?.extensions = [.hopByHop([1, 4, 0, 0, 0, 0])] },
      Row(
        "identification of UDP", udp,
        linux: "identification of the frame is 9, that of the unit is 4661", ndis: nil
      ) { $0.network.ipv4?.identification = 9 },
      Row(
        "TTL of UDP", udp, linux: "hop limit of the frame is 63, that of the unit is 64",
        ndis: "hop limit of the frame is 63, that of the unit is 64"
      ) { $0.network.ipv4?.timeToLive = 63 },
      Row(
        "longer datagram", udp,
        linux: "the payload has 101 octets, the segments of the unit have 100",
        ndis: "the payload has 101 octets, the segments of the unit have 100"
      ) { $0.payload = .counting(101) },
      Row("shorter datagram", udp, linux: nil, ndis: nil) { $0.payload = .counting(99) },
      Row(
        "empty datagram", udp, linux: "the packet has no payload", ndis: "the packet has no payload"
      ) { $0.payload = .empty },
      Row(
        "UDP length", udp, linux: "the UDP length is 107, the IP payload has 108 octets",
        ndis: "the UDP length is 107, the IP payload has 108 octets"
      ) { $0.transport = .udp(UDPRecipe { $0.length = .value(107) }) },
      Row(
        "UDP checksum", udp, linux: "the transport checksum 0x0001 is wrong",
        ndis: "the transport checksum 0x0001 is wrong"
      ) { $0.checksum = .value(1) },
      Row(
        "UDP checksum of 0", udp, linux: "the UDP checksum is 0",
        ndis: "presence of a UDP checksum of the frame is 0, that of the unit is 1"
      ) { $0.checksum = .zero },
      Row(
        "UDP checksum of 0 over IPv6", udp6, linux: "the transport checksum 0x0000 is wrong",
        ndis: "the transport checksum 0x0000 is wrong"
      ) { $0.checksum = .zero },
    ]
  }

  func testEveryFieldHasItsReason() throws {
    for row in rows {
      XCTAssertEqual(
        try reason(row, .linux), row.linux, "\(row.name), linux", line: row.line)
      XCTAssertEqual(try reason(row, .ndis), row.ndis, "\(row.name), ndis", line: row.line)
    }
  }

  /// Why the second frame was not merged; nil if it was.
  private func reason(_ row: Row, _ rules: CoalescingRules) throws -> String? {
    var flow = row.flow
    let first = flow.next(100)
    let second = flow.next(100, row.change)
    var coalescer = try Coalescer(CoalescingRequest(rules: rules))
    var units: [CoalescedFrame] = []
    XCTAssertEqual(coalescer.receive(first.octets) { _ in XCTFail() }, .held(after: nil))
    let decision = coalescer.receive(second.octets) { units.append(CoalescedFrame($0)) }
    coalescer.endBatch { units.append(CoalescedFrame($0)) }
    XCTAssertEqual(units.inputs.flatMap { $0 }.sorted(), [0, 1], row.name)
    switch decision {
    case .merged(let count):
      XCTAssertEqual(count, 2)
      XCTAssertEqual(units.count, 1, row.name)
      XCTAssertEqual(frameFaults(units[0].octets), [], row.name, line: row.line)
      return nil
    case .held(let refusal):
      XCTAssertEqual(units.map(\.octets), [first, second], row.name)
      if let refusal { XCTAssertEqual(units[0].metadata.end, .nextFrame(refusal)) }
      return refusal?.description ?? otherFlow
    case .delivered(let refusal):
      XCTAssertEqual(Set(units.map(\.octets)), [first, second], row.name)
      if rules.unusableFrames == .endUnit {
        XCTAssertEqual(units[0].metadata.end, .nextFrame(refusal), row.name)
      }
      return refusal.description
    }
  }
}
