import FrameRecipes
import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Plans from the first octets of a frame: too few are an error, enough are as good as all.
final class FrontTests: XCTestCase {
  private let request = SegmentationRequest(segmentSize: 1_000, checksum: .pseudoHeader)

  private func jumbo(_ transport: FrameRecipe.Transport, _ count: Int) -> FrameRecipe {
    let length = UInt32(8 + transport.byteCount + count)
    return FrameRecipe(
      network: .ipv6 { $0.extensions = [.hopByHop([.jumboPayload(length)])] },
      transport: transport, payload: .random(seed: 7, count: count), checksum: .pseudoHeader)
  }

  private func frames() -> [(name: String, octets: [UInt8])] {
    var tunnelled = FrameRecipe(payload: .random(seed: 4, count: 3_000))
    tunnelled.encapsulation = FrameRecipe.Encapsulation(.gre())
    var tagged = FrameRecipe(payload: .random(seed: 4, count: 3_000))
    tagged.link.tags = [.init(0x8100, 5)]
    var frames = [
      ("tcp4", FrameRecipe(payload: .random(seed: 4, count: 3_000)).build()),
      ("tcp4 in GRE", tunnelled.build()), ("tagged", tagged.build()),
      ("jumbo tcp6", jumbo(.tcp(), 70_000).build()), ("jumbo udp6", jumbo(.udp(), 70_000).build()),
    ]
    // A protocol that cannot be segmented, after the same headers.
    for (name, octets) in frames {
      var other = octets
      switch name {
      case "tcp4": other[23] = 89
      case "jumbo tcp6": other[54] = 89
      default: continue
      }
      frames.append((name + ", another protocol", other))
    }
    tagged.network = .arp(.init())
    frames.append(("arp", tagged.build()))
    return frames
  }

  func testEveryLength() throws {
    for (name, octets) in frames() {
      let layout = try PacketLayout(parsing: octets)
      let whole = outcome(of: octets, layout)
      let headerEnd = layout.headerLength ?? layout.network?.upperOffset ?? 0
      for count in 0...headerEnd + 2 {
        let found = outcome(of: Array(octets.prefix(count)), layout)
        if count >= headerEnd {
          XCTAssertEqual(found, whole, "\(name), \(count) octets")
        } else {
          XCTAssertEqual(
            found, .failure(.frameLengthChanged(planned: headerEnd, given: count)),
            "\(name), \(count) octets")
        }
      }
    }
  }

  private func outcome(
    of front: [UInt8], _ layout: PacketLayout
  ) -> Result<SegmentationPlan, SegmentationError> {
    do throws(SegmentationError) {
      return .success(
        try SegmentationPlan(ofFront: front.octets, layout: layout, request: request))
    } catch {
      return .failure(error)
    }
  }
}
