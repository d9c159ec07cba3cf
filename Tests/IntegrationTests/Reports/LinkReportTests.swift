import PacketCapture
import TestSupport
import VirtualNICTesting
import XCTest

/// Frames of provider networks (`Fixtures/Reports`): IP after MPLS labels, in PPPoE, in PPP.
final class LinkReportTests: XCTestCase {
  private func path(_ name: String) -> String { Fixtures.url("Reports/\(name)").path }

  private func check(_ name: String, layers: String, linkHeaderLength: Int) throws {
    let folder = try TemporaryFolder()
    let frame = try XCTUnwrap(CaptureReader.frames(in: Fixtures.octets("Reports/\(name)")).first)
    let list = try VnicTool.succeed(["inspect", path(name), "--mtu", "576"])
    XCTAssertTrue(list.text.contains(" \(layers) "), list.text)
    for mtu in [576, 1_500] {
      try VnicTool.succeed(["segment", path(name), folder.path("out"), "--mtu", "\(mtu)"])
      let frames = try folder.frames("out").map { Array($0.octets) }
      // 1,500 octets of payload behind 40 of headers.
      XCTAssertEqual(frames.map { $0.count - linkHeaderLength - 40 }.reduce(0, +), 1_500)
      XCTAssertEqual(frames.count, mtu == 576 ? 3 : 2)
      XCTAssertEqual(
        segmentationFaults(frames, of: Array(frame.octets), segmentSize: mtu - 40, mtu: mtu), [])
    }
    XCTAssertEqual(try VnicTool.run("check", folder.path("out")).status, 0)
  }

  func testMPLS() throws {
    try check("mpls.pcap", layers: "Ethernet/MPLS/IPv4/TCP", linkHeaderLength: 18)
  }

  /// The length of the PPPoE header is that of each segment.
  func testPPPoE() throws {
    try check("pppoe.pcap", layers: "Ethernet/PPPoE/IPv4/TCP", linkHeaderLength: 22)
  }

  /// The second frame of `mixed-link-types` is PPP.
  func testPPP() throws {
    let list = try VnicTool.succeed(["inspect", path("mixed-link-types.pcapng")])
    XCTAssertTrue(list.text.contains("PPP/IPv4/TCP         frame 144, packet 140"), list.text)
  }

  func testFieldsAreShown() throws {
    let mpls = try VnicTool.succeed(["inspect", path("mpls.pcap"), "--frame", "1"]).text
    let session = try VnicTool.succeed(["inspect", path("pppoe.pcap"), "--frame", "1"]).text
    for text in ["MPLS label", "label", "time to live"] { XCTAssertTrue(mpls.contains(text), mpls) }
    for text in ["PPPoE", "session", "1542"] { XCTAssertTrue(session.contains(text), session) }
  }
}
