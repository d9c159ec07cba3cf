import Foundation
import PacketCapture
import TestSupport
import XCTest

/// What `vnic segment` keeps of pcapng: interfaces, comments, time stamps.
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
