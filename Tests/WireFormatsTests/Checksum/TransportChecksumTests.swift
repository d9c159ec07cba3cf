import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

final class TransportChecksumTests: XCTestCase {
  private typealias Checksum = WireFormats.TransportChecksum

  private let routed = IPv6Recipe {
    $0.extensions = [
      .routing(
        type: 2, segmentsLeft: 1, [0, 0, 0, 0] + hex("FE80 0000 0000 0000 0102 0304 0506 0708"))
    ]
  }

  private var networks: [Network] { [.ipv4(), .ipv6(), .ipv6(routed)] }

  private func found(_ recipe: FrameRecipe) -> Checksum? {
    let frame = recipe.build()
    return try? PacketLayout(parsing: frame, tunnels: .wellKnown).transportChecksum(of: frame)
  }

  func testConventions() {
    let rows: [(stored: TestSupport.TransportChecksum, found: Checksum, line: UInt)] = [
      (.complete, .valid, #line),
      (.pseudoHeaderWithLength, .pseudoHeaderSum, #line),
      (.pseudoHeaderWithoutLength, .pseudoHeaderSumWithoutLength, #line),
    ]
    for network in networks {
      for transport in [Transport.tcp(), .udp()] {
        for count in [0, 1, 2, 7, 100, 1_449] {
          for row in rows {
            let recipe = FrameRecipe(
              network: network, transport: transport, payload: Payload(count: count),
              checksum: row.stored)
            XCTAssertEqual(found(recipe), row.found, "\(recipe)", line: row.line)
          }
        }
      }
    }
  }

  func testIsUnfinished() {
    let rows: [(found: Checksum, expected: Bool, line: UInt)] = [
      (.valid, false, #line), (.unused, false, #line), (.pseudoHeaderSum, true, #line),
      (.pseudoHeaderSumWithoutLength, true, #line),
      (.wrong(found: 1, expected: 2), false, #line),
    ]
    for row in rows { XCTAssertEqual(row.found.isPartial, row.expected, line: row.line) }
  }

  /// What is found and what should have been, for arbitrary wrong values and for changed payload.
  func testWrong() {
    for network in networks {
      for transport in [Transport.tcp(), .udp()] {
        var recipe = FrameRecipe(
          network: network, transport: transport, payload: Payload(count: 33))
        let right = recipe.checksumField
        for wrong in [1, 0x1234, ~right, right &+ 1, right &- 1, right.byteSwapped] as [UInt16] {
          recipe.checksum = .value(wrong)
          XCTAssertEqual(
            found(recipe), .wrong(found: wrong, expected: right), "\(network) \(wrong)")
        }
      }
    }
  }

  /// RFC 768 and RFC 8200, section 8.1: 0 means "none" in UDP over IPv4 and nowhere else.
  func testZero() {
    for network in networks {
      for transport in [Transport.tcp(), .udp()] {
        var recipe = FrameRecipe(
          network: network, transport: transport, payload: Payload(count: 33))
        let right = recipe.checksumField
        recipe.checksum = .zero
        let isUnused = !transport.isTCP && !network.isIPv6
        XCTAssertEqual(
          found(recipe), isUnused ? .unused : .wrong(found: 0, expected: right),
          "\(network) \(transport)")
      }
    }
  }

  /// Data that sums up to ones: TCP stores 0, UDP 0xFFFF.
  ///
  /// For UDP over IPv6 a stored 0 is an
  /// error, though it sums up just as well (RFC 8200, section 8.1).
  func testZeroSum() {
    for network in networks {
      for transport in [Transport.tcp(), .udp()] {
        let recipe = FrameRecipe(
          network: network, transport: transport, payload: Payload(count: 40)
        ).withZeroSum()
        XCTAssertEqual(recipe.checksumField, transport.isTCP ? 0 : 0xFFFF)
        XCTAssertEqual(found(recipe), .valid)
        var (zero, ones, off) = (recipe, recipe, recipe)
        zero.checksum = .zero
        ones.checksum = .value(0xFFFF)
        off.checksum = .value(0x0100)
        XCTAssertEqual(found(ones), .valid, "\(network) \(transport)")
        switch (transport.isTCP, network.isIPv6) {
        case (true, _): XCTAssertEqual(found(zero), .valid)
        case (false, false): XCTAssertEqual(found(zero), .unused)
        case (false, true): XCTAssertEqual(found(zero), .wrong(found: 0, expected: 0xFFFF))
        }
        XCTAssertEqual(
          found(off), .wrong(found: 0x0100, expected: transport.isTCP ? 0 : 0xFFFF))
      }
    }
  }

  func testTrailerDoesNotCount() {
    for network in networks {
      for trailer in [1, 2, 46] {
        for count in [0, 1, 8] {
          let recipe = FrameRecipe(
            network: network, transport: .udp(), payload: Payload(count: count),
            trailerCount: trailer)
          XCTAssertEqual(found(recipe), .valid, "\(trailer) octets after \(count)")
        }
      }
    }
  }

  func testNoVerdict() throws {
    let frame = FrameRecipe(payload: Payload(count: 100)).build()
    // Cut short, so that part of what the checksum covers is missing.
    let short = Array(frame.dropLast(1))
    XCTAssertNil(try PacketLayout(parsing: short).transportChecksum(of: short))
    // Of another frame.
    let layout = try PacketLayout(parsing: frame)
    XCTAssertEqual(layout.transportChecksum(of: frame), .valid)
    XCTAssertNil(layout.transportChecksum(of: short))
    XCTAssertNil(layout.transportChecksum(of: frame + [0]))
    XCTAssertNil(layout.transportChecksum(of: []))
    // No transport header: another protocol, a fragment, no IP at all.
    var other = frame
    other[23] = 1
    XCTAssertNil(try PacketLayout(parsing: other).transportChecksum(of: other))
    let fragment = FrameRecipe(
      network: .ipv4(IPv4Recipe { $0.moreFragments = true }), payload: Payload(count: 16)
    ).build()
    XCTAssertNil(try PacketLayout(parsing: fragment).transportChecksum(of: fragment))
    var arp = frame
    (arp[12], arp[13]) = (0x08, 0x06)
    XCTAssertNil(try PacketLayout(parsing: arp).transportChecksum(of: arp))
  }

  /// Lengths that were left to the NIC do not change what the checksum covers.
  func testOpenLengths() {
    for count in [0, 5, 1_448] {
      let four = FrameRecipe(
        network: .ipv4(IPv4Recipe { $0.length = .zero }), payload: Payload(count: count))
      let six = FrameRecipe(
        network: .ipv6(IPv6Recipe { $0.length = .zero }), payload: Payload(count: count))
      XCTAssertEqual(found(four), .valid)
      XCTAssertEqual(found(six), .valid)
    }
  }

  func testRandomFrames() throws {
    for tunnels in [false, true] {
      let profile = RecipeProfile {
        $0.allowsTunnels = tunnels
        $0.usualPayload = 200
        $0.largeOneIn = 200
      }
      var generator = RecipeGenerator(.fromEnvironment(), profile: profile)
      for index in 0..<1_500 {
        let recipe = generator.next().recipe
        let frame = recipe.build()
        let layout = try PacketLayout(
          parsing: frame, link: recipe.outerLink.kind.linkLayer, tunnels: .wellKnown)
        var complete = recipe
        complete.checksum = .complete
        let (found, right) = (recipe.checksumField, complete.checksumField)
        let expected: Checksum
        switch recipe.checksum {
        case .complete: expected = .valid
        case .pseudoHeader: expected = .pseudoHeaderSum
        case .pseudoHeaderWithoutLength: expected = .pseudoHeaderSumWithoutLength
        case .zero, .wrong, .value:
          var other = recipe
          other.checksum = .pseudoHeaderWithoutLength
          // A random value may be one of the others by chance.
          if [other.checksumField, right].contains(found) { continue }
          expected =
            found == 0 && !recipe.transport.isTCP && !recipe.network.isIPv6
            ? .unused : .wrong(found: found, expected: right)
        }
        XCTAssertEqual(
          layout.transportChecksum(of: frame), expected,
          "frame \(index), seed \(generator.random.seed): \(recipe.checksum)")
      }
    }
  }

  /// RFC 9868: what follows a datagram in its packet counts neither in its sum nor in its length.
  func testUDPOptions() throws {
    for network in [Network.ipv4(), .ipv6()] {
      for (count, surplus) in [(1, 4), (0, 1), (100, 3), (7, 65)] {
        let whole = FrameRecipe(
          network: network, transport: .udp(), payload: Payload(seed: 3, count: count)
        ).build()
        let layout = try PacketLayout(parsing: whole)
        var frame = whole + [UInt8](repeating: 0x5A, count: surplus)
        let field = network.isIPv6 ? 18 : 16
        frame[field + 1] += UInt8(surplus)
        let name = "\(network) \(count) \(surplus)"
        XCTAssertEqual(reading(frame), .valid, name)
        for length in [7, 8 + count + surplus + 1] {
          // No datagram ends within its header or after its packet: then the packet's length
          // counts.
          var lie = frame
          lie[(layout.transport?.offset ?? 0) + 5] = UInt8(length)
          guard case .wrong? = reading(lie) else { return XCTFail(name) }
        }
      }
    }
  }

  private func reading(_ frame: [UInt8]) -> Checksum? {
    try? PacketLayout(parsing: frame).transportChecksum(of: frame)
  }
}
