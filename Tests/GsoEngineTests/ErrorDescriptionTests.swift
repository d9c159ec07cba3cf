import GsoEngine
import TestSupport
import WireFormats
import XCTest

/// Every error, by an input that leads to it, and its text.
final class ErrorDescriptionTests: XCTestCase {
  private struct Row {
    let error: SegmentationError
    let text: String
    let line: UInt
    let body: () throws -> Void

    init(
      _ error: SegmentationError, _ text: String, line: UInt = #line,
      _ body: @escaping () throws -> Void
    ) {
      (self.error, self.text, self.line, self.body) = (error, text, line, body)
    }
  }

  private func check(_ rows: [Row]) {
    for row in rows {
      XCTAssertEqual(refusal(row.body), row.error, line: row.line)
      XCTAssertEqual(row.error.description, row.text, line: row.line)
    }
  }

  private static func plan(
    _ recipe: FrameRecipe, _ size: Int = 100,
    _ change: (inout SegmentationRequest) -> Void = { _ in }
  ) throws {
    var request = SegmentationRequest(segmentSize: size)
    change(&request)
    _ = try SegmentationPlan(of: recipe.build(), request: request)
  }

  private static func action(
    _ recipe: FrameRecipe, _ change: (inout VirtioNetHeader) -> Void
  ) throws {
    var header = VirtioNetHeader(for: recipe, gsoSize: 100)
    change(&header)
    _ = try OffloadAction(on: recipe.build(), describedBy: header)
  }

  private static let tcp = FrameRecipe(payload: Payload(count: 250))
  private static let udp = FrameRecipe(transport: .udp(), payload: Payload(count: 250))
  private static let vxlan = FrameRecipe(
    payload: Payload(count: 250), encapsulation: Encapsulation(.vxlan()))

  private static func six(_ header: ExtensionHeader) -> FrameRecipe {
    FrameRecipe(
      network: .ipv6(IPv6Recipe { $0.extensions = [header] }), payload: Payload(count: 250))
  }

  func testFrames() {
    check([
      Row(
        .frame(.truncated(.ethernet, offset: 0, needed: 14, available: 3)),
        "Ethernet header at octet 0 needs 14 octets, 3 are there"
      ) { _ = try SegmentationPlan(of: [1, 2, 3], request: .init(mtu: 1_500)) },
      Row(
        .frame(.invalidField(.ipv4, .version, offset: 0, found: 5)),
        "IPv4 version at octet 0 is 5, which is not valid"
      ) { _ = try SegmentationPlan(of: [0x50], link: .rawIP, request: .init(mtu: 1_500)) },
      Row(.notIP(.arp), "the frame carries ARP, not IP") {
        let frame = Array(FrameRecipe().build().prefix(12)) + [8, 6]
        _ = try SegmentationPlan(of: frame, request: .init(mtu: 1_500))
      },
      Row(.notIP(nil), "the frame is empty, or carries something that is not IP") {
        _ = try SegmentationPlan(of: [], link: .rawIP, request: .init(mtu: 1_500))
      },
      Row(.fragment, "the packet is an IP fragment") {
        try Self.plan(FrameRecipe(network: .ipv4(IPv4Recipe { $0.fragmentOffset = 1 })))
      },
      Row(
        .unsupportedExtensionHeader(.fragmentHeader),
        "segments cannot repeat a header before the transport header: fragment header"
      ) { try Self.plan(Self.six(ExtensionHeader(44, [0, 0, 0, 0, 0, 1]))) },
      Row(
        .jumboPayload(.payloadLength(278)),
        "the packet has a jumbo payload option and a payload length of 278, not 0"
      ) {
        try Self.plan(Self.six(.hopByHop([0xC2, 4, 0, 1, 0, 0])))
      },
      Row(.unsupportedProtocol(.icmp), "the packet carries ICMP, neither TCP nor UDP") {
        var frame = Self.tcp.build()
        frame[23] = 1
        _ = try SegmentationPlan(of: frame, request: .init(mtu: 1_500))
      },
      Row(
        .lengthExceedsFrame(.ipv4, declared: 300, available: 290),
        "IPv4 claims 300 octets, 290 are there"
      ) {
        try Self.plan(
          FrameRecipe(
            network: .ipv4(IPv4Recipe { $0.length = .value(300) }), payload: Payload(count: 250)))
      },
      Row(
        .udpLengthMismatch(declared: 257, available: 258),
        "the UDP length is 257, the IP payload has 258 octets"
      ) {
        try Self.plan(
          FrameRecipe(
            transport: .udp(UDPRecipe { $0.length = .value(257) }), payload: Payload(count: 250)))
      },
    ])
  }

  func testRequests() {
    check([
      Row(
        .offloadMismatch(requested: .lso, found: .udp), "LSO was asked for, the packet is UDP"
      ) { try Self.plan(Self.udp) { $0.offload = .lso } },
      Row(
        .offloadMismatch(requested: .uso, found: .tcp), "USO was asked for, the packet is TCP"
      ) { try Self.plan(Self.tcp) { $0.offload = .uso } },
      Row(.segmentSizeOutOfRange(0), "a segment size of 0 octets is not in 1...1048575") {
        try Self.plan(Self.tcp, 0)
      },
      Row(
        .mtuTooSmall(mtu: 40, headerLength: 40),
        "an MTU of 40 octets leaves no room after 40 octets of headers"
      ) { try Self.plan(Self.tcp) { $0.size = .mtu(40) } },
      Row(
        .segmentsLeftExceedAddresses(segmentsLeft: 3, addresses: 2),
        "the routing header has 3 segments left, its number of addresses is 2"
      ) {
        let data = [UInt8](repeating: 0, count: 4 + 32)
        let route = ExtensionHeader.routing(type: 0, segmentsLeft: 3, data)
        return try Self.plan(
          FrameRecipe(network: .ipv6(IPv6Recipe { $0.extensions = [route] })), 100)
      },
      Row(
        .datagramSizeUnknown(payload: 250, packetLength: 278, mtu: 100),
        "the UDP datagram makes a packet of 278 octets, the MTU is 100, and only its sender knows "
          + "how its payload of 250 octets was joined: give a segment size, make IP fragments, or "
          + "ask for a guess"
      ) { try Self.plan(Self.udp) { $0.size = .mtu(100) } },
      Row(
        .opaqueTunnel(.gtpU, packetLength: 278, mtu: 100),
        "the UDP datagram carries GTP-U, which is not parsed, and makes a packet of 278 octets, "
          + "the MTU is 100: give a segment size, or make IP fragments"
      ) {
        try Self.plan(
          FrameRecipe(
            transport: .udp(UDPRecipe { $0.destinationPort = 2_152 }), payload: Payload(count: 250))
        ) { $0.size = .mtu(100) }
      },
      Row(
        .segmentTooLong(packetLength: 70_040, limit: 65_535),
        "a segment would be an IP packet of 70040 octets, 65535 is the most"
      ) { try Self.plan(FrameRecipe(payload: Payload(count: 70_000)), 70_000) },
      Row(
        .tooManySegments(needed: 250, limit: 128), "the frame gives 250 segments, 128 are allowed"
      ) { try Self.plan(Self.udp, 1) },
      Row(
        .shortLastDatagram(payload: 250, segmentSize: 100),
        "250 octets of payload are no multiple of 100"
      ) { try Self.plan(Self.udp) { $0.rules = .ndis } },
      Row(.refusedFlags([.syn, .urg]), "frames with the TCP flags URG,SYN are not segmented") {
        try Self.plan(
          FrameRecipe(transport: .tcp(TCPRecipe { $0.flags = 0x3A }), payload: Payload(count: 250))
        ) { $0.rules = .ndis }
      },
    ])
  }

  func testOutput() throws {
    let frame = Self.tcp.build()
    let plan = try SegmentationPlan(of: frame, request: .init(segmentSize: 100))
    check([
      Row(
        .frameLengthChanged(planned: 304, given: 303),
        "the frame has 303 octets, the planned one had 304"
      ) { _ = try plan.frames(of: Array(frame.dropLast())) },
      Row(
        .outputTooSmall(needed: 412, available: 411),
        "the segments need 412 octets, the output has room for 411 octets"
      ) {
        var arena = try SegmentArena(byteCount: 411)
        try plan.render(frame, into: &arena)
      },
      Row(
        .tooFewSlots(needed: 3, available: 2),
        "the frame gives 3 segments, the arena has 2 slots left"
      ) {
        var arena = try SegmentArena(byteCount: 1_000, slotCount: 2)
        try plan.render(frame, into: &arena)
      },
    ])
  }

  func testMetadata() {
    check([
      Row(.metadata(.unknownGsoType(0x02)), "gso_type 0x02 is not known") {
        try Self.action(Self.tcp) { $0.gsoType = .init(rawValue: 2) }
      },
      Row(
        .metadata(.congestionNotificationWithoutTCP(gsoType: 0x85)),
        "gso_type 0x85 has the ECN bit, which goes with TCP only"
      ) { try Self.action(Self.udp) { $0.gsoType = .init(rawValue: 0x85) } },
      Row(
        .metadata(.accurateCongestionNotification(gsoType: 0x11)),
        "gso_type 0x11 has the bit of accurate ECN (AccECN), which needs rules that repeat CWR on "
          + "every segment (linuxAccurateECN)"
      ) { try Self.action(Self.tcp) { $0.gsoType = .init(rawValue: 0x11) } },
      Row(.metadata(.gsoSize(65_535)), "gso_size 65535 is not in 1...65534") {
        try Self.action(Self.tcp) { $0.gsoSize = 65_535 }
      },
      Row(
        .metadata(.headerLengthExceedsFrame(headerLength: 305, frameLength: 304)),
        "hdr_len is 305, the frame has 304 octets"
      ) { try Self.action(Self.tcp) { $0.headerLength = 305 } },
      Row(
        .metadata(.checksumNotRequested(gsoType: 5)), "gso_type 0x05 needs the NEEDS_CSUM flag"
      ) { try Self.action(Self.udp) { $0.flags = [] } },
      Row(
        .metadata(.checksumOutsideFrame(start: 34, offset: 269, frameLength: 304)),
        "csum_start 34 and csum_offset 269 point outside a frame of 304 octets"
      ) { try Self.action(Self.tcp) { $0.checksumOffset = 269 } },
      Row(
        .metadata(.checksumStart(found: 35, expected: 34)),
        "csum_start is 35, the transport header starts at octet 34"
      ) { try Self.action(Self.tcp) { $0.checksumStart = 35 } },
      Row(
        .metadata(.checksumOffset(found: 15, expected: 16)),
        "csum_offset is 15, the protocol has its checksum at 16"
      ) { try Self.action(Self.tcp) { $0.checksumOffset = 15 } },
      Row(
        .metadata(.gsoTypeMismatch(gsoType: 4, version: .ipv4, transport: .tcp)),
        "gso_type 0x04 does not fit TCP over IPv4"
      ) { try Self.action(Self.tcp) { $0.gsoType = .tcpv6 } },
      Row(
        .metadata(.tunnelMismatch(gsoType: 0x41)), "gso_type 0x41 does not fit the outer headers"
      ) { try Self.action(Self.vxlan) { $0.gsoType = .init(rawValue: 0x41) } },
      Row(
        .metadata(.outerTransportOffset(found: 33, expected: 34)),
        "outer_th_offset is 33, the outer UDP header starts at octet 34"
      ) { try Self.action(Self.vxlan) { $0.outerTransportOffset = 33 } },
      Row(
        .metadata(.nothingToSegment(optionLength: 12, gsoSize: 8)),
        "no payload to segment by 8 octets after 12 octets of TCP options"
      ) {
        let options = TCPRecipe { $0.options = Array(repeating: [1], count: 12) }
        try Self.action(FrameRecipe(transport: .tcp(options))) { $0.gsoSize = 8 }
      },
    ])
  }
}
