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

  /// Runs it, and fails the test unless it succeeds; with `skipsFrames` that is exit status 3.
  @discardableResult
  static func succeed(
    _ arguments: [String], skipsFrames: Bool = false, standardInput: [UInt8] = [],
    line: UInt = #line
  ) throws -> ToolResult {
    let result = try runTool(url, arguments, standardInput: standardInput)
    XCTAssertEqual(
      result.status, skipsFrames ? 3 : 0, "vnic \(arguments): \(result.errorText)", line: line)
    return result
  }
}

extension TemporaryFolder {
  func frames(_ name: String) throws -> [CapturedFrame] {
    try CaptureReader.frames(in: octets(name))
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
