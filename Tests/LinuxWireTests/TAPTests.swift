import Foundation
import LinuxWire
import TestSupport
import WireFormats
import XCTest

/// TAP devices of this kernel: offloads, errors, and what remains after the end.
final class TAPTests: XCTestCase {
  /// An ARP request from a neighbour, padded.
  private let frame =
    [UInt8](repeating: 0xFF, count: 6) + [2, 0, 0, 0, 0, 1, 8, 6]
    + [UInt8](repeating: 0, count: 46)

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  func testEachSetOfOffloadsIsTakenOrReported() throws {
    let names = try NetworkNamespaces()
    let tap = try TAP(names.leftInterface)
    defer { tap.close() }
    let sets: [WireOffloads] = [
      .all, [], .checksum, [.checksum, .tcpv4], [.checksum, .tcpv6, .ecn],
      [.checksum, .tcpv4, .tcpv6, .udp], [.tcpv4], [.checksum, .udpTunnelChecksum],
    ]
    for offloads in sets {
      let taken = try tap.setOffloads(offloads)
      XCTAssertEqual(taken, tap.offloads)
      XCTAssertEqual(
        taken.union(tap.refusedOffloads), offloads.usable, "\(offloads): taken or reported")
      // Every kernel since 2.6.27 has these.
      let old = offloads.usable.intersection([.checksum, .tcpv4, .tcpv6, .ecn])
      XCTAssertTrue(taken.isSuperset(of: old), "\(offloads): \(taken)")
    }
  }

  func testTunnelsNeedTheLongHeader() throws {
    let names = try NetworkNamespaces()
    for form in VirtioNetHeader.Form.allCases {
      let tap = try TAP(names.leftInterface, headerForm: form)
      XCTAssertEqual(tap.headerForm, form)
      if form != .udpTunnel {
        XCTAssertFalse(tap.offloads.contains(.udpTunnel))
        XCTAssertEqual(tap.refusedOffloads, [.udpTunnel, .udpTunnelChecksum])
      }
      try names.run(["link", "set", names.leftInterface, "up"])
      XCTAssertEqual(try tap.send(VirtioNetHeader(), frame), .sent)
      tap.close()
    }
    XCTAssertEqual(try TAP(names.leftInterface, offloads: [.checksum]).headerForm, .modern)
  }

  func testRefusalsNameTheDeviceAndTheWayOut() throws {
    let names = try NetworkNamespaces()
    let name = names.leftInterface
    let tap = try TAP(name)
    XCTAssertEqual(
      message { _ = try TAP(name) },
      "\(name): TUNSETIFF: Device or resource busy (EBUSY); another program has the device open; "
        + "end that program, or choose another name")
    tap.close()
    XCTAssertEqual(
      message { _ = try TAP("lo") },
      "lo: TUNSETIFF: Invalid argument (EINVAL); an interface of this name is of another kind, or "
        + "has another number of queues than asked for; choose another name, or delete it: "
        + "`ip link del NAME`")
    for bad in ["", "abcdefghijklmnop", "a/b", "a b", ".", "a:b"] {
      XCTAssertEqual(
        message { _ = try TAP(bad) },
        "`\(bad)` cannot be the name of an interface: 1 to 15 octets are needed, without slashes, "
          + "blanks and colons")
    }
    for count in [-1, 0, 257, .max] {
      XCTAssertEqual(
        message { _ = try TAP(name, queueCount: count) },
        "\(count) queues cannot be; a device has 1 to 256")
    }
    XCTAssertEqual(
      message { _ = try TAP(name, mtu: 1_000_000) },
      "\(name): SIOCSIFMTU: Invalid argument (EINVAL)")
    // The device of the attempt is gone.
    try TAP(name).close()
  }

  func testADeviceThatIsDownTakesNothingAndOneThatIsDeletedEnds() throws {
    let names = try NetworkNamespaces()
    let name = names.leftInterface
    let tap = try TAP(name)
    XCTAssertEqual(try tap.process(limit: 10) { _, _ in XCTFail("a frame while down") }, 0)
    XCTAssertEqual(try tap.send(VirtioNetHeader(), frame), .notReady)
    try names.run(["link", "set", name, "up"])
    XCTAssertEqual(try tap.send(VirtioNetHeader(), frame), .sent)
    try names.run(["link", "del", name])
    XCTAssertThrowsError(try tap.process(limit: 10) { _, _ in }) {
      // Frames of the kernel itself may come first, but not twice.
      XCTAssertEqual($0 as? WireEndError, .gone(device: name))
      XCTAssertEqual(
        "\($0)",
        "\(name): the interface does not exist any more; it was deleted, or its network namespace "
          + "was")
    }
    XCTAssertEqual(tap.descriptors, [])
    XCTAssertEqual(try tap.send(VirtioNetHeader(), frame), .notReady)
    XCTAssertEqual(try tap.process(limit: 10) { _, _ in }, 0)
    tap.close()
  }

  func testANamespaceThatIsDeletedEndsItsDevice() throws {
    let name: String
    let tap: TAP
    do {
      let names = try NetworkNamespaces()
      name = names.leftInterface
      tap = try TAP(name)
      try names.adopt(name, on: names.left, mtu: 1_500)
    }
    var error: (any Error)?
    for _ in 0..<200 where error == nil {
      do {
        _ = try tap.process(limit: 100) { _, _ in }
        _ = try tap.send(VirtioNetHeader(), frame)
      } catch let found {
        error = found
      }
      Thread.sleep(forTimeInterval: 0.01)
    }
    XCTAssertEqual(error as? WireEndError, .gone(device: name))
  }

  func testFramesAreBounded() throws {
    let names = try NetworkNamespaces()
    let tap = try TAP(names.leftInterface)
    try names.run(["link", "set", names.leftInterface, "up"])
    let limit = WireLimits.frameByteCount
    for (count, result) in [
      (limit + 1, WireSendResult.tooLong(byteCount: limit + 1, limit: limit)),
      (300_000, .tooLong(byteCount: 300_000, limit: limit)),
      (0, .refused(errno: EINVAL)), (13, .refused(errno: EINVAL)), (14, .sent),
    ] {
      let octets = [UInt8](repeating: 0, count: count)
      XCTAssertEqual(try tap.send(VirtioNetHeader(), octets), result, "\(count) octets")
    }
    // A header that the kernel refuses ends nothing.
    var header = VirtioNetHeader()
    header.headerLength = 5_000
    XCTAssertEqual(try tap.send(header, frame), .refused(errno: EINVAL))
    XCTAssertEqual(try tap.send(VirtioNetHeader(), frame), .sent)
  }

  func testQueues() throws {
    let names = try NetworkNamespaces()
    let tap = try TAP(names.leftInterface, queueCount: 4)
    XCTAssertEqual(Set(tap.descriptors).count, 4)
    try names.run(["link", "set", names.leftInterface, "up"])
    for last in UInt8(0)..<50 {
      var frame = frame
      frame[12...13] = [8, 0]
      frame[14] = 0x45
      frame[33] = last
      XCTAssertEqual(try tap.send(VirtioNetHeader(), frame), .sent)
    }
    tap.close()
    XCTAssertEqual(tap.descriptors, [])
    // Another number of queues is another device; that of before has gone.
    try TAP(names.leftInterface, queueCount: 2).close()
  }

  func testCallsFromWithinACallDoNothingOrEndIt() throws {
    let names = try NetworkNamespaces()
    let tap = try TAP(names.leftInterface)
    try names.adopt(names.leftInterface, on: names.left, mtu: 1_500)
    var count = 0
    // The kernel announces itself with MLD reports.
    for _ in 0..<500 where count == 0 {
      _ = try tap.process(limit: 1) { _, _ in
        count += 1
        XCTAssertEqual(try? tap.process(limit: 1) { _, _ in count += 1 }, 0)
        tap.close()
      }
      Thread.sleep(forTimeInterval: 0.01)
    }
    XCTAssertEqual(count, 1)
    XCTAssertEqual(tap.descriptors, [])
    XCTAssertEqual(try tap.process(limit: 1) { _, _ in count += 1 }, 0)
  }
}
