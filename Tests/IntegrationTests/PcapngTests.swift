import Foundation
import PacketCapture
import TestSupport
import XCTest

/// What `vnic segment` copies of pcapng: interfaces, comments, time stamps.
final class PcapngTests: XCTestCase {
  private let large = FrameRecipe(payload: Payload(count: 4_000)).build()
  private let time = CaptureTimestamp(nanoseconds: 1_700_000_000_123_456_789)

  /// A capture of an Ethernet device and one of raw IP.
  private func twoInterfaces() throws -> [UInt8] {
    var writer = PcapngWriter()
    let first = try writer.addInterface(
      CaptureInterface(linkType: .ethernet, resolution: .microseconds, name: "eth0"))
    let second = try writer.addInterface(CaptureInterface(linkType: .raw, name: "tun0"))
    let raw = FrameRecipe(link: Link(.rawIP), payload: Payload(count: 2_000)).build()
    try writer.write(raw, interface: second, at: time, comment: "from the tunnel")
    try writer.write(large, interface: first, at: time)
    return writer.takeOctets()
  }

  func testInterfacesAndCommentsAreKept() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(twoInterfaces(), "in.pcapng")
    try VnicTool.succeed(["segment", input, folder.path("out"), "--comments"])
    let frames = try folder.frames("out")
    XCTAssertEqual(
      frames.map(\.interface.name), ["tun0", "tun0", "eth0", "eth0", "eth0"])
    XCTAssertEqual(frames[0].interface.linkType, .raw)
    XCTAssertEqual(
      frames[0].comments, ["from the tunnel", "segment 1 of 2 of frame 1, octets 0..<1460"])
    XCTAssertEqual(frames[1].comments, ["segment 2 of 2 of frame 1, octets 1460..<2000"])
    XCTAssertEqual(frames[0].timestamp?.nanoseconds, 1_700_000_000_123_456_789)
    XCTAssertEqual(frames[4].timestamp?.nanoseconds, 1_700_000_000_123_456_000)
  }

  /// A pcap file has one resolution: the finest that was described before its first frame.
  func testFinerTimeStampsThanThoseOfTheFirstInterface() throws {
    let fine = Block.interface(options: Block.option(9, [9]) + Block.endOfOptions)
    let small = FrameRecipe(payload: Payload(count: 20)).build()
    let first = Block.frame(small, time: 1_000_001)
    let second = Block.frame(small, interface: 1, time: 1_000_000_002)
    let start = Block.section + Block.interface()
    let rows: [(file: [UInt8], nanoseconds: [Int64], rounded: Int)] = [
      (start + fine + first + second, [1_000_001_000, 1_000_000_002], 0),
      (start + first + fine + second, [1_000_001_000, 1_000_000_000], 1),
    ]
    for row in rows {
      let folder = try TemporaryFolder()
      let input = try folder.write(row.file, "in.pcapng")
      let run = try VnicTool.succeed(["segment", input, folder.path("out.pcap"), "--json"])
      let frames = try folder.frames("out.pcap")
      XCTAssertEqual(frames.map(\.octets), [small, small])
      XCTAssertEqual(frames.map(\.timestamp?.nanoseconds), row.nanoseconds)
      XCTAssertEqual(
        try Summary(run.standardOutput).omissions.filter { $0.what.hasPrefix("fractions") },
        row.rounded == 0
          ? [] : [.init(what: "fractions of a microsecond", count: row.rounded)])
    }
  }

  /// The fields of a pcap file header for time zone and accuracy: copied to pcap, named for pcapng.
  func testTimeZoneAndAccuracy() throws {
    let folder = try TemporaryFolder()
    var file = try pcap([FrameRecipe().build()])
    file.replaceSubrange(8..<16, with: [0xF0, 0xF1, 0xFF, 0xFF, 6, 0, 0, 0])
    let input = try folder.write(file, "in.pcap")
    let same = try VnicTool.succeed(["segment", input, folder.path("out.pcap"), "--json"])
    XCTAssertEqual(try folder.octets("out.pcap"), file)
    XCTAssertEqual(try Summary(same.standardOutput).omissions, [])
    let expected: [Summary.Omission] = [
      .init(what: "time zone", count: 1), .init(what: "accuracy of time stamps", count: 1),
    ]
    let other = try VnicTool.succeed(["segment", input, folder.path("out.pcapng"), "--json"])
    XCTAssertEqual(try Summary(other.standardOutput).omissions, expected)
    XCTAssertEqual(try TransmitRun([input, folder.path("sent")]).omissions, expected)
  }

  func testSeveralLinkTypesDoNotFitIntoPcap() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(twoInterfaces(), "in.pcapng")
    let run = try VnicTool.run("segment", input, folder.path("out.pcap"))
    XCTAssertEqual(run.status, 1)
    XCTAssertEqual(
      run.errorText,
      "vnic: \(folder.path("out.pcap")): frame 2: the frame has link type 1 (ETHERNET), but this "
        + "pcap file holds link type 101 (RAW); write pcapng for several\n")
    XCTAssertEqual(try folder.names, ["in.pcapng"])
  }
}
