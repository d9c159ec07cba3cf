import FrameRecipes
import PacketCapture
import TestSupport
import VirtualNICTesting
import XCTest

/// A frame of BIG TCP with a jumbo payload option (`Fixtures/Reports/bigtcp-jumbo-option.pcap`).
final class JumboReportTests: XCTestCase {
  private let path = Fixtures.url("Reports/bigtcp-jumbo-option.pcap").path

  private var frame: [UInt8] {
    get throws {
      let frames = try CaptureReader.frames(in: Fixtures.octets("Reports/bigtcp-jumbo-option.pcap"))
      return try Array(XCTUnwrap(frames.first).octets)
    }
  }

  /// Segments carry TCP directly after the IPv6 header, and as much of it as fits without the
  /// option.
  func testItIsSegmentedWithoutTheOption() throws {
    let folder = try TemporaryFolder()
    for command in ["segment", "transmit"] {
      try VnicTool.succeed([command, path, folder.path(command), "--mtu", "1500"])
      let frames = try folder.frames(command).map { Array($0.octets) }
      XCTAssertEqual(frames.count, 46, command)
      XCTAssertEqual(frames.first?.count, 1_514, command)
      XCTAssertEqual(Set(frames.map { $0[20] }), [6], command)
      XCTAssertEqual(frames.map { $0.count - 74 }.reduce(0, +), 65_508, command)
      XCTAssertEqual(
        segmentationFaults(frames, of: try frame, segmentSize: 1_440, mtu: 1_500), [], command)
      XCTAssertEqual(try VnicTool.run("check", folder.path(command)).status, 0, command)
    }
  }

  func testItIsInspected() throws {
    let list = try VnicTool.succeed(["inspect", path]).text
    XCTAssertTrue(
      list.contains("packet 65576, payload 65508, MSS 1440: 46 segments of 1440"), list)
  }

  /// Captured in part, it becomes the headers of the same segments.
  func testItsHeadersAreEnough() throws {
    let folder = try TemporaryFolder()
    var octets = try Fixtures.octets("Reports/bigtcp-jumbo-option.pcap")
    let captured = 200
    octets[32] = UInt8(captured)
    octets[33] = 0
    (octets[34], octets[35]) = (0, 0)
    let input = try folder.write(Array(octets[..<(40 + captured)]), "part.pcap")
    try VnicTool.succeed(["segment", input, folder.path("part")])
    try VnicTool.succeed(["segment", path, folder.path("whole")])
    let (part, whole) = (try folder.frames("part"), try folder.frames("whole"))
    XCTAssertEqual(part.map(\.originalLength), whole.map(\.originalLength))
    for (mine, other) in zip(part, whole) {
      // The checksum of TCP, at octet 70, is partial.
      XCTAssertEqual(mine.octets[..<70], other.octets[..<70])
    }
  }
}
