import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Frames that are segmented and merged, or merged and segmented: what is lost, and nothing else.
final class CoalescingRoundTripTests: XCTestCase {
  private lazy var seed = SeededGenerator.fromEnvironment().seed

  /// A super-frame that was segmented is merged into that super-frame.
  func testSegmentedFramesAreMergedAgain() {
    var merged = 0
    for profile in [RecipeProfile.soundWithoutLabels, .soundInTunnels] {
      let failure = forAllFrames(seed: seed, count: 500, from: profile) { recipe, size in
        guard recipe.isCoalescedByLinux, recipe.payload.count > size,
          recipe.packetLength <= 65_535
        else { return true }
        let limit = recipe.transport.isTCP ? Int.max : 64 * size
        let frame = recipe.build()
        let segments = try segment(
          frame, mtu: 65_575, segmentSize: size, link: recipe.outerLink.kind.layer)
        var request = CoalescingRequest.forTests
        request.link = recipe.outerLink.kind.layer
        let units = try coalesced(segments, request)
        guard segments.count > 1 else { return true }
        merged += 1
        guard recipe.payload.count <= limit else {
          return units.map(\.metadata.segmentCount).reduce(0, +) == segments.count
        }
        return units.map(\.octets) == [frame] && units[0].metadata.segmentSize == size
          && units[0].inputs == Array(segments.indices)
      }
      XCTAssertNil(failure, failure?.description ?? "")
    }
    XCTAssertGreaterThan(merged, 200, "seed \(seed)")
  }

  /// Frames of several flows, interleaved, with gaps and duplicates: what was merged is segmented
  /// into the frames that went in, by the metadata of the unit alone.
  func testMergedFramesAreSegmentedAgain() {
    var merged = 0
    for profile in [RecipeProfile.soundWithoutLabels, .soundInTunnels] {
      let failure = forAllFrames(seed: seed &+ 1, count: 400, from: profile) { recipe, size in
        let frames = try Self.traffic(recipe, size)
        var request = CoalescingRequest.forTests
        request.link = recipe.outerLink.kind.layer
        let units = try coalesced(frames, request)
        guard units.inputs.flatMap({ $0 }).sorted() == Array(frames.indices) else { return false }
        for unit in units {
          let sources = unit.inputs.map { frames[$0] }
          if sources.count == 1 {
            guard unit.octets == sources[0] else { return false }
          } else {
            merged += 1
            let segments = try Self.segments(of: unit, request.link, like: sources)
            guard segments == sources else { return false }
          }
        }
        return true
      }
      XCTAssertNil(failure, failure?.description ?? "")
    }
    XCTAssertGreaterThan(merged, 500, "seed \(seed)")
  }

  /// The same with partial checksums, by the virtio-net header of the unit.
  func testMergedFramesAreSegmentedByTheirVirtioHeader() {
    var merged = 0
    let failure = forAllFrames(seed: seed &+ 2, count: 400, from: .ethernetWithUDPTunnels) {
      recipe, size in
      let frames = try Self.traffic(recipe, size)
      var request = CoalescingRequest.forTests
      request.checksum = .pseudoHeader
      request.rules.tunnels = .overUDP
      for unit in try coalesced(frames, request) where unit.inputs.count > 1 {
        // No virtio-net header can say that identifications are constant.
        let sources = unit.inputs.map { frames[$0] }
        if Self.haveOneIdentification(sources, .ethernet) { continue }
        let header = unit.metadata.virtioNetHeader
        let action = try OffloadAction(on: unit.octets, describedBy: header)
        merged += 1
        guard try action.frames(of: unit.octets) == sources else { return false }
      }
      return true
    }
    XCTAssertNil(failure, failure?.description ?? "")
    XCTAssertGreaterThan(merged, 100, "seed \(seed)")
  }

  /// Constant identifications are lost, unless segmentation is told of them.
  func testConstantIdentificationsAreLost() throws {
    var flow = Conversation()
    let frames = (0..<3).map { _ in flow.next(100) { $0.network.ipv4?.identification = 9 } }
    let unit = try XCTUnwrap(coalesced(frames).first)
    XCTAssertEqual(unit.inputs, [0, 1, 2])
    var request = SegmentationRequest(segmentSize: 100)
    let incrementing = try SegmentationPlan(of: unit.octets, request: request)
    XCTAssertEqual((0..<3).map { incrementing[$0].identification }, [9, 10, 11])
    request.rules.tcpIdentification = .fixed
    let fixed = try SegmentationPlan(of: unit.octets, request: request).frames(of: unit.octets)
    XCTAssertEqual(fixed, frames)
  }

  /// Urgent pointers without URG are lost: all segments get that of the first.
  func testUrgentPointersWithoutURGAreLost() throws {
    var flow = Conversation()
    let frames = [flow.next(100), flow.next(100) { $0.tcp.urgentPointer = 5 }]
    let unit = try XCTUnwrap(coalesced(frames).first)
    XCTAssertEqual(unit.inputs, [0, 1])
    let segments = try segment(unit.octets, mtu: 65_575, segmentSize: 100)
    XCTAssertEqual(segments[0], frames[0])
    let differences = segments[1].indices.filter { segments[1][$0] != frames[1][$0] }
    XCTAssertTrue(Set(differences).isSubset(of: 50...53), "checksum and urgent pointer")
    XCTAssertEqual(segments[1][52...53], [0, 0])
    XCTAssertEqual(frames[1][52...53], [0, 5])
  }

  /// What is lost by the rules of NDIS, field by field.
  func testLossesByTheRulesOfNdis() throws {
    var flow = Conversation()
    let stamps = [5, 7, 9].map { TCPOption.timestamps(UInt32($0), 1) }
    let frames = (0..<3).map { index in
      flow.next(100 - index) {
        $0.tcp.options = [.noOperation, .noOperation, stamps[index]]
        $0.tcp.window = UInt16(500 - index)
        $0.tcp.acknowledgement += UInt32(index)
        if index == 0 { $0.tcp.flags.insert(.psh) }
        $0.network.ipv4?.identification = UInt16(77 * index)
        $0.network.ipv4?.timeToLive = UInt8(60 + index)
      }
    }
    let units = try coalesced(frames, CoalescingRequest(rules: .ndisRsc))
    XCTAssertEqual(units.inputs, [[0, 1, 2]])
    let unit = units[0]
    XCTAssertEqual(frameFaults(unit.octets), [])
    XCTAssertEqual(unit.metadata.timestampDelta, 4)
    XCTAssertEqual(unit.metadata.segmentSize, 100)
    let ip = try IPv4Header(unit.octets.octets, at: 14)
    XCTAssertEqual(ip.identification, 0, "that of the first")
    XCTAssertEqual(ip.timeToLive, 60, "the smallest")
    let tcp = try TCPHeader(unit.octets.octets, at: 34)
    XCTAssertEqual(tcp.window, 498, "the latest")
    XCTAssertEqual(tcp.acknowledgmentNumber, 0x5060_7082, "the latest")
    XCTAssertEqual(tcp.flags, [.ack, .psh], "of all segments")
    XCTAssertEqual(Array(unit.octets[58..<62]), [0, 0, 0, 9], "the latest timestamp")
    let payload = frames.flatMap { $0[66...] }
    XCTAssertEqual(Array(unit.octets[66...]), payload)
  }

  /// The frames of a unit, by its metadata.
  ///
  /// Constant identifications, as repeated frames have them, are lost; segmentation is told.
  private static func segments(
    of unit: CoalescedFrame, _ link: LinkLayer, like sources: [[UInt8]]
  ) throws -> [[UInt8]] {
    var rules = SegmentationRules.linux
    if haveOneIdentification(sources, link) {
      (rules.tcpIdentification, rules.udpIdentification) = (.fixed, .fixed)
    }
    return try segment(
      unit.octets, mtu: 65_575, segmentSize: unit.metadata.segmentSize, link: link, rules: rules)
  }

  /// Whether the first two frames have one IPv4 identification.
  private static func haveOneIdentification(_ frames: [[UInt8]], _ link: LinkLayer) -> Bool {
    let identifications = frames.prefix(2).map { frame -> UInt16? in
      guard let layout = try? PacketLayout(parsing: frame, link: link),
        let network = [layout.network, layout.outerNetwork].first(where: { $0?.version == .ipv4 }),
        let offset = network?.offset
      else { return nil }
      return try? IPv4Header(frame.octets, at: offset).identification
    }
    return identifications[0] != nil && identifications[0] == identifications[1]
  }

  /// Segments of a frame and of a second flow like it, interleaved, some of them lost, repeated or
  /// late.
  private static func traffic(_ recipe: FrameRecipe, _ size: Int) throws -> [[UInt8]] {
    var random = SeededGenerator(seed: UInt64(recipe.payload.count * 31 + size))
    var other = recipe
    switch recipe.transport {
    case .tcp(var header):
      header.sourcePort ^= 1
      other.transport = .tcp(header)
    case .udp(var header):
      header.sourcePort ^= 1
      other.transport = .udp(header)
    case .icmp, .icmpv6: break
    }
    let link = recipe.outerLink.kind.layer
    let flows = try [recipe, other].map { recipe in
      recipe.payload.count > 40 * size
        ? [recipe.build()] : try segment(recipe.build(), mtu: 65_575, segmentSize: size, link: link)
    }
    var frames: [[UInt8]] = []
    for index in 0..<flows[0].count {
      for flow in flows where !random.oneIn(12) {
        frames.append(flow[index])
        if random.oneIn(12) { frames.append(flow[random.below(index + 1)]) }
      }
    }
    return frames
  }
}

extension RecipeProfile {
  /// Complete frames of all links.
  fileprivate static let soundWithoutLabels = RecipeProfile {
    ($0.allowsConventions, $0.allowsTrailers) = (false, false)
    $0.allowsShims = false  // What carries labels is not merged.
  }

  /// Complete frames of all links, in tunnels and without.
  fileprivate static let soundInTunnels = RecipeProfile {
    $0.allowsShims = false
    $0.allowsConventions = false
    $0.allowsTrailers = false
    $0.allowsTunnels = true
  }

  /// Complete Ethernet frames, in tunnels and without.
  fileprivate static let ethernetWithUDPTunnels = RecipeProfile {
    $0.allowsShims = false
    $0.links = [.ethernet]
    $0.allowsConventions = false
    $0.allowsTrailers = false
    $0.allowsTunnels = true
  }
}

extension FrameRecipe {
  /// Whether all segments of the frame can be in one unit by the rules of Linux.
  fileprivate var isCoalescedByLinux: Bool {
    let link = outerLink.kind.layer
    guard let layout = try? PacketLayout(parsing: build(), link: link),
      layout.outerNetwork?.offset == link.headerLength + 4 * layout.vlanTagCount
    else { return false }
    if let tunnel = layout.tunnel, let inner = layout.network {
      let before = inner.offset - tunnel.innerOffset
      if before != 0, before != 14 + 4 * tunnel.innerVLANTagCount { return false }
    }
    let networks = [network] + (encapsulation.map { [$0.network] } ?? [])
    for header in networks.compactMap(\.ipv4) where !header.options.isEmpty || header.reservedBit {
      return false
    }
    if case .gre(_, _, let sequence?) = encapsulation?.kind, sequence >= 0 { return false }
    // GTP-U is not merged: its header has a length.
    if encapsulation?.kind.hasLength == true { return false }
    guard case .tcp(let header) = transport else { return true }
    return header.flags.isDisjoint(with: [.syn, .rst, .urg, .cwr])
  }

  /// Octets of the outermost IP packet.
  fileprivate var packetLength: Int { build().count - outerLink.byteCount }
}
