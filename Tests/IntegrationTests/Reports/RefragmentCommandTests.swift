import FrameRecipes
import GsoEngine
import PacketCapture
import TestSupport
import VirtualNICTesting
import XCTest

/// `--refragment`: IPv4 fragments above the MTU.
final class RefragmentCommandTests: XCTestCase {
  func testFragmentsAreFragmentedAgain() throws {
    let folder = try TemporaryFolder()
    let recipe = try FrameRecipe(
      network: .ipv4 { $0.dontFragment = false }, transport: .udp(), payload: .counting(9_000)
    ).octets
    let parts = try FragmentationPlan(of: recipe, request: .init(mtu: 4_000)).frames(of: recipe)
    let input = try folder.write(pcap(parts), "in.pcap")
    let skipped = try VnicTool.run("segment", input, folder.path("out"))
    XCTAssertEqual(skipped.status, 3)
    XCTAssertTrue(
      skipped.errorText.contains("--refragment fragments it again, as a router does"),
      skipped.errorText)
    try VnicTool.succeed(["segment", input, folder.path("out"), "--refragment"])
    let frames = try folder.frames("out").map { Array($0.octets) }
    XCTAssertTrue(frames.allSatisfy { $0.count <= 1_514 })
    XCTAssertEqual(reassemble(frames), recipe)
    let usage = try VnicTool.run("segment", input, folder.path("out"), "--refragment", "--mss", "9")
    XCTAssertEqual(usage.status, 2)
  }
}
