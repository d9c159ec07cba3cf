import GsoEngine
import TestSupport
import WireFormats
import XCTest

/// Where datagrams ended only their sender knows: without a size no boundary is made up.
final class DatagramBoundaryTests: XCTestCase {
  private func datagram(
    _ count: Int = 4_000, port: UInt16 = 443, network: Network = .ipv4(),
    in encapsulation: Encapsulation? = nil
  ) -> [UInt8] {
    FrameRecipe(
      network: network, transport: .udp(UDPRecipe { $0.destinationPort = port }),
      payload: Payload(count: count), encapsulation: encapsulation
    ).build()
  }

  func testWithoutASizeADatagramAboveTheMTUIsRefused() throws {
    XCTAssertEqual(
      refusal { try segment(datagram(), mtu: 1_500) },
      .datagramSizeUnknown(payload: 4_000, packetLength: 4_028, mtu: 1_500))
    XCTAssertEqual(
      refusal { try segment(datagram(network: .ipv6()), mtu: 1_500) },
      .datagramSizeUnknown(payload: 4_000, packetLength: 4_048, mtu: 1_500))
    XCTAssertEqual(
      refusal { try segment(datagram(in: Encapsulation(.vxlan())), mtu: 1_500) },
      .datagramSizeUnknown(payload: 4_000, packetLength: 4_078, mtu: 1_500))
    XCTAssertEqual(
      refusal { try SegmentationPlan(of: datagram(), request: .init(mtu: 1_500)) },
      .datagramSizeUnknown(payload: 4_000, packetLength: 4_028, mtu: 1_500))
  }

  func testWhatFitsNeedsNoSize() throws {
    XCTAssertEqual(try segment(datagram(1_472), mtu: 1_500), [datagram(1_472)])
    XCTAssertEqual(
      refusal { try segment(datagram(1_473), mtu: 1_500) },
      .datagramSizeUnknown(payload: 1_473, packetLength: 1_501, mtu: 1_500))
  }

  func testASizeOrAPermittedGuessSegments() throws {
    XCTAssertEqual(
      try segment(datagram(), mtu: 1_500, segmentSize: 1_300).map(\.count),
      [1_342, 1_342, 1_342, 142])
    XCTAssertEqual(
      try segment(datagram(), mtu: 1_500, guessesDatagramSize: true).map(\.count),
      [1_514, 1_514, 1_098])
    var request = SegmentationRequest(mtu: 1_500)
    XCTAssertFalse(request.guessesDatagramSize)
    request.guessesDatagramSize = true
    XCTAssertEqual(try SegmentationPlan(of: datagram(), request: request).count, 3)
    let tcp = FrameRecipe(payload: Payload(count: 4_000)).build()
    XCTAssertEqual(try segment(tcp, mtu: 1_500).count, 3, "TCP has no boundaries")
  }

  /// A tunnel that is not looked into is one datagram, whatever may be guessed.
  func testOpaqueTunnelsNeedASize() throws {
    let ports: [(UInt16, OpaqueTunnel)] = [
      (1_701, .l2tp), (2_152, .gtpU), (3_544, .teredo), (4_790, .vxlanGPE), (5_555, .fou),
      (6_080, .gue),
      // No VXLAN header, or no frame that could be segmented in it.
      (4_789, .vxlan), (8_472, .vxlan), (6_081, .geneve),
    ]
    for (port, tunnel) in ports {
      for guesses in [false, true] {
        XCTAssertEqual(
          refusal {
            try segment(datagram(port: port), mtu: 1_500, guessesDatagramSize: guesses)
          }, .opaqueTunnel(tunnel, packetLength: 4_028, mtu: 1_500), "port \(port)")
      }
      XCTAssertEqual(
        try segment(datagram(port: port), mtu: 1_500, segmentSize: 1_000).count, 4, "port \(port)")
    }
    let inside = datagram(port: 2_152, in: Encapsulation(.vxlan()))
    XCTAssertEqual(
      refusal { try segment(inside, mtu: 1_500, guessesDatagramSize: true) },
      .opaqueTunnel(.gtpU, packetLength: 4_078, mtu: 1_500))
  }

  /// Linux, flannel and Cilium send VXLAN to port 8472.
  func testVXLANOnThePortOfLinuxIsATunnel() throws {
    var frame = FrameRecipe(
      payload: Payload(count: 4_000), encapsulation: Encapsulation(.vxlan())
    ).build()
    frame.replaceSubrange(36..<38, with: [0x21, 0x18])
    let frames = try segment(frame, mtu: 1_500)
    XCTAssertEqual(frames.map(\.count), [1_514, 1_514, 1_284])
    let layouts = try frames.map { try PacketLayout(parsing: $0, tunnels: .wellKnown) }
    XCTAssertEqual(layouts.map(\.tunnel?.kind), [.vxlan, .vxlan, .vxlan])
  }
}
