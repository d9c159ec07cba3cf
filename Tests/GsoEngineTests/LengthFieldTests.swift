import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Every value that a length field can have, on a frame of forty octets of payload.
final class LengthFieldTests: XCTestCase {
  /// The result for a frame: the payload octets of all segments, or an error.
  private enum Outcome: Equatable {
    case segmented(payload: Int)
    case refused(SegmentationError)
  }

  private func sweep(
    _ recipe: FrameRecipe, fieldAt at: Int, line: UInt = #line, _ expected: (Int) -> Outcome
  ) {
    var frame = recipe.build()
    let headers = recipe.layout.payloadOffset
    for value in 0...65_535 {
      frame.setWord(value, at)
      var found: Outcome
      do throws(SegmentationError) {
        let plan = try SegmentationPlan(of: frame, request: .init(segmentSize: 16))
        let segments = try plan.frames(of: frame)
        let payload = segments.reduce(0) { $0 + $1.count - headers }
        found = .segmented(payload: payload)
        let complaints = segments.flatMap { frameFaults($0) }
        XCTAssertEqual(complaints, [], "length \(value)", line: line)
      } catch {
        found = .refused(error)
      }
      if found != expected(value) {
        XCTFail("length \(value): \(found) instead of \(expected(value))", line: line)
      }
    }
  }

  func testIPv4TotalLength() {
    sweep(FrameRecipe(payload: Payload(count: 40)), fieldAt: 16) { value in
      switch value {
      case 0: .segmented(payload: 40)
      case 40...80: .segmented(payload: value - 40)
      case 81...: .refused(.lengthExceedsFrame(.ipv4, declared: value, available: 80))
      case 20...:
        .refused(.frame(.truncated(.tcp, offset: 34, needed: 20, available: value - 20)))
      default:
        .refused(.frame(.invalidField(.ipv4, .totalLength, offset: 16, found: value)))
      }
    }
  }

  func testIPv4TotalLengthOverUDP() {
    let recipe = FrameRecipe(transport: .udp(), payload: Payload(count: 40))
    sweep(recipe, fieldAt: 16) { value in
      switch value {
      case 0, 68: .segmented(payload: 40)
      case 69...: .refused(.lengthExceedsFrame(.ipv4, declared: value, available: 68))
      case 28...: .refused(.udpLengthMismatch(declared: 48, available: value - 20))
      case 20...: .refused(.frame(.truncated(.udp, offset: 34, needed: 8, available: value - 20)))
      default: .refused(.frame(.invalidField(.ipv4, .totalLength, offset: 16, found: value)))
      }
    }
  }

  func testIPv6PayloadLength() {
    sweep(FrameRecipe(network: .ipv6(), payload: Payload(count: 40)), fieldAt: 18) { value in
      switch value {
      case 0: .segmented(payload: 40)
      case 20...60: .segmented(payload: value - 20)
      case 61...: .refused(.lengthExceedsFrame(.ipv6, declared: value + 40, available: 100))
      default: .refused(.frame(.truncated(.tcp, offset: 54, needed: 20, available: value)))
      }
    }
  }

  /// The payload length counts extension headers: a short one leaves nothing of them.
  func testIPv6PayloadLengthWithExtensionHeader() {
    let network = Network.ipv6(IPv6Recipe { $0.extensions = [.hopByHop([5, 2, 0, 0])] })
    let recipe = FrameRecipe(network: network, payload: Payload(count: 40))
    sweep(recipe, fieldAt: 18) { value in
      switch value {
      case 0: .segmented(payload: 40)
      case 28...68: .segmented(payload: value - 28)
      case 69...: .refused(.lengthExceedsFrame(.ipv6, declared: value + 40, available: 108))
      case 8...: .refused(.frame(.truncated(.tcp, offset: 62, needed: 20, available: value - 8)))
      default:
        .refused(.frame(.truncated(.ipv6Extension, offset: 54, needed: 8, available: value)))
      }
    }
  }

  func testUDPLength() {
    for network in [Network.ipv4(), .ipv6()] {
      let recipe = FrameRecipe(network: network, transport: .udp(), payload: Payload(count: 40))
      sweep(recipe, fieldAt: recipe.layout.transportOffset + 4) { value in
        value == 0 || value == 48
          ? .segmented(payload: 40)
          : .refused(.udpLengthMismatch(declared: value, available: 48))
      }
    }
  }

  /// The lengths of an outer packet bound the inner one, too.
  func testOuterLengths() {
    var recipe = FrameRecipe(
      payload: Payload(count: 40), encapsulation: Encapsulation(.vxlan(), checksum: .complete))
    let packet = recipe.packetByteCount
    for value in [1, 20, 28, 36, 50, 70, 90, packet - 1, packet + 1, 0xFFFF] {
      recipe.encapsulation?.network.ipv4?.length = .value(UInt16(value))
      let frame = recipe.build()
      let found = refusal {
        try SegmentationPlan(of: frame, tunnels: .wellKnown, request: .init(segmentSize: 16))
      }
      XCTAssertNotNil(found, "outer total length \(value)")
    }
    for value in [0, packet] {
      recipe.encapsulation?.network.ipv4?.length = .value(UInt16(value))
      XCTAssertNil(try Segmented(recipe, 16).fault(16), "outer total length \(value)")
    }
  }
}
