import Foundation
import LinuxWire
import TestSupport
import WireFormats
import XCTest

/// Packet sockets on the two ends of a veth pair.
final class PacketSocketTests: XCTestCase {
  private struct Received: Equatable {
    let header: VirtioNetHeader
    let octets: [UInt8]
  }

  /// A frame of TCP over IPv4 to the other end, with a partial checksum.
  private func frame(payload: Int, tag: [UInt8] = []) -> [UInt8] {
    var octets: [UInt8] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1] + tag + [8, 0]
    let length = 40 + payload
    octets += [0x45, 0, UInt8(length >> 8), UInt8(length & 0xFF), 0, 1, 0x40, 0, 64, 6, 0, 0]
    octets += [10, 9, 0, 1, 10, 9, 0, 2]
    octets += [0x30, 0x39, 0, 80, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x10, 1, 0, 0, 0, 0, 0]
    return octets + (0..<payload).map { UInt8(truncatingIfNeeded: $0) }
  }

  /// What arrives within a second, but for what the kernel itself says.
  private func receive(_ socket: PacketSocket, limit: Int = 1) throws -> [Received] {
    var received: [Received] = []
    for _ in 0..<100 where received.count < limit {
      _ = try socket.process(limit: 10) { header, octets in
        let octets = octets.array()
        if octets.prefix(6) == [2, 0, 0, 0, 0, 2] {
          received.append(Received(header: header, octets: octets))
        }
      }
      Thread.sleep(forTimeInterval: 0.01)
    }
    return received
  }

  private func header(
    _ type: VirtioNetHeader.GsoType, size: UInt16, start: UInt16
  ) -> VirtioNetHeader {
    var header = VirtioNetHeader()
    header.flags = .needsChecksum
    (header.gsoType, header.gsoSize) = (type, size)
    (header.headerLength, header.checksumStart, header.checksumOffset) = (start + 20, start, 16)
    return header
  }

  func testASuperFrameCrossesInOnePieceWithItsHeader() throws {
    let names = try NetworkNamespaces()
    try names.makePair()
    let (left, right) = (
      try PacketSocket(names.leftInterface), try PacketSocket(names.rightInterface)
    )
    XCTAssertEqual(left.offloads, PacketSocket.possibleOffloads)
    let octets = frame(payload: 40_000)
    let asked = header(.tcpv4, size: 1_448, start: 34)
    XCTAssertEqual(try left.send(asked, octets), .sent)
    XCTAssertEqual(try receive(right), [Received(header: asked, octets: octets)])
    // What this side sends is not what it receives.
    XCTAssertEqual(try receive(left), [])
  }

  func testATagThatTheKernelTakesOutIsPutBack() throws {
    let names = try NetworkNamespaces()
    try names.makePair()
    let (left, right) = (
      try PacketSocket(names.leftInterface), try PacketSocket(names.rightInterface)
    )
    for tag: [UInt8] in [[0x81, 0, 0, 5], [0x81, 0, 0xE0, 0], [0x88, 0xA8, 0x0F, 0xFF]] {
      let octets = frame(payload: 3_000, tag: tag)
      let asked = header(.tcpv4, size: 1_000, start: 38)
      XCTAssertEqual(try left.send(asked, octets), .sent)
      let received = try receive(right)
      XCTAssertEqual(received.map(\.octets), [octets], "\(tag)")
      XCTAssertEqual(received.first?.header.checksumStart, 38, "\(tag)")
      // The kernel says how much of the frame is contiguous, which is at least the headers.
      let headerLength = Int(received.first?.header.headerLength ?? 0)
      XCTAssertTrue(58...octets.count ~= headerLength, "\(tag): \(headerLength)")
    }
  }

  func testRefusals() throws {
    let names = try NetworkNamespaces()
    XCTAssertThrowsError(try PacketSocket("vnic-none")) {
      XCTAssertEqual(
        "\($0)",
        "vnic-none: if_nametoindex: No such device (ENODEV); there is no such interface in this "
          + "network namespace; `ip link` lists them")
    }
    XCTAssertThrowsError(try PacketSocket("")) {
      XCTAssertEqual($0 as? WireEndError, .interfaceName("", limit: 15))
    }
    try names.makePair()
    let socket = try PacketSocket(names.leftInterface, offloads: [.tcpv4, .udpTunnel])
    XCTAssertEqual(socket.offloads, [], "TCP needs the checksum")
    XCTAssertEqual(socket.setOffloads(.all), PacketSocket.possibleOffloads)
    let long = [UInt8](repeating: 0, count: 2_000)
    XCTAssertEqual(
      try socket.send(VirtioNetHeader(), long), .tooLong(byteCount: 2_000, limit: 1_500))
    let bad = header(.tcpv4, size: 1_448, start: 60_000)
    XCTAssertEqual(
      try socket.send(bad, frame(payload: 3_000)), .refused(errno: EINVAL))
  }

  func testAnInterfaceThatIsDownComesBackAndOneThatIsDeletedDoesNot() throws {
    let names = try NetworkNamespaces()
    try names.makePair()
    let socket = try PacketSocket(names.leftInterface)
    let octets = frame(payload: 10)
    XCTAssertEqual(try socket.send(VirtioNetHeader(), octets), .sent)
    try names.run(["link", "set", names.leftInterface, "down"])
    XCTAssertEqual(try socket.send(VirtioNetHeader(), octets), .notReady)
    _ = try socket.process(limit: 10) { _, _ in }
    try names.run(["link", "set", names.leftInterface, "up"])
    XCTAssertEqual(try socket.send(VirtioNetHeader(), octets), .sent)
    try names.run(["link", "del", names.leftInterface])
    XCTAssertThrowsError(
      try { for _ in 0..<3 { _ = try socket.process(limit: 10) { _, _ in } } }()
    ) { XCTAssertEqual($0 as? WireEndError, .gone(device: names.leftInterface)) }
    XCTAssertEqual(socket.descriptors, [])
    XCTAssertEqual(try socket.send(VirtioNetHeader(), octets), .notReady)
  }
}
