import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// A frame handed on with a virtio-net header must come out as if it had been segmented here.
final class VirtioHandOffTests: XCTestCase {
  private func word(_ frame: [UInt8], _ at: Int) -> UInt16 {
    UInt16(frame[at]) << 8 | UInt16(frame[at + 1])
  }

  private func handOff(
    _ recipe: FrameRecipe, _ segmentSize: Int, link: LinkLayer = .ethernet,
    outer: SegmentationRequest.OuterChecksum = .automatic
  ) throws -> (VirtioHandOff, SegmentationPlan) {
    var request = SegmentationRequest(segmentSize: segmentSize)
    request.outerChecksum = outer
    let frame = recipe.build()
    let plan = try SegmentationPlan(of: frame, link: link, tunnels: .wellKnown, request: request)
    return (try VirtioHandOff(frame, segmentedAs: plan), plan)
  }

  // MARK: what others forgot

  func testOpenLengthIsFilledIn() throws {
    var four = FrameRecipe(payload: Payload(count: 3_000))
    four.network.ipv4?.length = .zero
    XCTAssertEqual(word(try handOff(four, 1_000).0.frame, 16), 3_040, "IPv4 total length")
    var six = FrameRecipe(network: .ipv6(), payload: Payload(count: 3_000))
    six.network.ipv6?.length = .zero
    XCTAssertEqual(word(try handOff(six, 1_000).0.frame, 18), 3_020, "IPv6 payload length")
  }

  func testIPv4HeaderChecksumIsComputed() throws {
    for field in [HeaderChecksum.zero, .wrong, .right] {
      var recipe = FrameRecipe(payload: Payload(count: 3_000))
      recipe.network.ipv4?.headerChecksum = field
      let frame = try handOff(recipe, 1_000).0.frame
      XCTAssertTrue(isIPv4HeaderChecksumRight(Array(frame[14..<34])), "\(field)")
    }
  }

  func testSeedHasTheLengthInIt() throws {
    let conventions: [TestSupport.TransportChecksum] = [
      .zero, .pseudoHeaderWithoutLength, .pseudoHeaderWithLength, .complete, .value(0x9783),
    ]
    for transport in [Transport.tcp(), .udp()] {
      for network in [Network.ipv4(), .ipv6()] {
        var recipe = FrameRecipe(
          network: network, transport: transport, payload: Payload(count: 3_000))
        recipe.checksum = .pseudoHeaderWithLength
        let expected = recipe.build()
        for convention in conventions {
          recipe.checksum = convention
          let handOff = try handOff(recipe, 1_000).0
          XCTAssertNil(firstDifference(expected: expected, actual: handOff.frame), "\(convention)")
          XCTAssertTrue(handOff.header.flags.contains(.needsChecksum))
        }
      }
    }
  }

  func testHeaderSaysWhereEverythingLies() throws {
    let tcp = TCPRecipe { $0.flags = TCPFlag.ack | TCPFlag.cwr }
    let tagged = Link(.ethernet, tags: [VLANTag()])
    let recipe = FrameRecipe(link: tagged, transport: .tcp(tcp), payload: Payload(count: 3_000))
    let header = try handOff(recipe, 1_000).0.header
    XCTAssertEqual(header.gsoType.base, .tcpv4)
    XCTAssertTrue(header.gsoType.hasECN, "CWR is set")
    XCTAssertEqual(header.gsoSize, 1_000)
    XCTAssertEqual(header.headerLength, 58)
    XCTAssertEqual([header.checksumStart, header.checksumOffset], [38, 16])
    let plain = FrameRecipe(network: .ipv6(), payload: Payload(count: 3_000))
    XCTAssertEqual(try handOff(plain, 1_000).0.header.gsoType, .tcpv6)
    let udp = FrameRecipe(transport: .udp(), payload: Payload(count: 3_000))
    XCTAssertEqual(try handOff(udp, 1_000).0.header.gsoType, .udpL4)
  }

  func testOneSegmentAsksForAChecksumOnly() throws {
    for transport in [Transport.tcp(), .udp()] {
      let recipe = FrameRecipe(transport: transport, payload: Payload(count: 1_000))
      let (handOff, plan) = try handOff(recipe, 1_000)
      XCTAssertEqual(plan.count, 1)
      XCTAssertEqual(handOff.header.gsoType, .none)
      XCTAssertEqual(handOff.header.gsoSize, 0)
      XCTAssertEqual(handOff.header.flags, [.needsChecksum])
    }
  }

  // MARK: there and back

  func testRandomFramesComeOutAsPlanned() throws {
    let profile = RecipeProfile {
      $0.allowsShims = false  // The kernel takes no such frames.
      $0.largeOneIn = 400
    }
    try roundTrips(profile, 0x4A4D, rounds: 2_000) { _ in }
  }

  func testRandomTunnelsComeOutAsPlanned() throws {
    let profile = RecipeProfile {
      $0.allowsShims = false
      $0.allowsTunnels = true
      $0.links = [.ethernet]
      $0.largeOneIn = 400
    }
    try roundTrips(profile, 0x4A4E, rounds: 2_500) { _ in }
  }

  /// Mostly frames that need no segmentation.
  func testSmallTunnelsComeOutAsPlanned() throws {
    let profile = RecipeProfile {
      $0.allowsShims = false
      $0.allowsTunnels = true
      $0.links = [.ethernet]
      $0.usualPayload = 400
      $0.largeOneIn = 10_000
    }
    try roundTrips(profile, 0x4A4F, rounds: 1_500) { $0 += 400 }
  }

  private func roundTrips(
    _ profile: RecipeProfile, _ seed: UInt64, rounds: Int, _ change: (inout Int) -> Void
  ) throws {
    let random = SeededGenerator.fromEnvironment(seed)
    var generator = RecipeGenerator(random, profile: profile)
    var seen = 0
    for round in 0..<rounds {
      var (recipe, size) = generator.next()
      change(&size)
      if let tunnel = recipe.encapsulation, !tunnel.isOverUDP || tunnel.kind.hasLength { continue }
      guard let text = complaint(recipe, size) else {
        seen += 1
        continue
      }
      let (small, smallSize) = minimise(recipe, segmentSize: size) {
        ($0.encapsulation?.isOverUDP ?? true) && complaint($0, $1) != nil
      }
      let last = complaint(small, smallSize) ?? text
      XCTFail("\(last) (seed \(random.seed), round \(round), \(smallSize)): \(small.swiftLiteral)")
      return
    }
    XCTAssertGreaterThan(seen, rounds / 3)
  }

  private func complaint(_ recipe: FrameRecipe, _ size: Int) -> String? {
    let link = recipe.outerLink.kind
    let frame = recipe.build()
    let request = SegmentationRequest(segmentSize: size)
    do throws(SegmentationError) {
      let plan = try SegmentationPlan(
        of: frame, link: link.layer, tunnels: .wellKnown, request: request)
      let handOff = try VirtioHandOff(frame, segmentedAs: plan)
      let action = try OffloadAction(
        on: handOff.frame, describedBy: handOff.header, link: link.layer)
      let actual = try action.frames(of: handOff.frame)
      return firstDifference(expected: try plan.frames(of: frame), actual: actual, link: link)?
        .description
    } catch {
      // What the plan itself refuses is for other tests.
      if case .tooManySegments = error { return nil }
      return "refused: \(error)"
    }
  }

  func testOuterChecksumsComeOutAsPlanned() throws {
    for network in [Encapsulation.defaultNetwork, .ipv6()] {
      for field in [TestSupport.TransportChecksum.zero, .complete, .value(0x1234)] {
        for size in [400, 2_000] {
          for mode in [SegmentationRequest.OuterChecksum.automatic, .complete, .zero] {
            let tunnel = Encapsulation(.vxlan(), network: network, checksum: field)
            let recipe = FrameRecipe(payload: Payload(count: 1_001), encapsulation: tunnel)
            let (handOff, plan) = try handOff(recipe, size, outer: mode)
            let action = try OffloadAction(on: handOff.frame, describedBy: handOff.header)
            let expected = try plan.frames(of: recipe.build())
            let actual = try action.frames(of: handOff.frame)
            XCTAssertNil(
              firstDifference(expected: expected, actual: actual), "\(field) \(size) \(mode)")
          }
        }
      }
    }
  }

  // MARK: refused

  func testTunnelsWithoutUDPAreRefused() {
    for kind in [Encapsulation.Kind.gre(), .ipInIP] {
      var recipe = FrameRecipe(payload: Payload(count: 3_000), encapsulation: Encapsulation(kind))
      recipe.link = Link(.rawIP)
      XCTAssertThrowsError(try handOff(recipe, 1_000)) {
        XCTAssertEqual($0 as? SegmentationError, .metadata(.tunnelMismatch(gsoType: 0x21)))
      }
    }
  }

  func testFramesBeyond64KiBAreRefused() throws {
    let recipe = FrameRecipe(payload: Payload(count: 65_496))
    XCTAssertThrowsError(try handOff(recipe, 1_000)) {
      XCTAssertEqual(
        $0 as? SegmentationError, .segmentTooLong(packetLength: 65_536, limit: 65_535))
    }
    var fits = recipe
    fits.payload.count = 65_495
    XCTAssertEqual(word(try handOff(fits, 1_000).0.frame, 16), 0xFFFF)
  }

  /// A frame that needs no segmentation needs no size, so one that no header can say does no harm.
  func testSegmentSizesThatNoHeaderCanSayAreLeftOut() throws {
    let recipe = FrameRecipe(payload: Payload(count: 10))
    for size in [0xFFFE, 0xFFFF, 0x1_0000, SegmentationRequest.maximumSegmentSize] {
      let header = try handOff(recipe, size).0.header
      XCTAssertEqual(header.gsoSize, 0)
      XCTAssertEqual(header.gsoType, .none)
    }
  }

  /// Sixteen bits say where the checksum starts; extension headers can push it beyond.
  func testOffsetsThatNoHeaderCanSayAreRefused() throws {
    let long = ExtensionHeader.destinationOptions([UInt8](repeating: 0, count: 2_046))
    let network = IPv6Recipe {
      $0.extensions = [ExtensionHeader](repeating: long, count: 31)
      $0.extensions.append(.destinationOptions([UInt8](repeating: 0, count: 1_998)))
    }
    let tags = (0..<7).map { _ in TestSupport.VLANTag() }
    let recipe = FrameRecipe(
      link: Link(.ethernet, tags: tags), network: .ipv6(network), transport: .udp(),
      payload: Payload(count: 2))
    XCTAssertEqual(recipe.layout.transportOffset, 65_570)
    XCTAssertThrowsError(try handOff(recipe, 1_000)) {
      XCTAssertEqual(
        $0 as? SegmentationError, .segmentTooLong(packetLength: 65_578, limit: 65_535))
    }
  }

  func testAnotherFrameIsRefused() throws {
    let frame = FrameRecipe(payload: Payload(count: 3_000)).build()
    let plan = try SegmentationPlan(of: frame, request: SegmentationRequest(segmentSize: 1_000))
    let error = refusal { () throws(SegmentationError) in
      _ = try VirtioHandOff(frame + [0], segmentedAs: plan)
    }
    XCTAssertEqual(error, .frameLengthChanged(planned: frame.count, given: frame.count + 1))
    XCTAssertEqual(
      refusal { () throws(SegmentationError) in _ = try VirtioHandOff([], segmentedAs: plan) },
      .frameLengthChanged(planned: frame.count, given: 0))
  }
}
