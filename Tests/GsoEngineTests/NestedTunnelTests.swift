import GsoEngine
import TestSupport
import WireFormats
import XCTest

/// A tunnel in a tunnel is refused by name: segmentation what is inside as if it were plain would
/// give frames that no receiver can read.
final class NestedTunnelTests: XCTestCase {
  /// One packet of 2,000 octets of payload, in as many tunnels as there are kinds.
  private func nest(_ kinds: [Encapsulation.Kind]) -> [UInt8] {
    var inner = FrameRecipe(payload: Payload(seed: 1, count: 2_000)).build()
    for kind in kinds {
      // What an outer recipe carries after its UDP or IP header is put in by hand.
      switch kind {
      case .vxlan:
        let header: [UInt8] = [8, 0, 0, 0, 0, 0, 1, 0]
        inner = udp(port: 4_789, header + inner)
      case .geneve:
        let header: [UInt8] = [0, 0, 0x65, 0x58, 0, 0, 1, 0]
        inner = udp(port: 6_081, header + inner)
      default:
        inner = ipv4(carrying: 4, Array(inner.dropFirst(14)))
      }
    }
    return inner
  }

  private func udp(port: UInt16, _ octets: [UInt8]) -> [UInt8] {
    let udp = UDPRecipe { $0.destinationPort = port }
    return FrameRecipe(transport: .udp(udp), payload: Payload(octets)).build()
  }

  private func ipv4(carrying number: UInt8, _ octets: [UInt8]) -> [UInt8] {
    var frame = FrameRecipe(transport: .udp(), payload: Payload(octets)).build()
    frame.removeSubrange(34..<42)
    frame[23] = number
    let length = frame.count - 14
    (frame[16], frame[17]) = (UInt8(length >> 8), UInt8(length & 0xFF))
    return frame
  }

  func testOneTunnelIsCut() throws {
    for kind in [Encapsulation.Kind.vxlan(), .geneve(), .ipInIP] {
      let frames = try segment(nest([kind]), mtu: 1_500)
      XCTAssertEqual(frames.count, 2, "\(kind)")
    }
  }

  func testTwoAreRefused() throws {
    let kinds: [Encapsulation.Kind] = [.vxlan(), .geneve(), .ipInIP]
    for outer in kinds {
      for inner in kinds {
        let frame = nest([inner, outer])
        XCTAssertThrowsError(try segment(frame, mtu: 1_500), "\(inner) in \(outer)") {
          XCTAssertEqual($0 as? SegmentationError, .tunnelTooDeep(limit: 1))
        }
        XCTAssertEqual(try PacketLayout(parsing: frame, tunnels: .wellKnown).tunnel?.isNested, true)
      }
    }
  }

  func testManyAreRefusedAsFast() throws {
    for depth in [3, 8, 64] {
      let kinds = [Encapsulation.Kind](repeating: .ipInIP, count: depth)
      XCTAssertThrowsError(try segment(nest(kinds), mtu: 1_500)) {
        XCTAssertEqual($0 as? SegmentationError, .tunnelTooDeep(limit: 1))
      }
    }
  }

  /// Nobody looks for tunnels by default: the outer datagram is segmented as the plain one it says
  /// it is.
  func testWithoutRecognitionThereAreNone() throws {
    let frame = nest([.vxlan(), .vxlan()])
    let plan = try SegmentationPlan(
      of: frame, tunnels: .none, request: .init(segmentSize: 1_000))
    XCTAssertNil(plan.layout.tunnel)
    XCTAssertEqual(plan.offload, .uso)
  }

  /// A plan, checksums, a layout and the call for most people see the same tunnel by default.
  func testTunnelsAreRecognisedAlikeByDefault() throws {
    for kind in [.vxlan(), .geneve(), .ipInIP] as [Encapsulation.Kind] {
      let frame = nest([kind])
      let tunnel = try XCTUnwrap(try PacketLayout(parsing: frame).tunnel, "\(kind)")
      XCTAssertEqual(tunnel.headerOffset, 34, "\(kind)")
      let plan = try SegmentationPlan(of: frame, request: .init(mtu: 1_000))
      XCTAssertEqual(plan.layout.tunnel, tunnel, "\(kind)")
      XCTAssertEqual(plan.offload, .lso, "\(kind)")
      XCTAssertEqual(try plan.frames(of: frame), try segment(frame, mtu: 1_000), "\(kind)")
      let checksums = try ChecksumPlan(of: frame, fields: .transport)
      XCTAssertEqual(checksums.layout.tunnel, tunnel, "\(kind)")
    }
  }
}
