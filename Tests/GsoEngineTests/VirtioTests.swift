import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// What a virtio-net header means: a table of sound frames, and what leaves the NIC for them.
final class VirtioTests: XCTestCase {
  private typealias Flags = VirtioNetHeader.Flags

  private func action(
    _ recipe: FrameRecipe, gsoSize: Int = 100, rules: SegmentationRules = .linux,
    _ change: (inout VirtioNetHeader) -> Void = { _ in }
  ) throws -> (action: OffloadAction, frames: [[UInt8]]) {
    var header = VirtioNetHeader(for: recipe, gsoSize: gsoSize)
    change(&header)
    let frame = recipe.build()
    let action = try OffloadAction(
      on: frame, describedBy: header, link: recipe.outerLink.kind.layer, rules: rules)
    return (action, try action.frames(of: frame))
  }

  func testHeaderOfNothing() throws {
    let others = [FrameRecipe(checksum: .value(1)), FrameRecipe(transport: .udp())]
    for recipe in others + [FrameRecipe()] {
      let (action, frames) = try action(recipe) { $0 = VirtioNetHeader() }
      XCTAssertEqual(action, .unmodified)
      XCTAssertEqual(frames, [recipe.build()])
    }
    let noIP = [UInt8](repeating: 7, count: 60)
    XCTAssertEqual(try OffloadAction(on: noIP, describedBy: VirtioNetHeader()), .unmodified)
    XCTAssertEqual(try OffloadAction(on: [], describedBy: VirtioNetHeader()), .unmodified)
  }

  /// Other flags do not ask for an action.
  func testFlagsWithoutMeaningHere() throws {
    for flags in [Flags.dataValid, .receiveSegmentCoalescing, Flags(rawValue: 0xF6)] {
      let (action, _) = try action(FrameRecipe(checksum: .value(1))) {
        $0 = VirtioNetHeader()
        $0.flags = flags
      }
      XCTAssertEqual(action, .unmodified)
    }
  }

  func testChecksumOnly() throws {
    for transport in [Transport.tcp(), .udp()] {
      for network in [Network.ipv4(), .ipv6()] {
        for link in [Link(), Link(tags: [.init()]), Link(.rawIP)] {
          let recipe = FrameRecipe(
            link: link, network: network, transport: transport, payload: Payload(count: 1_023),
            checksum: .pseudoHeaderWithLength)
          let (action, frames) = try action(recipe) { $0.gsoType = .none }
          guard case .checksum(let completion) = action else { return XCTFail("\(action)") }
          XCTAssertEqual(completion.start, recipe.layout.transportOffset)
          XCTAssertEqual(frames.count, 1)
          XCTAssertEqual(frameFaults(frames[0], link: link.kind), [])
        }
      }
    }
  }

  /// A sum of zero goes out as all ones, for UDP because 0 means something else.
  func testChecksumOnlyOfZero() throws {
    for transport in [Transport.tcp(), .udp()] {
      var recipe = FrameRecipe(transport: transport, payload: Payload(count: 20)).withZeroSum()
      recipe.checksum = .pseudoHeaderWithLength
      let (_, frames) = try action(recipe) { $0.gsoType = .none }
      let at = recipe.layout.transportOffset + (recipe.transport.isTCP ? 16 : 6)
      XCTAssertEqual(frames[0].word(at), 0xFFFF)
      XCTAssertEqual(frameFaults(frames[0]), [])
    }
  }

  /// Only the two octets of the checksum change.
  func testChecksumOnlySeedMatters() throws {
    let recipe = FrameRecipe(payload: Payload(count: 20), checksum: .value(0x1234))
    let (_, frames) = try action(recipe) { $0.gsoType = .none }
    var expected = recipe.build()
    expected.setWord(Int(referenceChecksum(recipe.build().slice(34..<74))), 50)
    XCTAssertEqual(frames, [expected])
  }

  func testWrongSeedsDoNotMatterToACut() throws {
    for transport in [Transport.tcp(), .udp()] {
      var recipe = FrameRecipe(transport: transport, payload: Payload(count: 250))
      let expected = referenceSegments(of: recipe, segmentSize: 100)
      let conventions: [TestSupport.TransportChecksum] = [
        .complete, .pseudoHeaderWithLength, .pseudoHeaderWithoutLength, .zero, .value(0xFFFF),
        .value(0x9783),
      ]
      for stored in conventions {
        recipe.checksum = stored
        let (_, frames) = try action(recipe)
        XCTAssertNil(firstDifference(expected: expected, actual: frames), "\(stored)")
      }
    }
  }

  /// A frame of one segment has its checksum completed like any other.
  func testNothingToCutWithChecksum() throws {
    let recipe = FrameRecipe(payload: Payload(count: 100), checksum: .pseudoHeaderWithLength)
    for size in [100, 101, 65_534] {
      let (_, frames) = try action(recipe, gsoSize: size)
      XCTAssertEqual(frames.count, 1)
      XCTAssertEqual(frameFaults(frames[0]), [])
    }
  }

  /// Without NEEDS_CSUM such a frame is unmodified, even one with a wrong checksum.
  func testNothingToCutWithoutChecksum() throws {
    let recipe = FrameRecipe(payload: Payload(count: 100), checksum: .value(7))
    let (passed, frames) = try action(recipe) { $0.flags = [] }
    XCTAssertEqual(passed, .unmodified)
    XCTAssertEqual(frames, [recipe.build()])
    let (_, segmented) = try action(recipe, gsoSize: 60) { $0.flags = [] }
    XCTAssertNil(
      firstDifference(expected: referenceSegments(of: recipe, segmentSize: 60), actual: segmented))
  }

  func testUDPNeedsChecksum() {
    let recipe = FrameRecipe(transport: .udp(), payload: Payload(count: 250))
    XCTAssertEqual(
      refusal { try action(recipe) { $0.flags = [] } },
      .metadata(.checksumNotRequested(gsoType: 5)))
  }

  /// The ECN bit says that CWR may be set; it changes nothing else.
  func testCongestionNotification() throws {
    let recipe = FrameRecipe(
      transport: .tcp(TCPRecipe { $0.flags = 0xC8 | TCPFlag.ack }), payload: Payload(count: 250))
    let expected = referenceSegments(of: recipe, segmentSize: 100)
    for type in [1, 0x81] as [UInt8] {
      let (_, frames) = try action(recipe) { $0.gsoType = .init(rawValue: type) }
      XCTAssertNil(firstDifference(expected: expected, actual: frames))
    }
    XCTAssertEqual(
      refusal {
        try action(FrameRecipe(transport: .udp(), payload: Payload(count: 250))) {
          $0.gsoType = .init(rawValue: 0x85)
        }
      }, .metadata(.congestionNotificationWithoutTCP(gsoType: 0x85)))
  }

  /// The bit of accurate ECN is refused as older kernels do, but by its name, unless the rules are
  /// those of accurate ECN: then all segments have the flags of the frame.
  func testAccurateCongestionNotification() throws {
    let recipe = FrameRecipe(
      transport: .tcp(TCPRecipe { $0.flags = 0x1C0 | TCPFlag.ack }), payload: Payload(count: 250),
      checksum: .pseudoHeader)
    let bits: (inout VirtioNetHeader) -> Void = { $0.gsoType = .init(rawValue: 0x11) }
    XCTAssertEqual(
      refusal { try action(recipe, bits) },
      .metadata(.accurateCongestionNotification(gsoType: 0x11)))
    let (_, frames) = try action(recipe, rules: .linuxAccurateECN, bits)
    XCTAssertEqual(frames.count, 3)
    XCTAssertNil(
      firstDifference(
        expected: referenceSegments(
          of: recipe, segmentSize: 100, rules: ReferenceRules(.linuxAccurateECN, for: recipe)),
        actual: frames))
    // Both kinds of notification at once, or one of UDP, or nothing to segment, have no meaning.
    for type in [0x91, 0x10, 0x90] as [UInt8] {
      XCTAssertEqual(
        refusal {
          try action(recipe, rules: .linuxAccurateECN) { $0.gsoType = .init(rawValue: type) }
        }, .metadata(.unknownGsoType(type)), "\(type)")
    }
  }

  /// UDP_TUNNEL_CSUM asks for the outer checksum, whatever the field holds.
  func testTunnels() throws {
    for outer in [Encapsulation.defaultNetwork, .ipv6()] {
      for inner in [Network.ipv4(), .ipv6()] {
        for checksum in [TestSupport.TransportChecksum.zero, .complete] {
          let recipe = FrameRecipe(
            network: inner, payload: Payload(count: 250), checksum: .pseudoHeaderWithLength,
            encapsulation: Encapsulation(.vxlan(), network: outer, checksum: checksum))
          let (_, frames) = try action(recipe)
          let expected = referenceSegments(of: recipe, segmentSize: 100)
          XCTAssertNil(firstDifference(expected: expected, actual: frames), "\(recipe)")
          let (_, summed) = try action(recipe) { $0.flags.insert(.udpTunnelChecksum) }
          var complete = recipe
          complete.encapsulation?.checksum = .complete
          let all = referenceSegments(of: complete, segmentSize: 100)
          XCTAssertNil(firstDifference(expected: all, actual: summed), "\(recipe)")
        }
      }
    }
  }

  /// The same action for frames that leave the checksum to hardware.
  func testUnfinishedOutput() throws {
    let recipe = FrameRecipe(payload: Payload(count: 250))
    let frame = recipe.build()
    let action = try OffloadAction(
      on: frame, describedBy: VirtioNetHeader(for: recipe, gsoSize: 100), checksum: .pseudoHeader)
    let expected = Setting(checksum: .pseudoHeader).expected(recipe, segmentSize: 100)
    XCTAssertNil(firstDifference(expected: expected, actual: try action.frames(of: frame)))
  }
}
