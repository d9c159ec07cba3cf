import PacketCapture
import XCTest

/// Random pcapng files of all kinds of blocks, then damaged: what is read and what is lost add up
/// to the file, and a copy is sound and has all that was read, in place.
final class MutatedCaptureTests: XCTestCase {
  func testNothingIsLost() throws {
    var damaged = 0
    var ended = 0
    for seed in UInt64(1)...500 {
      var generator = SeededGenerator(seed: seed)
      var blocks = Self.blocks(&generator)
      Self.mutate(&blocks, &generator)
      var file = blocks.flatMap { $0 }
      if Int.random(in: 0..<5, using: &generator) == 0 {
        file.removeLast(Int.random(in: 1...min(20, file.count), using: &generator))
      }
      let outcome = try check(file, "seed \(seed)")
      damaged += outcome.damaged
      ended += outcome.hasEnded ? 1 : 0
    }
    // The mutations reach both kinds of damage.
    XCTAssertGreaterThan(damaged, 50)
    XCTAssertGreaterThan(ended, 50)
  }

  private func check(_ file: [UInt8], _ name: String) throws -> (damaged: Int, hasEnded: Bool) {
    var reader = CaptureReader()
    reader.append(file)
    reader.finish()
    var writer = PcapngWriter(startsSection: false)
    var frames: [[UInt8]] = []
    var copied: [[UInt8]] = []
    var byteCount = 0
    var damaged = 0
    var failure: CaptureError?
    do throws(CaptureError) {
      while let item = try reader.nextItem() {
        byteCount += item.octets.byteCount
        var octets = item.copyOctets()
        switch item.kind {
        case .section: octets.replaceSubrange(16..<24, with: repeatElement(0xFF, count: 8))
        case .damage:
          damaged += 1
          octets[item.byteOrder == .bigEndian ? 0 : 3] |= 0x80
        case .record:
          guard let record = item.record else { break }
          frames.append(record.copyOctets())
          let flags = record.flags ?? []
          if record.timestamp == nil || !flags.isDisjoint(with: .offload) { octets = [] }
        case .interface, .block, .skippedBlock: break
        }
        copied.append(octets)
        do { try writer.copy(item) } catch { XCTFail("\(name): \(error)") }
      }
      XCTAssertEqual(byteCount, file.count, "\(name): a clean end is the end of the file")
    } catch {
      failure = error
    }
    if let failure {
      XCTAssertLessThanOrEqual(byteCount, Int(failure.byteOffset), name)
      XCTAssertLessThan(byteCount, file.count, name)
    }
    let copy = writer.takeOctets()
    if !copy.isEmpty {
      let reading = Reading(copy)
      XCTAssertNil(reading.error, name)
      XCTAssertEqual(reading.frames.map(\.octets), frames, name)
    }
    var position = 0
    for octets in copied {
      guard
        let found = (position...copy.count).first(where: { copy[$0...].starts(with: octets) })
      else {
        XCTFail("\(name): a block of \(octets.count) octets is not in the copy")
        break
      }
      position = found + octets.count
    }
    return (damaged, failure != nil)
  }

  // MARK: - Files

  private static func blocks(_ generator: inout SeededGenerator) -> [[UInt8]] {
    var blocks: [[UInt8]] = []
    for _ in 0..<Int.random(in: 1...3, using: &generator) {
      let isBig = Bool.random(using: &generator)
      blocks.append(
        block(
          0x0A0D_0D0A,
          number(0x1A2B_3C4D, 4, isBig) + number(1, 2, isBig) + [0, 0]
            + [UInt8](repeating: 0xFF, count: 8) + options([2, 3, 4], isBig, &generator), isBig))
      let interfaces = Int.random(in: 1...3, using: &generator)
      for _ in 0..<interfaces {
        blocks.append(
          block(
            1,
            number(1, 2, isBig) + [0, 0] + number(0, 4, isBig)
              + options([2, 3, 12], isBig, &generator), isBig))
      }
      for _ in 0..<Int.random(in: 0...8, using: &generator) {
        blocks.append(anyBlock(interfaces, isBig, &generator))
      }
    }
    return blocks
  }

  private static func anyBlock(
    _ interfaces: Int, _ isBig: Bool, _ generator: inout SeededGenerator
  ) -> [UInt8] {
    let frame = (0..<Int.random(in: 0...70, using: &generator)).map { _ in
      UInt8.random(in: 0...255, using: &generator)
    }
    let padded = frame + [UInt8](repeating: 0, count: -frame.count & 3)
    let index = Int.random(in: 0..<interfaces, using: &generator)
    let lengths = number(frame.count, 4, isBig) + number(frame.count, 4, isBig)
    let time = number(0, 4, isBig) + number(7, 4, isBig)
    switch Int.random(in: 0..<6, using: &generator) {
    case 0:
      return block(3, number(frame.count, 4, isBig) + padded, isBig)
    case 1:
      return block(
        2,
        number(index, 2, isBig) + number(3, 2, isBig) + time + lengths + padded
          + options([1, 3], isBig, &generator), isBig)
    case 2, 3:
      return block(
        6,
        number(index, 4, isBig) + time + lengths + padded
          + options([1, 2, 3, 4, 5, 6, 7, 2988, 19_372, 40_000], isBig, &generator), isBig)
    case 4: return block(5, number(index, 4, isBig) + time, isBig)
    default:
      let types = [4, 10, 0xBAD, 0x4000_0BAD, 0x1234, 0x8000_0001]
      return block(types[Int.random(in: 0..<types.count, using: &generator)], padded, isBig)
    }
  }

  private static func options(
    _ codes: [Int], _ isBig: Bool, _ generator: inout SeededGenerator
  ) -> [UInt8] {
    var list: [UInt8] = []
    for _ in 0..<Int.random(in: 0...3, using: &generator) {
      let code = codes[Int.random(in: 0..<codes.count, using: &generator)]
      let count = code == 2 && codes.count > 4 ? 4 : Int.random(in: 0...9, using: &generator)
      list += number(code, 2, isBig) + number(count, 2, isBig)
      list += [UInt8](repeating: 1, count: count) + [UInt8](repeating: 0, count: -count & 3)
    }
    return list.isEmpty ? [] : list + [0, 0, 0, 0]
  }

  private static func block(_ type: Int, _ content: [UInt8], _ isBig: Bool) -> [UInt8] {
    let length = number(content.count + 12, 4, isBig)
    return number(type, 4, isBig) + length + content + length
  }

  private static func number(_ value: Int, _ count: Int, _ isBig: Bool) -> [UInt8] {
    let octets = (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    return isBig ? octets.reversed() : octets
  }

  // MARK: - Damage

  private static func mutate(_ blocks: inout [[UInt8]], _ generator: inout SeededGenerator) {
    for _ in 0..<Int.random(in: 0...2, using: &generator) {
      let index = Int.random(in: 0..<blocks.count, using: &generator)
      switch Int.random(in: 0..<6, using: &generator) {
      case 0:
        // An octet close to one of the two ends.
        let count = blocks[index].count
        let distance = Int.random(in: 0..<min(12, count), using: &generator)
        let place = Bool.random(using: &generator) ? distance : count - 1 - distance
        blocks[index][place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
      case 1:
        let place = Int.random(in: 0..<blocks[index].count, using: &generator)
        blocks[index][place] = UInt8.random(in: 0...255, using: &generator)
      case 2:
        // An octet of the content: lengths, indices and options.
        let place = Int.random(in: 8..<max(9, blocks[index].count - 4), using: &generator)
        blocks[index][min(place, blocks[index].count - 1)] = 0xFF
      case 3:
        blocks.swapAt(index, Int.random(in: 0..<blocks.count, using: &generator))
      case 4:
        blocks.insert(blocks[index], at: Int.random(in: 0...blocks.count, using: &generator))
      default:
        blocks[index].removeLast(
          Int.random(in: 0...min(9, blocks[index].count), using: &generator))
      }
    }
  }
}
