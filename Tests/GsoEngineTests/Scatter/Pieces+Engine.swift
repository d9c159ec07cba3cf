import GsoEngine
import TestSupport
import WireFormats

extension Pieces {
  func byteCount() throws(SegmentationError) -> Int {
    try ScatteredFrame(memory: memory.octets, buffers: fragments.span).byteCount
  }

  func frames(
    _ recipe: FrameRecipe, _ request: SegmentationRequest
  ) throws(SegmentationError) -> [[UInt8]] {
    let frame = try ScatteredFrame(memory: memory.octets, buffers: fragments.span)
    var headers = try LinearHeaders(byteCount: 0)
    let plan = try SegmentationPlan(
      of: frame, headers: &headers, link: recipe.outerLink.kind.layer, tunnels: .wellKnown,
      request: request)
    var arena = try SegmentArena(byteCount: plan.totalFrameLength, slotCount: plan.count)
    try plan.render(frame, headers: headers, into: &arena)
    return (0..<arena.count).map { arena.frame($0) }
  }

  /// True if it worked; no error is made, so nothing is allocated for one.
  func render(
    _ headers: inout LinearHeaders, _ arena: inout SegmentArena, _ request: SegmentationRequest
  ) -> Bool {
    guard
      let frame = try? ScatteredFrame(memory: memory.octets, buffers: fragments.span),
      let plan = try? SegmentationPlan(of: frame, headers: &headers, request: request)
    else { return false }
    return (try? plan.render(frame, headers: headers, into: &arena)) != nil
  }
}
