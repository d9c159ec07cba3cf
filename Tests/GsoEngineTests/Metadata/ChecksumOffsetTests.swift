import GsoEngine
import TestSupport
import WireFormats
import XCTest

/// Every pair of csum_start and csum_offset up to 255, where there is nothing to segment, against
/// what the kernel refused (`Fixtures/ChecksumOffsets`, recorded by
/// `Tests/Oracle/checksum_offsets.py`).
final class ChecksumOffsetTests: XCTestCase {
  private let range = 0...255

  func testTheKernelsRefusalsAreTheEngines() throws {
    let frames = try Fixtures.frames("ChecksumOffsets/frames.pcap")
    let refused = try Fixtures.octets("ChecksumOffsets/refused.bin")
    XCTAssertEqual(frames.map(\.count), [204, 102])
    XCTAssertEqual(refused.count, frames.count * 65_536 / 8)
    for (index, frame) in frames.enumerated() {
      let bits = Array(refused[(index * 8_192)..<((index + 1) * 8_192)])
      try compare(frame, bits)
    }
  }

  private func compare(_ frame: [UInt8], _ refused: [UInt8]) throws {
    var count = 0
    for start in range {
      for offset in range {
        let bit = start * 256 + offset
        let isRefused = refused[bit / 8] >> UInt8(bit % 8) & 1 == 1
        count += isRefused ? 1 : 0
        var header = VirtioNetHeader()
        header.flags = .needsChecksum
        header.checksumStart = UInt16(start)
        header.checksumOffset = UInt16(offset)
        let place = "csum_start \(start), csum_offset \(offset), \(frame.count) octets"
        switch OffloadAction.check(frame, describedBy: header) {
        case .success(let frames):
          XCTAssertFalse(isRefused, "\(place): the kernel refuses it")
          XCTAssertEqual(frames, 1, place)
        case .failure(let error):
          XCTAssertTrue(isRefused, "\(place): the kernel takes it; \(error)")
        }
        let completion = try? ChecksumCompletion(
          start: start, offset: offset, frameLength: frame.count)
        XCTAssertEqual(completion == nil, isRefused, place)
      }
    }
    XCTAssertTrue((1..<65_536).contains(count), "the recording says nothing")
  }

  func testRefusalsNameTheirNumbers() {
    XCTAssertThrowsError(try ChecksumCompletion(start: 19, offset: 6, frameLength: 60)) { error in
      XCTAssertEqual(
        error as? MetadataError, .checksumStartTooEarly(start: 19, minimum: 20))
      XCTAssertEqual("\(error)", "csum_start is 19; no IP header fits before octet 20")
    }
    XCTAssertNoThrow(try ChecksumCompletion(start: 20, offset: 6, frameLength: 60))
    XCTAssertThrowsError(try ChecksumCompletion(start: 0, offset: 59, frameLength: 60)) { error in
      XCTAssertEqual(
        "\(error)", "csum_start 0 and csum_offset 59 point outside a frame of 60 octets")
    }
  }
}
