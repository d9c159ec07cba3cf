import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Mistakes that other engines made when they merged frames, one test each.
///
/// Numbers are those of our list of historic bugs, rows 57 to 70.
final class CoalescingBugTests: XCTestCase {
  private static let presets = CoalescingRules.presets

  private func units(
    _ frames: [[UInt8]], _ rules: CoalescingRules = .linux
  ) throws -> [CoalescedFrame] {
    let units = try coalesced(frames, CoalescingRequest(rules: rules))
    XCTAssertEqual(units.inputs.flatMap { $0 }.sorted(), Array(frames.indices))
    return units
  }

  /// DPDK 33358ccc29: a segment with FIN or PSH wrote its flags into the payload.
  func test57FlagsAreNotWrittenIntoThePayload() throws {
    for flag in [TCPFlag.fin, .psh] {
      for network in [Network.ipv4(), .ipv6()] {
        var flow = Conversation(network)
        let frames = [flow.next(100), flow.next(99) { $0.tcp.flags.insert(flag) }]
        for (name, rules) in Self.presets {
          let out = try units(frames, rules).flatMap { $0.octets[flow.headerLength...] }
          XCTAssertEqual(out, frames.flatMap { $0[flow.headerLength...] }, name)
        }
      }
    }
  }

  /// DPDK 547f294357, VPP 8758a94317c: a segment with a flag was delivered before older data.
  func test58FlagsDoNotOvertake() throws {
    for bit in 0..<12 {
      for payload in [0, 100] {
        var flow = Conversation()
        let flags = TCPFlag.ack.union(TCPFlag(rawValue: 1 << UInt16(bit)))
        let frames = [
          flow.next(100), flow.next(100), flow.next(payload) { $0.tcp.flags = flags },
          flow.next(100),
        ]
        for (name, rules) in Self.presets {
          let order = try units(frames, rules).inputs.flatMap { $0 }
          XCTAssertEqual(order, [0, 1, 2, 3], "\(name), bit \(bit)")
        }
      }
    }
  }

  /// DPDK b8a55871d5, VPP 86490da4ce4: the padding of short frames was merged as data.
  func test59PaddingIsNotMerged() throws {
    var flow = Conversation()
    let frames = (0..<3).map { _ in flow.next(1) { $0.trailerCount = 5 } }
    XCTAssertTrue(frames.allSatisfy { $0.count == 60 })
    XCTAssertEqual(try units(frames).map(\.octets), frames)
    let merged = try units(frames, .ndisRsc)
    XCTAssertEqual(merged.payloads, [3])
    XCTAssertEqual(merged[0].octets.count, 57)
    XCTAssertEqual(merged[0].octets.suffix(3), ArraySlice(frames.map { $0[54] }))
    // A padded frame that stays alone keeps its padding.
    XCTAssertEqual(try units([frames[0]], .ndisRsc).map(\.octets), [frames[0]])
    // Also if the next one turns out to be wrong after it was looked at.
    var wrong = frames[1]
    wrong[54] ^= 1
    XCTAssertEqual(try units([frames[0], wrong], .ndisRsc).map(\.octets), [frames[0], wrong])
  }

  /// DPDK 7ccc7a05d6, f8a05885e7: data offsets below 5, and headers beyond the packet.
  func test60HeaderLengthsAreChecked() throws {
    for words in [UInt8(0), 4, 15] {
      var flow = Conversation()
      let frames = (0..<2).map { _ in flow.next(10) { $0.tcp.dataOffset = words } }
      let texts: [UInt8: String] = [
        0: "TCP data offset at octet 46 is 0, which is not valid",
        4: "TCP data offset at octet 46 is 4, which is not valid",
        15: "TCP header at octet 34 needs 60 octets, 30 are there",
      ]
      for unit in try units(frames) {
        guard case .notCoalesced(let refusal) = unit.metadata.end else {
          XCTFail("held")
          continue
        }
        XCTAssertEqual(refusal.description, texts[words])
      }
    }
  }

  /// DPDK bdf2f895a6, b605df71be: fragments, and IPv6 in VXLAN taken for IPv4.
  func test61TypesAreNotMistaken() throws {
    var fragments = Conversation()
    let first = (0..<2).map { _ in fragments.next(64) { $0.network.ipv4?.moreFragments = true } }
    for (_, rules) in Self.presets {
      for unit in try units(first, rules) {
        XCTAssertEqual(unit.metadata.end, .notCoalesced(.fragment))
      }
    }
    for outer in [Network.ipv4(), .ipv6()] {
      for inner in [Network.ipv4(), .ipv6()] {
        var flow = Conversation(inner, encapsulation: .vxlan(over: outer))
        let frames = (0..<3).map { _ in flow.next(500) }
        let merged = try units(frames)
        XCTAssertEqual(merged.inputs, [[0, 1, 2]])
        XCTAssertEqual(frameFaults(merged[0].octets), [])
      }
    }
  }

  /// DPDK 5c762a58c3: what was not processed was overwritten when all was flushed.
  func test62NothingIsLostByAFlush() throws {
    var flows = (0..<5).map { Conversation(.ipv4(), .tcp(from: UInt16(100 + $0))) }
    var coalescer = try Coalescer()
    var seen: [Int] = []
    for round in 0..<40 {
      let index = round % flows.count
      coalescer.receive(flows[index].next(round % 7 == 0 ? 0 : 50).octets) {
        seen += CoalescedFrame($0).inputs
      }
      if round % 9 == 0 { coalescer.flush { seen += CoalescedFrame($0).inputs } }
    }
    coalescer.flush { seen += CoalescedFrame($0).inputs }
    XCTAssertEqual(seen.sorted(), Array(0..<40))
    XCTAssertEqual(coalescer.heldUnitCount, 0)
  }

  /// gVisor edd7fd2e6: a pure acknowledgement stayed in the table.
  func test63PureAcknowledgementsAreNotHeld() throws {
    for (name, rules) in Self.presets {
      var coalescer = try Coalescer(CoalescingRequest(rules: rules))
      var flow = Conversation()
      var count = 0
      coalescer.receive(flow.next(0).octets) { _ in count += 1 }
      XCTAssertEqual(count, 1, name)
      XCTAssertEqual(coalescer.heldUnitCount, 0, name)
    }
  }

  /// gVisor 5b7274a1f: more flows than the table has places.
  func test64MoreFlowsThanCapacity() throws {
    for capacity in [1, 2, 8, 64] {
      var request = CoalescingRequest()
      request.flowCapacity = capacity
      var flows = (0..<(3 * capacity)).map { Conversation(.ipv4(), .tcp(from: UInt16(100 + $0))) }
      var frames: [[UInt8]] = []
      for _ in 0..<3 { for index in flows.indices { frames.append(flows[index].next(50)) } }
      let units = try coalesced(frames, request)
      XCTAssertEqual(units.map(\.octets), frames, "in order, as they came")
      XCTAssertEqual(units[0].metadata.end, .flowCapacity(limit: capacity))
    }
    for count in [0, -1, 65_537] {
      var request = CoalescingRequest()
      request.flowCapacity = count
      XCTAssertThrowsError(try coalesced([], request)) { error in
        XCTAssertEqual(
          "\(error)", "a coalescer for \(count) flows is not in 1...65536")
      }
    }
  }

  /// tun-rs e969323: after a wrong checksum the metadata was that of another packet.
  func test66MetadataBelongsToItsFrame() throws {
    var flow = Conversation()
    let frames = (0..<6).map { index in
      flow.next(index < 3 ? 100 : 70) { if index == 2 { $0.checksum = .wrong } }
    }
    let out = try units(frames)
    XCTAssertEqual(out.inputs, [[2], [0, 1], [3, 4, 5]])
    XCTAssertEqual(out.map(\.metadata.segmentCount), [1, 2, 3])
    XCTAssertEqual(out.map(\.metadata.segmentSize), [0, 100, 70])
    XCTAssertEqual(out.map { Int($0.metadata.virtioNetHeader.gsoSize) }, [0, 100, 70])
    XCTAssertEqual(out.map(\.metadata.checksum), [.invalid, .valid, .valid])
  }

  /// CVE-2026-23154: after its header was translated, only the first segment had the new address.
  func test67AddressesAreTranslatedInAllSegments() throws {
    var flow = Conversation()
    let frames = (0..<3).map { _ in flow.next(100) }
    var octets = try units(frames)[0].octets
    octets[26...29] = [203, 0, 113, 9]
    let segments = try segment(octets, mtu: 1_500, segmentSize: 100)
    XCTAssertEqual(segments.count, 3)
    for frame in segments {
      XCTAssertEqual(Array(frame[26...29]), [203, 0, 113, 9])
      XCTAssertEqual(frameFaults(frame), [])
    }
  }

  /// net-offloads: a datagram with a wrong checksum splits the flow, and the order is kept.
  ///
  /// Linux lets it overtake.
  func test68WrongChecksumInTheMiddle() throws {
    var flow = Conversation(.ipv4(), .udp())
    let frames = (0..<5).map { index in
      flow.next(101) { if index == 2 { $0.checksum = .wrong } }
    }
    let out = try units(frames, .ndisUro)
    XCTAssertEqual(out.inputs, [[0, 1], [2], [3, 4]])
    XCTAssertEqual(out[1].octets, frames[2])
    XCTAssertEqual(try units(frames, .linux).inputs, [[2], [0, 1], [3, 4]])
  }

  /// VPP, gVisor: lengths beyond 65,535.
  func test69LengthsDoNotOverflow() throws {
    let cases: [(Network, Transport, Encapsulation?)] = [
      (.ipv4(), .tcp(), nil), (.ipv6(), .tcp(), nil), (.ipv4(), .udp(), nil),
      (.ipv6(), .udp(), nil), (.ipv4(), .tcp(), .vxlan()), (.ipv6(), .tcp(), .gre(key: 7)),
    ]
    for (network, transport, tunnel) in cases {
      let headers = Conversation(network, transport, encapsulation: tunnel).headerLength - 14
      let room = 65_535 - headers
      for surplus in -1...1 {
        var flow = Conversation(network, transport, encapsulation: tunnel)
        let (size, rest) = (room / 2 + 1, room - room / 2 - 1 + surplus)
        let frames = [flow.next(size), flow.next(rest)]
        let out = try units(frames)
        XCTAssertEqual(out.count, surplus > 0 ? 2 : 1, "\(network) \(surplus)")
        for unit in out { XCTAssertEqual(frameFaults(unit.octets), []) }
        guard surplus > 0 else { continue }
        XCTAssertEqual(
          out[0].metadata.end, .nextFrame(.unitTooLong(length: 65_536, limit: 65_535)))
      }
    }
  }

  /// Firezone 14392, amiberry 1780: large frames without a description, and with one.
  func test70FramesThatAreMergedAlready() throws {
    var flow = Conversation()
    let frames = [flow.next(3_000), flow.next(3_000), flow.next(100)]
    XCTAssertEqual(try units(frames).inputs, [[0, 1, 2]], "large segments are segments")
    var header = VirtioNetHeader()
    header.gsoType = .tcpv4
    header.gsoSize = 1_000
    let described = try coalesced(
      frames, describedBy: [VirtioNetHeader(), header, VirtioNetHeader()])
    XCTAssertEqual(described.map(\.octets), frames)
    XCTAssertEqual(described[1].metadata.virtioNetHeader, header)
    XCTAssertEqual(described[0].metadata.end, .nextFrame(.superFrame(segmentSize: 1_000)))
    XCTAssertEqual(
      CoalescingRefusal.superFrame(segmentSize: 1_000).description,
      "the frame is a super-frame with segments of 1000 octets already")
  }
}
