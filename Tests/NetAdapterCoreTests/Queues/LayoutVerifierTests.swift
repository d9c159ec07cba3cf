import NetAdapterCore
import XCTest

/// Behaviour 40: received packets whose layout is invalid, codes 66 to 74.
final class LayoutVerifierTests: XCTestCase {
  /// The code of the violation by a received packet whose layout `change` changes.
  private func layout(_ change: @escaping (inout NetPacketLayout) -> Void) throws -> Int? {
    let queue = try makeReceive(isVerified: true) { _, rings in
      rings.receive([1, 2, 3])
      change(&rings.packets[0].layout)
    }
    try queue.replenish()
    return failureCode { try queue.advance() }
  }

  func testBehaviour40Code66Layer2Type() throws {
    for number: UInt8 in 4..<15 {
      XCTAssertEqual(try layout { $0.layer2Type = .init(rawValue: number) }, 66)
    }
  }

  func testBehaviour40Code67NullWithALength() throws {
    XCTAssertEqual(
      try layout {
        $0.layer2Type = .null
        $0.layer2HeaderLength = 1
      }, 67)
  }

  /// The code for each length of a header of this kind, and the lengths that pass.
  private func lengths(
    _ upTo: Int, code: Int, _ change: @escaping (inout NetPacketLayout, Int) -> Void,
    pass: (Int) -> Bool, line: UInt = #line
  ) throws {
    for length in 0...upTo {
      let expected = length == 0 || pass(length) ? nil : code
      XCTAssertEqual(
        try layout { change(&$0, length) }, expected, "length \(length)", line: line)
    }
  }

  func testBehaviour40Code68EthernetLength() throws {
    try lengths(
      30, code: 68, { ($0.layer2Type, $0.layer2HeaderLength) = (.ethernet, $1) },
      pass: { $0 >= 14 })
  }

  func testBehaviour40Code69IPv4Length() throws {
    for kind: NetPacketLayout.Layer3Type in [
      .ipv4NoOptions, .ipv4WithOptions, .ipv4UnspecifiedOptions,
    ] {
      try lengths(
        64, code: 69, { ($0.layer3Type, $0.layer3HeaderLength) = (kind, $1) }, pass: { $0 >= 20 })
    }
  }

  func testBehaviour40Code70IPv6Length() throws {
    for kind: NetPacketLayout.Layer3Type in [
      .ipv6NoExtensions, .ipv6WithExtensions, .ipv6UnspecifiedExtensions,
    ] {
      try lengths(
        64, code: 70, { ($0.layer3Type, $0.layer3HeaderLength) = (kind, $1) }, pass: { $0 >= 40 })
    }
  }

  func testBehaviour40Code71TcpLength() throws {
    try lengths(
      80, code: 71, { ($0.layer4Type, $0.layer4HeaderLength) = (.tcp, $1) },
      pass: { stride(from: 20, through: 60, by: 4).contains($0) })
  }

  func testBehaviour40Code72UdpLength() throws {
    try lengths(
      20, code: 72, { ($0.layer4Type, $0.layer4HeaderLength) = (.udp, $1) }, pass: { $0 >= 8 })
  }

  func testBehaviour40Code73Layer3Type() throws {
    for number: UInt8 in 7..<15 {
      XCTAssertEqual(try layout { $0.layer3Type = .init(rawValue: number) }, 73)
    }
  }

  func testBehaviour40Code74Layer4Type() throws {
    for number: UInt8 in 5..<15 {
      XCTAssertEqual(try layout { $0.layer4Type = .init(rawValue: number) }, 74)
    }
  }
}
