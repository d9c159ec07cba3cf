import Foundation
import PacketCapture
import TestSupport
import VirtualNICTesting
import XCTest

/// `vnic transmit --rsc`: both directions, from the sender's frame to the receiver's.
final class TransmitReceiveTests: XCTestCase {
  private func run(
    _ frames: [[UInt8]], _ options: [String]
  ) throws -> (text: String, frames: [[UInt8]]) {
    let folder = try TemporaryFolder()
    let input = try folder.write(pcap(frames), "in.pcap")
    let run = try VnicTool.succeed(
      ["transmit", input, folder.path("out.pcap"), "--rsc"] + options)
    return (run.text, try CaptureReader.frames(in: folder.octets("out.pcap")).map(\.octets))
  }

  /// What the sender handed to its NIC arrives in one piece, with complete checksums.
  func testTheFrameOfTheSenderArrives() throws {
    for network in [Network.ipv4(), .ipv6()] {
      let recipe = FrameRecipe(
        network: network, transport: .tcp(options: [.timestamps(1, 2)]),
        payload: Payload(count: 19_000))
      for options in [[], ["--delay", "1000"]] {
        let result = try run([recipe.build()], options)
        XCTAssertEqual(result.frames, [recipe.build()], "\(options)")
        XCTAssertTrue(
          result.text.contains("receiver: 14 frames received, 14 of them coalesced into 1"),
          result.text)
      }
    }
  }

  func testWhatIsLostSplitsTheFrame() throws {
    let recipe = FrameRecipe(payload: Payload(count: 60_000))
    let result = try run([recipe.build()], ["--loss", "0.1", "--seed", "3"])
    XCTAssertGreaterThan(result.frames.count, 1)
    XCTAssertLessThan(result.frames.count, 42)
    for frame in result.frames { XCTAssertEqual(frameFaults(frame), []) }
  }
}
