import FrameRecipes
import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import WireFormats
import XCTest

/// What disabled an offload, as the report of a frame says it.
final class InactiveCauseTests: XCTestCase {
  private func nic(
    _ keywords: [Keyword: KeywordStore.Value] = [:], quirks: Quirks = []
  ) throws -> VirtualNIC {
    let nic = try VirtualNIC(
      macAddress: MACAddress(1), mtu: 1_500, quirks: quirks, keywords: KeywordStore(keywords))
    try nic.adapter.setGsoCapabilities(
      GsoCapabilities(
        layer3: .all, layer4: .all, maximumOffloadSize: 65_536, minimumSegmentCount: 2
      ) { _, _ in })
    var checksum = TxChecksumCapabilities(layer3: .all) { _, _ in }
    checksum.layer4 = .all
    try nic.adapter.setTxChecksumCapabilities(checksum)
    return nic
  }

  private func cause(
    _ nic: VirtualNIC, _ network: FrameRecipe.Network, _ transport: FrameRecipe.Transport
  ) -> String {
    let frame = FrameRecipe(
      network: network, transport: transport, payload: .random(seed: 1, count: 2_000))
    return "\(nic.transmit(frame.build(), segmentSize: 1_000).segmentation)"
  }

  private func checksum(
    _ nic: VirtualNIC, _ network: FrameRecipe.Network, _ transport: FrameRecipe.Transport
  ) -> String {
    let frame = FrameRecipe(
      network: network, transport: transport, payload: .random(seed: 1, count: 100),
      checksum: .pseudoHeader)
    let request = TransmitRequest(checksums: [.ipv4Header, .transport])
    return "\(nic.transmit(frame.build(), request).checksum)"
  }

  func testEachKeyword() throws {
    let rows: [(Keyword, FrameRecipe.Network, FrameRecipe.Transport, UInt)] = [
      (.lsoV1IPv4, .ipv4(), .tcp(), #line), (.lsoV2IPv4, .ipv4(), .tcp(), #line),
      (.lsoV2IPv6, .ipv6(), .tcp(), #line), (.usoIPv4, .ipv4(), .udp(), #line),
      (.usoIPv6, .ipv6(), .udp(), #line),
    ]
    for (keyword, network, transport, line) in rows {
      for quirks in [Quirks(), .release21H2] {
        let all: [Keyword: KeywordStore.Value] = [
          .lsoV2IPv6: .string("1"), .usoIPv6: .string("1"),
        ]
        let nic = try nic(all.merging([keyword: .string("0")]) { $1 }, quirks: quirks)
        try nic.start()
        XCTAssertEqual(
          cause(nic, network, transport), "software: \(keyword.rawValue) is 0", line: line)
      }
    }
    let checksums: [(Keyword, FrameRecipe.Network, FrameRecipe.Transport, UInt)] = [
      (.ipChecksumOffloadIPv4, .ipv4(), .tcp(), #line),
      (.tcpChecksumOffloadIPv4, .ipv4(), .tcp(), #line),
      (.tcpChecksumOffloadIPv6, .ipv6(), .tcp(), #line),
      (.udpChecksumOffloadIPv4, .ipv4(), .udp(), #line),
      (.udpChecksumOffloadIPv6, .ipv6(), .udp(), #line),
    ]
    for (keyword, network, transport, line) in checksums {
      for quirks in [Quirks(), .release21H2] {
        let nic = try nic([keyword: .string("2")], quirks: quirks)
        try nic.start()
        XCTAssertEqual(
          checksum(nic, network, transport), "software: \(keyword.rawValue) disables it",
          line: line)
      }
    }
  }

  /// The request is the cause until the next start, and then the keyword that it wrote.
  func testARequestAndThenItsKeyword() throws {
    let nic = try nic()
    try nic.start()
    var request = OffloadParameters()
    (request.usoIPv6, request.tcpIPv6Checksum) = (.disabled, .rxEnabled)
    try nic.adapter.setOffloadParameters(request)
    XCTAssertEqual(
      cause(nic, .ipv6(), .udp()), "software: a request set UdpSegmentation.IPv6")
    XCTAssertEqual(
      checksum(nic, .ipv6(), .tcp()), "software: a request set TCPIPv6Checksum")
    XCTAssertEqual(nic.adapter.requestedOffloads, request)
    try nic.stop()
    try nic.start()
    XCTAssertEqual(cause(nic, .ipv6(), .udp()), "software: *UsoIPv6 is 0")
    XCTAssertEqual(
      checksum(nic, .ipv6(), .tcp()), "software: *TCPChecksumOffloadIPv6 disables it")
    // A keyword from before the request is the cause, also if the request asks for the same.
    (request.usoIPv6, request.usoIPv4) = (.noChange, .disabled)
    request.skipsRegistryUpdate = true
    try nic.adapter.setOffloadParameters(request)
    XCTAssertEqual(cause(nic, .ipv6(), .udp()), "software: *UsoIPv6 is 0")
    XCTAssertEqual(
      cause(nic, .ipv4(), .udp()), "software: a request set UdpSegmentation.IPv4")
  }

  func testPauseAndAbsentKeywords() throws {
    let nic = try nic()
    try nic.start()
    try nic.adapter.pauseOffloadCapabilities()
    XCTAssertEqual(cause(nic, .ipv4(), .tcp()), "software: offloads are paused")
    XCTAssertEqual(checksum(nic, .ipv4(), .udp()), "software: offloads are paused")
    let quirky = try self.nic(quirks: .release21H2)
    try quirky.start()
    XCTAssertEqual(
      cause(quirky, .ipv6(), .udp()), "software: none of its keywords is present")
    XCTAssertEqual(
      checksum(quirky, .ipv6(), .udp()), "software: none of its keywords is present")
  }
}
