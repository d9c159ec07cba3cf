import GsoEngine
import TestSupport
import VirtualNIC
import VirtualNICTesting
import XCTest

/// Behaviour 27: which segments keep which TCP flags.
final class FlagTests: XCTestCase {
  /// Every combination of the four flags that are treated apart, with ACK.
  private let matrix: [FrameRecipe.TCPFlags] = (0..<16).map { bits in
    var flags = FrameRecipe.TCPFlags.ack
    if bits & 1 != 0 { flags.insert(.fin) }
    if bits & 2 != 0 { flags.insert(.psh) }
    if bits & 4 != 0 { flags.insert(.ece) }
    if bits & 8 != 0 { flags.insert(.cwr) }
    return flags
  }

  private func flags(_ frames: [[UInt8]], _ recipe: FrameRecipe) -> [FrameRecipe.TCPFlags] {
    frames.map { .init(rawValue: UInt16($0.word(recipe.layout.transportOffset + 12))) }
  }

  func testBehaviour27FlagMatrix() throws {
    for everyCWR in [false, true] {
      for preset in [TwoPaths.unlimited, SegmentationRules.ndis] {
        var rules = preset
        rules.congestionWindowReduced = everyCWR ? .everySegment : .firstSegment
        let nics = try TwoPaths(rules: rules)
        for network in [Network.ipv4(), .ipv6()] {
          for template in matrix {
            for count in 1...5 {
              let recipe = FrameRecipe(
                network: network, transport: .tcp(TCPRecipe { $0.flags = template }),
                payload: Payload(seed: 27, count: count * 100 - 1),
                checksum: .pseudoHeaderWithoutLength)
              let sent = nics.send(recipe.build(), segmentSize: 100)
              let expected = (0..<count).map { index in
                var flags = template
                if index < count - 1 { flags.subtract([.fin, .psh]) }
                if index > 0 && !everyCWR { flags.remove(.cwr) }
                return flags
              }
              let name =
                "flags \(String(template.rawValue, radix: 2)), \(count) segments, \(everyCWR)"
              XCTAssertEqual(flags(sent.frames, recipe), expected, name)
              XCTAssertEqual(sent.frames.flatMap { frameFaults($0) }, [], name)
            }
          }
        }
      }
    }
  }

  /// The other flags, the reserved bits, window, acknowledgement and urgent pointer are copied.
  func testBehaviour27OtherFlagsAreCopied() throws {
    let nics = try TwoPaths()
    for bit in 0..<12 {
      let one = FrameRecipe.TCPFlags(rawValue: 1 << bit)
      let header = TCPRecipe {
        $0.flags = one
        $0.window = 0xBEEF
        $0.acknowledgement = 0xDEAD_BEEF
        $0.urgentPointer = 0x0102
      }
      let recipe = FrameRecipe(transport: .tcp(header), payload: Payload(seed: 1, count: 300))
      let frames = nics.assertCut(recipe, segmentSize: 100, "bit \(bit)")
      let expected: [FrameRecipe.TCPFlags]
      switch one {
      case .fin, .psh: expected = [[], [], one]
      case .cwr: expected = [one, [], []]
      default: expected = [one, one, one]
      }
      XCTAssertEqual(flags(frames, recipe), expected, "bit \(bit)")
      for frame in frames {
        XCTAssertEqual(Array(frame[42..<46]), [0xDE, 0xAD, 0xBE, 0xEF], "acknowledgement")
        XCTAssertEqual(frame.word(48), 0xBEEF, "window")
        XCTAssertEqual(frame.word(52), 0x0102, "urgent pointer")
      }
    }
  }
}
