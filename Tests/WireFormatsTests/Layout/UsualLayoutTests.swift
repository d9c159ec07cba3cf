import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// The fast path for frames of usual shapes against the code for any frame: every field of the
/// layout, and every error.
///
/// Needs package access to choose between the two.
final class UsualLayoutTests: XCTestCase {
  /// How a frame is read.
  private struct Reading {
    var frame: [UInt8]
    /// Octets of the whole frame, of which `frame` may be the front.
    var frameLength: Int
    var tunnels = TunnelRecognition.wellKnown

    func general() -> Result<PacketLayout, WireError> {
      Result { () throws(WireError) in
        try PacketLayout(
          anyFront: frame.octets, ofFrameLength: frameLength, link: .ethernet, tunnels: tunnels)
      }
    }

    func parsed() -> Result<PacketLayout, WireError> {
      Result { () throws(WireError) in
        try PacketLayout(
          parsingFront: frame.octets, ofFrameLength: frameLength, tunnels: tunnels)
      }
    }

    /// The layout of the fast path, if it takes the frame.
    var usual: PacketLayout? { PacketLayout(usual: frame.octets, frameLength, tunnels) }
  }

  /// Compares both, and returns whether the fast path took the frame.
  private func compare(_ reading: Reading, _ name: String) -> Bool {
    let general = reading.general()
    XCTAssertEqual(reading.parsed(), general, name)
    guard let usual = reading.usual else { return false }
    XCTAssertEqual(.success(usual), general, "\(name), fast path")
    return true
  }

  private func generator(tunnels: Bool, _ seed: UInt64) -> RecipeGenerator {
    RecipeGenerator(
      .fromEnvironment(seed),
      profile: RecipeProfile {
        $0.allowsTunnels = tunnels
        $0.usualPayload = 100
        $0.largeOneIn = 200
      })
  }

  func testRandomFramesAndTheirFronts() throws {
    for tunnels in [false, true] {
      var generator = generator(tunnels: tunnels, tunnels ? 0xFA57 : 0xFA58)
      var random = SeededGenerator.fromEnvironment(0xF407)
      var taken = 0
      for index in 0..<3_000 {
        let frame = generator.next().recipe.build()
        let name = "frame \(index), seed \(generator.random.seed)"
        taken += compare(Reading(frame: frame, frameLength: frame.count), name) ? 1 : 0
        let front = Array(frame.prefix(random.below(min(frame.count, 160) + 1)))
        _ = compare(Reading(frame: front, frameLength: frame.count), "\(name), a front")
        _ = compare(Reading(frame: front, frameLength: front.count), "\(name), cut short")
      }
      XCTAssertGreaterThan(taken, 30, "the fast path takes no frames")
    }
  }

  func testChangedOctets() throws {
    var generator = generator(tunnels: true, 0xFA59)
    var random = SeededGenerator.fromEnvironment(0xF408)
    // Values that decide something: types, versions, protocols, ports of tunnels, lengths.
    let telling: [UInt8] = [
      0x00, 0x01, 0x06, 0x08, 0x11, 0x12, 0x14, 0x2C, 0x2F, 0x40, 0x45, 0x46, 0x60, 0x81, 0x86,
      0x88, 0xA8, 0xB5, 0xDD, 0xFF,
    ]
    var taken = 0
    for index in 0..<12_000 {
      var frame = generator.next().recipe.build()
      for _ in 0...random.below(3) {
        let at = random.below(min(frame.count, 120))
        frame[at] = random.oneIn(2) ? random.pick(telling) : random.integer()
      }
      var reading = Reading(frame: frame, frameLength: frame.count)
      if random.oneIn(4) { reading.tunnels = .none }
      if random.oneIn(8) { reading.frameLength += random.below(70_000) }
      let name = "frame \(index), seed \(generator.random.seed)"
      taken += compare(reading, name) ? 1 : 0
    }
    XCTAssertGreaterThan(taken, 200, "the fast path takes no frames")
  }

  /// Every value of each octet of the headers of the usual shapes, and every length of their front.
  func testEveryValueOfEveryOctet() {
    let bodies = [
      Wire.ethernet(0x0800) + Wire.ipv4(6, Wire.tcp([1, 2, 3])),
      Wire.ethernet(0x86DD) + Wire.ipv6(17, Wire.udp([1, 2, 3])),
      Wire.ethernet(0x8100) + [0, 5, 0x08, 0x00] + Wire.ipv4(17, Wire.udp([1, 2, 3])),
      Wire.ethernet(0x0800)
        + Wire.ipv4(
          17,
          Wire.udp(
            to: 4_789,
            [8, 0, 0, 0, 0, 0, 1, 0] + Wire.ethernet(0x0800) + Wire.ipv4(6, Wire.tcp([1, 2, 3])))),
    ]
    for (index, body) in bodies.enumerated() {
      XCTAssertTrue(
        compare(Reading(frame: body, frameLength: body.count), "frame \(index)"),
        "frame \(index) has a usual shape")
      for at in body.indices {
        for value in UInt8.min...UInt8.max {
          var frame = body
          frame[at] = value
          _ = compare(
            Reading(frame: frame, frameLength: frame.count),
            "frame \(index), octet \(at) is \(value)")
        }
        let front = Array(body[..<at])
        for length in [front.count, body.count, body.count + 65_536, Int(UInt32.max) + 1] {
          _ = compare(
            Reading(frame: front, frameLength: length), "frame \(index), \(at) of \(length) octets")
        }
      }
    }
  }

  /// Ports of other sets are no VXLAN, and a port without a set is no tunnel.
  func testPortsOfTunnels() {
    let frame =
      Wire.ethernet(0x0800)
      + Wire.ipv4(
        17,
        Wire.udp(
          to: 6_081,
          [8, 0, 0, 0, 0, 0, 1, 0] + Wire.ethernet(0x0800) + Wire.ipv4(6, Wire.tcp([1, 2, 3]))))
    var reading = Reading(frame: frame, frameLength: frame.count)
    XCTAssertFalse(compare(reading, "Geneve"))
    reading.tunnels = TunnelRecognition(vxlanPorts: [6_081], genevePorts: [6_081])
    XCTAssertTrue(compare(reading, "the first set of a port counts"))
    XCTAssertEqual(reading.usual?.tunnel?.kind, .vxlan)
    reading.tunnels = .none
    XCTAssertTrue(compare(reading, "no tunnels"))
    XCTAssertNil(reading.usual?.tunnel)
    // A port with the low bits of an announced one has to be looked up.
    reading.tunnels = TunnelRecognition(genevePorts: [6_081 - 64])
    XCTAssertFalse(compare(reading, "a port that may be announced"))
  }
}
