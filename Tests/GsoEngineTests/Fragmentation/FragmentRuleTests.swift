import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// How each field is made, and what is refused, one rule at a time.
final class FragmentRuleTests: XCTestCase {
  private func datagram(
    _ count: Int, _ change: (inout FrameRecipe) -> Void = { _ in }
  ) -> FrameRecipe {
    let header = IPv4Recipe { $0.dontFragment = false }
    var recipe = FrameRecipe(
      network: .ipv4(header), transport: .udp(), payload: Payload(count: count))
    change(&recipe)
    return recipe
  }

  private func word(_ frame: [UInt8], _ at: Int) -> Int { Int(frame[at]) << 8 | Int(frame[at + 1]) }

  // MARK: MTU

  func testMTUGivesTheLargestMultipleOf8ThatFits() throws {
    let options = IPv4Recipe {
      $0.dontFragment = false
      $0.options = [IPv4Option.routerAlert, IPv4Option.recordRoute(slots: 2)]
    }
    let extensions = IPv6Recipe {
      $0.extensions = [.hopByHop([5, 2, 0, 0]), .routing(), .destinationOptions()]
    }
    // Headers of the first fragment, a fragment header included.
    let rows: [(network: Network, headers: Int, line: UInt)] = [
      (.ipv4(IPv4Recipe { $0.dontFragment = false }), 20, #line), (.ipv4(options), 36, #line),
      (.ipv6(), 48, #line), (.ipv6(extensions), 64, #line),
    ]
    for (network, headers, line) in rows {
      let recipe = FrameRecipe(network: network, transport: .udp(), payload: Payload(count: 2_400))
      let frame = recipe.build()
      for mtu in (headers + 8)...(headers + 90) {
        let plan = try FragmentationPlan(of: frame, request: FragmentationRequest(mtu: mtu))
        XCTAssertEqual(plan.fragmentSize, (mtu - headers) / 8 * 8, "MTU \(mtu)", line: line)
        for fragment in try plan.frames(of: frame) {
          XCTAssertLessThanOrEqual(fragment.count - 14, mtu, "MTU \(mtu)")
        }
      }
      for mtu in [Int.min, Int.min + 1, -1, 0, 1, headers, headers + 7] {
        XCTAssertEqual(
          refusal(fragments(of: frame, FragmentationRequest(mtu: mtu))),
          .mtuTooSmall(mtu: mtu, headerLength: headers), "MTU \(mtu)", line: line)
      }
    }
  }

  func testPacketWithinTheMTUIsNotFragmented() throws {
    for network in [Network.ipv4(), .ipv6(IPv6Recipe { $0.extensions = [.destinationOptions()] })] {
      let recipe = FrameRecipe(network: network, transport: .udp(), payload: Payload(count: 1_001))
      let (frame, length) = (recipe.build(), recipe.packetByteCount)
      for mtu in [length, length + 1, 65_535, Int.max] {
        let plan = try FragmentationPlan(of: frame, request: FragmentationRequest(mtu: mtu))
        XCTAssertEqual(plan.count, 1)
        XCTAssertEqual(try plan.frames(of: frame), [frame], "MTU \(mtu)")
        XCTAssertFalse(plan[0].moreFragments)
      }
      let one = FragmentationRequest(mtu: length - 1, rules: .copiedFlag)
      XCTAssertEqual(try fragments(of: frame, one).get().count, 2)
    }
  }

  // MARK: DF

  func testDontFragmentIsRefusedOrCleared() throws {
    let frame = datagram(600) { $0.network.ipv4?.dontFragment = true }.build()
    let request = FragmentationRequest(fragmentSize: 104)
    XCTAssertEqual(refusal(fragments(of: frame, request)), .dontFragment)
    var cleared = request
    cleared.rules.dontFragment = .cleared
    let frames = try fragments(of: frame, cleared).get()
    XCTAssertEqual(frames.map { word($0, 20) }, [0x2000, 0x200D, 0x201A, 0x2027, 0x2034, 0x0041])
  }

  func testDontFragmentStaysInAWholePacket() throws {
    let frame = datagram(600) { $0.network.ipv4?.dontFragment = true }.build()
    for rules in [FragmentationRules.standard, .linux] {
      let whole = try fragments(of: frame, FragmentationRequest(mtu: 1_500, rules: rules)).get()
      XCTAssertEqual(whole, [frame], "DF does not matter to what is not fragmented")
    }
  }

  // MARK: checksum

  func testZeroUDPChecksumOverIPv4() throws {
    let recipe = datagram(300) { $0.checksum = .zero }
    let field = recipe.layout.transportOffset + 6
    for size in [104, 1_000] {
      var request = FragmentationRequest(
        fragmentSize: size, rules: FragmentationRules(checksum: .compute))
      XCTAssertEqual(
        word(try fragments(of: recipe.build(), request).get()[0], field), 0, "not used stays so")
      request.rules.zeroUDPChecksum = .computeAnyway
      var sum = recipe
      sum.checksum = .complete
      XCTAssertEqual(
        word(try fragments(of: recipe.build(), request).get()[0], field), Int(sum.checksumField))
    }
  }

  func testZeroUDPChecksumOverIPv6IsComputedWhereChecksumsAre() throws {
    let recipe = datagram(300) { ($0.network, $0.checksum) = (.ipv6(), .zero) }
    var sum = recipe
    sum.checksum = .complete
    let (ethernet, ipv6, fragmentHeader) = (14, 40, 8)
    let firstHeaderLength = ethernet + ipv6 + fragmentHeader
    for rules in [FragmentationRules(checksum: .compute), .linux] {
      let request = FragmentationRequest(fragmentSize: 104, rules: rules)
      let first = try fragments(of: recipe.build(), request).get()[0]
      let udp = try UDPHeader(first.octets, at: firstHeaderLength)
      XCTAssertEqual(udp.checksum, sum.checksumField, "RFC 8200, section 8.1")
    }
  }

  func testChecksumThatComputesToZeroIsAllOnes() throws {
    for network in [Network.ipv4(), .ipv6()] {
      let recipe = datagram(300) { $0.network = network }.withZeroSum()
      var partial = recipe
      partial.checksum = .pseudoHeaderWithLength
      let frames = try fragments(
        of: partial.build(), FragmentationRequest(fragmentSize: 104, rules: .linux)
      ).get()
      let at = recipe.layout.transportOffset + 6 + (network.isIPv6 ? 8 : 0)
      XCTAssertEqual(word(frames[0], at), 0xFFFF)
    }
  }

  func testChecksumIsCopiedOnRequest() throws {
    for transport in [Transport.udp(), .tcp()] {
      let recipe = datagram(301) { ($0.transport, $0.checksum) = (transport, .value(0x1234)) }
      let request = FragmentationRequest(
        fragmentSize: 8, rules: FragmentationRules(checksum: .copy))
      let again = try XCTUnwrap(reassemble(fragments(of: recipe.build(), request).get()))
      XCTAssertNil(firstDifference(expected: recipe.build(), actual: again))
    }
  }

  // MARK: identification

  func testIdentificationIsTheSameInAllFragments() throws {
    let four = datagram(300) { $0.network.ipv4?.identification = 0xFFFF }.build()
    let request = FragmentationRequest(fragmentSize: 64, identification: 0xDEAD_BEEF)
    let plan4 = try FragmentationPlan(of: four, request: request)
    XCTAssertEqual(plan4.identification, 0xFFFF, "the packet's own over IPv4")
    for frame in try plan4.frames(of: four) { XCTAssertEqual(word(frame, 18), 0xFFFF) }
    let six = datagram(300) { $0.network = .ipv6() }.build()
    let plan6 = try FragmentationPlan(of: six, request: request)
    XCTAssertEqual(plan6.identification, 0xDEAD_BEEF, "the caller's over IPv6")
    for frame in try plan6.frames(of: six) {
      XCTAssertEqual(Array(frame[58..<62]), [0xDE, 0xAD, 0xBE, 0xEF])
    }
  }

  // MARK: options, octet by octet

  func testOptionsWithoutTheCopiedFlagStayInTheFirstFragment() throws {
    // NOP, record route (not copied), NOP, router alert (copied).
    let recipe = datagram(64) {
      $0.network.ipv4?.options = [[1], [7, 7, 4, 9, 9, 9, 9], [1], [148, 4, 0, 5]]
    }
    let standard = try fragments(
      of: recipe.build(), FragmentationRequest(fragmentSize: 40)
    ).get()
    XCTAssertEqual(standard.map { $0[14] }, [0x49, 0x46])
    XCTAssertEqual(
      Array(standard[0][34..<50]), [1, 7, 7, 4, 9, 9, 9, 9, 1, 148, 4, 0, 5, 0, 0, 0])
    XCTAssertEqual(Array(standard[1][34..<38]), [148, 4, 0, 5])
    let linux = try fragments(
      of: recipe.build(), FragmentationRequest(fragmentSize: 40, rules: .linux)
    ).get()
    XCTAssertEqual(linux.map { $0[14] }, [0x49, 0x49])
    XCTAssertEqual(linux[1][34..<50], linux[0][34..<50])
  }

  func testMalformedOptionsEndTheList() throws {
    let lists: [[FrameRecipe.IPv4Option]] = [
      [[148, 4, 0, 0], [0x9E, 0, 1, 1]], [[148, 4, 0, 0], [0x9E, 1, 1, 1]],
      [[148, 4, 0, 0], [0x9E, 5, 1, 1]], [[148, 4, 0, 0], [1, 1, 1, 0x9E]],
      [[148, 4, 0, 0], [0, 0x9E, 2, 1]],
    ]
    for list in lists {
      let recipe = datagram(64) { $0.network.ipv4?.options = list }
      let frames = try fragments(of: recipe.build(), FragmentationRequest(fragmentSize: 40)).get()
      XCTAssertEqual(frames[1][14], 0x46, "\(list)")
      XCTAssertEqual(Array(frames[1][34..<38]), [148, 4, 0, 0], "\(list)")
      XCTAssertEqual(frames.flatMap { frameFaults($0) }, [], "\(list)")
    }
  }

  // MARK: what is refused

  func testSizesThatCannotBe() {
    let frame = datagram(300).build()
    for size in [1, 7, 9, 100, 301, 307] {
      XCTAssertEqual(
        refusal(fragments(of: frame, FragmentationRequest(fragmentSize: size))),
        .fragmentSizeNotMultipleOf8(size))
    }
    for size in [Int.min, -8, 0, 0x10_0000, Int.max] {
      XCTAssertEqual(
        refusal(fragments(of: frame, FragmentationRequest(fragmentSize: size))),
        .segmentSizeOutOfRange(size))
    }
    for size in [308, 309, 0xF_FFFF] {
      XCTAssertEqual(
        try? fragments(of: frame, FragmentationRequest(fragmentSize: size)).get(), [frame],
        "the size does not matter to what stays whole")
    }
  }

  func testFragmentsAreRefused() throws {
    let request = FragmentationRequest(fragmentSize: 64, rules: .linux)
    let more = datagram(300) { $0.network.ipv4?.moreFragments = true }
    let later = datagram(300) { $0.network.ipv4?.fragmentOffset = 100 }
    for recipe in [more, later] {
      XCTAssertEqual(refusal(fragments(of: recipe.build(), request)), .fragment)
    }
    let six = datagram(300) { $0.network = .ipv6() }.build()
    for fragment in try fragments(of: six, request).get() {
      XCTAssertEqual(refusal(fragments(of: fragment, request)), .fragment)
    }
  }

  func testWhatIsNoIPIsRefused() {
    let arp: [UInt8] = [UInt8](repeating: 2, count: 12) + [8, 6] + [UInt8](repeating: 0, count: 46)
    XCTAssertEqual(
      refusal(fragments(of: arp, FragmentationRequest(fragmentSize: 8))),
      .notIP(WireFormats.EtherType(rawValue: 0x0806)))
    XCTAssertEqual(
      refusal(fragments(of: [], link: .rawIP, FragmentationRequest(fragmentSize: 8))), .notIP(nil))
  }

  func testMissingOctetsAreRefused() {
    let frame = Array(datagram(300).build().dropLast(5))
    XCTAssertEqual(
      refusal(fragments(of: frame, FragmentationRequest(fragmentSize: 64))),
      .lengthExceedsFrame(.ipv4, declared: 328, available: 323))
  }

  func testUDPLengthMustFitWhereChecksumsAreComputed() {
    let short = datagram(300) { $0.transport.udp?.length = .value(200) }
    let request = FragmentationRequest(fragmentSize: 64, rules: .copiedFlag)
    XCTAssertEqual(
      refusal(fragments(of: short.build(), request)),
      .udpLengthMismatch(declared: 200, available: 308))
  }

  /// A UDP length of 0 was left to the NIC; receivers do not accept it.
  func testOpenUDPLengthIsFilledIn() throws {
    for network in [Network.ipv4(), .ipv6()] {
      for size in [104, 2_000] {
        let recipe = datagram(300) {
          $0.network = network
          $0.transport.udp?.length = .zero
        }
        let request = FragmentationRequest(fragmentSize: size, rules: .linux)
        let frames = try fragments(of: recipe.build(), request).get()
        let again = frames.count > 1 ? try XCTUnwrap(reassemble(frames)) : frames[0]
        XCTAssertEqual(frameFaults(again), [], "size \(size)")
      }
    }
  }

  // MARK: other protocols

  func testOtherProtocolsAreCutButNotChanged() throws {
    for number: UInt8 in [1, 50, 132, 253] {
      let recipe = datagram(400)
      var frame = recipe.build()
      frame[23] = number
      let sum = referenceChecksum(Array(frame[14..<24]) + [0, 0] + Array(frame[26..<34]))
      (frame[24], frame[25]) = (UInt8(sum >> 8), UInt8(sum & 0xFF))
      let frames = try fragments(of: frame, FragmentationRequest(fragmentSize: 128)).get()
      XCTAssertEqual(frames.count, 4)
      var joined: [UInt8] = []
      for (index, fragment) in frames.enumerated() {
        XCTAssertEqual(fragment[23], number)
        XCTAssertEqual(word(fragment, 20), index * 16 + (index == 3 ? 0 : 0x2000))
        XCTAssertTrue(isIPv4HeaderChecksumRight(Array(fragment[14..<34])))
        joined += fragment[34...]
      }
      XCTAssertEqual(joined, Array(frame[34...]), "protocol \(number)")
    }
  }

  func testICMPv6IsCut() throws {
    var frame = datagram(400) { $0.network = .ipv6() }.build()
    frame[20] = 58
    let frames = try fragments(of: frame, FragmentationRequest(fragmentSize: 128)).get()
    XCTAssertEqual(frames.count, 4)
    for (index, fragment) in frames.enumerated() {
      XCTAssertEqual([fragment[20], fragment[54], fragment[55]], [44, 58, 0])
      XCTAssertEqual(word(fragment, 56), index * 128 + (index == 3 ? 0 : 1))
      XCTAssertEqual(word(fragment, 18), fragment.count - 54)
    }
    XCTAssertEqual(frames.flatMap { $0[62...] }, Array(frame[54...]))
  }

  func testTheOuterPacketOfATunnelIsCut() throws {
    let tunnel = Encapsulation(.gre(key: 7), link: Link())
    var recipe = FrameRecipe(payload: Payload(count: 900), encapsulation: tunnel)
    recipe.link = Link(.rawIP)
    let frame = recipe.build()
    let layout = try PacketLayout(parsing: frame, tunnels: .wellKnown)
    XCTAssertNotNil(layout.tunnel)
    let request = FragmentationRequest(fragmentSize: 400, rules: .linux)
    let plan = try FragmentationPlan(of: frame.octets, layout: layout, request: request)
    let frames = try plan.frames(of: frame)
    XCTAssertEqual(frames.map { $0[23] }, [47, 47, 47])
    XCTAssertEqual(frames.flatMap { $0[34...] }, Array(frame[34...]))
    XCTAssertEqual(plan, try FragmentationPlan(of: frame.octets, layout: layout, request: request))
  }

  // MARK: limits

  func testLongestDatagrams() throws {
    for mtu in [1_500, 9_000, 65_534] {
      let four = datagram(65_535 - 28)
      let request = FragmentationRequest(mtu: mtu)
      let frames = try fragments(of: four.build(), request).get()
      XCTAssertEqual(reassemble(frames), four.build(), "MTU \(mtu)")
      let six = datagram(65_535 - 8) { $0.network = .ipv6() }
      let frames6 = try fragments(of: six.build(), request).get()
      XCTAssertEqual(reassemble(frames6), six.build(), "MTU \(mtu)")
    }
  }

  func testLongerDatagramsAreRefused() {
    let four = datagram(65_535 - 27)
    XCTAssertEqual(
      refusal(fragments(of: four.build(), FragmentationRequest(mtu: 1_500))),
      .segmentTooLong(packetLength: 65_536, limit: 65_535))
    let six = datagram(65_535 - 7) { $0.network = .ipv6() }
    XCTAssertEqual(
      refusal(fragments(of: six.build(), FragmentationRequest(mtu: 1_500))),
      .segmentTooLong(packetLength: 65_576, limit: 65_575))
  }

  /// The fragment header counts as well: a payload length of 65,536 cannot be said.
  func testFragmentThatNoLengthFieldCanSayIsRefused() {
    let six = datagram(65_535 - 8) { $0.network = .ipv6() }.build()
    XCTAssertEqual(
      refusal(fragments(of: six, FragmentationRequest(fragmentSize: 65_528))),
      .segmentTooLong(packetLength: 65_576, limit: 65_575))
    XCTAssertNil(refusal(fragments(of: six, FragmentationRequest(fragmentSize: 65_520))))
    let mtu = FragmentationRequest(mtu: 65_574)
    XCTAssertEqual((try? fragments(of: six, mtu).get()).flatMap { reassemble($0) }, six)
  }

  func testTrailerIsDropped() throws {
    for size in [64, 1_000] {
      let recipe = datagram(300) { $0.trailerCount = 13 }
      var plain = recipe
      plain.trailerCount = 0
      let request = FragmentationRequest(fragmentSize: size)
      XCTAssertEqual(
        try fragments(of: recipe.build(), request).get(),
        try fragments(of: plain.build(), request).get(), "size \(size)")
    }
  }

  func testEmptyPacketStaysOne() throws {
    var frame = Array(datagram(0).build()[..<34])
    frame[17] = 20
    frame[23] = 253
    let frames = try fragments(of: frame, FragmentationRequest(fragmentSize: 8)).get()
    XCTAssertEqual(frames.count, 1)
    XCTAssertEqual(frames[0].count, 34)
  }
}
