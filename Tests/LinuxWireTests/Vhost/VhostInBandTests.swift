import Glibc
import LinuxWire
import WireFormats
import XCTest

/// Notifications as messages of the dialogue.
final class VhostInBandTests: XCTestCase {
  private func connected() throws -> (ScriptedFrontEnd, channel: Int32) {
    let frontEnd = try ScriptedFrontEnd(
      VhostUserConfiguration { $0.offersInBandNotifications = true })
    try frontEnd.connect(protocolFeatures: 1 << 3 | 1 << 5 | 1 << 14)
    let pair = socketPair()
    frontEnd.send(21, [], [pair[1]])
    try frontEnd.pump()
    close(pair[1])
    _ = frontEnd.received()
    return (frontEnd, pair[0])
  }

  func testFramesAreTakenBeforeTheirKickIsAnswered() throws {
    let (frontEnd, channel) = try connected()
    defer { close(channel) }
    frontEnd.queues[1].transmit([UInt8](repeating: 0, count: 72))
    XCTAssertEqual(try frontEnd.pump(), 0, "the driver has not kicked")
    frontEnd.send(35, flags: 9, words([1, 0]))
    XCTAssertEqual(
      try frontEnd.backend.process(limit: 10) { _, _ in
        XCTAssertEqual(frontEnd.received(), [], "answered too early")
      }, 1)
    XCTAssertEqual(frontEnd.received(), words([35, 5, 8, 0, 0]))
    // With more frames than the limit the driver waits on.
    for _ in 0..<3 { frontEnd.queues[1].transmit([UInt8](repeating: 0, count: 72)) }
    frontEnd.send(35, flags: 9, words([1, 0]))
    XCTAssertEqual(try frontEnd.pump(limit: 2), 2)
    XCTAssertEqual(frontEnd.received(), [])
    XCTAssertEqual(try frontEnd.pump(limit: 2), 1)
    XCTAssertEqual(frontEnd.received(), words([35, 5, 8, 0, 0]))
    XCTAssertEqual(frontEnd.faults, [])
  }

  func testACallIsAMessageThatIsAnswered() throws {
    let (frontEnd, channel) = try connected()
    defer { close(channel) }
    frontEnd.queues[0].post([2_048])
    XCTAssertFalse(frontEnd.backend.isAwaitingAnswers)
    let frame = [UInt8](repeating: 1, count: 60)
    XCTAssertEqual(try frontEnd.give(frame), .sent)
    XCTAssertEqual(octets(from: channel), words([4, 9, 8, 0, 0]))
    XCTAssertTrue(frontEnd.backend.isAwaitingAnswers)
    XCTAssertTrue(frontEnd.backend.descriptors.count >= 2)
    var answer = words([4, 5, 8, 0, 0])
    XCTAssertEqual(unsafe write(channel, &answer, 20), 20)
    try frontEnd.pump()
    XCTAssertFalse(frontEnd.backend.isAwaitingAnswers)
    XCTAssertEqual(ScriptedQueue.signals(frontEnd.queues[0].call), 0)
  }

  func testAChannelThatIsClosedEndsTheSession() throws {
    let (frontEnd, channel) = try connected()
    close(channel)
    try frontEnd.pump()
    XCTAssertEqual(frontEnd.faults, [])
    XCTAssertFalse(frontEnd.backend.isConnected)
  }
}
