import FrameRecipes
import PacketCapture
import TestSupport
import XCTest

/// `negotiated-mss`: the server's SYN announces 947 octets, and the client sends a frame of 3,000.
final class AnnouncedSizeReportTests: XCTestCase {
  private let path = Fixtures.url("Reports/negotiated-mss.pcap").path
  private let headers = 54

  private func lengths(_ arguments: String...) throws -> [Int] {
    let folder = try TemporaryFolder()
    try VnicTool.succeed(["segment", path, folder.path("out")] + arguments)
    return try folder.frames("out").dropFirst().map { $0.octets.count - headers }
  }

  func testSegmentsKeepToTheAnnouncedSize() throws {
    XCTAssertEqual(try lengths(), [947, 947, 947, 159])
    // Jumbo frames or no room at all: the smaller of the two counts.
    XCTAssertEqual(try lengths("--mtu", "9000"), [947, 947, 947, 159])
    XCTAssertEqual(try lengths("--mtu", "576"), [536, 536, 536, 536, 536, 320])
    // What the command line states wins.
    XCTAssertEqual(try lengths("--mss", "1000"), [1_000, 1_000, 1_000])
    XCTAssertEqual(try lengths("--ignore-announced-mss"), [1_460, 1_460, 80])
  }

  func testTheToolSaysWhy() throws {
    let folder = try TemporaryFolder()
    let summary = try VnicTool.run("segment", path, folder.path("out"), "--mtu", "9000")
    XCTAssertEqual(summary.status, 0)
    XCTAssertTrue(
      summary.errorText.contains(
        "TCP: 1 frame segmented to the MSS that the receiver announced, which is less than fits"),
      summary.errorText)
    for list in [["inspect", path], ["inspect", path, "--frame", "2"]] {
      let text = try VnicTool.succeed(list).text
      XCTAssertTrue(text.contains("4 segments of 947 (its receiver announced MSS 947)"), text)
    }
  }

  func testTransmitSendsTheSameFrames() throws {
    let folder = try TemporaryFolder()
    try VnicTool.succeed(["segment", path, folder.path("segment"), "--mtu", "9000"])
    try VnicTool.succeed(["transmit", path, folder.path("transmit"), "--mtu", "9000"])
    XCTAssertEqual(
      try folder.frames("segment").map(\.octets), try folder.frames("transmit").map(\.octets))
  }

  /// tshark reads the same size from the handshake.
  func testTsharkReadsTheSameSize() throws {
    guard let tshark = findTool("tshark") else { throw XCTSkip("tshark is not installed") }
    let result = try runTool(
      tshark, ["-r", path, "-T", "fields", "-e", "tcp.options.mss_val", "-Y", "tcp.flags.syn == 1"])
    XCTAssertEqual(result.text, "947\n")
  }
}
