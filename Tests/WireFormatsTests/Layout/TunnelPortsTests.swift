import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Sets of ports, and the tunnels that ports announce.
final class TunnelPortsTests: XCTestCase {
  func testSetsAreEqualInAnyOrder() {
    var random = SeededGenerator.fromEnvironment()
    for _ in 0..<200 {
      let ports = (0..<random.below(9)).map { _ in UInt16(random.within(1...65_535)) }
      let set = TunnelPorts(ports)
      XCTAssertEqual(set, TunnelPorts(ports.reversed() + ports), "seed \(random.seed)")
      XCTAssertEqual(set?.hashValue, TunnelPorts(ports.reversed())?.hashValue)
      XCTAssertEqual(set?.array, Set(ports).sorted(), "seed \(random.seed)")
      XCTAssertEqual(set?.isEmpty, ports.isEmpty)
      for port in ports { XCTAssertEqual(set?.contains(port), true, "\(port)") }
    }
  }

  func testNoOtherPortIsAnElement() {
    for set: TunnelPorts in [
      [4_789, 8_472], [1], [0xFFFF, 0x8000, 0x7FFF], [1, 2, 3, 4, 5, 6, 7, 8],
    ] {
      let found = (0...UInt16.max).filter { set.contains($0) }
      XCTAssertEqual(found, set.array)
    }
  }

  func testCapacity() {
    var set: TunnelPorts = [8, 7, 6, 5, 4, 3, 2, 1]
    XCTAssertEqual(set.array.count, TunnelPorts.capacity)
    XCTAssertTrue(set.insert(5), "it is there")
    XCTAssertFalse(set.insert(9))
    XCTAssertFalse(set.contains(9))
    XCTAssertEqual(set, [1, 2, 3, 4, 5, 6, 7, 8])
    XCTAssertNil(TunnelPorts(1...9))
    XCTAssertNotNil(TunnelPorts(1...8))
  }

  func testPortZeroIsNoElement() {
    var set: TunnelPorts = [0]
    XCTAssertTrue(set.isEmpty)
    XCTAssertTrue(set.insert(0))
    XCTAssertFalse(set.contains(0))
    XCTAssertEqual(set, [])
  }

  private func announced(
    source: UInt16 = 50_000, _ destination: UInt16, besides tunnels: TunnelRecognition = .wellKnown,
    transport: (UDPRecipe) -> Transport = { .udp($0) }
  ) throws -> OpaqueTunnel? {
    let udp = UDPRecipe { ($0.sourcePort, $0.destinationPort) = (source, destination) }
    let frame = FrameRecipe(transport: transport(udp), payload: Payload(count: 40)).build()
    let layout = try PacketLayout(parsing: frame, tunnels: tunnels)
    return OpaqueTunnel(in: frame.octets, layout, besides: tunnels)
  }

  func testPortsThatAnnounceATunnel() throws {
    let ports: [UInt16: OpaqueTunnel] = [
      1_701: .l2tp, 2_152: .gtpU, 3_544: .teredo, 4_341: .lisp, 4_754: .greInUDP, 4_789: .vxlan,
      4_790: .vxlanGPE, 5_555: .fou, 6_080: .gue, 6_081: .geneve, 6_635: .mplsInUDP,
      8_472: .vxlan,
    ]
    for (port, tunnel) in ports { XCTAssertEqual(try announced(port), tunnel, "\(port)") }
    XCTAssertEqual(Set(ports.values), Set(OpaqueTunnel.allCases))
    for port: UInt16 in [0, 53, 443, 1_700, 2_151, 2_153, 51_820] {
      XCTAssertNil(try announced(port), "\(port)")
    }
    let other = TunnelRecognition(vxlanPorts: [7_777], genevePorts: [7_778])
    XCTAssertEqual(try announced(7_777, besides: other), .vxlan)
    XCTAssertEqual(try announced(7_778, besides: other), .geneve)
  }

  /// The other end may use any port; of those that hash a flow into the source port it means
  /// nothing.
  func testAnswers() throws {
    XCTAssertEqual(try announced(source: 2_152, 40_000), .gtpU)
    XCTAssertEqual(try announced(source: 1_701, 40_000), .l2tp)
    XCTAssertEqual(try announced(source: 3_544, 40_000), .teredo)
    XCTAssertNil(try announced(source: 4_790, 40_000))
    XCTAssertNil(try announced(source: 6_081, 40_000))
  }

  func testTCPAnnouncesNone() throws {
    XCTAssertNil(
      try announced(2_152) { _ in .tcp(TCPRecipe { $0.destinationPort = 2_152 }) })
  }
}
