import GsoEngine
import TestSupport
import VirtualNIC
import WireFormats
import XCTest

/// What is said about coalescing is what a coalescer does.
final class CoalescingExplanationTests: XCTestCase {
  private func arrivals(_ frames: [[UInt8]]) -> [ArrivedFrame] {
    frames.enumerated().map {
      ArrivedFrame(octets: $1, time: VirtualTime(nanoseconds: UInt64($0) * 1_000))
    }
  }

  private func segments() throws -> (frame: [UInt8], segments: [[UInt8]]) {
    let frame = FrameRecipe(
      transport: .tcp(TCPRecipe { $0.flags = [.ack, .psh] }),
      payload: Payload(seed: 1, count: 4_500)
    ).build()
    return (frame, try segment(frame, mtu: 1_500, segmentSize: 1_000))
  }

  func testFramesOfOneFlow() throws {
    let (frame, segments) = try segments()
    let explanation = try CoalescingExplanation(of: arrivals(segments), CoalescingRequest())
    XCTAssertEqual(
      explanation.frames.map(\.decision), ["held", "merged", "merged", "merged", "merged"])
    XCTAssertEqual(explanation.units.count, 1)
    let unit = explanation.units[0]
    XCTAssertEqual(unit.frames, [0, 1, 2, 3, 4])
    XCTAssertEqual(unit.frameLength, frame.count)
    XCTAssertEqual(unit.segmentSize, 1_000)
    XCTAssertEqual(unit.checksum, "valid")
    XCTAssertEqual(unit.end, "The last segment has the TCP flags PSH.")
    for (entry, segment) in zip(explanation.frames, segments) {
      let count = try XCTUnwrap(entry.payloadLength)
      let start = try XCTUnwrap(entry.offsetInUnit)
      XCTAssertEqual(Array(frame[start..<start + count]), segment.suffix(count))
      XCTAssertEqual(entry.unit, 0)
      XCTAssertEqual(entry.time, UInt64(entry.index) * 1_000)
    }
    XCTAssertEqual(
      unit.changes.map { "\($0.layer) \($0.field)" },
      [
        "IPv4 total length", "IPv4 identification", "IPv4 header checksum", "TCP sequence number",
        "TCP flags", "TCP checksum",
      ])
    XCTAssertEqual(unit.changes[2].first, segments[0][24..<26].reduce("0x") { $0 + hex($1) })
    XCTAssertFalse(unit.changes.contains { $0.rule.hasPrefix("made by the rules") })
  }

  private func hex(_ octet: UInt8) -> String {
    (octet < 16 ? "0" : "") + String(octet, radix: 16)
  }

  func testWhyAFrameIsNotMerged() throws {
    var (_, segments) = try segments()
    segments.remove(at: 2)
    segments.insert([1, 2, 3], at: 1)
    let explanation = try CoalescingExplanation(of: arrivals(segments), CoalescingRequest())
    XCTAssertEqual(
      explanation.frames.map(\.decision), ["held", "delivered", "merged", "held", "merged"])
    XCTAssertTrue(
      explanation.frames[3].sentence.hasPrefix(
        "It starts a unit, because it cannot follow the unit of its flow: identification"),
      explanation.frames[3].sentence)
    XCTAssertTrue(
      explanation.frames[1].sentence.hasPrefix("It is delivered unmodified: Ethernet header"),
      explanation.frames[1].sentence)
    XCTAssertEqual(explanation.units.map(\.frames), [[1], [0, 2], [3, 4]])
    XCTAssertEqual(explanation.frames.map(\.unit), [1, 0, 1, 2, 2])
    XCTAssertTrue(explanation.units[1].end.hasPrefix("The next frame of the flow cannot be merged"))
  }

  func testAWindow() throws {
    let (_, segments) = try segments()
    let explanation = try CoalescingExplanation(
      of: arrivals(segments), CoalescingRequest(window: 1_500))
    XCTAssertEqual(explanation.units.map(\.frames), [[0, 1], [2, 3], [4]])
    XCTAssertEqual(explanation.units[0].end, "It was held for 1500 ns.")
    XCTAssertEqual(explanation.window, 1_500)
  }

  func testARequestThatIsRefused() {
    var request = CoalescingRequest()
    request.flowCapacity = 0
    XCTAssertThrowsError(try CoalescingExplanation(of: [], request)) {
      XCTAssertEqual($0 as? CoalescingError, .flowCapacityOutOfRange(0))
    }
  }
}
