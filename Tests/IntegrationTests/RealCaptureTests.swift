import PacketCapture
import TestSupport
import VirtualNICTesting
import XCTest

/// Captures of real senders: what applications sent must come back, in frames that fit.
final class RealCaptureTests: XCTestCase {
  func testStreamsSurviveEveryMTU() throws {
    try skipWithoutSHA256()
    let folder = try TemporaryFolder()
    for stream in try RecordedStream.all() {
      for mtu in [576, 1_280, 1_500, 9_000] {
        let name = "\(mtu)-\(stream.file)"
        try VnicTool.succeed(
          ["segment", stream.path, folder.path(name), "--mtu", "\(mtu)", "--strict"]
            + stream.boundaryOptions)
        let frames = try folder.frames(name)
        try check(frames, fit: mtu, name)
        let payload = try stream.payload(of: frames)
        XCTAssertEqual(payload.count, stream.octets, name)
        XCTAssertEqual(try sha256(payload), stream.sha256, name)
      }
    }
  }

  func testDatagramsGetTheSizeThatTheirSenderChose() throws {
    try skipWithoutSHA256()
    let folder = try TemporaryFolder()
    for stream in try RecordedStream.all() {
      guard let size = stream.segment_size else { continue }
      try VnicTool.succeed(
        ["segment", stream.path, folder.path(stream.file), "--mss", "\(size)"])
      let frames = try folder.frames(stream.file)
      try check(frames, fit: size + 48, stream.file)
      // Every frame of the sender ends with what is left.
      let before = try CaptureReader.frames(in: Fixtures.octets("Captures/\(stream.file)"))
      let expected = try payloadLengths(before).flatMap { length in
        stride(from: 0, to: length, by: size).map { min(size, length - $0) }
      }
      XCTAssertEqual(try payloadLengths(frames), expected, stream.file)
      XCTAssertEqual(try sha256(stream.payload(of: frames)), stream.sha256, stream.file)
    }
  }

  func testTimeStampsAndOrderAreKept() throws {
    let folder = try TemporaryFolder()
    for stream in try RecordedStream.all() {
      let before = try CaptureReader.frames(in: Fixtures.octets("Captures/\(stream.file)"))
      try VnicTool.succeed(
        ["segment", stream.path, folder.path(stream.file)] + stream.boundaryOptions)
      let after = try folder.frames(stream.file)
      let times = after.map(\.timestamp)
      var runs: [CaptureTimestamp?] = []
      for time in times where runs.last != time { runs.append(time) }
      var expected: [CaptureTimestamp?] = []
      for time in before.map(\.timestamp) where expected.last != time { expected.append(time) }
      XCTAssertEqual(runs, expected, stream.file)
    }
  }

  private func payloadLengths(_ frames: [CapturedFrame]) throws -> [Int] {
    try frames.compactMap { frame in
      try TransportPacket(frame.octets, linkKind(frame.interface.linkType))?.payload.count
    }
  }

  private func check(_ frames: [CapturedFrame], fit mtu: Int, _ name: String) throws {
    XCTAssertFalse(frames.isEmpty, name)
    for frame in frames {
      let link = try linkKind(frame.interface.linkType)
      let place = "\(name), frame \(frame.frameNumber)"
      XCTAssertLessThanOrEqual(frame.octets.count - link.byteCount, mtu, place)
      XCTAssertEqual(Int(frame.originalLength), frame.octets.count, place)
      XCTAssertEqual(frameFaults(frame.octets, link: link), [], place)
    }
  }
}
