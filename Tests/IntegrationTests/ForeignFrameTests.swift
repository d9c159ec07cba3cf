import Foundation
import PacketCapture
import TestSupport
import XCTest

/// Frames of links that hold no IP packets as far as `vnic` knows.
final class ForeignFrameTests: XCTestCase {
  func testReportsPassUnmodified() throws {
    let rows: [(file: String, type: Summary.Foreign, line: String)] = [
      (
        "radiotap.pcap",
        .init(link_type: 127, name: "IEEE802_11_RADIOTAP", first_frame: 1, count: 1),
        "     1    0.000000000  link type 127 (IEEE802_11_RADIOTAP) frame 40: foreign, "
          + "stays unmodified"
      )
    ]
    for row in rows {
      let folder = try TemporaryFolder()
      let input = try folder.write(Fixtures.octets("Reports/\(row.file)"), row.file)
      let run = try VnicTool.succeed(["segment", input, folder.path("out"), "--json", "--strict"])
      XCTAssertEqual(try folder.octets("out"), try folder.octets(row.file), row.file)
      XCTAssertEqual(try Summary(run.standardOutput).foreign, [row.type], row.file)
      XCTAssertTrue(
        run.errorText.contains(
          "  foreign: 1 frame of link type \(row.type.link_type) (\(row.type.name ?? "")), "
            + "unmodified, first frame \(row.type.first_frame)\n"), run.errorText)
      let list = try VnicTool.succeed(["inspect", input])
      XCTAssertEqual(list.text.split(separator: "\n").last.map(String.init), row.line)
      let number = "\(row.type.first_frame)"
      let detail = try VnicTool.succeed(["inspect", input, "--frame", number])
      XCTAssertTrue(detail.text.hasPrefix(row.line), detail.text)
    }
  }

  /// Foreign frames stay where they are among frames that are segmented, of any length.
  func testAmongLargeFrames() throws {
    let large = FrameRecipe(payload: Payload(count: 4_000)).build()
    let foreign = [UInt8](repeating: 7, count: 3_000)
    let file =
      Block.section + Block.interface(147) + Block.interface() + Block.frame(foreign)
      + Block.frame(large, interface: 1) + Block.frame(foreign)
    let folder = try TemporaryFolder()
    let input = try folder.write(file, "in")
    let run = try VnicTool.succeed(["segment", input, folder.path("out"), "--json"])
    XCTAssertEqual(try Summary(run.standardOutput).foreign.map(\.count), [2])
    let frames = try folder.frames("out")
    XCTAssertEqual(frames.map(\.interface.linkType.rawValue), [147, 1, 1, 1, 147])
    XCTAssertEqual(frames.first?.octets, foreign)
    XCTAssertEqual(frames.last?.octets, foreign)
  }

  /// A virtio-net header is looked for only where a frame can be what it describes.
  func testBesideFramesWithVirtioNetHeaders() throws {
    let frame = FrameRecipe().build()
    let described = [UInt8](repeating: 0, count: 10) + frame
    let file =
      Block.section + Block.interface(147) + Block.interface() + Block.frame([1, 2, 3])
      + Block.frame(described, interface: 1)
    let folder = try TemporaryFolder()
    let input = try folder.write(file, "in")
    try VnicTool.succeed(["segment", input, folder.path("out"), "--vnet-hdr", "10"])
    XCTAssertEqual(try folder.frames("out").map(\.octets), [[1, 2, 3], frame])
  }
}
