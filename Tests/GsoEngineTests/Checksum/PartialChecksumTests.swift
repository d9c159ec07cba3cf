import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// What senders leave to a NIC in frames that are not segmented: found and completed, and nothing
/// else.
final class PartialChecksumTests: XCTestCase {
  private static let everything = RecipeProfile {
    ($0.allowsTunnels, $0.allowsInnerTrailers) = (true, true)
    ($0.usualPayload, $0.largeOneIn) = (300, 100_000)
  }

  private static func layout(_ recipe: FrameRecipe, _ frame: [UInt8]) throws -> PacketLayout {
    try PacketLayout(parsing: frame, link: recipe.outerLink.kind.layer, tunnels: .wellKnown)
  }

  /// Inner and outer trailers, lengths of 0 at every level, all conventions of checksums.
  func testRandomFrames() {
    forEachFrame(3_000, Self.everything) { recipe, _, random in
      let frame = recipe.build()
      let expected = ReferenceCompletion(of: recipe)
      let layout = try Self.layout(recipe, frame)
      let findings = layout.checksumFindings(of: frame.octets)
      let (completed, same) = frame.completed(layout)
      if completed != expected.frame {
        let link = recipe.outerLink.kind
        return firstDifference(expected: [expected.frame], actual: [completed], link: link)?
          .description
      }
      if same != findings { return "\(same) and \(findings)" }
      if let text = Self.difference(findings, expected, isChanged: completed != frame) {
        return text
      }
      let changed = Self.changedLengths(layout, frame, completed)
      if !changed.isEmpty { return "lengths changed: \(changed)" }
      return try Self.differenceInPieces(recipe, frame, completed, findings, &random)
    }
  }

  private static func difference(
    _ found: ChecksumFindings, _ expected: ReferenceCompletion, isChanged: Bool
  ) -> String? {
    let rows = [
      ("partial header", found.partial.contains(.ipv4Header), expected.hasPartialHeader),
      ("partial transport", found.partial.contains(.transport), expected.hasPartialTransport),
      ("wrong header", found.wrong.contains(.ipv4Header), expected.hasWrongHeader),
      ("wrong transport", found.wrong.contains(.transport), expected.hasWrongTransport),
      ("completes a length", found.completesLength, expected.hasOpenLength),
      ("changes the frame", found.changesFrame, isChanged),
    ]
    let wrong = rows.filter { $0.1 != $0.2 }.map { "\($0.0): \($0.1)" }
    return wrong.isEmpty ? nil : wrong.joined(separator: ", ")
  }

  /// The places of length fields that were not 0 and are another number now.
  private static func changedLengths(
    _ layout: PacketLayout, _ before: [UInt8], _ after: [UInt8]
  ) -> [Int] {
    var places: [Int] = []
    for network in [layout.network, layout.tunnel?.network].compactMap({ $0 }) {
      places.append(network.offset + (network.version == .ipv4 ? 2 : 4))
    }
    if layout.transport?.kind == .udp { places.append((layout.transport?.offset ?? 0) + 4) }
    if let tunnel = layout.tunnel, tunnel.kind.isOverUDP { places.append(tunnel.headerOffset + 4) }
    return places.filter { before.word($0) != 0 && before.word($0) != after.word($0) }
  }

  /// The same frame in pieces.
  private static func differenceInPieces(
    _ recipe: FrameRecipe, _ frame: [UInt8], _ completed: [UInt8], _ findings: ChecksumFindings,
    _ random: inout SeededGenerator
  ) throws -> String? {
    let pieces = Pieces(random: &random, frame)
    let scattered = try ScatteredFrame(
      memory: pieces.memory.octets, buffers: pieces.fragments.span)
    var headers = LinearHeaders()
    let plan = try ChecksumPlan(
      of: scattered, headers: &headers, link: recipe.outerLink.kind.layer, tunnels: .wellKnown,
      fields: .partial)
    if try plan.findings(in: scattered, headers: headers) != findings { return "found in buffers" }
    var arena = try SegmentArena(byteCount: frame.count, slotCount: 1)
    try plan.render(scattered, into: &arena)
    return arena.frame(0) == completed ? nil : "rendered from buffers"
  }

  /// What is asked for is computed whatever it held; lengths obey the same rule.
  func testRandomFramesWithEveryChecksumAsked() {
    forEachFrame(1_500, Self.everything) { recipe, _, _ in
      var sound = recipe
      sound.checksum = .complete
      sound.network.ipv4?.headerChecksum = .right
      if var outer = sound.encapsulation {
        outer.network.ipv4?.headerChecksum = .right
        if recipe.outerChecksumField != 0 { outer.checksum = .complete }
        sound.encapsulation = outer
      }
      let expected = ReferenceCompletion(of: sound).frame
      var frame = recipe.build()
      let plan = try ChecksumPlan(
        of: frame, link: recipe.outerLink.kind.layer, tunnels: .wellKnown,
        fields: [.ipv4Header, .transport])
      try plan.apply(to: &frame)
      if frame == expected { return nil }
      return firstDifference(expected: [expected], actual: [frame], link: recipe.outerLink.kind)?
        .description
    }
  }

  /// A sender with local checksum offload: the outer checksum is valid for the completed inner
  /// packet.
  func testAnOuterChecksumForTheFinishedPacketStays() throws {
    for kind in [Encapsulation.Kind.vxlan(), .geneve(options: [1, 2, 3, 4]), .gre(checksum: true)] {
      let complete = FrameRecipe(
        payload: Payload(count: 77), encapsulation: Encapsulation(kind, checksum: .complete))
      let frame = complete.build()
      var partial = complete
      partial.checksum = .pseudoHeaderWithLength
      var lco = frame
      let field = complete.layout.transportOffset + 16
      lco.setWord(Int(partial.checksumField), field)
      let layout = try Self.layout(complete, lco)
      XCTAssertNotEqual(lco, frame)
      XCTAssertEqual(lco.completed(layout).frame, frame)
      // And one for the octets as they stood follows.
      let stood = partial.build()
      XCTAssertNotEqual(stood, lco)
      XCTAssertEqual(stood.completed(layout).frame, frame)
    }
  }

  /// Linux leaves the checksum of GRE at 0 for its device.
  func testAPartialGREChecksum() throws {
    let complete = FrameRecipe(
      payload: Payload(count: 78), encapsulation: Encapsulation(.gre(checksum: true, key: 7)))
    let frame = complete.build()
    var partial = frame
    partial.setWord(0, 14 + 20 + 4)
    let layout = try Self.layout(complete, frame)
    let (completed, findings) = partial.completed(layout)
    XCTAssertEqual(completed, frame)
    XCTAssertEqual(findings.partial, .transport)
    var wrong = frame
    wrong.setWord(frame.word(38) ^ 0x55AA, 38)
    XCTAssertEqual(wrong.completed(layout).frame, wrong)
    XCTAssertEqual(wrong.completed(layout).findings.wrong, .transport)
  }

  /// Any IPv4 packet can have a header checksum of 0, whatever it carries.
  func testHeaderChecksumsOfOtherPackets() throws {
    for number in [1, 2, 47, 50, 132] as [UInt8] {
      for fragment in [0, 0x20] as [UInt8] {
        var frame = FrameRecipe(payload: Payload(count: 40), trailerCount: 5).build()
        (frame[23], frame[20], frame[24], frame[25]) = (number, fragment, 0, 0)
        let layout = try PacketLayout(parsing: frame)
        let (completed, findings) = frame.completed(layout)
        XCTAssertEqual(differences(completed, frame), [24, 25])
        XCTAssertTrue(try IPv4Header(completed.octets, at: 14).hasValidChecksum)
        XCTAssertEqual(findings.partial, .ipv4Header)
      }
    }
  }

  /// Lengths of 0 that are right, or that cannot be told, stay.
  func testLengthsOfZeroThatStay() throws {
    // Nothing but headers, and padding after them.
    var bare = FrameRecipe(network: .ipv6(), payload: Payload(count: 0)).build()
    bare = Array(bare[..<54]) + [0, 0, 0, 0, 0, 0]
    bare.setWord(0, 18)
    bare[20] = 59
    // A jumbogram (RFC 2675): TCP, and UDP with a length of 0.
    let jumbo = ExtensionHeader.hopByHop([0xC2, 4, 0, 1, 0x11, 0x70])
    let recipes = [Transport.tcp(), .udp(UDPRecipe { $0.length = .zero })].map { transport in
      FrameRecipe(
        network: .ipv6(
          IPv6Recipe {
            $0.extensions = [jumbo]
            $0.length = .zero
          }), transport: transport, payload: Payload(count: 69_000))
    }
    // Fragments.
    let fragment = FrameRecipe(
      network: .ipv4(
        IPv4Recipe {
          $0.moreFragments = true
          $0.length = .zero
        }), payload: Payload(count: 80))
    // More than the field can say.
    let long = FrameRecipe(
      network: .ipv4(IPv4Recipe { $0.length = .zero }), payload: Payload(count: 70_000))
    for frame in [bare] + (recipes + [fragment, long]).map({ $0.build() }) {
      let layout = try PacketLayout(parsing: frame)
      let (completed, findings) = frame.completed(layout)
      XCTAssertEqual(completed, frame)
      XCTAssertFalse(findings.completesLength)
      XCTAssertEqual(findings.partial, [])
    }
  }

  /// A TCP checksum that comes to 0 is sent as 0, that of UDP as 0xFFFF, by every way.
  func testSumsOfZero() throws {
    for (transport, stored) in [(Transport.tcp(), 0), (.udp(), 0xFFFF)] {
      for network in [Network.ipv4(), .ipv6()] {
        var recipe = FrameRecipe(
          network: network, transport: transport, payload: Payload(count: 101)
        ).withZeroSum()
        recipe.checksum = .pseudoHeaderWithLength
        let frame = recipe.build()
        let field = recipe.layout.transportOffset + (transport.isTCP ? 16 : 6)
        let layout = try PacketLayout(parsing: frame)
        XCTAssertEqual(frame.completed(layout).frame.word(field), stored)
        var asked = frame
        try ChecksumPlan(of: frame, fields: .transport).apply(to: &asked)
        XCTAssertEqual(asked.word(field), stored)
        let plan = try SegmentationPlan(of: frame, request: .init(segmentSize: 1_000))
        XCTAssertEqual(try plan.frames(of: frame)[0].word(field), stored)
        // Both zeros verify, and what verifies stays.
        if transport.isTCP {
          asked.setWord(0xFFFF, field)
          XCTAssertEqual(asked.completed(layout).frame, asked)
        }
      }
    }
  }

  /// `linux` rules complete as the kernel does what a virtio-net header asks for; others do not.
  func testSumsOfZeroThatAVirtioNetHeaderAsksFor() throws {
    var recipe = FrameRecipe(payload: Payload(count: 101)).withZeroSum()
    recipe.checksum = .pseudoHeaderWithLength
    let frame = recipe.build()
    var header = VirtioNetHeader()
    header.flags = .needsChecksum
    header.gsoType = .tcpv4
    (header.gsoSize, header.checksumStart, header.checksumOffset) = (1_000, 34, 16)
    for (name, rules) in SegmentationRules.presets where rules.transportChecksum != .copied {
      let action = try OffloadAction(on: frame, describedBy: header, rules: rules)
      let expected = name.hasPrefix("linux") ? 0xFFFF : 0
      XCTAssertEqual(try action.frames(of: frame)[0].word(50), expected, name)
    }
  }

  func testAnotherFrameStaysAsItIs() throws {
    let frame = FrameRecipe(payload: Payload(count: 9), checksum: .pseudoHeaderWithLength).build()
    let layout = try PacketLayout(parsing: frame)
    let longer = frame + [0]
    XCTAssertEqual(longer.completed(layout).frame, longer)
    XCTAssertEqual(layout.checksumFindings(of: longer.octets), ChecksumFindings())
    let arp = [UInt8](repeating: 0, count: 12) + [8, 6] + [UInt8](repeating: 1, count: 46)
    XCTAssertEqual(arp.completed(try PacketLayout(parsing: arp)).frame, arp)
    XCTAssertNoThrow(try ChecksumPlan(of: arp, fields: .partial))
  }
}

extension [UInt8] {
  /// The frame with its partial fields completed, and what was found in it.
  func completed(_ layout: PacketLayout) -> (frame: [UInt8], findings: ChecksumFindings) {
    var copy = self
    var elements = copy.mutableSpan
    var octets = unsafe elements.mutableBytes
    let findings = layout.completePartialChecksums(in: &octets)
    return (copy, findings)
  }
}

/// The places of octets that differ.
func differences(_ left: [UInt8], _ right: [UInt8]) -> [Int] {
  left.indices.filter { left[$0] != right[$0] }
}
