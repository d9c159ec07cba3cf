import Foundation
import GsoEngine
import TestSupport
import WireFormats
import XCTest

/// The code of the README, compiled and run, so that it cannot rot.
///
/// That of the section "An emulated NIC" is in `Tests/ExampleTests`.
final class ReadmeTests: XCTestCase {
  /// Ethernet, IPv4, TCP with time stamps: 66 octets of headers, 65,226 of payload.
  private var superFrame: [UInt8] {
    let ipv4 = IPv4Recipe { $0.identification = 0x1234 }
    let tcp = TCPRecipe {
      $0.options = [TCPOption.noOperation, TCPOption.noOperation, TCPOption.timestamps(1, 2)]
      $0.flags = TCPFlag.ack | TCPFlag.psh | TCPFlag.fin
    }
    return FrameRecipe(
      network: .ipv4(ipv4), transport: .tcp(tcp), payload: Payload(seed: 1, count: 65_226),
      checksum: .pseudoHeaderWithLength
    ).build()
  }

  func testOneCall() throws {
    let superFrame = superFrame
    let frames = try segment(superFrame, mtu: 1500)
    XCTAssertEqual(frames.count, 46)
    for frame in frames { XCTAssertEqual(checkFrame(frame), []) }
  }

  func testPlanLookRender() throws {
    let superFrame = superFrame
    let plan = try SegmentationPlan(of: superFrame, request: .init(segmentSize: 1448))
    XCTAssertEqual(plan.count, 46)
    XCTAssertEqual(plan[45].payloadRange, 65_226..<65_292)
    XCTAssertTrue(plan[45].tcpFlags.contains(.fin))
    XCTAssertFalse(plan[44].tcpFlags.contains(.fin))
    var arena = try SegmentArena(byteCount: 80_000)
    try plan.render(superFrame, into: &arena)
    XCTAssertEqual(arena.count, 46)
    XCTAssertEqual(arena.frame(45).count, 132)
  }

  func testMetadata() throws {
    let superFrame = superFrame
    var described = VirtioNetHeader()
    described.flags = .needsChecksum
    described.gsoType = .tcpv4
    described.gsoSize = 1_448
    (described.checksumStart, described.checksumOffset) = (34, 16)
    let octetsInFrontOfTheFrame = described.octets()
    let header = try VirtioNetHeader(parsing: octetsInFrontOfTheFrame)
    let work = try OffloadWork(on: superFrame, describedBy: header)
    let finished = try work.frames(of: superFrame)
    XCTAssertEqual(finished.count, 46)
  }

  func testEveryLineOfTheReadmeIsCompiled() throws {
    let root = Fixtures.folder.deletingLastPathComponent()
    let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    let example = root.appendingPathComponent("Tests/ExampleTests/EmulatedNICTests.swift")
    let compiled =
      try String(contentsOfFile: #filePath, encoding: .utf8)
      + String(contentsOf: example, encoding: .utf8)
    var isCode = false
    var count = 0
    for line in readme.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        isCode = line == "```swift"
        continue
      }
      // Lines of a manifest, and values that the tests above assert.
      guard isCode, !line.hasPrefix("."), !line.hasPrefix("plan"), !line.hasPrefix("report"),
        !line.isEmpty
      else { continue }
      let code = line.components(separatedBy: "  //")[0].trimmingCharacters(in: .whitespaces)
      XCTAssertTrue(compiled.contains(code), "not compiled: \(line)")
      count += 1
    }
    XCTAssertGreaterThan(count, 7)
  }
}
