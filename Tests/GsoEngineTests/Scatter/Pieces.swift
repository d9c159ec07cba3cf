import GsoEngine
import TestSupport
import WireFormats

/// A frame that was torn to pieces which lie about in a memory.
struct Pieces {
  let memory: [UInt8]
  let fragments: [Range<Int>]

  init(memory: [UInt8], _ fragments: [Range<Int>]) {
    (self.memory, self.fragments) = (memory, fragments)
  }

  /// Pieces of these lengths, the last one first in memory, with a hole behind each.
  init(_ frame: [UInt8], lengths: [Int]) {
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

  /// Pieces of random lengths, most of them short at first.
  init(random: inout SeededGenerator, _ frame: [UInt8]) {
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

  func byteCount() throws(SegmentationError) -> Int {
    try ScatteredFrame(memory: memory.octets, fragments: fragments.span).byteCount
  }

  func frames(
    _ recipe: FrameRecipe, _ request: SegmentationRequest
  ) throws(SegmentationError) -> [[UInt8]] {
    let frame = try ScatteredFrame(memory: memory.octets, fragments: fragments.span)
    var headers = LinearHeaders(byteCount: 0)
    let plan = try SegmentationPlan(
      of: frame, headers: &headers, link: recipe.outerLink.kind.layer, tunnels: .wellKnown,
      request: request)
    var arena = SegmentArena(byteCount: plan.totalFrameLength, slotCount: plan.count)
    try plan.render(frame, headers: headers, into: &arena)
    return (0..<arena.count).map { arena.frame($0) }
  }

  /// True if it worked; no error is made, so nothing is allocated for one.
  func render(
    _ headers: inout LinearHeaders, _ arena: inout SegmentArena, _ request: SegmentationRequest
  ) -> Bool {
    guard
      let frame = try? ScatteredFrame(memory: memory.octets, fragments: fragments.span),
      let plan = try? SegmentationPlan(of: frame, headers: &headers, request: request)
    else { return false }
    return (try? plan.render(frame, headers: headers, into: &arena)) != nil
  }
}
