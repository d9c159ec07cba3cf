import Foundation
import PacketCapture
import TestSupport
import VirtualNICTesting
import XCTest

/// Random captures, damaged and lying in every way that is known: what goes in comes out, or is
/// named.
final class CaptureCorpusTests: XCTestCase {
  /// How many captures are tried: `VNIC_TEST_CAPTURES`, else 500.
  private let captureCount =
    ProcessInfo.processInfo.environment["VNIC_TEST_CAPTURES"].flatMap(Int.init) ?? 500

  func testNothingIsLost() throws {
    let start = SeededGenerator.fromEnvironment(0xC09905)
    print("VNIC_TEST_CAPTURES=\(captureCount)")
    let options = [
      [], ["--mss", "700"], ["--udp-from-flow"], ["--mtu", "9000"], ["--mtu", "576"],
    ]
    let folder = try TemporaryFolder()
    var framesSegmented = 0
    var statuses: [Int32: Int] = [:]
    for index in 0..<captureCount {
      // Each capture by its own seed: any of them can be had again without those before it.
      var random = SeededGenerator(seed: start.seed &+ UInt64(index))
      let capture = MutatedCapture(index, &random)
      let option = random.pick(options)
      let input = try folder.write(capture.octets, "in")
      let run = try runTool(
        VnicTool.url, ["segment", input, folder.path("out"), "--json"] + option)
      statuses[run.status, default: 0] += 1
      let problems = try check(capture, run, folder)
      if let summary = try? Summary(run.standardOutput) {
        framesSegmented += summary.frames_segmented
      }
      if !problems.isEmpty {
        XCTFail(
          "capture \(index), seed \(start.seed): \(capture.mutation), \(option): "
            + problems.joined(separator: "; ") + "\n" + run.errorText)
      }
    }
    XCTAssertGreaterThan(framesSegmented, captureCount / 4)
    XCTAssertEqual(Set(statuses.keys), [0, 1, 3], "\(statuses)")
  }

  /// What is wrong with the output for a capture.
  private func check(
    _ capture: MutatedCapture, _ run: ToolResult, _ folder: TemporaryFolder
  ) throws -> [String] {
    guard [0, 1, 3].contains(run.status) else { return ["status \(run.status)"] }
    guard let summary = try? Summary(run.standardOutput) else { return ["no summary"] }
    var problems = try JSONSchema("segment").problems(of: run.standardOutput)
    let isDamaged = !summary.damage.isEmpty
    let expected: Int32 = isDamaged ? 1 : summary.frames_skipped > 0 ? 3 : 0
    if run.status != expected { problems.append("status \(run.status), not \(expected)") }
    problems += sums(summary)
    let written = try folder.octets("out")
    let outputs = try CaptureReader.frames(in: written)
    if outputs.count != summary.frames_written {
      problems.append("\(outputs.count) frames are there, \(summary.frames_written) are counted")
    }
    var account = FrameAccount(outputs)
    for (index, frame) in capture.frames.prefix(capture.wholeCount).enumerated() {
      let first = account.next
      if let problem = account.take(
        frame.octets, originalLength: frame.originalLength, isUnmodified: frame.isForeign)
      {
        problems.append("frame \(index + 1): \(problem)")
        break
      }
      problems += metadata(frame, outputs[first..<account.next], capture).map {
        "frame \(index + 1): \($0)"
      }
    }
    if problems.isEmpty, !capture.mayHaveMore, !account.isComplete {
      problems.append("\(outputs.count - account.next) frames more than there are")
    }
    for block in capture.unknownBlocks where Data(written).range(of: Data(block)) == nil {
      problems.append("a block of \(block.count) octets is gone")
    }
    return problems
  }

  /// Every frame that was read or written is counted as fitting, skipped or segmented.
  private func sums(_ summary: Summary) -> [String] {
    var problems: [String] = []
    let foreign = summary.foreign.reduce(0) { $0 + $1.count }
    let read = summary.frames_fitting + summary.frames_skipped + summary.frames_segmented + foreign
    if read != summary.frames_read { problems.append("\(summary.frames_read) read, \(read) done") }
    let written =
      summary.frames_fitting + summary.frames_skipped + summary.segments + summary.fragments
      + foreign
    if written != summary.frames_written {
      problems.append("\(summary.frames_written) written, \(written) counted")
    }
    let skipped = summary.skipped.reduce(0) { $0 + $1.count }
    if skipped != summary.frames_skipped {
      problems.append("\(skipped) of \(summary.frames_skipped) named")
    }
    return problems
  }

  private func metadata(
    _ frame: MutatedCapture.Frame, _ outputs: ArraySlice<CapturedFrame>, _ capture: MutatedCapture
  ) -> [String] {
    var problems: [String] = []
    let time = Int64(frame.time) * 1_000
    if outputs.contains(where: { $0.timestamp?.nanoseconds != time }) {
      problems.append("another time stamp")
    }
    guard capture.isPcapng else { return problems }
    if outputs.first?.comments != frame.comments { problems.append("other comments") }
    if outputs.dropFirst().contains(where: { !$0.comments.isEmpty }) {
      problems.append("comments on a later segment")
    }
    return problems
  }
}
