import Foundation
import PacketCapture
import TestSupport
import XCTest

/// What `vnic segment` leaves if it is told to end.
final class InterruptTests: XCTestCase {
  /// The tool with an input that does not end by itself.
  private final class Running {
    let process = Process()
    let input = Pipe()

    init(_ executable: URL, _ arguments: [String]) throws {
      process.executableURL = executable
      process.arguments = arguments
      process.standardInput = input
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      // A test run in the background or under nohup ignores some signals, and so would the tool.
      let signals = [SIGINT, SIGTERM, SIGHUP]
      let previous = signals.map { signal($0, SIG_DFL) }
      defer { for (number, handler) in zip(signals, previous) { signal(number, handler) } }
      try process.run()
    }

    /// Waits for the end of the tool; one that goes on for half a minute is killed, which shows.
    func wait() {
      let deadline = Date(timeIntervalSinceNow: 30)
      while process.isRunning, Date() < deadline { Thread.sleep(forTimeInterval: 0.01) }
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      process.waitUntilExit()
    }

    func write(_ octets: [UInt8]) throws {
      try input.fileHandleForWriting.write(contentsOf: Data(octets))
    }
  }

  private let frame = FrameRecipe(payload: Payload(count: 4_000)).build()

  /// Waits until the folder has a file that is not complete.
  private func waitForFile(in folder: TemporaryFolder) throws {
    for _ in 0..<1_000 {
      if try folder.names.contains(where: { $0.hasSuffix(".unfinished") }) { return }
      Thread.sleep(forTimeInterval: 0.01)
    }
    XCTFail("the tool has not begun to write")
  }

  func testSignalsLeaveNoFile() throws {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      let folder = try TemporaryFolder()
      _ = try folder.write([1, 2, 3], "out.pcap")
      let tool = try Running(VnicTool.url, ["segment", "-", folder.path("out.pcap")])
      try tool.write(pcap([frame]))
      try waitForFile(in: folder)
      kill(tool.process.processIdentifier, number)
      tool.wait()
      XCTAssertEqual(tool.process.terminationReason, .uncaughtSignal, "signal \(number)")
      XCTAssertEqual(tool.process.terminationStatus, number)
      XCTAssertEqual(try folder.names, ["out.pcap"], "signal \(number)")
      XCTAssertEqual(try folder.octets("out.pcap"), [1, 2, 3], "what was there stays")
    }
  }

  /// As under nohup: what the caller ignores does not end the tool.
  func testIgnoredSignalsStayIgnored() throws {
    guard let shell = findTool("sh") else { throw XCTSkip("sh is not installed") }
    let folder = try TemporaryFolder()
    let command = "trap '' HUP; exec '\(VnicTool.url.path)' segment - '\(folder.path("out.pcap"))'"
    let tool = try Running(shell, ["-c", command])
    let octets = try pcap([frame])
    try tool.write(Array(octets.prefix(100)))
    try waitForFile(in: folder)
    kill(tool.process.processIdentifier, SIGHUP)
    try tool.write(Array(octets.dropFirst(100)))
    try tool.input.fileHandleForWriting.close()
    tool.wait()
    XCTAssertEqual(tool.process.terminationReason, .exit)
    XCTAssertEqual(tool.process.terminationStatus, 0)
    XCTAssertEqual(try folder.frames("out.pcap").count, 3)
    XCTAssertEqual(try folder.names, ["out.pcap"])
  }
}
