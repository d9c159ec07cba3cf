import CFrontEnd
import Glibc
import LinuxWire
import TestSupport
import WireFormats
import XCTest

/// Sockets with a path: front ends that come, leave and come again, and files that others left.
final class VhostReconnectTests: XCTestCase {
  private func ask(_ number: Int32, _ backend: VhostUserBackend) throws -> [UInt8] {
    var question = words([1, 1, 0])
    XCTAssertEqual(unsafe write(number, &question, 12), 12)
    for _ in 0..<3 { try backend.process(limit: 1) { _, _ in } }
    return octets(from: number)
  }

  func testAFrontEndMayLeaveAndAnotherMayCome() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("s")
    let backend = try VhostUserBackend(path: path)
    for session in 1...3 {
      XCTAssertFalse(backend.isConnected)
      XCTAssertEqual(backend.descriptors.count, 1)
      let first = try connect(path)
      XCTAssertEqual(try ask(first, backend).count, 20)
      // The next one waits until the first one has left.
      let second = try connect(path)
      XCTAssertEqual(try ask(second, backend), [])
      close(first)
      try backend.process(limit: 1) { _, _ in }
      XCTAssertFalse(backend.isConnected)
      try backend.process(limit: 1) { _, _ in }
      XCTAssertEqual(octets(from: second).count, 20)
      close(second)
      try backend.process(limit: 1) { _, _ in }
      XCTAssertEqual(backend.counters.sessions, 2 * session)
    }
    XCTAssertEqual(backend.counters.faults, 0)
    backend.close()
    backend.close()
    XCTAssertEqual(try folder.names, [], "the socket file goes with the end")
    XCTAssertEqual(backend.descriptors, [])
    XCTAssertEqual(try backend.process(limit: 1) { _, _ in }, 0)
    XCTAssertEqual(try give(backend, .init(), [0]), .notReady)
  }

  func testAFaultEndsTheSessionAndNotTheEnd() throws {
    let folder = try TemporaryFolder()
    let backend = try VhostUserBackend(path: folder.path("s"))
    let first = try connect(folder.path("s"))
    var wrong = words([99, 1, 0])
    XCTAssertEqual(unsafe write(first, &wrong, 12), 12)
    try backend.process(limit: 1) { _, _ in }
    XCTAssertEqual(backend.lastFault, .unexpectedRequest(99))
    let second = try connect(folder.path("s"))
    XCTAssertEqual(try ask(second, backend).count, 20)
    close(first)
    close(second)
  }

  func testASocketFileThatNobodyListensOnIsReplaced() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("s")
    // As a process that was killed leaves it.
    close(unsafe front_end_bind(path))
    XCTAssertEqual(try folder.names, ["s"])
    let owner = try VhostUserBackend(path: path)
    XCTAssertThrowsError(try VhostUserBackend(path: path)) {
      XCTAssertEqual(
        $0 as? WireEndError, .system(call: "bind", device: path, errno: EADDRINUSE))
    }
    let frontEnd = try connect(path)
    XCTAssertEqual(try ask(frontEnd, owner).count, 20)
    close(frontEnd)
    owner.close()
    XCTAssertEqual(try folder.names, [])
  }

  func testPathsThatCannotBeAreRefused() throws {
    let folder = try TemporaryFolder()
    try folder.write([1], "file")
    let long = folder.path(String(repeating: "x", count: 100))
    let cases: [(String, Int32)] = [
      (folder.path("file"), EEXIST), (long, ENAMETOOLONG), ("", ENOENT), ("a\0b", EINVAL),
      (folder.path("no/s"), ENOENT),
    ]
    for (path, number) in cases {
      XCTAssertThrowsError(try VhostUserBackend(path: path)) {
        XCTAssertEqual(
          $0 as? WireEndError, .system(call: "bind", device: path, errno: number))
      }
    }
    XCTAssertEqual(try folder.octets("file"), [1])
    let event = front_end_event()
    XCTAssertThrowsError(try VhostUserBackend(connection: event)) {
      XCTAssertEqual(
        $0 as? WireEndError,
        .system(call: "connection", device: "\(event)", errno: ENOTSOCK))
    }
    XCTAssertEqual(fcntl(event, F_GETFD), -1, "it belongs to the end, and is closed")
  }

  func testAnEndMayBeClosedAndUsedWithinACall() throws {
    let frontEnd = try ScriptedFrontEnd()
    try frontEnd.connect()
    for _ in 0..<3 { frontEnd.queues[1].transmit([UInt8](repeating: 7, count: 72)) }
    var calls = 0
    let count = try frontEnd.backend.process(limit: 10) { _, frame in
      calls += 1
      XCTAssertEqual(try? frontEnd.backend.process(limit: 10) { _, _ in calls += 100 }, 0)
      if calls == 2 { frontEnd.backend.close() }
      XCTAssertEqual(frame.byteCount, 60)
      XCTAssertEqual(array(frame).last, 7)
    }
    XCTAssertEqual(calls, 2)
    XCTAssertEqual(count, 2)
    XCTAssertEqual(try frontEnd.pump(), 0)
  }

  func testACallWithoutAReaderIsNoSignal() throws {
    var ends: [Int32] = [-1, -1]
    XCTAssertEqual(unsafe pipe(&ends), 0)
    try checkCall(ends)
    try checkCall(socketPair())
  }

  private func checkCall(_ ends: [Int32]) throws {
    let frontEnd = try ScriptedFrontEnd()
    try frontEnd.connect()
    frontEnd.send(13, longs([0]), [ends[1]])
    try frontEnd.pump()
    close(ends[1])
    for _ in 0..<2 { frontEnd.queues[0].post([2_048]) }
    let frame = [UInt8](repeating: 1, count: 60)
    XCTAssertEqual(try frontEnd.give(frame), .sent)
    var octets = [UInt8](repeating: 0, count: 64)
    XCTAssertEqual(unsafe read(ends[0], &octets, 64), 8)
    close(ends[0])
    // SIGPIPE would end the process here.
    XCTAssertEqual(try frontEnd.give(frame), .sent)
    XCTAssertEqual(frontEnd.faults, [])
  }

  func testAKickPipeWithoutAWriterIsNotPolled() throws {
    let frontEnd = try ScriptedFrontEnd()
    try frontEnd.connect()
    var ends: [Int32] = [-1, -1]
    XCTAssertEqual(unsafe pipe(&ends), 0)
    frontEnd.send(12, longs([1]), [ends[0]])
    try frontEnd.pump()
    XCTAssertEqual(frontEnd.backend.descriptors.count, 2)
    close(ends[0])
    close(ends[1])
    try frontEnd.pump()
    XCTAssertEqual(frontEnd.backend.descriptors.count, 1)
  }
}
