import TestSupport
import VirtualNIC
import XCTest

/// Behaviour 26: options of every length are in every segment, octet for octet.
final class TCPOptionTests: XCTestCase {
  private typealias Option = FrameRecipe.TCPOption

  /// Real options that fill exactly `length` octets, a time stamp among them where it fits.
  private func options(filling length: Int) -> [Option] {
    var options: [Option] = []
    var left = length
    if left >= 12 {
      options += [Option.noOperation, Option.noOperation]
      options.append(Option.timestamps(0xA1B2_C3D4, 0x1122_3344))
      left -= 12
    }
    if left >= 20 {
      options += [Option.noOperation, Option.noOperation]
      options.append(Option.sack([(1, 2), (0xFFFF_FFF0, 0x10)]))
      left -= 20
    }
    if left >= 4 {
      options.append(Option.other(253, (0..<(left - 2)).map { UInt8(0x80 + $0) }))
    }
    return options
  }

  func testBehaviour26OptionsOfAllLengths() throws {
    let nics = try TwoPaths()
    var lengths: [Int] = []
    for network in [Network.ipv4(), .ipv6()] {
      for length in stride(from: 40, through: 0, by: -4) {
        let options = options(filling: length)
        XCTAssertEqual(options.reduce(0) { $0 + $1.octets.count }, length)
        lengths.append(length)
        let recipe = FrameRecipe(
          network: network, transport: .tcp(TCPRecipe { $0.options = options }),
          payload: Payload(seed: 26, count: 5_000), checksum: .pseudoHeaderWithoutLength)
        let frames = nics.assertCut(recipe, segmentSize: 1_000, "options of \(length) octets")
        XCTAssertEqual(frames.count, 5)
        let start = recipe.layout.transportOffset + 20
        for (index, frame) in frames.enumerated() {
          XCTAssertEqual(
            Array(frame[start..<(start + length)]), options.flatMap(\.octets),
            "segment \(index), options of \(length) octets")
          XCTAssertEqual(Int(frame[start - 8]) >> 4, 5 + length / 4, "data offset")
        }
      }
    }
    XCTAssertEqual(Set(lengths), Set(stride(from: 0, through: 40, by: 4)))
  }

  /// The time stamp of the first segment is that of the last: nothing counts it up.
  func testBehaviour26TimestampsAreTheSameInAllSegments() throws {
    let nics = try TwoPaths()
    let header = TCPRecipe { $0.options = options(filling: 12) }
    let recipe = FrameRecipe(
      transport: .tcp(header), payload: Payload(seed: 1, count: 64_000),
      checksum: .pseudoHeaderWithoutLength)
    let frames = nics.assertCut(recipe, segmentSize: 1_448)
    let stamps = Set(frames.map { Array($0[56..<66]) })
    XCTAssertEqual(stamps, [[8, 10, 0xA1, 0xB2, 0xC3, 0xD4, 0x11, 0x22, 0x33, 0x44]])
  }

  /// Padding after the end of the list is repeated unmodified, zero or not.
  func testBehaviour26OctetsBehindTheEndOfTheListAreRepeated() throws {
    let nics = try TwoPaths()
    let header = TCPRecipe { $0.options = [[1, 0, 0xDE, 0xAD]] }
    let recipe = FrameRecipe(transport: .tcp(header), payload: Payload(seed: 1, count: 300))
    for frame in nics.assertCut(recipe, segmentSize: 100) {
      XCTAssertEqual(Array(frame[54..<58]), [1, 0, 0xDE, 0xAD])
    }
  }
}
