import GsoEngine
import TestSupport
import VirtualNIC
import VirtualNICTesting
import XCTest

/// Behaviour 25: payloads at the edges, from nothing to 64 KB.
final class SizeTests: XCTestCase {
  func testBehaviour25PureACKIsOneFrame() throws {
    let nics = try TwoPaths()
    for (name, network, transport) in TwoPaths.kinds {
      let recipe = FrameRecipe(
        network: network, transport: transport, payload: Payload(count: 0),
        checksum: .pseudoHeaderWithoutLength)
      for segmentSize in [1, 1_448, 65_535] {
        let frames = nics.assertCut(recipe, segmentSize: segmentSize, name)
        XCTAssertEqual(frames.count, 1, name)
        XCTAssertEqual(frames.first?.count, recipe.layout.headerByteCount, name)
        XCTAssertEqual(frames.flatMap { frameFaults($0) }, [], name)
      }
    }
  }

  /// One frame with all its flags, as it came.
  func testBehaviour25OneSegmentKeepsAllFlags() throws {
    let nics = try TwoPaths()
    let flags = TCPFlag.ack | TCPFlag.fin | TCPFlag.psh | TCPFlag.cwr | TCPFlag.ece
    for payload in [0, 1, 999, 1_000] {
      let recipe = FrameRecipe(
        transport: .tcp(TCPRecipe { $0.flags = flags }), payload: Payload(count: payload))
      let frames = nics.assertCut(recipe, segmentSize: 1_000)
      XCTAssertEqual(frames, [recipe.build()], "a complete frame is unmodified")
    }
  }

  func testBehaviour25PayloadsAroundMultiples() throws {
    let nics = try TwoPaths()
    for (name, network, transport) in TwoPaths.kinds {
      for segmentSize in [1, 8, 536, 1_448] {
        var payloads = Set([0, 1])
        for count in [1, 2, 3, 9, 44] {
          payloads.formUnion([-1, 0, 1].map { count * segmentSize + $0 })
        }
        for payload in payloads.sorted() {
          let recipe = FrameRecipe(
            network: network, transport: transport, payload: Payload(seed: 25, count: payload),
            checksum: .pseudoHeaderWithLength)
          let frames = nics.assertCut(recipe, segmentSize: segmentSize, name)
          let last = (frames.last?.count ?? 0) - recipe.layout.headerByteCount
          let remainder = payload % segmentSize
          XCTAssertEqual(last, remainder == 0 ? min(payload, segmentSize) : remainder, name)
        }
      }
    }
  }

  /// Around the largest length that an IP header can say, and beyond it.
  func testBehaviour25SixtyFourKilobytes() throws {
    let nics = try TwoPaths()
    for (name, network, transport) in TwoPaths.kinds {
      let headers = network.byteCount + transport.byteCount
      for payload in [64_000, 65_535 - headers, 65_535, 65_536, 65_537] {
        let recipe = FrameRecipe(
          network: network, transport: transport, payload: Payload(seed: 64, count: payload),
          checksum: .pseudoHeaderWithoutLength)
        for segmentSize in [1_460, 8_960, 32_768] {
          let frames = nics.assertCut(recipe, segmentSize: segmentSize, name)
          XCTAssertEqual(frames.count, (payload + segmentSize - 1) / segmentSize, name)
        }
      }
    }
  }

  /// A segment size beyond what an IP header can say is an error, not a longer packet.
  func testBehaviour25SegmentsThatNoLengthFieldCanSay() throws {
    let nics = try TwoPaths(mtu: 1 << 20)
    for (name, network, transport) in TwoPaths.kinds {
      let headers = network.byteCount + transport.byteCount
      let limit = network.isIPv6 ? 65_575 : 65_535
      let recipe = FrameRecipe(
        network: network, transport: transport, payload: Payload(seed: 64, count: 70_000),
        checksum: .pseudoHeaderWithoutLength)
      nics.assertCut(recipe, segmentSize: limit - headers, name)
      let sent = nics.send(recipe.build(), segmentSize: limit - headers + 1, name)
      XCTAssertEqual(sent.refusal, .segmentTooLong(packetLength: limit + 1, limit: limit), name)
    }
  }
}
