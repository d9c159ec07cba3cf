import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Headers of IPv6 that decide which addresses count in a checksum.
final class MobilityTests: XCTestCase {
  private static let home = ExtensionHeader.homeAddress("2001:7::7")
  private static let address = [UInt8](repeating: 9, count: 16)

  private func recipe(
    _ headers: [ExtensionHeader], _ transport: Transport = .tcp(), count: Int = 3_000
  ) -> FrameRecipe {
    FrameRecipe(
      network: .ipv6(IPv6Recipe { $0.extensions = headers }), transport: transport,
      payload: Payload(seed: 3, count: count), checksum: .pseudoHeaderWithLength)
  }

  /// A home address counts in every segment, and so does the last stop of a type 2 route.
  func testSegments() throws {
    let route = ExtensionHeader.routing(type: 2, segmentsLeft: 1, [0, 0, 0, 0] + Self.address)
    for headers in [[Self.home], [route], [route, Self.home]] {
      for transport in [Transport.tcp(), .udp()] {
        let recipe = recipe(headers, transport)
        let frames = try segment(recipe.build(), mtu: 1_280, guessesDatagramSize: true)
        XCTAssertEqual(frames.count, 3)
        for frame in frames { XCTAssertEqual(frameFaults(frame), []) }
        XCTAssertEqual(
          frames,
          referenceSegments(of: recipe, segmentSize: frames[0].count - recipe.layout.payloadOffset))
      }
    }
  }

  /// In frames that are not segmented, inside and outside of tunnels.
  func testPassingFrames() throws {
    for tunnel in [nil, Encapsulation(.ipInIP), Encapsulation(.vxlan(), checksum: .complete)] {
      for transport in [Transport.tcp(), .udp()] {
        var recipe = recipe([Self.home], transport, count: 99)
        recipe.encapsulation = tunnel
        if case .ipInIP? = tunnel?.kind { recipe.link = Link(.rawIP) }
        let partial = recipe.build()
        recipe.checksum = .complete
        let complete = recipe.build()
        let layout = try PacketLayout(parsing: partial, tunnels: .wellKnown)
        XCTAssertEqual(partial.completed(layout).frame, complete)
        XCTAssertEqual(complete.completed(layout).findings, ChecksumFindings())
      }
    }
    var outer = recipe([], count: 50)
    outer.encapsulation = Encapsulation(
      .geneve(), network: .ipv6(IPv6Recipe { $0.extensions = [Self.home] }),
      checksum: .pseudoHeaderWithLength)
    let partial = outer.build()
    outer.checksum = .complete
    outer.encapsulation?.checksum = .complete
    let layout = try PacketLayout(parsing: partial, tunnels: .wellKnown)
    XCTAssertEqual(partial.completed(layout).frame, outer.build())
  }

  /// A route that leads past its own end.
  ///
  /// No checksum can be told, so the frame stays unmodified, and what needs one is refused. What a
  /// virtio-net header describes goes the kernel's way.
  func testARouteThatLeadsPastItsEnd() throws {
    let route = ExtensionHeader.routing(type: 0, segmentsLeft: 2, [0, 0, 0, 0] + Self.address)
    let error = SegmentationError.segmentsLeftExceedAddresses(segmentsLeft: 2, addresses: 1)
    var tunnelled = recipe([], count: 3_000)
    tunnelled.link = Link(.rawIP)
    tunnelled.encapsulation = Encapsulation(
      .ipInIP, network: .ipv6(IPv6Recipe { $0.extensions = [route] }))
    for recipe in [recipe([route]), recipe([route], .udp()), tunnelled] {
      let frame = recipe.build()
      let layout = try PacketLayout(parsing: frame, tunnels: .wellKnown)
      XCTAssertThrowsError(try segment(frame, mtu: 1_500, tunnels: .wellKnown)) {
        XCTAssertEqual($0 as? SegmentationError, error)
      }
      XCTAssertThrowsError(
        try ChecksumPlan(of: frame.octets, layout: layout, fields: .transport)
      ) { XCTAssertEqual($0 as? SegmentationError, error) }
    }
    let frame = recipe([route]).build()
    let layout = try PacketLayout(parsing: frame)
    XCTAssertEqual(frame.completed(layout).frame, frame)
    XCTAssertEqual(frame.completed(layout).findings, ChecksumFindings())
    var header = VirtioNetHeader()
    (header.flags, header.gsoType, header.gsoSize) = (.needsChecksum, .tcpv6, 1_000)
    header.checksumStart = UInt16(layout.transport?.offset ?? 0)
    header.checksumOffset = 16
    XCTAssertEqual(try OffloadAction(on: frame, describedBy: header).frameCount, 3)
  }
}
