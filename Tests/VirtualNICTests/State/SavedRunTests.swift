import Foundation
import NetAdapterCore
import TestSimulation
import TestSupport
import VirtualNIC
import XCTest

/// A run that is saved and restored gives the same events as one that is not: frames, times,
/// reports and counters.
final class SavedRunTests: XCTestCase {
  /// The number of random runs; the environment variable `VNIC_TEST_RUNS` changes it.
  private static let runs =
    ProcessInfo.processInfo.environment["VNIC_TEST_RUNS"].flatMap { Int($0) } ?? 250

  private static let steps = 12

  func testSavingAndRestoringAtEveryStepChangesNothing() throws {
    var (frames, merged, held) = (0, 0, 0)
    for seed in 0..<UInt64(Self.runs) {
      let unsaved = try Simulation(seed: seed)
      var saved = try Simulation(seed: seed)
      for step in 0..<Self.steps {
        let expected = unsaved.advance()
        let found = saved.advance()
        if let index = expected.indices.first(where: {
          $0 >= found.count || found[$0] != expected[$0]
        }) {
          XCTFail(
            "seed \(seed), step \(step), event \(index):\n\(expected[index])\nand saved\n"
              + (index < found.count ? "\(found[index])" : "nothing"))
          return
        }
        XCTAssertEqual(found.count, expected.count, "seed \(seed), step \(step)")
        for event in found {
          switch event {
          case .received(_, _, let metadata, _):
            frames += 1
            if metadata.rsc.coalescedSegmentCount > 1 { merged += 1 }
          case .packet(_, _, let rsc):
            frames += 1
            if rsc.coalescedSegmentCount > 1 { merged += 1 }
          default: break
          }
        }
        if saved.isHoldingFrames { held += 1 }
        let state = try saved.save()
        saved = try Simulation(restoring: state)
        let again = try saved.save()
        XCTAssertEqual(again.left, state.left, "left, seed \(seed), step \(step)")
        XCTAssertEqual(again.right, state.right, "right, seed \(seed), step \(step)")
        XCTAssertEqual(again.forth, state.forth, "forth, seed \(seed), step \(step)")
        XCTAssertEqual(again.transmit, state.transmit, "transmit, seed \(seed), step \(step)")
        XCTAssertEqual(again.receive, state.receive, "receive, seed \(seed), step \(step)")
      }
    }
    XCTAssertGreaterThan(frames, Self.runs)
    XCTAssertGreaterThan(held, Self.runs / 3, "NICs hold too few frames when they are saved")
    XCTAssertGreaterThan(merged, Self.runs / 25, "too few frames are coalesced")
  }

  private final class Anchor {}

  /// The tool that was built together with the tests.
  private static let tool: URL = {
    let bundle = Bundle(for: Anchor.self).bundleURL
    let folder = bundle.pathExtension == "xctest" ? bundle.deletingLastPathComponent() : bundle
    return folder.appendingPathComponent("simulation-tool")
  }()

  func testANewProcessGoesOn() throws {
    for seed: UInt64 in [3, 68, 1_003, 77_777] {
      let unsaved = try Simulation(seed: seed)
      for _ in 0..<9 { _ = unsaved.advance() }
      let folder = try TemporaryFolder()
      try folder.write(Array(JSONEncoder().encode(unsaved.save())), "state.json")
      let result = try runTool(
        Self.tool, [folder.url.appendingPathComponent("state.json").path, "15"])
      XCTAssertEqual(result.status, 0, result.errorText)
      var expected = ""
      for _ in 0..<15 {
        for event in unsaved.advance() { expected += "\(event)\n" }
      }
      XCTAssertEqual(result.text, expected, "seed \(seed)")
      XCTAssertTrue(expected.contains("octets"), "nothing happened with seed \(seed)")
    }
  }
}
