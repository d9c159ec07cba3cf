import FrameRecipes
import PacketCapture
import TestSupport
import VirtualNICTesting
import XCTest

/// Frames of mobile networks (`Fixtures/Reports/gtp-u.pcap`): TCP in GTP-U.
final class TunnelReportTests: XCTestCase {
  private let path = Fixtures.url("Reports/gtp-u.pcap").path

  /// The length of the GTP-U header is that of each segment.
  func testGTPUIsSegmented() throws {
    let folder = try TemporaryFolder()
    let frame = try XCTUnwrap(CaptureReader.frames(in: Fixtures.octets("Reports/gtp-u.pcap")).first)
    for mtu in [576, 1_500] {
      try VnicTool.succeed(["segment", path, folder.path("out"), "--mtu", "\(mtu)"])
      let frames = try folder.frames("out").map { Array($0.octets) }
      // 5,000 octets after two IPv4 headers, UDP, GTP-U and TCP: 76 octets.
      XCTAssertEqual(frames.count, (5_000 + mtu - 77) / (mtu - 76))
      XCTAssertEqual(
        segmentationFaults(frames, of: Array(frame.octets), segmentSize: mtu - 76, mtu: mtu), [])
      for frame in frames {
        let length = Int(frame[44]) << 8 | Int(frame[45])
        XCTAssertEqual(length, frame.count - 50)
      }
      XCTAssertEqual(try VnicTool.run("check", folder.path("out")).status, 0)
    }
  }

  func testGTPUIsShown() throws {
    let list = try VnicTool.succeed(["inspect", path]).text
    XCTAssertTrue(list.contains("Ethernet/IPv4/UDP/GTP-U/IPv4/TCP"), list)
    let fields = try VnicTool.succeed(["inspect", path, "--frame", "1"]).text
    for text in ["GTP-U", "message type", "255", "length", "5040", "tunnel endpoint"] {
      XCTAssertTrue(fields.contains(text), fields)
    }
  }

  /// On another port it is one datagram, and without TCP in it, too.
  func testOtherPortsAndMessagesStayWhole() throws {
    let folder = try TemporaryFolder()
    let other = try VnicTool.succeed(
      ["segment", path, folder.path("out"), "--gtp-port", "2153", "--json"], skipsFrames: true)
    XCTAssertEqual(
      try Summary(other.standardOutput).skipped.map(\.reason),
      ["GTP-U above the MTU, a UDP tunnel that is not looked into"])
    var octets = try Fixtures.octets("Reports/gtp-u.pcap")
    let type = 24 + 16 + 43
    XCTAssertEqual(octets[type], 255)
    octets[type] = 254
    let message = try folder.write(octets, "message.pcap")
    let whole = try VnicTool.succeed(
      ["segment", message, folder.path("out"), "--json"], skipsFrames: true)
    XCTAssertEqual(
      try Summary(whole.standardOutput).skipped.map(\.reason),
      ["GTP-U above the MTU, a UDP tunnel that is not looked into"])
  }

  /// A wrong length of GTP-U is a fault of the frame.
  func testCheckFindsAWrongLength() {
    let tunnel = Encapsulation(.gtpU(), tunnelLength: .value(99))
    let recipe = FrameRecipe(
      link: Link(.rawIP), payload: Payload(count: 100), encapsulation: tunnel)
    XCTAssertEqual(
      frameFaults(recipe.build()).map(\.description),
      ["frame 0, octet 44, outer.gtpU.length: expected 140, found 99"])
  }
}
