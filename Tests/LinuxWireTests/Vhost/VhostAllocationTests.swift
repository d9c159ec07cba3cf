import LinuxWire
import TestSupport
import WireFormats
import XCTest

/// Frames of a guest and for a guest cost no memory, however many they are.
final class VhostAllocationTests: XCTestCase {
  /// The allocations of a batch: each frame is taken from the guest and given back to it.
  private func allocationCount(
    _ frontEnd: ScriptedFrontEnd, frames: Int, _ send: (ScriptedFrontEnd) -> Void
  ) throws -> Int {
    for _ in 0..<frames { send(frontEnd) }
    let backend = frontEnd.backend
    var (taken, given) = (0, 0)
    let body: (VirtioNetHeader, RawSpan) -> Void = { header, frame in
      if (try? backend.send(header, frame)) == .sent { given += 1 }
    }
    let count = try allocations { taken = try backend.process(limit: 100, body) }
    XCTAssertEqual([taken, given], [frames, frames])
    XCTAssertEqual(frontEnd.faults, [])
    guard let count else { throw XCTSkip("allocations are not counted in this build") }
    return count
  }

  private func check(
    _ configuration: VhostUserConfiguration = .init(),
    _ send: (ScriptedFrontEnd) -> Void, line: UInt = #line
  ) throws {
    let frontEnd = try ScriptedFrontEnd(configuration)
    try frontEnd.connect()
    for _ in 0..<3 { _ = try allocationCount(frontEnd, frames: 40, send) }
    XCTAssertEqual(try allocationCount(frontEnd, frames: 1, send), 0, "one frame", line: line)
    XCTAssertEqual(try allocationCount(frontEnd, frames: 40, send), 0, "40 frames", line: line)
    // A call without a frame looks for messages, too.
    XCTAssertEqual(try allocationCount(frontEnd, frames: 0, send), 0, "no frame", line: line)
  }

  func testFramesInDescriptorsOfTheQueue() throws {
    try check { frontEnd in
      frontEnd.queues[1].transmit([UInt8](repeating: 0, count: 1_012), part: 400)
      frontEnd.queues[0].post([300, 1_748])
    }
  }

  func testFramesInIndirectDescriptorsAndMergedBuffers() throws {
    try check { frontEnd in
      frontEnd.queues[1].transmit([UInt8](repeating: 0, count: 1_012), part: 100, isIndirect: true)
      for _ in 0..<2 { frontEnd.queues[0].post([300, 300], isIndirect: true) }
    }
  }

  func testSeveralQueues() throws {
    let configuration = try VhostUserConfiguration { $0.queuePairCount = 2 }
    try check(configuration) { frontEnd in
      frontEnd.queues[3].transmit([UInt8](repeating: 0, count: 1_012))
      for queue in [0, 2] { frontEnd.queues[queue].post([1_500]) }
    }
  }
}
