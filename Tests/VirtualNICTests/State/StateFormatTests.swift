import Foundation
import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
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

  /// A NIC that holds two units, one of two segments and one of a datagram.
  func testANICThatHoldsFrames() throws {
    var capabilities = DeclaredCapabilities()
    capabilities.rsc = RscCapabilities(
      layer3: [.ipv4NoOptions, .ipv6NoExtensions], layer4: [.tcpNoOptions, .udp],
      evtSetRsc: { _, _ in })
    let nic = try VirtualNIC(macAddress: MACAddress(2), mtu: 1_500)
    if let rsc = capabilities.rsc { try nic.adapter.setRscCapabilities(rsc) }
    (nic.receiveCoalescing.window, nic.receiveCoalescing.flowCapacity) = (1_000, 3)
    try nic.start()
    let frame = FrameRecipe(transport: .tcp(), payload: Payload(seed: 1, count: 40)).build()
    let plan = try SegmentationPlan(of: frame, request: SegmentationRequest(segmentSize: 20))
    for (index, segment) in try plan.frames(of: frame).enumerated() {
      nic.receive(segment, at: VirtualTime(nanoseconds: UInt64(5 + index)))
    }
    nic.receive(
      FrameRecipe(transport: .udp(), payload: Payload(seed: 2, count: 9)).build(),
      at: VirtualTime(nanoseconds: 7))
    let file = Fixtures.url("States/nic-version1.hex")
    let text = try String(contentsOf: file, encoding: .utf8)
    let version1 = try octets(text.filter { !$0.isWhitespace })
    let saved = try nic.save()
    XCTAssertEqual(saved, version1, hexadecimal(saved))
    let again = try VirtualNIC(restoring: version1, capabilities: capabilities)
    var counts: [UInt16] = []
    again.onReceive = { _, metadata, _ in counts.append(metadata.rsc.coalescedSegmentCount) }
    again.advance(to: VirtualTime(nanoseconds: 2_000))
    XCTAssertEqual(counts, [2, 0])
    XCTAssertEqual(again.counters.receivedFrames, 3)
  }

  private func hexadecimal(_ octets: [UInt8]) -> String {
    octets.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}
