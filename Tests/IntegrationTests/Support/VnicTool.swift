import Foundation
import PacketCapture
import TestSupport
import XCTest

/// The executable that was built together with the tests.
enum VnicTool {
  private final class Anchor {}

  /// Beside the test bundle; on Linux that is a program, and its "bundle" is the folder.
  static let url: URL = {
    let bundle = Bundle(for: Anchor.self).bundleURL
    let folder = bundle.pathExtension == "xctest" ? bundle.deletingLastPathComponent() : bundle
    return folder.appendingPathComponent("vnic")
  }()

  static func run(_ arguments: String..., standardInput: [UInt8] = []) throws -> ToolResult {
    try runTool(url, arguments, standardInput: standardInput)
  }

  /// Runs it, and fails the test unless it succeeds.
  @discardableResult
  static func succeed(
    _ arguments: [String], standardInput: [UInt8] = [], line: UInt = #line
  ) throws -> ToolResult {
    let result = try runTool(url, arguments, standardInput: standardInput)
    XCTAssertEqual(result.status, 0, "vnic \(arguments): \(result.errorText)", line: line)
    return result
  }
}

/// A folder of a test's own, gone when the test is.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("vnic-integration-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// Writes a file and returns its path.
  func write(_ octets: [UInt8], _ name: String) throws -> String {
    try Data(octets).write(to: url.appendingPathComponent(name))
    return path(name)
  }

  func octets(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: url.appendingPathComponent(name)))
  }

  func frames(_ name: String) throws -> [CapturedFrame] {
    try CaptureReader.frames(in: octets(name))
  }

  /// The names of all files, in order.
  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
  }
}

/// A pcap file of some frames, a second apart.
func pcap(
  _ frames: [[UInt8]], linkType: LinkType = .ethernet, resolution: PcapResolution = .microseconds
) throws -> [UInt8] {
  var writer = PcapWriter(linkType: linkType, resolution: resolution)
  for (index, frame) in frames.enumerated() {
    let time = CaptureTimestamp(nanoseconds: Int64(index) * 1_000_000_000 + 123_456_789)
    try writer.write(frame, at: time)
  }
  return writer.takeOctets()
}

/// The link header of a capture, as the test support calls it.
func linkKind(_ type: LinkType) throws -> LinkKind {
  switch type {
  case .ethernet: .ethernet
  case .raw: .rawIP
  case .linuxSLL: .linuxCooked1
  case .linuxSLL2: .linuxCooked2
  case .null: .bsdLoopback
  default: throw XCTSkip("no frames of \(type) in the fixtures")
  }
}
