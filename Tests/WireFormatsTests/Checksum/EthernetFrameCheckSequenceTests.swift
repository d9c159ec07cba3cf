import WireFormats
import XCTest

final class EthernetFrameCheckSequenceTests: XCTestCase {
  /// The check value of CRC-32 in the catalogues, and the octets in the order of the wire.
  func testCheckValue() {
    let digits = Array("123456789".utf8)
    XCTAssertEqual(EthernetFrameCheckSequence.value(of: digits.octets), 0xCBF4_3926)
    let sealed = digits + [0x26, 0x39, 0xF4, 0xCB]
    XCTAssertTrue(EthernetFrameCheckSequence.isValid(sealed.octets))
    for index in sealed.indices {
      var wrong = sealed
      wrong[index] ^= 1
      XCTAssertFalse(EthernetFrameCheckSequence.isValid(wrong.octets), "octet \(index)")
    }
    XCTAssertFalse(EthernetFrameCheckSequence.isValid([1, 2, 3].octets))
    XCTAssertEqual(EthernetFrameCheckSequence.value(of: [UInt8]().octets), 0)
  }
}
