import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Two NICs back to back, and what the receiving one says about checksums.
final class ReceiveTests: XCTestCase {
  private func receiver(checking: Bool) throws -> (VirtualNIC, Box<[ReceivedMetadata]>) {
    let nic = try VirtualNIC(macAddress: MACAddress(2), mtu: 1_500)
    if checking {
      try nic.adapter.setRxChecksumCapabilities(RxChecksumCapabilities { _, _ in })
    }
    let seen = Box<[ReceivedMetadata]>([])
    nic.onReceive = { _, checksums, _ in seen.value.append(checksums) }
    try nic.start()
    return (nic, seen)
  }

  private func evaluation(_ frame: [UInt8], checking: Bool = true) throws -> [UInt8] {
    let (nic, seen) = try receiver(checking: checking)
    nic.receive(frame)
    let checksums = try XCTUnwrap(seen.value.first)
    let inRings = NetPacketChecksum(checksums)
    XCTAssertEqual(inRings.layer3Evaluation.rawValue, checksums.layer3.rawValue)
    XCTAssertEqual(inRings.layer4Evaluation.rawValue, checksums.layer4.rawValue)
    return [checksums.layer3.rawValue, checksums.layer4.rawValue]
  }

  func testBehaviour37Evaluations() throws {
    let good = FrameRecipe(payload: Payload(seed: 1, count: 99))
    var wrong4 = good
    wrong4.checksum = .value(0x1234)
    var wrong3 = good
    wrong3.network = .ipv4(IPv4Recipe { $0.headerChecksum = .wrong })
    let unused = FrameRecipe(transport: .udp(), payload: Payload(count: 9), checksum: .zero)
    let ipv6 = FrameRecipe(network: .ipv6(), transport: .udp(), payload: Payload(count: 9))
    XCTAssertEqual(try evaluation(good.build()), [1, 1])
    XCTAssertEqual(try evaluation(wrong4.build()), [1, 2])
    XCTAssertEqual(try evaluation(wrong3.build()), [2, 1])
    XCTAssertEqual(try evaluation(unused.build()), [1, 0])
    XCTAssertEqual(try evaluation(ipv6.build()), [0, 1])
    XCTAssertEqual(try evaluation([UInt8](repeating: 1, count: 14)), [0, 0])
    XCTAssertEqual(try evaluation(good.build(), checking: false), [0, 0])
    XCTAssertEqual(try evaluation(wrong4.build(), checking: false), [0, 0], "never upgraded")
  }

  func testALoopbackPlug() throws {
    let (nic, seen) = try receiver(checking: true)
    nic.link = LoopbackLink(of: nic)
    nic.transmit(FrameRecipe(payload: Payload(seed: 1, count: 3_000)).build(), segmentSize: 1_000)
    XCTAssertEqual(seen.value.map(\.layer4), [.valid, .valid, .valid])
    XCTAssertEqual(nic.counters.receivedFrames, 3)
    XCTAssertEqual(nic.counters.wireFrames, 3)
  }

  func testNothingIsAllocatedPerReceivedFrame() throws {
    let nic = try VirtualNIC(macAddress: MACAddress(2), mtu: 1_500)
    try nic.adapter.setRxChecksumCapabilities(RxChecksumCapabilities { _, _ in })
    let valid = Box(0)
    nic.onReceive = { _, checksums, _ in if checksums.layer4 == .valid { valid.value += 1 } }
    try nic.start()
    let frame = FrameRecipe(payload: Payload(seed: 1, count: 1_400)).build()
    nic.receive(frame)
    let count = allocations { for _ in 0..<10 { nic.receive(frame) } }
    guard let count else { throw XCTSkip("allocations are not counted in this build") }
    XCTAssertEqual(count, 0)
    XCTAssertEqual(valid.value, 11)
  }

  func testAStoppedNICTakesNothing() throws {
    let (nic, seen) = try receiver(checking: true)
    try nic.stop()
    nic.receive([UInt8](repeating: 1, count: 14))
    XCTAssertEqual(seen.value.count, 0)
    XCTAssertEqual(nic.counters.receivedWhileStopped, 1)
    try nic.start()
    nic.receive([UInt8](repeating: 1, count: 14))
    XCTAssertEqual(nic.counters.receivedFrames, 1)
  }

  /// Sender, lossy wire, receiver: two runs with one seed are the same, octet for octet.
  func testALossyWireBetweenTwoNICs() throws {
    func run(seed: UInt64) throws -> ([[UInt8]], ImpairmentCounters) {
      let (peer, _) = try receiver(checking: true)
      let frames = Box<[[UInt8]]>([])
      peer.onReceive = { frame, _, _ in
        frames.value.append(unsafe frame.withUnsafeBytes { unsafe [UInt8]($0) })
      }
      let faults = try Impairments {
        $0.lossRate = 0.1
        $0.corruptionRate = 0.1
        $0.delay = 1_000
      }
      let wire = ImpairedLink(faults, seed: seed, next: NICLink(to: peer))
      let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500, link: wire)
      try nic.start()
      let frame = FrameRecipe(payload: Payload(seed: 3, count: 60_000)).build()
      for index in 0..<20 {
        nic.transmit(frame, segmentSize: 1_448, at: VirtualTime(nanoseconds: UInt64(index) * 100))
      }
      wire.advance(to: VirtualTime(nanoseconds: 1_000_000))
      XCTAssertEqual(peer.counters.receivedFrames, wire.counters.delivered)
      return (frames.value, wire.counters)
    }
    let (first, counters) = try run(seed: 5)
    let (again, _) = try run(seed: 5)
    let (other, _) = try run(seed: 6)
    XCTAssertEqual(first, again)
    XCTAssertNotEqual(first, other)
    XCTAssertEqual(counters.sent, 20 * 42)
    XCTAssertGreaterThan(counters.lost, 0)
    XCTAssertEqual(
      first.filter { !frameFaults($0).isEmpty }.isEmpty, counters.corrupted == 0)
  }
}
