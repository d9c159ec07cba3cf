import FrameRecipes
import PacketCapture
import TestSupport
import VirtualNICTesting
import XCTest

/// Super-frames of which a snap length left the first octets.
final class PartlyCapturedTests: XCTestCase {
  /// A capture of the first `count` octets of a frame.
  private func capture(_ frame: [UInt8], first count: Int, _ folder: TemporaryFolder) throws
    -> String
  {
    try folder.write(
      Block.section + Block.interface(snapLength: count)
        + Block.frame(Array(frame.prefix(count)), original: frame.count), "part.pcapng")
  }

  private let recipes: [(name: String, recipe: FrameRecipe)] = [
    ("tcp4", FrameRecipe(payload: .counting(64_000))),
    (
      "tcp6, tags, time stamps",
      FrameRecipe(
        link: .ethernet(vlans: [5, 6]), network: .ipv6(),
        transport: .tcp(
          flags: [.ack, .psh], options: [.noOperation, .noOperation, .timestamps(1, 2)]),
        payload: .counting(30_000))
    ),
    ("vxlan", FrameRecipe(payload: .counting(20_000), encapsulation: .init(.vxlan()))),
    ("udp", FrameRecipe(transport: .udp(), payload: .counting(10_000))),
  ]

  /// The headers are those that the whole frame gives, but for checksums over the payload; lengths
  /// on the wire add up, and the payload is what was captured.
  func testHeadersAreThoseOfTheWholeFrame() throws {
    for (name, recipe) in recipes {
      let frame = try recipe.octets
      let headers = recipe.layout.payloadOffset
      for count in [headers, headers + 10, headers + 3_000] {
        let folder = try TemporaryFolder()
        let options = recipe.transport.isTCP ? ["--mtu", "1500"] : ["--mss", "1000"]
        let whole = try folder.write(pcap([frame]), "whole.pcap")
        try VnicTool.succeed(["segment", whole, folder.path("expected")] + options)
        let part = try capture(frame, first: count, folder)
        let run = try VnicTool.succeed(["segment", part, folder.path("out"), "--json"] + options)
        let expected = try folder.frames("expected")
        let frames = try folder.frames("out")
        let label = "\(name), \(count) octets"
        XCTAssertEqual(frames.count, expected.count, label)
        XCTAssertEqual(
          frames.map { Int($0.originalLength) }, expected.map(\.octets.count), label)
        // TCP and UDP checksum fields, the outer one as well.
        var holes = [recipe.layout.transportOffset + (recipe.transport.isTCP ? 16 : 6)]
        if recipe.encapsulation != nil {
          holes.append((recipe.layout.outerTransportOffset ?? 0) + 6)
        }
        for (frame, wire) in zip(frames, expected) {
          for at in 0..<headers where !holes.contains(at) && !holes.contains(at - 1) {
            XCTAssertEqual(frame.octets[at], wire.octets[at], "\(label), octet \(at)")
          }
          XCTAssertTrue(
            wire.octets.dropFirst(headers).starts(with: frame.octets.dropFirst(headers)))
        }
        let payload = frames.map { $0.octets.count - headers }.reduce(0, +)
        XCTAssertEqual(payload, count - headers, label)
        XCTAssertTrue(
          run.errorText.contains("segments, 1 of them captured in part"), run.errorText)
      }
    }
  }

  /// Without all headers nothing can be said.
  func testHeadersThatAreMissing() throws {
    let folder = try TemporaryFolder()
    let part = try capture(FrameRecipe(payload: .counting(9_000)).octets, first: 53, folder)
    let run = try VnicTool.run("segment", part, folder.path("out"))
    XCTAssertEqual(run.status, 3)
    XCTAssertTrue(run.errorText.contains("53 of 9054 octets were captured"), run.errorText)
  }
}
