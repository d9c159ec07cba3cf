import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Needs package access: it compares with single sums of the recipes.
final class PseudoHeaderTests: XCTestCase {
  func testIPv4() {
    var random = SeededGenerator.fromEnvironment()
    for _ in 0..<500 {
      let (source, destination): (UInt32, UInt32) = (random.integer(), random.integer())
      let number: UInt8 = random.integer()
      for length in [0, 1, 20, 1_480, 32_768, 65_535, random.below(65_536)] {
        let octets = FrameRecipe.PseudoHeader.ipv4(
          source: number32(source), destination: number32(destination), protocolNumber: number,
          length: length)
        let sum = InternetChecksum.pseudoHeader(
          source: IPv4Address(source), destination: IPv4Address(destination),
          protocol: IPProtocol(rawValue: number), length: length)
        XCTAssertEqual(sum.sum, referenceSum(octets), "length \(length), seed \(random.seed)")
      }
    }
  }

  func testIPv6() {
    var random = SeededGenerator.fromEnvironment()
    for _ in 0..<500 {
      let (source, destination) = (random.octets(16), random.octets(16))
      let number: UInt8 = random.integer()
      for length in [0, 1, 20, 1_480, 65_535, 65_536, 500_000, random.below(65_536)] {
        let octets = FrameRecipe.PseudoHeader.ipv6(
          source: source, destination: destination, protocolNumber: number, length: length)
        let sum = InternetChecksum.pseudoHeader(
          source: address(source), destination: address(destination),
          protocol: IPProtocol(rawValue: number), length: length)
        XCTAssertEqual(sum.sum, referenceSum(octets), "length \(length), seed \(random.seed)")
      }
    }
  }

  func testWithoutLength() {
    let four = InternetChecksum.pseudoHeader(
      source: IPv4Address(0xC000_0201), destination: IPv4Address(0xC633_6402), protocol: .tcp,
      length: nil)
    XCTAssertEqual(four.sum, referenceSum(hex("C000 0201 C633 6402 0006")))
    let six = InternetChecksum.pseudoHeader(
      source: IPv6Address(high: 1, low: 2), destination: IPv6Address(high: 3, low: 4),
      protocol: .udp, length: nil)
    XCTAssertEqual(six.sum, 1 + 2 + 3 + 4 + 17)
  }

  /// A datagram with its checksum, worked out by hand: 2 + 3 + 17 + 9 for the pseudo header,
  /// 1 + 2 + 9 for the UDP header, 0x4100 for the payload.
  func testDatagramByHand() {
    var sum = InternetChecksum.pseudoHeader(
      source: IPv4Address(2), destination: IPv4Address(3), protocol: .udp, length: 9)
    sum.add(hex("0001 0002 0009 0000 41"))
    XCTAssertEqual(sum.checksum, ~(0x4100 + 43))
  }

  private func number32(_ value: UInt32) -> [UInt8] {
    word(Int(value >> 16)) + word(Int(value & 0xFFFF))
  }

  private func address(_ octets: [UInt8]) -> IPv6Address {
    IPv6Address(
      high: octets[..<8].reduce(0) { $0 << 8 | UInt64($1) },
      low: octets[8...].reduce(0) { $0 << 8 | UInt64($1) })
  }
}
