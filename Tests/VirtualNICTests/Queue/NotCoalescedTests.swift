import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Behaviours 38 and 39 as far as they go: the place of coalescing is there, and nothing coalesces
/// yet.
///
/// The driver is told that RSC is active, packets carry the counts, and a receiver that finds 0 in
/// them has ordinary packets before it, as Microsoft's page on RSC says.
final class NotCoalescedTests: XCTestCase {
  private func receive(
    _ layer4: Layer4Flags, _ frames: [[UInt8]]
  ) throws -> (told: [Bool], packets: [[UInt8]], counts: [UInt16]) {
    let told = Box<[Bool]>([])
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500)
    var rsc = RscCapabilities(layer3: [.ipv4NoOptions, .ipv6NoExtensions], layer4: layer4) {
      _, offload in
      told.value = [
        offload.isTcpRscIPv4Enabled, offload.isTcpRscIPv6Enabled, offload.isUdpRscEnabled,
      ]
    }
    rsc.tcpTimestampOption = layer4.contains(.tcpNoOptions)
    try nic.adapter.setRscCapabilities(rsc)
    try nic.start()
    let queue = try nic.makeReceiveQueue(isVerified: true)
    for frame in frames { nic.receive(frame) }
    var packets: [[UInt8]] = []
    var counts: [UInt16] = []
    try queue.advance { packet in
      packets.append(packet.array())
      counts.append(packet.rsc.coalescedSegmentCount)
    }
    XCTAssertTrue(
      nic.adapter.registeredExtensions.contains(layer4.contains(.udp) ? .rscWithUdp : .rsc))
    return (told.value, packets, counts)
  }

  func testBehaviour38ContiguousSegmentsArriveAsTheyWereSent() throws {
    let sender = FrameRecipe(payload: Payload(seed: 1, count: 5_000))
    let segments = referenceSegments(of: sender, segmentSize: 1_000)
    let (told, packets, counts) = try receive(.tcpNoOptions, segments)
    XCTAssertEqual(told, [true, true, false])
    XCTAssertEqual(packets, segments)
    XCTAssertEqual(counts, [0, 0, 0, 0, 0])
  }

  func testBehaviour39EqualDatagramsArriveAsTheyWereSent() throws {
    let sender = FrameRecipe(transport: .udp(), payload: Payload(seed: 1, count: 4_500))
    let datagrams = referenceSegments(of: sender, segmentSize: 1_000)
    let (told, packets, counts) = try receive(.udp, datagrams)
    XCTAssertEqual(told, [false, false, true])
    XCTAssertEqual(packets, datagrams)
    XCTAssertEqual(counts, [0, 0, 0, 0, 0])
  }
}
