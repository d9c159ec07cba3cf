import Foundation
import PacketCapture
import TestSupport
import XCTest

/// What `vnic inspect` prints.
final class InspectTests: XCTestCase {
  private func input(_ folder: TemporaryFolder) throws -> String {
    let frames: [FrameRecipe] = [
      FrameRecipe(payload: Payload(count: 4_000), checksum: .pseudoHeaderWithLength),
      FrameRecipe(network: .ipv6(), transport: .udp(), payload: Payload(count: 100)),
      FrameRecipe(
        network: .ipv4(IPv4Recipe { $0.moreFragments = true }), payload: Payload(count: 3_000)),
      FrameRecipe(payload: Payload(count: 10), encapsulation: Encapsulation(.vxlan())),
    ]
    return try folder.write(pcap(frames.map { $0.build() }), "in.pcap")
  }

  func testList() throws {
    let folder = try TemporaryFolder()
    let run = try VnicTool.succeed(["inspect", input(folder)], skipsFrames: true)
    let lines = run.text.split(separator: "\n")
    XCTAssertEqual(lines.count, 4)
    XCTAssertEqual(
      lines[0],
      "     1    0.000000000  Ethernet/IPv4/TCP    frame 4054, packet 4040, payload 4000, "
        + "MSS 1460: 3 segments of 1460")
    XCTAssertTrue(lines[1].hasSuffix("packet 148, payload 100: fits"), "\(lines[1])")
    XCTAssertTrue(
      lines[2].hasSuffix(
        "skipped: the packet is an IP fragment "
          + "(--refragment fragments it again, as a router does)"), "\(lines[2])")
    XCTAssertTrue(lines[3].contains("  Ethernet/IPv4/UDP/VXLAN/Ethernet/IPv4/TCP "), "\(lines[3])")
  }

  func testListAsJSON() throws {
    let folder = try TemporaryFolder()
    let run = try VnicTool.succeed(
      ["inspect", input(folder), "--json", "--mtu", "576"], skipsFrames: true)
    let json = try JSONSerialization.jsonObject(with: Data(run.standardOutput))
    let frames = try XCTUnwrap((json as? [String: Any])?["frames"] as? [[String: Any]])
    XCTAssertEqual(frames.map { $0["decision"] as? String }, ["segment", "fits", "skip", "fits"])
    XCTAssertEqual(frames[0]["segments"] as? Int, 8)
    XCTAssertEqual(frames[0]["tcp_mss"] as? Int, 536)
    XCTAssertEqual(frames[0]["payload_length"] as? Int, 4_000)
  }

  func testOneFrame() throws {
    let folder = try TemporaryFolder()
    let run = try VnicTool.succeed(["inspect", input(folder), "--frame", "1"])
    for line in [
      "      14      20  IPv4", "      16       2    total length             4040",
      "      34      20  TCP", "      54    4000  payload",
      "       2  2920..<4000           1134    4662         -   270547880  ACK",
    ] {
      XCTAssertTrue(run.text.contains(line + "\n"), "\(line) in\n\(run.text)")
    }
    XCTAssertTrue(run.text.contains("(partial: the sum of the pseudo header)"), run.text)
    let json = try VnicTool.succeed(["inspect", input(folder), "--frame", "1", "--json"])
    let object = try JSONSerialization.jsonObject(with: Data(json.standardOutput))
    let detail = try XCTUnwrap(object as? [String: Any])
    XCTAssertEqual((detail["plan"] as? [Any])?.count, 3)
    XCTAssertEqual((detail["frame"] as? [String: Any])?["decision"] as? String, "segment")
  }

  func testMissingFrame() throws {
    let folder = try TemporaryFolder()
    let path = try input(folder)
    let run = try VnicTool.run("inspect", path, "--frame", "9")
    XCTAssertEqual(run.status, 1)
    XCTAssertEqual(run.errorText, "vnic: \(path): there is no frame 9, only 4\n")
  }

  func testTunnelFields() throws {
    let folder = try TemporaryFolder()
    let run = try VnicTool.succeed(["inspect", input(folder), "--frame", "4"])
    let titles = run.text.split(separator: "\n").compactMap { line -> Substring? in
      let title = line.dropFirst(18)
      return line.hasPrefix("    ") && !title.hasPrefix("  ") && !title.isEmpty ? title : nil
    }
    XCTAssertEqual(
      titles.suffix(8),
      ["Ethernet", "IPv4", "UDP", "VXLAN", "Ethernet", "IPv4", "TCP", "payload"])
  }
}
