import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Checksums of frames that are not segmented, and of those that software has segmented.
final class ChecksumTransmitTests: XCTestCase {
  private func nic(
    _ layer3: Layer3Flags?, _ layer4: Layer4Flags = []
  ) throws -> (VirtualNIC, QueueLink) {
    let queue = QueueLink()
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500, link: queue)
    if let layer3 {
      var checksum = TxChecksumCapabilities(layer3: layer3) { _, _ in }
      checksum.layer4 = layer4
      try nic.adapter.setTxChecksumCapabilities(checksum)
    }
    try nic.start()
    return (nic, queue)
  }

  private let everything = TransmitRequest(checksums: [.ipv4Header, .transport])

  /// A frame with complete checksums, and the same frame with partial ones.
  private func frames(_ transport: Transport) -> (complete: [UInt8], partial: [UInt8]) {
    let complete = FrameRecipe(transport: transport, payload: Payload(seed: 5, count: 701))
    var partial = complete
    partial.checksum = .pseudoHeaderWithLength
    partial.network = .ipv4(IPv4Recipe { $0.headerChecksum = .zero })
    return (complete.build(), partial.build())
  }

  func testHardwareAndSoftwareFinishAlike() throws {
    let (hardware, fast) = try nic(.all, [.tcp, .udp])
    let (software, slow) = try nic(nil)
    for transport in [Transport.tcp(), .udp()] {
      let (complete, partial) = frames(transport)
      let first = hardware.transmit(partial, everything)
      let second = software.transmit(partial, everything)
      XCTAssertEqual(first.checksum, .hardware)
      XCTAssertEqual(second.checksum, .software(because: .noHardware))
      XCTAssertEqual([first.segmentation, second.segmentation], [.none, .none])
      XCTAssertEqual([first.outcome, second.outcome], [.sent(frames: 1), .sent(frames: 1)])
      XCTAssertEqual(fast.takeAll().map(\.octets), [complete])
      XCTAssertEqual(slow.takeAll().map(\.octets), [complete])
      let pieces = Pieces(partial, lengths: [3, 20, 15, partial.count - 38])
      let scattered = try ScatteredFrame(
        memory: pieces.memory.octets, buffers: pieces.fragments.span)
      XCTAssertEqual(hardware.transmit(scattered, everything), first)
      XCTAssertEqual(hardware.transmit(scattered, TransmitRequest()).checksum, .none)
      XCTAssertEqual(fast.takeAll().map(\.octets), [complete, partial])
    }
    XCTAssertEqual(hardware.counters.hardwareChecksums, 4)
    XCTAssertEqual(hardware.counters.sentWhole, 6)
    XCTAssertEqual(software.counters.softwareChecksums, [.noHardware: 2])
  }

  /// Without a wish nothing is computed: passthrough.
  func testPassthrough() throws {
    let (nic, queue) = try nic(.all, [.tcp, .udp])
    let (_, partial) = frames(.tcp())
    XCTAssertEqual(nic.transmit(partial).checksum, .none)
    XCTAssertEqual(queue.takeAll().map(\.octets), [partial])
    XCTAssertEqual(nic.counters.hardwareChecksums, 0)
  }

  /// Behaviour 20: what software has segmented goes the way of every packet.
  ///
  /// A NIC that computes TCP checksums gets UDP datagrams with complete checksums.
  func testBehaviour20SoftwareSegmentsPassTheChecksumDecision() throws {
    let (nic, queue) = try nic([.ipv4NoOptions, .ipv6NoExtensions], .tcpNoOptions)
    let payload = Payload(seed: 5, count: 4_000)
    let tcp = nic.transmit(FrameRecipe(payload: payload).build(), segmentSize: 1_000)
    let udp = nic.transmit(
      FrameRecipe(transport: .udp(), payload: payload).build(), segmentSize: 1_000)
    XCTAssertEqual(tcp.segmentation, .software(because: .noHardware))
    XCTAssertEqual(tcp.checksum, .hardware)
    XCTAssertEqual(udp.segmentation, .software(because: .noHardware))
    XCTAssertEqual(udp.checksum, .software(because: .layer4(.udp)))
    let sent = queue.takeAll().map(\.octets)
    XCTAssertEqual(sent.count, 8)
    for frame in sent { XCTAssertEqual(frameFaults(frame), []) }
    XCTAssertEqual(nic.counters.hardwareChecksums, 4)
    XCTAssertEqual(nic.counters.softwareChecksums, [.layer4: 4])
  }

  /// Segmentation implies checksums, even if checksum offload itself is off.
  func testHardwareThatCutsComputesChecksums() throws {
    let queue = QueueLink()
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500, link: queue)
    try nic.adapter.setGsoCapabilities(
      GsoCapabilities(
        layer3: .ipv4NoOptions, layer4: .tcpNoOptions, maximumOffloadSize: 65_536,
        minimumSegmentCount: 2
      ) { _, _ in })
    nic.adapter.setKeyword(.tcpChecksumOffloadIPv4, to: .integer(0))
    try nic.start()
    let frame = FrameRecipe(payload: Payload(seed: 5, count: 4_000), checksum: .value(9)).build()
    XCTAssertEqual(nic.transmit(frame, segmentSize: 1_000).checksum, .hardware)
    for frame in queue.takeAll() { XCTAssertEqual(frameFaults(frame.octets), []) }
  }

  func testKeywordsAndPauseSwitchOff() throws {
    let (nic, _) = try nic(.all, [.tcp, .udp])
    let (_, partial) = frames(.udp())
    nic.adapter.setKeyword(.udpChecksumOffloadIPv4, to: .string("2"))
    try nic.adapter.setOffloadParameters(OffloadParameters())
    let report = nic.transmit(partial, everything)
    XCTAssertEqual(
      report.checksum, .software(because: .notActive(.keyword(.udpChecksumOffloadIPv4))))
    XCTAssertEqual(
      "\(report)", "1 frame, checksums by software: *UDPChecksumOffloadIPv4 disables it")
    nic.adapter.setKeyword(.udpChecksumOffloadIPv4, to: .string("1"))
    try nic.adapter.setOffloadParameters(OffloadParameters())
    XCTAssertEqual(nic.transmit(partial, everything).checksum, .hardware)
    try nic.adapter.pauseOffloadCapabilities()
    XCTAssertEqual(
      nic.transmit(partial, everything).checksum, .software(because: .notActive(.paused)))
  }

  /// A checksum that the frame cannot have drops the frame, and says so.
  func testAFailedChecksumDropsTheFrame() throws {
    let (nic, queue) = try nic(.all, [.tcp, .udp])
    var fragment = frames(.tcp()).partial
    fragment[20] = 0x20
    XCTAssertEqual(nic.transmit(fragment, everything).outcome, .dropped(.refused(.fragment)))
    XCTAssertEqual(queue.count, 0)
    XCTAssertEqual(nic.counters.dropped, 1)
    XCTAssertEqual(
      nic.transmit(fragment, TransmitRequest(checksums: .ipv4Header)).outcome, .sent(frames: 1))
  }

  func testNothingIsAllocatedPerFrame() throws {
    let sink = CountingLink()
    let nic = try VirtualNIC(macAddress: MACAddress(1), mtu: 1_500, link: sink)
    try nic.start()
    let (_, partial) = frames(.tcp())
    let pieces = Pieces(partial, lengths: [3, 20, 15, partial.count - 38])
    func run() throws {
      let scattered = try ScatteredFrame(
        memory: pieces.memory.octets, buffers: pieces.fragments.span)
      nic.transmit(scattered, everything)
      nic.transmit(scattered, TransmitRequest())
      nic.transmit(scattered, TransmitRequest(segmentSize: 100))
      nic.transmit(partial, everything)
      nic.transmit(partial)
    }
    for _ in 0..<3 { try run() }
    guard let count = try allocations(during: { for _ in 0..<10 { try run() } }) else {
      throw XCTSkip("allocations are not counted in this build")
    }
    XCTAssertEqual(sink.count, 13 * 12)
    #if DEBUG
      // Code that is not specialised boxes a value as large as a scattered frame: one each.
      XCTAssertLessThanOrEqual(count, 30)
    #else
      XCTAssertEqual(count, 0)
    #endif
  }
}
