import FrameRecipes
import PacketCapture
import TestSupport
import VirtualNICTesting
import XCTest

/// `goldenFaults`: writes a file when asked, and tells frame and field of what differs from it.
final class GoldenTests: XCTestCase {
  private let frames = referenceSegments(
    of: FrameRecipe(payload: .counting(3_000)), segmentSize: 1_000)

  func testAFileIsWrittenOnceAndComparedThen() throws {
    let folder = try TemporaryFolder()
    for name in ["segments.pcap", "segments.pcapng"] {
      let path = folder.path(name)
      XCTAssertThrowsError(try goldenFaults(frames, file: path)) { error in
        XCTAssertEqual(error as? GoldenError, .missing(path: path))
        XCTAssertEqual(
          "\(error)", "\(path) is not there; run the test once with VNIC_RENEW_GOLDEN=1 to write it"
        )
      }
      XCTAssertEqual(try goldenFaults(frames, file: path, renew: true), [])
      XCTAssertEqual(try goldenFaults(frames, file: path), [])
      let first = try folder.octets(name)
      XCTAssertEqual(try goldenFaults(frames, file: path, renew: true), [])
      XCTAssertEqual(try folder.octets(name), first, "the same frames give the same file")
      XCTAssertEqual(try CaptureReader.frames(in: first).map(\.octets), frames)

      var other = frames
      other[1][19] ^= 1
      XCTAssertEqual(
        try goldenFaults(other, file: path).map(\.description),
        ["frame 1, octet 18, ipv4.identification: expected 4661, found 4660"])
      XCTAssertEqual(
        try goldenFaults(Array(frames.dropLast()), file: path).map(\.description),
        ["frame 2, frames: expected 3, found 2"])
    }
    XCTAssertEqual(try folder.names, ["segments.pcap", "segments.pcapng"], "no draft is left")
  }

  func testTheEnvironmentMayAskForIt() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("frames.pcap")
    // SAFETY: no other thread of the tests reads or changes the environment meanwhile.
    unsafe setenv("VNIC_RENEW_GOLDEN", "1", 1)
    defer { unsafe unsetenv("VNIC_RENEW_GOLDEN") }
    XCTAssertEqual(try goldenFaults(frames, file: path), [])
    XCTAssertEqual(try goldenFaults([], file: path, renew: false).count, 1)
    unsafe setenv("VNIC_RENEW_GOLDEN", "0", 1)
    XCTAssertEqual(try goldenFaults([], file: path).count, 1)
  }

  func testWhatCannotBeReadOrWritten() throws {
    let folder = try TemporaryFolder()
    let odd = try folder.write([1, 2, 3, 4, 5], "odd.pcap")
    XCTAssertThrowsError(try goldenFaults(frames, file: odd)) { error in
      XCTAssertTrue("\(error)".hasPrefix("\(odd) is no capture: "), "\(error)")
    }
    let nowhere = folder.path("not/there.pcap")
    XCTAssertThrowsError(try goldenFaults(frames, file: nowhere, renew: true)) { error in
      XCTAssertEqual("\(error)", "cannot write \(nowhere): No such file or directory")
    }
    XCTAssertThrowsError(try goldenFaults(frames, file: folder.url.path, renew: false)) { error in
      XCTAssertEqual("\(error)", "cannot read \(folder.url.path): Is a directory")
    }
    let path = folder.path("raw.pcap")
    XCTAssertEqual(try goldenFaults(frames, file: path, link: .rawIP, renew: true), [])
    XCTAssertThrowsError(try goldenFaults(frames, file: path)) { error in
      guard case .otherLink(path, _, _)? = error as? GoldenError else { return XCTFail("\(error)") }
    }
    let large = [UInt8](repeating: 0, count: 262_145)
    XCTAssertThrowsError(try goldenFaults([large], file: path, renew: true)) { error in
      XCTAssertEqual(error as? GoldenError, .frameTooLong(octets: 262_145))
    }
  }
}
