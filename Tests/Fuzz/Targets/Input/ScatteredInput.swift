import GsoEngine
import WireFormats

/// A frame in buffers: in any order, some empty, with gaps between them, in exactly sized memory.
struct ScatteredInput {
  private let memory: OctetBlock
  private let buffers: [Range<Int>]

  init(_ frame: [UInt8], seed: UInt8) {
    var random = Sequence32(UInt32(seed))
    let longest = [1, 7, 40, 64, 200, 1_500, 70_000][Int(seed) % 7]
    var lengths: [Int] = []
    var remaining = frame.count
    while remaining > 0 {
      let length = lengths.count > 300 ? remaining : min(remaining, random.next(below: longest + 1))
      lengths.append(length)
      remaining -= length
    }
    if seed & 8 != 0 { lengths.append(0) }
    let gap = Int(seed >> 4) & 3
    let order = seed & 0x40 != 0 ? Array(lengths.indices.reversed()) : Array(lengths.indices)
    var buffers = [Range<Int>](repeating: 0..<0, count: lengths.count)
    var place = 0
    for index in order {
      buffers[index] = place..<(place + lengths[index])
      place += lengths[index] + gap
    }
    var octets = [UInt8](repeating: 0xEE, count: place)
    var at = 0
    for buffer in buffers where !buffer.isEmpty {
      octets.replaceSubrange(buffer, with: frame[at..<(at + buffer.count)])
      at += buffer.count
    }
    memory = OctetBlock(octets)
    self.buffers = buffers
  }

  var frame: ScatteredFrame {
    @_lifetime(borrow self)
    get throws {
      try ScatteredFrame(memory: memory.octets, buffers: buffers.span)
    }
  }

  /// Changes an octet of the memory.
  func store(_ octet: UInt8, at offset: Int) { memory.store(octet, at: offset) }
}
