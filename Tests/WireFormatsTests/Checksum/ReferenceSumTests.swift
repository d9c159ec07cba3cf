import FrameRecipes
import VirtualNICTesting
import XCTest

/// The sums of the reference, against the example of RFC 1071.
final class ReferenceSumTests: XCTestCase {
  /// The example of RFC 1071, section 3, and a much quoted IPv4 header.
  func testChecksumOfKnownOctets() {
    XCTAssertEqual(referenceSum([0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]), 0xDDF2)
    XCTAssertEqual(referenceChecksum([0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]), 0x220D)
    XCTAssertEqual(referenceChecksum([]), 0xFFFF)
    XCTAssertEqual(referenceChecksum([0x12]), 0xEDFF, "an odd octet is the high half of a word")
    let header: [UInt8] = [
      0x45, 0, 0, 0x73, 0, 0, 0x40, 0, 0x40, 0x11, 0xB8, 0x61, 192, 168, 0, 1, 192, 168, 0, 199,
    ]
    XCTAssertTrue(isIPv4HeaderChecksumRight(header))
    XCTAssertEqual(referenceChecksum(header.enumerated().map { 10...11 ~= $0 ? 0 : $1 }), 0xB861)
  }
}
