public import VirtualNICTesting

/// A frame that was torn to pieces which lie about in a memory.
public struct Pieces: Sendable {
  /// What the pieces lie in.
  public let memory: [UInt8]
  /// Where they lie in it, in the order in which they make up the frame.
  public let fragments: [Range<Int>]

  /// Pieces that lie where they are said to.
  public init(memory: [UInt8], _ fragments: [Range<Int>]) {
    (self.memory, self.fragments) = (memory, fragments)
  }

  /// Pieces of these lengths, the last one first in memory, with a hole after each.
  public init(_ frame: [UInt8], lengths: [Int]) {
    var memory: [UInt8] = []
    var fragments: [Range<Int>] = []
    var end = frame.count
    for length in lengths.reversed() {
      fragments.append(memory.count..<(memory.count + length))
      memory += frame[(end - length)..<end] + [0xEE]
      end -= length
    }
    self.init(memory: memory, fragments.reversed())
  }

  /// Pieces of random lengths, most of them short at first, some of them empty.
  public init(random: inout SeededGenerator, _ frame: [UInt8]) {
    var lengths: [Int] = []
    var left = frame.count
    while left > 0 {
      let most = lengths.count < 40 ? 9 : 3_000
      let length = min(left, random.below(most))
      lengths.append(length)
      left -= length
    }
    self.init(frame, lengths: lengths)
  }
}
