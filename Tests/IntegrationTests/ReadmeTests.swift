import Foundation
import FrameRecipes
import GsoEngine
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// The code of the README, compiled and run, so that it stays true.
///
/// That of the section "An emulated NIC" is in `Tests/ExampleTests`.
final class ReadmeTests: XCTestCase {
  private var recipe: FrameRecipe {
    let recipe = FrameRecipe(
      link: .ethernet(from: "02:00:00:00:00:01", to: "02:00:00:00:00:02"),
      network: .ipv4(from: "192.0.2.1", to: "192.0.2.2"),
      transport: .tcp(
        from: 50_000, to: 80, flags: [.ack, .psh, .fin],
        options: [.noOperation, .noOperation, .timestamps(1, 2)]),
      payload: .counting(65_226), checksum: .pseudoHeader)
    return recipe
  }

  func testFrame() throws {
    let superFrame = try recipe.octets
    XCTAssertEqual(superFrame.count, 65_292)
  }

  func testOneCall() throws {
    let superFrame = try recipe.octets
    let frames = try segment(superFrame, mtu: 1500)
    XCTAssertEqual(frames.count, 46)
    for frame in frames { XCTAssertEqual(frameFaults(frame), []) }
  }

  func testPlanLookRender() throws {
    let superFrame = try recipe.octets
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

  func testCoalescing() throws {
    let superFrame = try recipe.octets
    let frames = try segment(superFrame, mtu: 1500)
    var written: [Int] = []
    func print(_ byteCount: Int) { written.append(byteCount) }
    let merged = try coalesce(frames)
    XCTAssertEqual(merged.map(\.count), [65_292])
    var coalescer = try Coalescer(CoalescingRequest(rules: .ndisRsc, window: 20_000))
    coalescer.receive(frames[0], at: 0) { unit in print(unit.frame.byteCount) }
    coalescer.advance(to: 20_000) { unit in print(unit.frame.byteCount) }
    XCTAssertEqual(written, [1_514])
  }

  func testTestTools() throws {
    let superFrame = try recipe.octets
    let frames = try segment(superFrame, mtu: 1500)
    let nic = try VirtualNIC(macAddress: MACAddress(0x02_00_00_00_00_01), mtu: 1500)
    try nic.start()
    // swift-format-ignore
    do {
      let faults = segmentationFaults(frames, of: superFrame, mtu: 1500)
      XCTAssertEqual(faults, [])
      let failure = forAllFrames(seed: 7, count: 100) { recipe, segmentSize in
        let frame = try recipe.octets
        let plan = try SegmentationPlan(of: frame, request: .init(segmentSize: segmentSize))
        let sent = try plan.frames(of: frame)
        return segmentationFaults(sent, of: frame, segmentSize: segmentSize)
      }
      XCTAssertNil(failure)
      let peer = try VirtualNIC(macAddress: MACAddress(0x02_00_00_00_00_02), mtu: 1500)
      try peer.start()
      let cable = Cable(nic, peer, impairments: try Impairments { $0.lossRate = 0.1 }, seed: 7)
      nic.transmit(superFrame, segmentSize: 1448, at: cable.now)
      cable.run(for: .milliseconds(5))
      XCTAssertTrue((1..<46).contains(peer.counters.receivedFrames))
      let buggy = try FaultyCard(.identificationStuck).segments(of: superFrame, mtu: 1500)
      let found = segmentationFaults(buggy, of: superFrame, mtu: 1500)
      XCTAssertTrue("\(found[0])".contains("ipv4.identification"), "\(found[0])")
    }
  }

  func testMetadata() throws {
    let recipe = recipe
    let superFrame = try recipe.octets
    var asking = recipe
    asking.virtioNetHeader = .segment(1448)
    let header = try VirtioNetHeader(parsing: asking.virtioNetHeaderOctets)
    let action = try OffloadAction(on: superFrame, describedBy: header)
    let segments = try action.frames(of: superFrame)
    XCTAssertEqual(segments.count, 46)
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
      let code = line.components(separatedBy: " //")[0].trimmingCharacters(in: .whitespaces)
      XCTAssertTrue(compiled.contains(code), "not compiled: \(line)")
      count += 1
    }
    XCTAssertGreaterThan(count, 7)
  }
}
