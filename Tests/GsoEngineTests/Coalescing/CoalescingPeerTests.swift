import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Tables of other engines that merge frames, with their numbers.
///
/// Each row says what the rules of Linux, RSC and URO give, and why that differs from the peer.
final class CoalescingPeerTests: XCTestCase {
  /// IP packet lengths of what comes out of raw IP packets.
  private func lengths(
    _ frames: [[UInt8]], _ rules: CoalescingRules = .linux, checksum: Bool = true
  ) throws -> [Int] {
    var request = CoalescingRequest(rules: rules)
    request.link = .rawIP
    let units = try coalesced(frames, request)
    XCTAssertEqual(units.inputs.flatMap { $0 }.sorted(), Array(frames.indices))
    // In the order of their first frame, as wireguard-go lists them.
    return units.sorted { $0.inputs[0] < $1.inputs[0] }.map(\.octets.count)
  }

  private func tcp(_ isIPv6: Bool, to port: UInt16 = 2, flags: TCPFlag = .ack, _ sequence: UInt32)
    -> FrameRecipe
  {
    FrameRecipe(
      link: .rawIP, network: isIPv6 ? .ipv6() : .ipv4 { $0.identification = 0 },
      transport: .tcp(from: 1, to: port, flags: flags) { $0.sequenceNumber = sequence },
      payload: Payload(seed: UInt64(sequence), count: 100))
  }

  private func udp(_ isIPv6: Bool, to port: UInt16 = 2, _ count: Int = 100) -> FrameRecipe {
    FrameRecipe(
      link: .rawIP, network: isIPv6 ? .ipv6() : .ipv4 { $0.identification = 0 },
      transport: .udp(from: 1, to: port), payload: Payload(seed: 3, count: count))
  }

  /// wireguard-go, `Test_handleGRO`: eleven packets of several flows.
  func testWireGuardFlows() throws {
    let frames = [
      tcp(false, 1), udp(false), udp(false, to: 3), tcp(false, 101), tcp(false, to: 3, 201),
      tcp(true, 1), tcp(true, 101), tcp(true, to: 3, 201), udp(false), udp(true), udp(true),
    ].map { $0.build() }
    XCTAssertEqual(try lengths(frames), [240, 228, 128, 140, 260, 160, 248])
    XCTAssertEqual(try lengths(frames, .ndis), [240, 228, 128, 140, 260, 160, 248])
    var rules = CoalescingRules.linux
    rules.support = .tcp
    XCTAssertEqual(
      try lengths(frames, rules), [240, 128, 128, 140, 260, 160, 128, 148, 148], "without UDP")
    XCTAssertEqual(
      try lengths(frames, .ndisRsc), [240, 128, 128, 140, 260, 160, 128, 148, 148], "TCP only")
    XCTAssertEqual(
      try lengths(frames, .ndisUro), [140, 228, 128, 140, 140, 160, 160, 160, 248], "UDP only")
  }

  /// wireguard-go: PSH on every second segment.
  ///
  /// RSC merges PSH and goes on.
  func testWireGuardPush() throws {
    var frames: [[UInt8]] = []
    for isIPv6 in [false, true] {
      for index in 0..<4 {
        let flags: TCPFlag = index % 2 == 0 ? .ack : [.ack, .psh]
        frames.append(tcp(isIPv6, flags: flags, UInt32(1 + 100 * index)).build())
      }
    }
    XCTAssertEqual(try lengths(frames), [240, 240, 260, 260])
    XCTAssertEqual(try lengths(frames, .ndisRsc), [440, 460])
  }

  /// wireguard-go: the first packet of each flow has a wrong checksum.
  func testWireGuardChecksums() throws {
    var frames = [
      tcp(false, 1), tcp(false, 101), tcp(false, 201), udp(false), udp(false), udp(false),
    ]
    frames[0].checksum = .wrong
    frames[3].checksum = .wrong
    let octets = frames.map { $0.build() }
    XCTAssertEqual(try lengths(octets), [140, 240, 128, 228])
    XCTAssertEqual(try lengths(octets, .ndis), [140, 240, 128, 228])
  }

  /// wireguard-go puts segments in order; Linux and RSC do not, and merge none of these.
  func testWireGuardOrder() throws {
    let frames = [101, 1, 201].map { tcp(false, $0).build() }
    XCTAssertEqual(try lengths(frames), [140, 140, 140])
    XCTAssertEqual(try lengths(frames, .ndisRsc), [140, 140, 140])
  }

  /// wireguard-go: packets that differ in one field of the IP header are not merged.
  ///
  /// RSC merges different TTLs, and has the smallest.
  func testWireGuardFields() throws {
    let changes: [(String, (inout FrameRecipe) -> Void)] = [
      (
        "TTL",
        {
          $0.network.ipv4?.timeToLive = 9
          $0.network.ipv6?.hopLimit = 9
        }
      ),
      (
        "ToS",
        {
          $0.network.ipv4?.typeOfService = 8
          $0.network.ipv6?.trafficClass = 8
        }
      ),
      ("DF", { $0.network.ipv4?.dontFragment = false }),
      ("MF", { $0.network.ipv4?.moreFragments = true }),
    ]
    for (name, change) in changes {
      for isIPv6 in [false, true] where name != "DF" && name != "MF" || !isIPv6 {
        for isUDP in [false, true] {
          var second = isUDP ? udp(isIPv6) : tcp(isIPv6, 101)
          change(&second)
          let frames = [isUDP ? udp(isIPv6) : tcp(isIPv6, 1), second].map { $0.build() }
          XCTAssertEqual(try lengths(frames), frames.map(\.count), name)
          let isMerged = name == "TTL" && !isUDP
          XCTAssertEqual(try lengths(frames, .ndis).count, isMerged ? 1 : 2, name)
        }
      }
    }
  }

  /// wireguard-go: which packets are looked at at all.
  func testWireGuardCandidates() throws {
    let good = [tcp(false, 1), tcp(true, 1), udp(false), udp(true)].map { $0.build() }
    for frame in good { XCTAssertNil(try refusal(frame)) }
    let short = [39, 59, 27, 47]
    for (frame, count) in zip(good, short) {
      let text = try XCTUnwrap(refusal(Array(frame.prefix(count)))).description
      XCTAssertTrue(text.contains("octets"), text)
    }
    var wrong = good[0]
    wrong[0] = 0x05
    XCTAssertEqual(
      try refusal(wrong)?.description, "IPv4 version at octet 0 is 0, which is not valid")
    var options = tcp(false, 1)
    options.network.ipv4?.options = [.routerAlert]
    XCTAssertEqual(
      try refusal(options.build())?.description, "the packet has 4 octets of IPv4 options")
    var gre = tcp(false, 1)
    gre.network.ipv4?.protocolNumber = 47
    let text = try XCTUnwrap(refusal(gre.build())).description
    XCTAssertEqual(text, "the packet carries GRE, neither TCP nor UDP")
    var rules = CoalescingRules.linux
    rules.support = .tcp
    XCTAssertEqual(
      try refusal(good[2], rules)?.description, "the rules do not coalesce UDP over IPv4")
  }

  private func refusal(
    _ frame: [UInt8], _ rules: CoalescingRules = .linux
  ) throws -> CoalescingRefusal? {
    var request = CoalescingRequest(rules: rules)
    request.link = .rawIP
    var coalescer = try Coalescer(request)
    if case .delivered(let refusal) = coalescer.receive(frame.octets, { _ in }) { return refusal }
    return nil
  }

  /// wireguard-go: which datagram may follow which.
  func testWireGuardDatagrams() throws {
    for rules in [CoalescingRules.linux, .ndisUro] {
      let count = { (sizes: [Int]) in
        try self.lengths(sizes.map { self.udp(false, $0).build() }, rules).count
      }
      XCTAssertEqual(try count([100, 100]), 1)
      XCTAssertEqual(try count([100, 10]), 1)
      XCTAssertEqual(try count([100, 10, 10]), 2, "nothing follows a shorter one")
      XCTAssertEqual(try count([100, 110]), 2, "a larger one")
    }
  }

  /// VPP: 124 segments of 1460 octets fill two units of 44, and 36 are left.
  func testVPPFillsUnits() throws {
    var flow = Conversation()
    let frames = (0..<124).map { _ in flow.next(1_460) }
    for rules in [CoalescingRules.linux, .ndisRsc] {
      let units = try coalesced(frames, CoalescingRequest(rules: rules))
      XCTAssertEqual(units.map { $0.octets.count - 14 }, [64_280, 64_280, 52_600])
      XCTAssertEqual(units.map(\.metadata.segmentCount), [44, 44, 36])
      XCTAssertEqual(
        units[0].metadata.end, .nextFrame(.unitTooLong(length: 65_740, limit: 65_535)))
    }
  }

  /// VPP: 88 segments over IPv6, PSH on the last of each 44: IPv6 payload lengths of 64,260.
  func testVPPPush() throws {
    var flow = Conversation(.ipv6())
    let frames = (0..<88).map { index in
      flow.next(1_460) { if index % 44 == 43 { $0.tcp.flags.insert(.psh) } }
    }
    let units = try coalesced(frames)
    XCTAssertEqual(units.map { $0.octets.count - 54 }, [64_260, 64_260])
    XCTAssertEqual(units.map(\.metadata.end), [.flags(.psh), .flags(.psh)])
  }

  /// VPP: 1460 octets and 1340 with PSH; 1459 and one octet in a padded frame.
  ///
  /// Linux merges no frame with padding. A NIC removes it, and so do the rules of NDIS.
  func testVPPPairs() throws {
    var flow = Conversation()
    let pair = [flow.next(1_460), flow.next(1_340) { $0.tcp.flags.insert(.psh) }]
    XCTAssertEqual(try coalesced(pair).payloads, [2_800])
    let padded = [flow.next(1_459), flow.next(1) { $0.trailerCount = 5 }]
    XCTAssertEqual(try coalesced(padded).payloads, [1_459, 1])
    let units = try coalesced(padded, CoalescingRequest(rules: .ndisRsc))
    XCTAssertEqual(units.payloads, [1_460])
    XCTAssertEqual(units[0].octets.count, 54 + 1_460, "without the padding")
  }

  /// XDP for Windows: 100 segments of 100 octets, and pure acknowledgements between them.
  func testXDPSanity() throws {
    for network in [Network.ipv4(), .ipv6()] {
      var flow = Conversation(network)
      let frames = (0..<100).map { _ in flow.next(100) }
      for rules in [CoalescingRules.linux, .ndisRsc] {
        let units = try coalesced(frames, CoalescingRequest(rules: rules))
        XCTAssertEqual(units.payloads, [10_000])
        XCTAssertEqual(
          try segment(units[0].octets, mtu: 1_500, segmentSize: 100), frames, "and back")
      }
      var other = Conversation(network)
      let mixed = [other.next(100), other.next(0), other.next(100)]
      for rules in [CoalescingRules.linux, .ndisRsc] {
        XCTAssertEqual(
          try coalesced(mixed, CoalescingRequest(rules: rules)).payloads, [100, 0, 100])
      }
    }
  }

  /// XDP for Windows: four segments of 1000 octets with a trailer of 13.
  func testXDPTrailer() throws {
    var flow = Conversation()
    let frames = (0..<4).map { _ in flow.next(1_000) { $0.trailerCount = 13 } }
    XCTAssertEqual(try coalesced(frames).payloads, [1_000, 1_000, 1_000, 1_000])
    let units = try coalesced(frames, CoalescingRequest(rules: .ndisRsc))
    XCTAssertEqual(units.payloads, [4_000])
    XCTAssertEqual(frameFaults(units[0].octets), [])
  }

  /// XDP for Windows: 40 to 4 octets of TCP options.
  func testXDPOptions() throws {
    for count in stride(from: 40, through: 4, by: -4) {
      var flow = Conversation()
      let options = Array(repeating: TCPOption.noOperation, count: count)
      let frames = (0..<3).map { _ in flow.next(500) { $0.tcp.options = options } }
      for rules in [CoalescingRules.linux, .ndisRsc] {
        let units = try coalesced(frames, CoalescingRequest(rules: rules))
        XCTAssertEqual(units.payloads, [1_500], "\(count)")
      }
    }
  }

  /// XDP for Windows: all combinations of FIN, PSH, ECE and CWR on all segments.
  func testXDPFlags() throws {
    for bits in 0..<16 {
      var flags: TCPFlag = .ack
      for (bit, flag) in [TCPFlag.fin, .psh, .ece, .cwr].enumerated() where bits >> bit & 1 == 1 {
        flags.insert(flag)
      }
      var flow = Conversation()
      let frames = (0..<4).map { _ in flow.next(100) { $0.tcp.flags = flags } }
      let isMergedByLinux = flags.isDisjoint(with: [.fin, .psh, .cwr])
      XCTAssertEqual(try coalesced(frames).count, isMergedByLinux ? 1 : 4, "\(bits)")
      let isMergedByRsc = flags.isDisjoint(with: [.fin, .ece, .cwr])
      XCTAssertEqual(
        try coalesced(frames, CoalescingRequest(rules: .ndisRsc)).count, isMergedByRsc ? 1 : 4)
    }
  }
}
