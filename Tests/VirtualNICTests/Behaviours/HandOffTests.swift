import GsoEngine
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Behaviour 30: fields that a frame to be segmented may leave unset do not change the segments.
final class HandOffTests: XCTestCase {
  private static let lengths: [LengthField] = [.zero, .exact]
  private static let headerChecksums: [HeaderChecksum] = [.zero, .right, .wrong, .value(0xFFFF)]
  private static let checksums: [TestSupport.TransportChecksum] = [
    .pseudoHeaderWithoutLength, .pseudoHeaderWithLength, .complete, .zero, .value(0xDEAD),
  ]

  /// Every combination of what the three fields may hold.
  private func conventions(_ network: Network, _ transport: Transport) -> [FrameRecipe] {
    var recipes: [FrameRecipe] = []
    for length in Self.lengths {
      for headerChecksum in network.isIPv6 ? [.right] : Self.headerChecksums {
        for checksum in Self.checksums {
          var recipe = FrameRecipe(
            network: network, transport: transport, payload: Payload(seed: 30, count: 3_000),
            checksum: checksum)
          recipe.network.ipv4?.length = length
          recipe.network.ipv4?.headerChecksum = headerChecksum
          recipe.network.ipv6?.length = length
          recipes.append(recipe)
        }
      }
    }
    return recipes
  }

  func testBehaviour30NothingLeftOpenShowsInTheSegments() throws {
    let nics = try TwoPaths()
    for (name, network, transport) in TwoPaths.kinds {
      let recipes = conventions(network, transport)
      XCTAssertEqual(recipes.count, network.isIPv6 ? 10 : 40)
      let frames = recipes.map { nics.assertCut($0, segmentSize: 1_000, name) }
      XCTAssertEqual(Set(frames).count, 1, name)
      XCTAssertEqual(frames[0].flatMap { frameFaults($0) }, [], name)
    }
  }

  /// The same with the records that NDIS sends along, for the engine alone.
  func testBehaviour30FramesWithNdisRecords() throws {
    let kinds: [(NdisOffloadRecord.Kind, Network, Transport)] = [
      (.largeSendV1, .ipv4(), .tcp()), (.largeSendV2(.ipv4), .ipv4(), .tcp()),
      (.largeSendV2(.ipv6), .ipv6(), .tcp()), (.udpSegmentation(.ipv4), .ipv4(), .udp()),
      (.udpSegmentation(.ipv6), .ipv6(), .udp()),
    ]
    for (kind, network, transport) in kinds {
      for recipe in conventions(network, transport) {
        let frame = recipe.build()
        let record = NdisOffloadRecord(
          kind, maximumSegmentSize: 1_000, headerOffset: recipe.layout.transportOffset)
        let actual = try SegmentationPlan(of: frame, describedBy: record).frames(of: frame)
        let expected = referenceSegments(
          of: recipe, segmentSize: 1_000, rules: .ndis(for: recipe))
        XCTAssertNil(firstDifference(expected: expected, actual: actual), "\(kind)")
      }
    }
  }

  /// USO says that the UDP length is not to be trusted either; 0 stands for "look at the buffer".
  func testBehaviour30TheUDPLengthMayBeOpen() throws {
    let nics = try TwoPaths()
    for network in [Network.ipv4(), .ipv6()] {
      var recipe = FrameRecipe(
        network: network, transport: .udp(UDPRecipe { $0.length = .zero }),
        payload: Payload(seed: 30, count: 3_000), checksum: .pseudoHeaderWithoutLength)
      recipe.network.ipv4?.length = .zero
      recipe.network.ipv6?.length = .zero
      nics.assertCut(recipe, segmentSize: 1_000)
    }
  }

  /// Without a segment size, a frame with complete checksums is sent unmodified.
  func testBehaviour30AFinishedFrameThatAsksForNoCutLeavesAsItIs() throws {
    for (name, network, transport) in TwoPaths.kinds {
      let recipe = FrameRecipe(
        network: network, transport: transport, payload: Payload(seed: 30, count: 1_000))
      let nics = try TwoPaths()
      let queue = QueueLink()
      nics.hardware.link = queue
      let report = nics.hardware.transmit(recipe.build())
      XCTAssertEqual(report.segmentation, .none, name)
      XCTAssertEqual(queue.takeAll().map(\.octets), [recipe.build()], name)
      XCTAssertEqual(frameFaults(recipe.build()), [], name)
    }
  }
}
