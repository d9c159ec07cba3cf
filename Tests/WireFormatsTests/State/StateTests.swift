import WireFormats
import XCTest

/// The frame around saved states, and what it refuses.
final class StateTests: XCTestCase {
  private func sample() -> [UInt8] {
    var writer = StateWriter(.queueLink, version: 2)
    writer.write(UInt8(7))
    writer.write(-2)
    writer.write(true)
    writer.write("wörld")
    writer.write(each: [UInt16(1), 515]) { $0.write($1) }
    writer.write(UInt32?.none) { $0.write($1) }
    writer.beginSection(.coalescer, version: 1)
    writer.write(0.5)
    return writer.finish()
  }

  private func read(_ octets: [UInt8]) throws(StateError) {
    var reader = try StateReader(octets, of: .queueLink, version: 2)
    XCTAssertEqual(reader.version, 2)
    _ = try reader.read("first", in: UInt8(7)...7)
    _ = try reader.read("second", in: -2...(-2))
    _ = try reader.readBool("third")
    let text = try reader.readText("fourth")
    XCTAssertEqual(text, "wörld")
    let count = try reader.readCount("fifth", ofAtLeast: 2)
    XCTAssertEqual(count, 2)
    let elements = [try reader.read(UInt16.self), try reader.read(UInt16.self)]
    XCTAssertEqual(elements, [1, 515])
    let missing = try reader.readOptional("sixth") { reader throws(StateError) in
      try reader.read(UInt32.self)
    }
    XCTAssertNil(missing)
    let version = try reader.beginSection(.coalescer, version: 3)
    XCTAssertEqual(version, 1)
    let half = Double(bitPattern: try reader.read())
    XCTAssertEqual(half, 0.5)
    try reader.finish()
  }

  /// The same octets with a CRC-32 that fits.
  private func sealed(_ octets: [UInt8]) -> [UInt8] {
    let values = Array(octets.dropLast(4))
    let sequence = EthernetFrameCheckSequence.value(of: values.octets)
    return values + (0..<4).map { UInt8(truncatingIfNeeded: sequence >> (8 * $0)) }
  }

  private func message(_ octets: [UInt8], line: UInt = #line) -> String {
    do throws(StateError) {
      try read(octets)
      XCTFail("nothing was thrown", line: line)
      return ""
    } catch { return error.description }
  }

  func testWhatIsWrittenIsRead() throws { XCTAssertNoThrow(try read(sample())) }

  func testTheHeaderIsAsDocumented() {
    let octets = sample()
    XCTAssertEqual(Array(octets[0..<8]), [0x56, 0x53, 0x54, 0x31, 6, 0, 2, 0])
    XCTAssertEqual(Array(octets[8..<16]), [UInt8(octets.count - 20), 0, 0, 0, 0, 0, 0, 0])
    XCTAssertTrue(EthernetFrameCheckSequence.isValid(octets.octets))
    XCTAssertEqual(Array(octets[16..<26]), [7, 0xFE, 255, 255, 255, 255, 255, 255, 255, 1])
  }

  func testEveryRefusalHasItsSentence() {
    let octets = sample()
    var wrong = octets
    wrong[0] = 0
    XCTAssertEqual(
      message(wrong), "not a saved state: it begins with 0x00535431, not with 0x56535431")
    wrong = octets
    wrong[4] = 8
    XCTAssertEqual(
      message(wrong), "the state at octet 4 is of kind \"impaired link\", not \"queue link\"")
    wrong[4] = 200
    XCTAssertEqual(
      message(wrong), "the state at octet 4 is of kind 200, not \"queue link\"")
    wrong = octets
    wrong[6] = 3
    XCTAssertEqual(
      message(wrong), "the state of the queue link has version 3; this release reads 1...2")
    XCTAssertEqual(
      message([1, 2]), "the state needs 20 octets at octet 0, 2 are there")
    XCTAssertEqual(
      message(octets + [9]),
      "the state ends at octet \(octets.count), and 1 octets follow")
    wrong = octets
    wrong[16] = 8
    XCTAssertTrue(message(wrong).hasPrefix("the state is damaged: its CRC-32 is 0x"))
    XCTAssertEqual(
      message(sealed(wrong)), "first at octet 16 of the state is 8, not in 7...7")
    wrong = octets
    wrong[25] = 2
    XCTAssertEqual(
      message(sealed(wrong)), "third at octet 25 of the state is 2, not in 0...1")
    wrong = octets
    wrong[35] = 0xFF
    XCTAssertEqual(message(sealed(wrong)), "fourth at octet 26 of the state is not valid UTF-8")
  }

  /// A count is refused by what is left, before memory for it is allocated.
  func testACountIsLimitedByTheRest() {
    var writer = StateWriter(.queueLink, version: 1)
    writer.write(Int.max)
    writer.write(UInt32(0))
    let octets = writer.finish()
    XCTAssertThrowsError(
      try {
        var reader = try StateReader(octets, of: .queueLink, version: 1)
        _ = try reader.readOctets("frame")
      }()
    ) {
      XCTAssertEqual(
        $0 as? StateError,
        .outOfRange("frame", offset: 16, found: .max, lowest: 0, highest: 4))
    }
  }

  func testEveryLengthIsRefused() {
    let octets = sample()
    for count in 0..<octets.count {
      XCTAssertThrowsError(try read(Array(octets.prefix(count))), "\(count)") {
        XCTAssertTrue($0 is StateError, "\($0)")
      }
      guard count > 20 else { continue }
      // The same with a header and a CRC-32 that fit, so that the values end early.
      var short = Array(octets.prefix(count))
      short[8] = UInt8(count - 20)
      XCTAssertThrowsError(try read(sealed(short)), "\(count)") {
        XCTAssertTrue($0 is StateError, "\($0)")
      }
    }
  }

  func testEveryBitIsChecked() {
    let octets = sample()
    for bit in 0..<octets.count * 8 {
      var wrong = octets
      wrong[bit / 8] ^= 1 << UInt8(bit % 8)
      XCTAssertThrowsError(try read(wrong), "\(bit)") { XCTAssertTrue($0 is StateError, "\($0)") }
    }
  }
}
