public import Foundation
import XCTest

/// What a program left after.
public struct ToolResult: Sendable {
  /// The exit status, or the number of the signal that ended it.
  public var status: Int32
  /// What it wrote to standard output.
  public var standardOutput: [UInt8]
  /// What it wrote to standard error.
  public var standardError: [UInt8]

  /// Standard output as text.
  public var text: String { String(decoding: standardOutput, as: UTF8.self) }
  /// Standard error as text.
  public var errorText: String { String(decoding: standardError, as: UTF8.self) }
}

/// Skips the running test unless it has the rights of the superuser.
public func skipUnlessRoot() throws {
  if geteuid() != 0 { throw XCTSkip("needs root") }
}

/// Looks for a program in `PATH`; nil if it is not there.
///
/// Nowhere else, so that an optional tool can be hidden: CI runs the suite as on a fresh machine.
public func findTool(_ name: String) -> URL? {
  let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
  for folder in path.split(separator: ":") {
    let candidate = "\(folder)/\(name)"
    if FileManager.default.isExecutableFile(atPath: candidate) {
      return URL(fileURLWithPath: candidate)
    }
  }
  return nil
}

/// Runs a program to its end.
///
/// All three streams are files, never pipes, so neither side can wait for the other. Temporary
/// files of the program go where these are, and like these with the end of the call: the Swift
/// compiler leaves folders after.
///
/// - Throws: What `Process` throws if the program cannot be started.
public func runTool(
  _ tool: URL, _ arguments: [String] = [], standardInput: [UInt8] = []
) throws -> ToolResult {
  let folder = try TemporaryFolder()
  try folder.write(standardInput, "in")
  try folder.write([], "out")
  try folder.write([], "err")
  let process = Process()
  process.environment = ProcessInfo.processInfo.environment
    .merging(["TMPDIR": folder.url.path]) { $1 }
  process.executableURL = tool
  process.arguments = arguments
  process.standardInput = try FileHandle(forReadingFrom: folder.url.appendingPathComponent("in"))
  process.standardOutput = try FileHandle(forWritingTo: folder.url.appendingPathComponent("out"))
  process.standardError = try FileHandle(forWritingTo: folder.url.appendingPathComponent("err"))
  try process.run()
  process.waitUntilExit()
  return ToolResult(
    status: process.terminationStatus,
    standardOutput: try folder.octets("out"),
    standardError: try folder.octets("err"))
}
