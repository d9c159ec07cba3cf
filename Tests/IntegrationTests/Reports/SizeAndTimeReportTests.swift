import PacketCapture
import TestSupport
import XCTest

/// Captures from bug reports (`Fixtures/Reports`), each with what is right for it.
final class SizeAndTimeReportTests: XCTestCase {
  private func report(_ name: String) -> String { Fixtures.url("Reports/\(name)").path }

  /// `times-out-of-order`: the second frame was captured 4 microseconds before the first.
  func testTransmitKeepsTimesThatAreOutOfOrder() throws {
    let folder = try TemporaryFolder()
    let path = report("times-out-of-order.pcap")
    let before = try CaptureReader.frames(in: Fixtures.octets("Reports/times-out-of-order.pcap"))
    let times = before.map { $0.timestamp?.nanoseconds }
    XCTAssertEqual(times.count, 3)
    XCTAssertLessThan(try XCTUnwrap(times[1]), try XCTUnwrap(times[0]))
    for name in ["out.pcap", "out.pcapng"] {
      try VnicTool.succeed(["transmit", path, folder.path(name)])
      let after = try folder.frames(name)
      XCTAssertEqual(after.map { $0.timestamp?.nanoseconds }, times, name)
      XCTAssertEqual(after.map(\.octets), before.map(\.octets), name)
    }
    // Delays add to each frame's own time; frames leave the wire in the order of their arrival.
    try VnicTool.succeed(["transmit", path, folder.path("late"), "--delay", "1000000"])
    XCTAssertEqual(
      try folder.frames("late").compactMap { $0.timestamp?.nanoseconds },
      times.compactMap { $0.map { $0 + 1_000_000 } }.sorted())
  }

  /// `udp-mss-over-mtu`: datagrams of 2,000 octets do not fit, and 1,472 would be other datagrams.
  func testAnMSSAboveWhatFitsIsRefusedForUDP() throws {
    let folder = try TemporaryFolder()
    let path = report("udp-mss-over-mtu.pcap")
    let result = try VnicTool.run(
      "segment", path, folder.path("out"), "--mss", "2000", "--mtu", "1500")
    XCTAssertTrue(
      result.errorText.contains(
        "frame 1: datagrams of 2000 octets were asked for, 1472 octets fit the MTU"),
      result.errorText)
    let before = try CaptureReader.frames(in: Fixtures.octets("Reports/udp-mss-over-mtu.pcap"))
    XCTAssertEqual(try folder.frames("out").map(\.octets.count), before.map(\.octets.count))
    // Without an MTU the caller's size is all that counts; with one into which it fits, too.
    for size in [["--mss", "2000"], ["--mss", "2000", "--mtu", "2028"]] {
      try VnicTool.succeed(["segment", path, folder.path("out")] + size)
      XCTAssertEqual(try folder.frames("out").map(\.octets.count), [2_042, 1_242], "\(size)")
    }
  }

  /// `vnet10-csum-start-0`: the checksum would be written over the destination address.
  func testAChecksumInFrontOfTheHeadersIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = report("vnet10-csum-start-0.pcap")
    let result = try VnicTool.run("segment", path, folder.path("out"), "--vnet-hdr", "10")
    XCTAssertTrue(
      result.errorText.contains("frame 1: csum_start is 0; no IP header fits before octet 20"),
      result.errorText)
    let before = try CaptureReader.frames(in: Fixtures.octets("Reports/vnet10-csum-start-0.pcap"))
    XCTAssertEqual(
      try folder.frames("out").map { Array($0.octets) },
      before.map { Array($0.octets.dropFirst(10)) })
  }
}
