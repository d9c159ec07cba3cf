import PacketCapture
import TestSupport
import VirtualNICTesting
import XCTest

/// Captures from bug reports about `--fragment-udp` (`Fixtures/Reports`).
final class FragmentReportTests: XCTestCase {
  /// Fragments a report, and returns its frame, the fragments, and the reassembled frame.
  private func fragment(
    _ name: String, _ options: [String] = []
  ) throws -> (before: [UInt8], fragments: [[UInt8]], after: [UInt8]) {
    let folder = try TemporaryFolder()
    let path = Fixtures.url("Reports/\(name)").path
    try VnicTool.succeed(["segment", path, folder.path("out"), "--fragment-udp"] + options)
    let before = try CaptureReader.frames(in: Fixtures.octets("Reports/\(name)"))
    XCTAssertEqual(before.count, 1, name)
    let frames = try folder.frames("out").map { Array($0.octets) }
    XCTAssertGreaterThan(frames.count, 1, name)
    for frame in frames { XCTAssertLessThanOrEqual(frame.count, 14 + 1_500, name) }
    return (Array(before[0].octets), frames, try XCTUnwrap(reassemble(frames), name))
  }

  /// A checksum of 0 means none: fragments copy it.
  func testAChecksumOf0Stays0() throws {
    for rules in ["linux", "ndis"] {
      let result = try fragment("fragment-udp-checksum-0.pcap", ["--rules", rules])
      XCTAssertEqual(Array(result.after[40..<42]), [0, 0], rules)
      XCTAssertEqual(result.after, result.before, rules)
    }
  }

  /// The tunnel's own packet is fragmented; the inner checksum was partial and is completed.
  func testInATunnelTheOuterPacketIsFragmented() throws {
    let result = try fragment("fragment-udp-in-vxlan.pcap")
    var expected = result.before
    XCTAssertEqual(Array(expected[90..<92]), [0x5A, 0x60], "the sum of the pseudo header")
    expected.replaceSubrange(90..<92, with: [0x9D, 0x8A])
    XCTAssertEqual(result.after, expected)
    // Every fragment is one of the outer UDP datagram; none looks like a tunnel but the first.
    XCTAssertEqual(result.fragments.map { $0[23] }, [17, 17])
    XCTAssertEqual(result.fragments.map { $0[20] & 0x20 != 0 }, [true, false])
  }

  /// UDP options (RFC 9868) come after the datagram; the whole packet is fragmented.
  func testOptionsStayWithTheirDatagram() throws {
    let result = try fragment("udp-options-large.pcap")
    XCTAssertEqual(result.after, result.before)
  }
}
