import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Faults that other segmenters have had in rewriting headers, each as the input that showed it.
final class PeerHeaderBugTests: XCTestCase {
  private let udp = Transport.udp()

  /// Whether the engine and the oracle make the same of a frame.
  private func check(
    _ recipe: FrameRecipe, by size: Int, _ name: String = "", line: UInt = #line
  ) throws {
    let segmented = try Segmented(recipe, size)
    let expected = Setting.linux.expected(recipe, segmentSize: size)
    let text = firstDifference(expected: expected, actual: segmented.frames, link: segmented.link)
    XCTAssertNil(text, name, line: line)
    XCTAssertNil(segmented.fault(size), name, line: line)
  }

  /// Linux 7.0-rc1: every datagram, the last one too, as long as the others.
  ///
  /// And tailscale#20994: a last one of a single octet, made to get around that.
  func testWholeMultiplesAndOneMore() throws {
    for network in [Network.ipv4(), .ipv6()] {
      for count in 2...128 {
        let recipe = FrameRecipe(
          network: network, transport: udp, payload: Payload(count: count * 50))
        try check(recipe, by: 50, "\(count) datagrams")
        guard count < 128 else { continue }
        var longer = recipe
        longer.payload.count += 1
        try check(longer, by: 50, "\(count) datagrams and one octet")
      }
    }
  }

  /// QEMU and bhyve: FIN and PSH, once cleared in a template, were missing in the last segment.
  func testAllFlags() throws {
    for flags in UInt16(0)...0xFFF {
      let recipe = FrameRecipe(
        transport: .tcp(TCPRecipe { $0.flags = .init(rawValue: flags) }), payload: Payload(count: 3)
      )
      let plan = try SegmentationPlan(of: recipe.build(), request: .init(segmentSize: 1))
      let given = WireFormats.TCPFlags(rawValue: flags)
      let (onlyLast, onlyFirst) = (WireFormats.TCPFlags([.fin, .psh]), WireFormats.TCPFlags.cwr)
      let (first, middle, last) = (plan[0].tcpFlags, plan[1].tcpFlags, plan[2].tcpFlags)
      XCTAssertEqual(first, given.subtracting(onlyLast), "flags \(given)")
      XCTAssertEqual(middle, given.subtracting(onlyLast).subtracting(onlyFirst), "flags \(given)")
      XCTAssertEqual(last, given.subtracting(onlyFirst), "flags \(given)")
      guard flags & 0xF == flags >> 4 & 0xF else { continue }
      try check(recipe, by: 1, "flags \(flags)")
    }
  }

  /// Open vSwitch: IPv6 lengths with forty octets too many, identifications in the wrong order.
  func testLengthsAndIdentifications() throws {
    try check(FrameRecipe(network: .ipv6(), payload: Payload(count: 250)), by: 100)
    for base in [0x00FF, 0x7FFF, 0xFFFF] as [UInt16] {
      let network = Network.ipv4(IPv4Recipe { $0.identification = base })
      let recipe = FrameRecipe(network: network, payload: Payload(count: 250))
      let frames = try Segmented(recipe, 100).frames
      let identifications = try frames.map { try IPv4Header($0.octets, at: 14).identification }
      XCTAssertEqual(identifications, [base, base &+ 1, base &+ 2])
      try check(recipe, by: 100)
    }
  }

  /// wireguard-go: lengths short by the extension headers.
  func testExtensionHeaders() throws {
    for size in stride(from: 8, through: 64, by: 8) {
      let zeros = [UInt8](repeating: 0, count: size - 6)
      let headers: [ExtensionHeader] = [
        .hopByHop([1, UInt8(size - 4)] + zeros), .destinationOptions([1, UInt8(size - 4)] + zeros),
        .routing(type: 253, [UInt8](repeating: 0, count: size - 4)),
      ]
      for header in headers {
        XCTAssertEqual(header.byteCount, size)
        for transport in [Transport.tcp(), udp] {
          let recipe = FrameRecipe(
            network: .ipv6(IPv6Recipe { $0.extensions = [header] }), transport: transport,
            payload: Payload(count: 250))
          try check(recipe, by: 100, "\(header)")
        }
      }
    }
    for number in [44, 51, 135] as [UInt8] {
      let network = IPv6Recipe { $0.extensions = [ExtensionHeader(number, [0, 0, 0, 0, 0, 1])] }
      let recipe = FrameRecipe(network: .ipv6(network), payload: Payload(count: 250))
      XCTAssertEqual(
        refusal { try Segmented(recipe, 100) },
        .unsupportedExtensionHeader(.init(rawValue: number)))
    }
  }

  /// A routing header with stops left: checksums are for the last stop (RFC 8200, section 8.1).
  func testRoutingHeaders() throws {
    for (type, segments) in [(0, 1), (0, 3), (2, 1), (4, 1), (4, 3)] as [(UInt8, Int)] {
      let addresses = (1...(16 * segments)).map { UInt8($0) }
      let header = ExtensionHeader.routing(
        type: type, segmentsLeft: UInt8(segments),
        [type == 4 ? UInt8(segments - 1) : 0, 0, 0, 0] + addresses)
      let recipe = FrameRecipe(
        network: .ipv6(IPv6Recipe { $0.extensions = [header] }), payload: Payload(count: 250))
      try check(recipe, by: 100, "type \(type), \(segments) left")
    }
  }

  /// gVisor 9bc6dcb63: a UDP checksum that comes to 0 must not become "none".
  func testSumsOfZero() throws {
    for network in [Network.ipv4(), .ipv6()] {
      for index in 0..<3 {
        let recipe = FrameRecipe(network: network, transport: udp, payload: Payload(count: 250))
          .withZeroSum(inSegment: index, segmentSize: 100)
        let at = recipe.layout.transportOffset + 6
        XCTAssertEqual(try Segmented(recipe, 100).frames[index].word(at), 0xFFFF)
        try check(recipe, by: 100)
      }
    }
  }

  /// gVisor 6c4faf901: a UDP checksum of 0 is copied over IPv4 if the rules say so.
  func testZeroChecksumIsCopied() throws {
    for network in [Network.ipv4(), .ipv6()] {
      let recipe = FrameRecipe(
        network: network, transport: udp, payload: Payload(count: 250), checksum: .zero)
      let at = recipe.layout.transportOffset + 6
      let copied = try Segmented(recipe, 100, Setting(copiesZero: true))
      // Over IPv6 a checksum of 0 is not allowed, so it is computed.
      let isCopied = !network.isIPv6
      XCTAssertEqual(copied.frames.count, 3)
      for frame in copied.frames { XCTAssertEqual(frame.word(at) == 0, isCopied) }
      XCTAssertNil(copied.fault(100))
      XCTAssertFalse(try Segmented(recipe, 100).frames.contains { $0.word(at) == 0 })
    }
  }

  /// DPDK e55ea3d5d9: padding that is not zero went into the checksum.
  func testTrailers() throws {
    for count in 1...50 {
      for payload in [0, 1, 6, 250] {
        try check(FrameRecipe(payload: Payload(count: payload), trailerCount: count), by: 100)
      }
    }
  }

  /// DPDK d069c80a5d, OpenVMM: a length of 0, and header checksums that were left out.
  func testFieldsLeftToTheNIC() throws {
    for checksum in [HeaderChecksum.zero, .wrong, .value(0xFFFF)] {
      for count in [250, 70_000] {
        let network = IPv4Recipe { ($0.length, $0.headerChecksum) = (.zero, checksum) }
        let recipe = FrameRecipe(network: .ipv4(network), payload: Payload(count: count))
        try check(recipe, by: max(100, count / 10))
      }
    }
    let lengthless = IPv6Recipe { $0.length = .zero }
    for count in [250, 70_000] {
      try check(
        FrameRecipe(network: .ipv6(lengthless), payload: Payload(count: count)),
        by: max(100, count / 10))
    }
  }

  /// DPDK 7316b4fd61, virtio-win#1630: partial checksums by three conventions, or none.
  func testPartialChecksums() throws {
    let conventions: [TestSupport.TransportChecksum] = [
      .complete, .pseudoHeaderWithLength, .pseudoHeaderWithoutLength, .zero, .value(0x9783),
    ]
    for stored in conventions {
      for transport in [Transport.tcp(), udp] {
        let recipe = FrameRecipe(
          transport: transport, payload: Payload(count: 250), checksum: stored)
        try check(recipe, by: 100, "\(stored)")
      }
    }
  }

  /// VPP 6b8874eb2d4, gVisor 289284842: sums over odd pieces.
  func testOddSizes() throws {
    for size in 1...130 {
      for payload in [125, 126, 127, 128, 129] {
        try check(FrameRecipe(payload: Payload(count: payload)), by: size, "\(payload) by \(size)")
      }
    }
  }

  /// The same at every place in the output: copying may go by aligned words.
  func testEveryAlignmentOfTheOutput() throws {
    let frame = FrameRecipe(payload: Payload(count: 650)).build()
    let plan = try SegmentationPlan(of: frame, request: .init(segmentSize: 301))
    let expected = try plan.frames(of: frame).flatMap { $0 }
    for offset in 0..<70 {
      let (octets, error) = written(offset + expected.count) {
        (output) throws(SegmentationError) in
        var part = output._mutatingExtracting(offset..<(offset + expected.count))
        try plan.render(frame.octets, into: &part)
      }
      XCTAssertNil(error)
      XCTAssertTrue(octets[..<offset].allSatisfy { $0 == 0xA5 })
      XCTAssertTrue(octets.dropFirst(offset).elementsEqual(expected), "offset \(offset)")
    }
  }

  /// VPP 11674cc6124: a packet of exactly one segment.
  func testOneSegmentExactly() throws {
    for (count, segments) in [(1_447, 1), (1_448, 1), (1_449, 2)] {
      let segmented = try Segmented(FrameRecipe(payload: Payload(count: count)), 1_448)
      XCTAssertEqual(segmented.frames.count, segments)
    }
  }

  /// VPP 14bea1bb650: tags; DPDK 727663e88b and Open vSwitch f8cd315bd: tunnels and their contents.
  func testTagsAndTunnels() throws {
    let kinds: [Encapsulation.Kind] = [
      .vxlan(), .geneve(), .geneve(options: [1, 2, 3, 4]), .gre(), .gre(checksum: true), .ipInIP,
    ]
    for tags in 0...3 {
      let link = Link(tags: .init(repeating: .init(), count: tags))
      try check(FrameRecipe(link: link, payload: Payload(count: 250)), by: 100, "\(tags) tags")
      for kind in kinds {
        for outer in [Encapsulation.defaultNetwork, .ipv6()] {
          for inner in [Network.ipv4(), .ipv6()] {
            for checksum in [TestSupport.TransportChecksum.zero, .complete] {
              let recipe = FrameRecipe(
                link: kind == .ipInIP ? Link(.rawIP) : link, network: inner,
                payload: Payload(count: 250),
                encapsulation: Encapsulation(
                  kind, link: link, network: outer, checksum: checksum))
              try check(recipe, by: 100, "\(recipe)")
            }
          }
        }
      }
    }
  }

  /// The four ways to make an outer checksum.
  func testOuterChecksums() throws {
    for isZero in [true, false] {
      let recipe = FrameRecipe(
        payload: Payload(count: 250),
        encapsulation: Encapsulation(.vxlan(), checksum: isZero ? .zero : .complete))
      func field(_ outer: SegmentationRequest.OuterChecksum) throws -> [Int] {
        var request = SegmentationRequest(segmentSize: 100)
        request.outerChecksum = outer
        let field = try XCTUnwrap(recipe.layout.outerTransportOffset) + 6
        return try SegmentationPlan(of: recipe.build(), tunnels: .wellKnown, request: request)
          .frames(of: recipe.build()).map { $0.word(field) }
      }
      let computed = try field(.complete)
      XCTAssertFalse(computed.contains(0))
      XCTAssertEqual(try field(.automatic), isZero ? [0, 0, 0] : computed)
      XCTAssertEqual(try field(.zero), [0, 0, 0])
      let (udpHeader, vxlan, ethernet, ipv4, tcp) = (8, 8, 14, 20, 20)
      let partial = [100, 100, 50].map { payload in
        // The outer addresses of a recipe.
        InternetChecksum.pseudoHeader(
          source: IPv4Address(0xCB00_7101), destination: IPv4Address(0xCB00_7102), protocol: .udp,
          length: udpHeader + vxlan + ethernet + ipv4 + tcp + payload)
      }
      XCTAssertEqual(try field(.pseudoHeader), partial.map { Int($0.sum) })
    }
  }

  /// gVisor 94e83c674: no frame is longer than the device takes.
  func testNothingExceedsTheMTU() throws {
    var profile = RecipeProfile.tunnels
    (profile.usualPayload, profile.mostSegments) = (9_000, 100)
    forEachFrame(1_000, profile) { recipe, _, random in
      let frame = recipe.build()
      let link = recipe.outerLink
      let headers = recipe.layout.payloadOffset - link.byteCount
      let mtu = headers + random.within(100...1_500)
      var rules = SegmentationRules.linux
      rules.maximumUDPSegmentCount = nil
      let frames = try segment(
        frame, mtu: mtu, link: link.kind.layer, rules: rules, guessesDatagramSize: true)
      return frames.allSatisfy { $0.count - link.byteCount <= mtu } ? nil : "MTU \(mtu)"
    }
  }
}
