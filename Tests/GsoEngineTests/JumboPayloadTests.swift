import FrameRecipes
import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Packets beyond 64 KiB with a jumbo payload option (BIG TCP): segments have no such option.
final class JumboPayloadTests: XCTestCase {
  /// TCP over IPv6 with the option that Linux puts before it.
  private func recipe(
    _ count: Int = 70_000, link: Link = Link(), declared: Int? = nil, tcp: TCPRecipe = TCPRecipe()
  ) -> FrameRecipe {
    let length = UInt32(declared ?? 8 + Transport.tcp(tcp).byteCount + count)
    return FrameRecipe(
      link: link,
      network: .ipv6 { $0.extensions = [.hopByHop([.jumboPayload(length)])] },
      transport: .tcp(tcp), payload: .random(seed: 7, count: count), checksum: .pseudoHeader)
  }

  private func plain(_ recipe: FrameRecipe) -> FrameRecipe {
    var plain = recipe
    plain.network.ipv6?.extensions = []
    return plain
  }

  /// Linux 6.18 segmented this frame (`ipv6_hopopt_jumbo_remove`, `include/net/ipv6.h`).
  func testTheKernelLeavesTheOptionOut() throws {
    let corpus = try KernelCorpus()
    let recorded = try XCTUnwrap(corpus.cases.first { $0.name == "bad/big-tcp6-jumbo" })
    let frame = corpus.input(of: recorded)
    let expected = corpus.expected(of: recorded)
    XCTAssertEqual(expected.count, 8)
    XCTAssertEqual(frame[20], 0, "hop-by-hop options")
    XCTAssertEqual(Set(expected.map { $0[20] }), [6])
    let plan = try SegmentationPlan(of: frame, request: .init(segmentSize: 8_960))
    XCTAssertEqual(try plan.frames(of: frame), expected)
    let action = try OffloadAction(on: frame, describedBy: VirtioNetHeader(recorded.vnet))
    XCTAssertEqual(try action.frames(of: frame), expected)
  }

  func testThePlanCountsNoOption() throws {
    let frame = recipe().build()
    let plan = try SegmentationPlan(of: frame, request: .init(mtu: 1_500))
    XCTAssertEqual(plan.segmentSize, 1_440)
    XCTAssertEqual(plan.headerLength, 74)
    XCTAssertEqual(plan.payloadRange, 82..<70_082)
    XCTAssertEqual(plan.fullFrameLength, 1_514)
    XCTAssertEqual(plan.layout.headerLength, 82)
    XCTAssertEqual(try segment(frame, mtu: 1_500).map(\.count).max(), 1_514)
    XCTAssertEqual(plan[1].payloadRange, 1_522..<2_962)
  }

  /// All ways to render give the segments of the same frame without the option.
  func testRandomFrames() throws {
    var random = SeededGenerator.fromEnvironment()
    for round in 0..<40 {
      let kinds: [LinkKind] = [.ethernet, .ethernet, .rawIP, .linuxCooked1, .bsdLoopback, .ppp]
      var link = Link(random.pick(kinds))
      if link.kind == .ethernet, random.oneIn(2) { link.tags = [.init(0x8100, 5)] }
      if link.kind == .ethernet, random.oneIn(3) { link.shim = .pppoe(session: 9) }
      let tcp = TCPRecipe {
        $0.sequenceNumber = random.integer()
        $0.flags = random.oneIn(2) ? [.ack, .psh, .fin, .cwr] : .ack
        if random.oneIn(2) { $0.options = [.timestamps(1, 2)] }
      }
      let recipe = recipe(random.within(65_520...180_000), link: link, tcp: tcp)
      let (frame, size) = (recipe.build(), random.within(500...9_000))
      let name = "round \(round), seed \(random.seed)"
      let expected = referenceSegments(of: plain(recipe), segmentSize: size)
      XCTAssertEqual(referenceSegments(of: recipe, segmentSize: size), expected, name)
      let layout = try PacketLayout(parsing: frame, link: link.kind.layer)
      let request = SegmentationRequest(segmentSize: size)
      let plan = try SegmentationPlan(of: frame.octets, layout: layout, request: request)
      XCTAssertEqual(try plan.frames(of: frame), expected, name)
      try checkParts(of: plan, frame, expected, &random, name)
      try checkHeaders(of: plan, frame, expected, name)
      try checkScattered(frame, link.kind.layer, request, expected, &random, name)
    }
  }

  /// Some segments alone, as threads render them.
  private func checkParts(
    of plan: SegmentationPlan, _ frame: [UInt8], _ expected: [[UInt8]],
    _ random: inout SeededGenerator, _ name: String
  ) throws {
    let first = random.below(plan.count)
    let part = first..<random.within(first...plan.count)
    var arena = try SegmentArena(byteCount: plan.totalFrameLength, slotCount: plan.count)
    try plan.render(frame.octets, segments: part, into: &arena)
    XCTAssertEqual((0..<arena.count).map { arena.frame($0) }, Array(expected[part]), name)
  }

  /// The headers, of the whole frame and of its front.
  private func checkHeaders(
    of plan: SegmentationPlan, _ frame: [UInt8], _ expected: [[UInt8]], _ name: String
  ) throws {
    let wanted = expected.flatMap { $0.prefix(plan.headerLength) }
    let found = try rendered(wanted.count) { (span) throws(SegmentationError) in
      try plan.renderHeaders(frame.octets, into: &span)
    }
    XCTAssertEqual(found, wanted, name)
    var request = SegmentationRequest(segmentSize: plan.segmentSize)
    request.checksum = .pseudoHeader
    let partial = try SegmentationPlan(of: frame.octets, layout: plan.layout, request: request)
    let whole = try partial.frames(of: frame).flatMap { $0.prefix(plan.headerLength) }
    let front = Array(frame[..<plan.payloadRange.lowerBound])
    let short = Array(front.dropLast())
    let ofFront = try rendered(whole.count) { (span) throws(SegmentationError) in
      try partial.renderHeaders(front: front.octets, into: &span)
    }
    XCTAssertEqual(ofFront, whole, name)
    XCTAssertThrowsError(
      try rendered(whole.count) { (span) throws(SegmentationError) in
        try partial.renderHeaders(front: short.octets, into: &span)
      }
    ) {
      XCTAssertEqual(
        $0 as? SegmentationError,
        .frameLengthChanged(planned: front.count, given: front.count - 1), name)
    }
  }

  private func rendered(
    _ count: Int, _ render: (inout MutableRawSpan) throws(SegmentationError) -> Int
  ) throws -> [UInt8] {
    let result = written(count) { span throws(SegmentationError) in
      let byteCount = try render(&span)
      XCTAssertEqual(byteCount, count)
    }
    if let failure = result.error { throw failure }
    return result.octets
  }

  private func checkScattered(
    _ frame: [UInt8], _ link: LinkLayer, _ request: SegmentationRequest, _ expected: [[UInt8]],
    _ random: inout SeededGenerator, _ name: String
  ) throws {
    let cuts = ([0, frame.count] + (0..<3).map { _ in random.below(200) }).sorted()
    let buffers = zip(cuts, cuts.dropFirst()).map { $0..<$1 }
    let scattered = try ScatteredFrame(memory: frame.octets, buffers: buffers.span)
    var headers = LinearHeaders()
    let plan = try SegmentationPlan(of: scattered, headers: &headers, link: link, request: request)
    var arena = try SegmentArena(byteCount: plan.totalFrameLength, slotCount: plan.count)
    try plan.render(scattered, headers: headers, into: &arena)
    XCTAssertEqual((0..<arena.count).map { arena.frame($0) }, expected, name)
  }

  private func refusal(_ frame: [UInt8]) -> String? {
    do {
      _ = try segment(frame, mtu: 1_500)
      return nil
    } catch { return "\(error)" }
  }

  func testOtherShapesAreRefused() throws {
    var other = recipe()
    other.network.ipv6?.extensions = [.hopByHop([.jumboPayload(70_036), .padding(2), .padding(6)])]
    var routed = recipe()
    routed.network.ipv6?.extensions = [
      .hopByHop([.jumboPayload(70_036)]), .destinationOptions([.padding(6)]),
    ]
    var stated = recipe()
    stated.network.ipv6?.length = .value(4_492)
    var datagram = recipe()
    datagram.transport = .udp()
    var wrongLength = recipe().build()
    wrongLength[14 + 40 + 3] = 3
    var tunnel = recipe()
    tunnel.encapsulation = Encapsulation(.geneve())
    let rows: [(frame: [UInt8], text: String, line: UInt)] = [
      (
        other.build(),
        "the packet has a jumbo payload option in 16 octets of extension headers, segments leave "
          + "out 8 with that option alone", #line
      ),
      (
        routed.build(),
        "the packet has a jumbo payload option in 16 octets of extension headers, segments leave "
          + "out 8 with that option alone", #line
      ),
      (
        wrongLength,
        "the packet has a jumbo payload option in 8 octets of extension headers, segments leave "
          + "out 8 with that option alone", #line
      ),
      (
        stated.build(), "the packet has a jumbo payload option and a payload length of 4492, not 0",
        #line
      ),
      (
        datagram.build(),
        "the packet has a jumbo payload option before UDP, segments leave it out before TCP", #line
      ),
      (
        recipe(declared: 70_027).build(),
        "the jumbo payload option declares 70027 octets, 70028 are there", #line
      ),
      (
        recipe(declared: 70_029).build(),
        "the jumbo payload option declares 70029 octets, 70028 are there", #line
      ),
      (
        recipe().build() + [0], "the jumbo payload option declares 70028 octets, 70029 are there",
        #line
      ),
      (
        tunnel.build(), "the packet has a jumbo payload option and is in a tunnel", #line
      ),
    ]
    for row in rows { XCTAssertEqual(refusal(row.frame), row.text, line: row.line) }
    var short = recipe(65_000)
    short.network.ipv6?.length = .zero
    XCTAssertEqual(
      refusal(short.build()),
      "the jumbo payload option declares 65028 octets, it is for more than 65535")
    XCTAssertThrowsError(try FragmentationPlan(of: recipe().build(), request: .init(mtu: 1_500))) {
      XCTAssertEqual(
        "\($0)", "the packet has a jumbo payload option, so it cannot be fragmented")
    }
  }

  /// A frame that changed since it was planned gives segments or an error.
  func testChangedFrames() throws {
    let frame = recipe(66_000).build()
    let plan = try SegmentationPlan(of: frame, request: .init(segmentSize: 9_000))
    for at in 0..<plan.payloadRange.lowerBound {
      for value in [0, 0x45, 0x60, 0xF0, 0xFF] as [UInt8] {
        var changed = frame
        changed[at] = value
        do throws(SegmentationError) {
          let frames = try plan.frames(of: changed)
          XCTAssertEqual(frames.count, plan.count, "octet \(at)")
        } catch {
          XCTAssertFalse("\(error)".isEmpty)
        }
      }
    }
  }
}
