import TestSupport
import VirtualNIC
import XCTest

/// The octets of states, which a later release has to read: a change of them needs a new version.
final class StateFormatTests: XCTestCase {
  private func octets(_ hexadecimal: String) throws -> [UInt8] {
    let digits = Array(hexadecimal.utf8)
    return try stride(from: 0, to: digits.count, by: 2).map {
      try XCTUnwrap(UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16))
    }
  }

  func testAQueue() throws {
    let version1 = try octets(
      "56535431060001002b00000000000000010300000000000000000000000000000001000000000000"
        + "000500000000000000020000000000000001025a7d6caf")
    let queue = try QueueLink(capacity: 3)
    queue.send([1, 2], at: VirtualTime(nanoseconds: 5))
    XCTAssertEqual(queue.save(), version1)
    let again = try QueueLink(restoring: version1)
    XCTAssertEqual(again.capacity, 3)
    XCTAssertEqual(again.takeAll(), queue.takeAll())
  }

  func testAWire() throws {
    let version1 = try octets(
      "5653543108000100a10000000000000000000000000000000000000000000000000000000000e03f"
        + "00000000000000000000000000000000090000000000000000070000000000000000000000000000"
        + "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
        + "00000000000000000007000000000000000000000000000000000000000000000000000000000000"
        + "0000000000000000000000000000000000fbddca15")
    let faults = try Impairments {
      $0.corruptionRate = 0.5
      $0.delay = 9
    }
    let wire = ImpairedLink(faults, seed: 7, next: QueueLink())
    XCTAssertEqual(try wire.save(), version1)
    XCTAssertEqual(
      try ImpairedLink(restoring: version1, next: QueueLink()).impairments, faults)
  }
}
