import Foundation
import TestSupport
import XCTest

/// The document that `vnic transmit --json` prints.
struct TransmitRun: Decodable {
  struct Answers: Decodable, Equatable {
    let lso_ipv4: Bool
    let lso_ipv6: Bool
    let uso_ipv4: Bool
    let uso_ipv6: Bool

    var inOrder: [Bool] { [lso_ipv4, lso_ipv6, uso_ipv4, uso_ipv6] }
  }

  struct Declared: Decodable {
    let layer3: [String]
    let layer4: [String]
    let maximum_offload_size: Int
    let minimum_segment_count: Int
    let layer4_header_offset_limit: Int
  }

  struct Keyword: Decodable {
    let name: String
    let value: String
  }

  struct Handshake: Decodable {
    let declared: Declared?
    let hardware: Answers
    let keywords: [Keyword]
    let keyword_issues: [String]
    let after_keywords: Answers
    let requested_off: [String]
    let after_request: Answers
    let callbacks: [Answers]
  }

  struct Frame: Decodable {
    let number: Int
    let time: Int64
    let decision: String
    let reason: String?
    let detail: String?
    let wire_frames: Int
    let segment_size: Int?
    let checksum_completed: Bool
    let length_completed: Bool
  }

  struct Decision: Decodable {
    let decision: String
    let reason: String?
    let frames: Int
    let wire_frames: Int
    let first_frame: Int
  }

  struct Reason: Decodable {
    let reason: String
    let frames: Int
  }

  struct Counters: Decodable {
    let frames_read: Int
    let source_frames: Int
    let hardware_frames: Int
    let software_frames: Int
    let software_reasons: [Reason]
    let sent_whole: Int
    let dropped: Int
    let wire_frames: Int
    let wire_octets: Int
    let tcp_success: Int
    let tcp_failure: Int
    let udp_success: Int
    let udp_failure: Int
    let hardware_checksums: Int
    let software_checksums: Int
    let checksums_completed: Int
    let lengths_completed: Int
    let checksums_wrong: Int
    let udp_frames_from_flow: Int
    let guessed_udp_frames: Int
    let frames_written: Int
  }

  struct Link: Decodable {
    let seed: UInt64
    let sent: Int
    let lost: Int
    let duplicated: Int
    let corrupted: Int
    let held_back: Int
    let delivered: Int
  }

  let handshake: Handshake
  let frames: [Frame]?
  let decisions: [Decision]
  let counters: Counters
  let link: Link?
  let damage: [Summary.Damage]
  let omissions: [Summary.Omission]

  /// Runs `vnic transmit --json`, and fails the test unless it succeeds and its numbers add up.
  init(_ arguments: [String], standardInput: [UInt8] = [], line: UInt = #line) throws {
    let run = try runTool(
      VnicTool.url, ["transmit"] + arguments + ["--json"], standardInput: standardInput)
    let report = run.errorText.isEmpty ? run.standardOutput : run.standardError
    self = try JSONDecoder().decode(TransmitRun.self, from: Data(report))
    let isAnySkipped = frames("dropped") + frames("not_sent") > 0
    XCTAssertEqual(run.status, isAnySkipped ? 3 : 0, run.errorText, line: line)
    checkSums(line)
  }

  /// Frames of a kind, by decision and reason.
  func frames(_ decision: String, _ reason: String? = nil) -> Int {
    decisions.filter { $0.decision == decision && (reason == nil || $0.reason == reason) }
      .reduce(0) { $0 + $1.frames }
  }

  private func checkSums(_ line: UInt) {
    let sum =
      counters.hardware_frames + counters.software_frames + counters.sent_whole + counters.dropped
    XCTAssertEqual(counters.source_frames, sum, "source frames", line: line)
    XCTAssertEqual(
      counters.frames_read, counters.source_frames + frames("not_sent") + frames("passed"),
      "frames read", line: line)
    XCTAssertEqual(frames("hardware"), counters.hardware_frames, "hardware", line: line)
    XCTAssertEqual(frames("software"), counters.software_frames, "software", line: line)
    XCTAssertEqual(frames("whole"), counters.sent_whole, "whole", line: line)
    XCTAssertEqual(frames("dropped"), counters.dropped, "dropped", line: line)
    for reason in counters.software_reasons {
      XCTAssertEqual(
        frames("software", reason.reason), reason.frames, reason.reason, line: line)
    }
    XCTAssertEqual(
      decisions.reduce(0) { $0 + $1.wire_frames }, counters.wire_frames, "on the wire", line: line)
    let segmented = decisions.filter { $0.decision == "hardware" || $0.decision == "software" }
    // A frame in which only a length is completed counts as computed by software.
    let completed =
      counters.hardware_checksums + counters.software_checksums
      - segmented.reduce(0) { $0 + $1.wire_frames }
    XCTAssertGreaterThanOrEqual(completed, counters.checksums_completed, "checksums", line: line)
    XCTAssertLessThanOrEqual(
      completed, counters.checksums_completed + counters.lengths_completed, "checksums", line: line)
    if let link {
      XCTAssertEqual(link.sent, counters.wire_frames, "link sent", line: line)
      XCTAssertEqual(link.delivered, link.sent - link.lost + link.duplicated, line: line)
    }
    XCTAssertEqual(
      counters.frames_written, (link?.delivered ?? counters.wire_frames) + frames("passed"),
      "written", line: line)
    guard let frames else { return }
    XCTAssertEqual(frames.count, counters.frames_read, "frames listed", line: line)
    for row in decisions {
      let same = frames.filter { $0.decision == row.decision && $0.reason == row.reason }
      XCTAssertFalse(same.isEmpty, row.decision, line: line)
      XCTAssertTrue(same.contains { $0.number == row.first_frame }, row.decision, line: line)
    }
    XCTAssertEqual(
      frames.reduce(0) { $0 + $1.wire_frames }, counters.wire_frames, "by frame", line: line)
  }
}
