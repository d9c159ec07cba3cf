import FrameRecipes
import NetAdapterCore
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// What a suite of somebody else looks like: a NIC as the device under test, public declarations only.
final class ClientTests: XCTestCase {
  private let wire = QueueLink()
  private let told = OffloadRecorder()

  private func started(_ address: UInt64 = 0x02_00_00_00_00_01) throws -> VirtualNIC {
    let nic = try VirtualNIC(macAddress: MACAddress(address), mtu: 65_575, link: wire)
    try told.declareAll(on: nic.adapter)
    try nic.start()
    return nic
  }

  func testRandomFrames() throws {
    let nic = try started()
    let failure = forAllFrames(seed: 7, count: 500) { recipe, segmentSize in
      let superFrame = try recipe.octets
      nic.transmit(superFrame, segmentSize: segmentSize)
      let sent = wire.takeAll().map(\.octets)
      return segmentationFaults(sent, of: superFrame, segmentSize: segmentSize)
    }
    XCTAssertNil(failure, failure?.description ?? "")
  }

  func testGoldenFrames() throws {
    try started().transmit(FrameRecipe(payload: .counting(5_000)).octets, segmentSize: 1_448)
    let sent = wire.takeAll().map(\.octets)
    let file = #filePath + ".pcap"
    XCTAssertEqual(try goldenFaults(sent, file: file, renew: true), [])
    XCTAssertEqual(try goldenFaults(sent, file: file), [])
    XCTAssertEqual(try goldenFaults(sent.dropLast(), file: file).map(\.field), ["frames"])
  }

  func testACableWithLoss() throws {
    let (left, right) = try (started(), started(0x02_00_00_00_00_02))
    let cable = Cable(
      left, right, impairments: try Impairments { $0.lossRate = 0.2 }, seed: 3)
    var arrived = 0
    right.onReceive = { _, _, _ in arrived += 1 }
    left.transmit(try FrameRecipe(payload: .counting(64_000)).octets, segmentSize: 640)
    XCTAssertTrue(cable.run { arrived == 100 - cable.leftToRight.counters.lost && arrived > 0 })
    XCTAssertGreaterThan(cable.leftToRight.counters.lost, 0)
    XCTAssertEqual(Set(told.changes.map(\.callback)), [.gso, .txChecksum, .rxChecksum])
  }

  func testOurTestsWouldNotice() throws {
    for bug in KnownBug.allCases {
      let frame = try bug.example.octets
      let sent = try FaultyCard(bug).segments(of: frame, segmentSize: 1_000)
      XCTAssertNotEqual(segmentationFaults(sent, of: frame, segmentSize: 1_000), [], bug.name)
    }
  }
}
