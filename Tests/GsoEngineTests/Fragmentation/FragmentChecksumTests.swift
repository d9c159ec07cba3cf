import FrameRecipes
import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Who fragments copies what is after the IP header: a checksum changes only where its sender left
/// it partial, whatever the datagram carries.
final class FragmentChecksumTests: XCTestCase {
  private let rules: [FragmentationRules] = [
    .standard, FragmentationRules(dontFragment: .cleared, options: .all),
  ]

  /// The packet that a receiver of all fragments has.
  private func reassembled(
    _ recipe: FrameRecipe, _ rules: FragmentationRules, size: Int = 64
  ) throws -> [UInt8] {
    let request = FragmentationRequest(fragmentSize: size, identification: 7, rules: rules)
    let frames = try FragmentationPlan(
      of: recipe.build(), link: recipe.outerLink.kind.layer, request: request
    ).frames(of: recipe.build())
    XCTAssertGreaterThan(frames.count, 1)
    return try XCTUnwrap(reassemble(frames.shuffled(), link: recipe.outerLink.kind))
  }

  private func udp(
    _ checksum: FrameRecipe.TransportChecksum, _ network: Network = .ipv4()
  ) -> FrameRecipe {
    var recipe = FrameRecipe(
      network: network, transport: .udp(), payload: Payload(seed: 3, count: 1_001))
    recipe.network.ipv4?.dontFragment = false
    recipe.checksum = checksum
    return recipe
  }

  func testZeroRightAndWrongChecksumsAreCopied() throws {
    for rules in rules {
      for network in [Network.ipv4(), .ipv6()] {
        for checksum in [.zero, .complete, .value(0x1234)] as [FrameRecipe.TransportChecksum] {
          let recipe = udp(checksum, network)
          let again = try reassembled(recipe, rules)
          XCTAssertNil(firstDifference(expected: recipe.build(), actual: again), "\(checksum)")
        }
      }
    }
  }

  func testPartialChecksumsAreCompleted() throws {
    for rules in rules {
      for network in [Network.ipv4(), .ipv6()] {
        for transport in [Transport.udp(), .tcp()] {
          for checksum in [.pseudoHeaderWithLength, .pseudoHeaderWithoutLength]
            as [FrameRecipe.TransportChecksum]
          {
            var recipe = udp(checksum, network)
            recipe.transport = transport
            let again = try reassembled(recipe, rules)
            recipe.checksum = .complete
            XCTAssertNil(firstDifference(expected: recipe.build(), actual: again), "\(checksum)")
          }
        }
      }
    }
  }

  func testNothingIsCompletedIfNotAskedFor() throws {
    for checksum in [.pseudoHeaderWithLength, .zero, .complete] as [FrameRecipe.TransportChecksum] {
      let recipe = udp(checksum)
      let again = try reassembled(recipe, FragmentationRules(checksum: .copy))
      XCTAssertNil(firstDifference(expected: recipe.build(), actual: again), "\(checksum)")
    }
  }

  /// In a tunnel the outer packet is fragmented, and each level has a checksum of its own.
  func testTunnelsAreFragmentedOutside() throws {
    let checksums: [FrameRecipe.TransportChecksum] = [
      .zero, .complete, .value(0x4321), .pseudoHeaderWithLength,
    ]
    var count = 0
    for kind in [.vxlan(), .geneve(), .gre(checksum: true), .gre()]
      as [Encapsulation.Kind]
    {
      for outer in checksums {
        for inner in checksums {
          var recipe = udp(inner)
          recipe.encapsulation = Encapsulation(kind, checksum: outer)
          recipe.encapsulation?.network.ipv4?.dontFragment = false
          let again = try reassembled(recipe, .standard)
          // Only what was partial is another one, and an outer checksum counts what is inside.
          var expected = recipe
          if inner == .pseudoHeaderWithLength { expected.checksum = .complete }
          if outer == .pseudoHeaderWithLength { expected.encapsulation?.checksum = .complete }
          guard outer != .complete || inner != .pseudoHeaderWithLength else { continue }
          XCTAssertNil(
            firstDifference(expected: expected.build(), actual: again),
            "\(kind), outer \(outer), inner \(inner)")
          count += 1
        }
      }
    }
    XCTAssertEqual(count, 4 * 15)
  }

  /// An outer checksum that was right for a partial inner one is right for the completed one, too.
  func testARightOuterChecksumStaysRight() throws {
    for kind in [.vxlan(), .geneve()] as [Encapsulation.Kind] {
      var recipe = udp(.pseudoHeaderWithLength)
      recipe.encapsulation = Encapsulation(kind, checksum: .complete)
      recipe.encapsulation?.network.ipv4?.dontFragment = false
      let again = try reassembled(recipe, .standard)
      XCTAssertEqual(frameFaults(again), [], "\(kind)")
    }
  }

  /// RFC 9868: what comes after the datagram in its packet are options; all of it is fragmented.
  func testDatagramsWithOptionsStayWhole() throws {
    for checksum in [.zero, .value(0x1234)] as [FrameRecipe.TransportChecksum] {
      for length in [8, 9, 500, 1_008, 1_009] as [UInt16] {
        var recipe = udp(checksum)
        recipe.transport.udp?.length = .value(length)
        let again = try reassembled(recipe, .standard)
        XCTAssertNil(firstDifference(expected: recipe.build(), actual: again), "\(length)")
      }
      for length in [1, 7, 1_010, 0xFFFF] as [UInt16] {
        var recipe = udp(checksum)
        recipe.transport.udp?.length = .value(length)
        XCTAssertEqual(
          refusal(fragments(of: recipe.build(), FragmentationRequest(fragmentSize: 64))),
          .udpLengthMismatch(declared: Int(length), available: 1_009))
      }
    }
  }

  func testDFIsRefusedUnlessTheRulesClearIt() throws {
    var recipe = udp(.complete)
    recipe.encapsulation = Encapsulation(.vxlan())
    recipe.encapsulation?.network.ipv4?.dontFragment = true
    let error = refusal(fragments(of: recipe.build(), FragmentationRequest(fragmentSize: 64)))
    XCTAssertEqual(error, .dontFragment)
    XCTAssertEqual(
      error?.description,
      "the packet must not be fragmented: DF is set, and the rules do not clear it")
    // The outer header is what counts.
    recipe.encapsulation?.network.ipv4?.dontFragment = false
    recipe.network.ipv4?.dontFragment = true
    XCTAssertNil(
      refusal(fragments(of: recipe.build(), FragmentationRequest(fragmentSize: 64))))
  }

  /// Whatever the frame: fragments put together are its packet, or its packet completed.
  func testRandomPacketsAreCopied() throws {
    var generator = RecipeGenerator(
      SeededGenerator.fromEnvironment(0xF4A6), profile: RecipeProfile { $0.largeOneIn = 500 })
    var seen = 0
    for _ in 0..<3_000 {
      var recipe = generator.next().recipe
      recipe.trailerCount = 0
      let frame = recipe.build()
      let link = recipe.outerLink.kind
      let request = FragmentationRequest(
        fragmentSize: 64, rules: FragmentationRules(dontFragment: .cleared, options: .all))
      guard case .success(let frames) = fragments(of: frame, link: link, request), frames.count > 1,
        let again = reassemble(frames, link: link), again.count == frame.count
      else { continue }
      var completed = frame
      let layout = try PacketLayout(parsing: frame, link: link.layer)
      try ChecksumPlan(of: frame.octets, layout: layout, fields: .partial).apply(to: &completed)
      let start = try XCTUnwrap(layout.outerNetwork).upperOffset
      XCTAssertNil(
        firstDifference(
          expected: Array(completed[start...]), actual: Array(again[start...]), link: link),
        recipe.swiftLiteral)
      seen += 1
    }
    XCTAssertGreaterThan(seen, 500)
  }
}
