import FrameRecipes
import PacketCapture
import TestSupport
import VirtualNICTesting
import XCTest

/// `--fix-checksums`: all checksums right, in frames that fit as well.
final class ChecksumFixTests: XCTestCase {
  /// `tcp-checksum-0`: an acknowledgement whose IPv4 and TCP checksums are 0.
  func testReport() throws {
    let folder = try TemporaryFolder()
    let path = Fixtures.url("Reports/tcp-checksum-0.pcap").path
    let copied = try VnicTool.succeed(["segment", path, folder.path("copied")])
    XCTAssertTrue(copied.errorText.contains("in 1 frame that fit, copied"), copied.errorText)
    let fixed = try VnicTool.succeed(["segment", path, folder.path("fixed"), "--fix-checksums"])
    XCTAssertTrue(fixed.errorText.contains("in 1 frame that fit, computed"), fixed.errorText)
    let frames = try folder.frames("fixed").map { Array($0.octets) }
    XCTAssertEqual(frames.flatMap { frameFaults($0) }, [])
  }

  /// Any wrong checksum in any frame that fits; a UDP checksum of 0 over IPv4 stays.
  func testRandomFrames() throws {
    var profile = RecipeProfile.tunnels
    (profile.usualPayload, profile.largestPayload, profile.allowsConventions) = (400, 400, false)
    var generator = RecipeGenerator(.fromEnvironment(), profile: profile)
    var frames: [[UInt8]] = []
    var holes: [[Int]] = []
    while frames.count < 500 {
      var recipe = generator.next().recipe
      guard recipe.outerLink.kind == .ethernet else { continue }
      recipe.checksum = .wrong
      recipe.network.ipv4?.headerChecksum = .wrong
      recipe.encapsulation?.network.ipv4?.headerChecksum = .wrong
      frames.append(try recipe.octets)
      holes.append(recipe.checksumOffsets)
    }
    let folder = try TemporaryFolder()
    let input = try folder.write(pcap(frames), "in.pcap")
    try VnicTool.succeed(["segment", input, folder.path("out"), "--fix-checksums", "--mtu", "9000"])
    let fixed = try folder.frames("out").map { Array($0.octets) }
    XCTAssertEqual(fixed.count, frames.count)
    for (index, frame) in fixed.enumerated() {
      XCTAssertEqual(frameFaults(frame, allowsTrailer: true), [], "frame \(index)")
      let changed = frame.indices.filter { frame[$0] != frames[index][$0] }
      XCTAssertTrue(Set(changed).isSubset(of: holes[index]), "frame \(index): \(changed)")
    }
  }

  func testWithAVirtioHeaderTheKernelDecides() throws {
    let run = try VnicTool.run("segment", "a", "b", "--vnet-hdr", "10", "--fix-checksums")
    XCTAssertEqual(run.status, 2)
    XCTAssertEqual(
      run.errorText, "vnic: `--fix-checksums` and `--vnet-hdr` exclude each other\n")
  }
}

extension FrameRecipe {
  /// The octets of all checksum fields.
  fileprivate var checksumOffsets: [Int] {
    var starts = [layout.transportOffset + (transport.isTCP ? 16 : 6)]
    if !network.isIPv6 { starts.append(layout.networkOffset + 10) }
    if let encapsulation, let at = layout.outerNetworkOffset,
      let upper = layout.outerTransportOffset
    {
      if !encapsulation.network.isIPv6 { starts.append(at + 10) }
      starts.append(upper + (encapsulation.isOverUDP ? 6 : 4))
    }
    return starts.flatMap { [$0, $0 + 1] }
  }
}
