import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Random octets: there is a layout or an error, and its numbers agree.
///
/// Needs package access: it checks the offsets that fragmentation goes by.
final class FuzzTests: XCTestCase {
  private let recognitions: [TunnelRecognition] = [
    .none, .wellKnown, TunnelRecognition(vxlanPorts: [1], genevePorts: [0xFFFF], ipTunnels: true),
  ]

  private func check(_ frame: [UInt8], _ name: @autoclosure () -> String) {
    for link in LinkLayer.allCases {
      for tunnels in recognitions {
        let result = reading(frame, link: link, tunnels: tunnels)
        if let why = result.incoherence(frame.count) {
          XCTFail("\(why): \(name()), \(link): \(frame.map(hexadecimal).joined())")
        }
        if case .success(let layout) = result {
          // No checksum may trap either.
          let checksum = layout.transportChecksum(of: frame)
          if layout.transport == nil, checksum != nil { XCTFail("checksum: \(name()), \(link)") }
        }
      }
    }
  }

  func testRandomOctets() {
    var random = SeededGenerator.fromEnvironment()
    for index in 0..<12_000 {
      check(random.octets(random.below(120)), "frame \(index), seed \(random.seed)")
    }
  }

  /// Random octets after a sound start get further.
  func testRandomOctetsBehindHeaders() {
    var random = SeededGenerator.fromEnvironment()
    for index in 0..<12_000 {
      let body = random.octets(random.below(100))
      let number: UInt8 = random.pick([0, 4, 6, 17, 41, 43, 44, 47, 60, random.integer()])
      let packet = random.oneIn(2) ? Wire.ipv4(number, body) : Wire.ipv6(number, body)
      check(packet, "packet \(index), seed \(random.seed)")
      let type = packet[0] >> 4 == 4 ? 0x0800 : 0x86DD
      check(Wire.ethernet(type) + packet, "frame \(index), seed \(random.seed)")
    }
  }

  /// Sound frames with a few octets changed, left out or doubled.
  func testDamagedFrames() {
    for tunnels in [false, true] {
      let profile = RecipeProfile {
        $0.allowsTunnels = tunnels
        $0.usualPayload = 60
        $0.largeOneIn = 1_000_000
      }
      var generator = RecipeGenerator(.fromEnvironment(), profile: profile)
      var random = SeededGenerator(seed: generator.random.seed ^ 1)
      for index in 0..<1_000 {
        let recipe = generator.next().recipe
        let frame = recipe.build()
        for _ in 0..<4 {
          var damaged = frame
          for _ in 0..<random.within(1...4) {
            let at = random.below(min(damaged.count, recipe.layout.payloadOffset))
            switch random.below(4) {
            case 0: damaged[at] ^= 1 << UInt8(random.below(8))
            case 1: damaged[at] = random.pick([0, 1, 0x45, 0x60, 0x7F, 0x80, 0xFF])
            case 2: damaged.remove(at: at)
            default: damaged.insert(random.integer(), at: at)
            }
          }
          check(damaged, "frame \(index), seed \(generator.random.seed)")
        }
      }
    }
  }

  /// Every value of every octet of the headers of a few frames.
  func testEveryOctet() {
    let frames = [
      FrameRecipe(payload: Payload(count: 4)).build(),
      FrameRecipe(
        network: .ipv6(IPv6Recipe { $0.extensions = [.hopByHop()] }), transport: .udp()
      ).build(),
      FrameRecipe(transport: .udp(), encapsulation: Encapsulation(.geneve(options: zeros(4))))
        .build(),
      FrameRecipe(encapsulation: Encapsulation(.gre(key: 1))).build(),
    ]
    for frame in frames {
      for index in frame.indices {
        for value in UInt8.min...UInt8.max {
          var damaged = frame
          damaged[index] = value
          let result = reading(damaged, tunnels: .wellKnown)
          if let why = result.incoherence(frame.count) {
            XCTFail("\(why): octet \(index) is \(value)")
          }
        }
      }
    }
  }

  func testRandomOptionsAndVirtioHeaders() {
    var random = SeededGenerator.fromEnvironment()
    for _ in 0..<20_000 {
      let octets = random.octets(random.below(41))
      var cursor = TCPOptionCursor(octets.octets)
      while let option = cursor.next() {
        if option.dataRange.upperBound > octets.count { XCTFail("\(octets)") }
      }
      for form in VirtioNetHeader.Form.allCases {
        let header = try? VirtioNetHeader(parsing: octets, form: form)
        XCTAssertEqual(header == nil, octets.count < form.byteCount)
      }
    }
  }
}
