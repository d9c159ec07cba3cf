import PacketCapture
import TestSupport
import VirtualNICTesting
import XCTest

/// Captures with virtio-net headers of newer kernels (`Fixtures/Reports`).
final class VirtioHeaderReportTests: XCTestCase {
  private func path(_ name: String) -> String { Fixtures.url("Reports/\(name)").path }

  /// `vnet20`: a header with room for a hash, which is stepped over.
  func testAHeaderWithAHash() throws {
    let folder = try TemporaryFolder()
    try VnicTool.succeed(["segment", path("vnet20.pcap"), folder.path("out"), "--vnet-hdr", "20"])
    let frames = try folder.frames("out").map { Array($0.octets) }
    let record = try XCTUnwrap(
      CaptureReader.frames(in: Fixtures.octets("Reports/vnet20.pcap")).first)
    let superFrame = Array(record.octets.dropFirst(20))
    XCTAssertEqual(frames.count, 2)
    XCTAssertEqual(segmentationFaults(frames, of: superFrame, segmentSize: 1_460), [])
  }

  /// `vnet10-accecn`: TCP with the bit of accurate ECN.
  func testAccurateECNIsNamed() throws {
    let folder = try TemporaryFolder()
    let result = try VnicTool.run(
      "segment", path("vnet10-accecn.pcap"), folder.path("out"), "--vnet-hdr", "10")
    XCTAssertEqual(result.status, 3)
    XCTAssertTrue(
      result.errorText.contains("gso_type 0x11 has the bit of accurate ECN (AccECN)"),
      result.errorText)
  }
}
