#if os(Linux)
  import Foundation
  import TestSupport
  import XCTest

  /// A `vnic bridge` that runs while a test makes traffic.
  final class BridgeRun {
    private let process = Process()
    private let input = Pipe()
    private let folder: TemporaryFolder

    /// Starts it, and waits until both ends are ready.
    init(_ arguments: [String], line: UInt = #line) throws {
      folder = try TemporaryFolder()
      try folder.write([], "out")
      try folder.write([], "err")
      process.executableURL = VnicTool.url
      process.arguments = ["bridge"] + arguments + ["--json"]
      process.standardInput = input
      process.standardOutput = try FileHandle(
        forWritingTo: folder.url.appendingPathComponent("out"))
      process.standardError = try FileHandle(
        forWritingTo: folder.url.appendingPathComponent("err"))
      // A test run in the background ignores some signals, and so would the tool.
      let signals = [SIGINT, SIGTERM, SIGHUP]
      let previous = signals.map { signal($0, SIG_DFL) }
      defer { for (number, handler) in zip(signals, previous) { signal(number, handler) } }
      try process.run()
      try wait(for: "right ", line: line)
    }

    deinit {
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      process.waitUntilExit()
    }

    /// The number of the process.
    var identifier: Int32 { process.processIdentifier }

    /// What it has written to standard error.
    var messages: String { String(decoding: (try? folder.octets("err")) ?? [], as: UTF8.self) }

    /// Waits for a message.
    func wait(for text: String, line: UInt = #line) throws {
      for _ in 0..<1_000 where process.isRunning {
        if messages.contains(text) { return }
        Thread.sleep(forTimeInterval: 0.01)
      }
      if !messages.contains(text) { XCTFail("no `\(text)` in: \(messages)", line: line) }
    }

    /// Sends a line, and waits for the answer.
    func send(_ text: String, answer: String) throws {
      try input.fileHandleForWriting.write(contentsOf: Data((text + "\n").utf8))
      try wait(for: answer)
    }

    /// Resident memory now, in octets.
    var memory: Int {
      let status = try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)
      let line = status?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
      let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first
      return (kilobytes.flatMap { Int($0) } ?? 0) * 1_024
    }

    /// Waits for the end; returns the exit status.
    func end(_ number: Int32? = SIGTERM) -> Int32 {
      if let number { kill(identifier, number) }
      let deadline = Date(timeIntervalSinceNow: 20)
      while process.isRunning, Date() < deadline { Thread.sleep(forTimeInterval: 0.01) }
      if process.isRunning { kill(identifier, SIGKILL) }
      process.waitUntilExit()
      return process.terminationReason == .exit ? process.terminationStatus : -1
    }

    /// Ends it with a signal, or waits until it has ended without one; returns the summary, whose
    /// form is checked.
    func finish(
      signal: Int32? = SIGTERM, status: Int32 = 0, line: UInt = #line
    ) throws -> BridgeResult {
      XCTAssertEqual(end(signal), status, messages, line: line)
      let octets = try folder.octets("out")
      XCTAssertEqual(try JSONSchema("bridge").problems(of: octets), [], line: line)
      return BridgeResult(try JSONValue(octets))
    }
  }

  /// The summary of a bridge.
  struct BridgeResult {
    let json: JSONValue

    init(_ json: JSONValue) { self.json = json }

    /// A counter of a side, such as `left`.
    func count(_ side: String, _ name: String) -> Int {
      guard case .number(let number) = json[side][name] else { return -1 }
      return Int(number)
    }

    /// The sum of a counter of both sides.
    func count(_ name: String) -> Int { count("left", name) + count("right", name) }
  }
#endif
