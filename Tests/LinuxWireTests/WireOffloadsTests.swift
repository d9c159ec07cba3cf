import LinuxWire
import XCTest

/// The bits of the offloads are public, so that they can be kept and compared.
final class WireOffloadsTests: XCTestCase {
  func testTheBitsAreInTheOrderOfTheMembers() {
    let members: [WireOffloads] = [
      .checksum, .tcpv4, .tcpv6, .ecn, .udp, .udpTunnel, .udpTunnelChecksum,
    ]
    XCTAssertEqual(members.map(\.rawValue), members.indices.map { 1 << UInt8($0) })
  }
}
