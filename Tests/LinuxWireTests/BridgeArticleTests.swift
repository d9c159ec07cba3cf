import Foundation
import LinuxWire
import NetAdapterCore
import VirtualNIC
import WireFormats
import XCTest

/// What the articles of LinuxWire show works, and what they list is there.
final class BridgeArticleTests: XCTestCase {
  private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Sources/LinuxWire")

  /// The function of "Attaching an emulator".
  private func makeSide(_ end: any WireEnd, _ address: UInt64) throws -> WireSide {
    let nic = try VirtualNIC(macAddress: MACAddress(address), mtu: 1_500)
    let gso = GsoCapabilities(
      layer3: .all, layer4: .all, maximumOffloadSize: 65_536, minimumSegmentCount: 2
    ) { _, offload in _ = offload.isLsoIPv4Enabled }
    try nic.adapter.setGsoCapabilities(gso)
    try nic.start()
    return WireSide(end, nic)
  }

  func testTheBridgeOfTheArticle() throws {
    let (left, right) = (ScriptedEnd(), ScriptedEnd())
    let bridge = try WireBridge(
      makeSide(left, 0x02_00_00_00_00_01), makeSide(right, 0x02_00_00_00_00_02))
    left.outbox = [ScriptedEnd.Frame(octets: [UInt8](repeating: 2, count: 60))]
    XCTAssertEqual(try bridge.process(at: .start), 1)
    XCTAssertEqual(right.takeInbox().map(\.octets.count), [60])
    var request = OffloadParameters()
    (request.lsoV1, request.lsoV2IPv4) = (.disabled, .disabled)
    try bridge.left.nic.adapter.setOffloadParameters(request)
    try bridge.left.update()
    XCTAssertFalse(left.offloads.contains(.tcpv4))
    XCTAssertTrue(left.offloads.contains(.tcpv6))
    bridge.close()
  }

  func testTopicsNameEveryPublicType() throws {
    let module = folder.appendingPathComponent("LinuxWire.docc/LinuxWire.md")
    guard let topics = try? String(contentsOf: module, encoding: .utf8) else {
      throw XCTSkip("no sources at \(folder.path)")
    }
    let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    var count = 0
    for case let file as URL in found ?? .init() where file.pathExtension == "swift" {
      let code = try String(contentsOf: file, encoding: .utf8)
      for type in code.matches(
        of: /(?m)^public (?:final )?(?:struct|class|enum|protocol) (\w+)/)
      {
        count += 1
        XCTAssertTrue(topics.contains("``\(type.output.1)``"), "\(type.output.1)")
      }
    }
    XCTAssertGreaterThan(count, 15)
  }
}
