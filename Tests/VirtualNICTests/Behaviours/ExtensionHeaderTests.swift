import TestSupport
import VirtualNIC
import VirtualNICTesting
import XCTest

/// Behaviour 34: IPv6 extension headers are in every segment, and counted in its length.
final class ExtensionHeaderTests: XCTestCase {
  /// Header chains whose contents can be told apart.
  private let chains: [(String, [ExtensionHeader])] = [
    ("hop-by-hop", [.hopByHop([5, 2, 0, 0])]),
    ("destination", [.destinationOptions([0x1E, 4, 1, 2, 3, 4])]),
    ("both", [.hopByHop([5, 2, 0, 0]), .destinationOptions([0x1E, 4, 1, 2, 3, 4])]),
    (
      "long",
      [
        .hopByHop([0x1E, 60] + (0..<60).map { UInt8($0) }),
        .destinationOptions([0x1E, 124] + (0..<124).map { UInt8(0x80 + $0) }),
      ]
    ),
    (
      "with a route to go",
      [
        .hopByHop(), .routing(type: 2, segmentsLeft: 1, [0, 0, 0, 0] + [UInt8](1...16)),
        .destinationOptions(),
      ]
    ),
  ]

  func testBehaviour34ExtensionHeadersAreRepeatedAndCounted() throws {
    let nics = try TwoPaths()
    for (name, chain) in chains {
      let network = Network.ipv6(IPv6Recipe { $0.extensions = chain })
      for transport in [Transport.tcp(), .udp()] {
        for payload in [0, 1, 1_000, 1_001, 3_500] {
          let recipe = FrameRecipe(
            network: network, transport: transport, payload: Payload(seed: 34, count: payload),
            checksum: .pseudoHeaderWithoutLength)
          let frames = nics.assertCut(recipe, segmentSize: 1_000, name)
          let source = recipe.build()
          for (index, frame) in frames.enumerated() {
            // After the Ethernet header: 4 octets, then the payload length, then the rest.
            XCTAssertEqual(frame.word(18), frame.count - 14 - 40, "\(name), segment \(index)")
            XCTAssertEqual(
              Array(frame[20..<recipe.layout.transportOffset]),
              Array(source[20..<recipe.layout.transportOffset]), "\(name), segment \(index)")
          }
          XCTAssertEqual(frames.flatMap { frameFaults($0) }, [], name)
        }
      }
    }
  }

  /// The IPv4 counterpart: options of every length, in every segment.
  func testBehaviour34IPv4OptionsAreRepeated() throws {
    let nics = try TwoPaths()
    for length in stride(from: 40, through: 0, by: -4) {
      let options =
        length == 0 ? [] : [IPv4Option.other(0x9E, (0..<(length - 2)).map { UInt8($0) })]
      for transport in [Transport.tcp(), .udp()] {
        let recipe = FrameRecipe(
          network: .ipv4(IPv4Recipe { $0.options = options }), transport: transport,
          payload: Payload(seed: 34, count: 2_500), checksum: .pseudoHeaderWithoutLength)
        for frame in nics.assertCut(recipe, segmentSize: 1_000, "options of \(length) octets") {
          XCTAssertEqual(frame.word(16), frame.count - 14)
          XCTAssertEqual(Array(frame[34..<(34 + length)]), options.flatMap(\.octets))
        }
      }
    }
  }
}
