internal import GsoEngine
internal import WireFormats

// A frame that lies in several buffers: its headers are gathered in the renderer.
extension ScatteredFrame: FrameSource {
  internal func load(into buffer: inout FrameBuffer) { buffer.load(self) }

  internal func layout(
    tunnels: TunnelRecognition, using renderer: FrameRenderer
  ) -> PacketLayout? {
    try? renderer.headers.layout(of: self, tunnels: tunnels)
  }

  internal func plan(
    _ request: SegmentationRequest, using renderer: FrameRenderer
  ) throws(SegmentationError) -> SegmentationPlan {
    try SegmentationPlan(
      of: self, headers: &renderer.headers, tunnels: renderer.tunnels, request: request)
  }

  internal func checksumPlan(
    _ fields: ChecksumPlan.Fields, rules: SegmentationRules, using renderer: FrameRenderer
  ) throws(SegmentationError) -> ChecksumPlan {
    try ChecksumPlan(
      of: self, headers: &renderer.headers, tunnels: renderer.tunnels, fields: fields, rules: rules)
  }

  internal func findings(_ plan: ChecksumPlan, using renderer: FrameRenderer) -> ChecksumFindings {
    // Cannot fail: the frame and its headers are the planned ones.
    (try? plan.findings(in: self, headers: renderer.headers)) ?? ChecksumFindings()
  }

  internal func render(
    _ plan: SegmentationPlan, _ segments: Range<Int>, into arena: inout SegmentArena,
    using renderer: FrameRenderer
  ) throws(SegmentationError) {
    try plan.render(self, headers: renderer.headers, segments: segments, into: &arena)
  }

  internal func render(
    _ plan: ChecksumPlan, into arena: inout SegmentArena
  ) throws(SegmentationError) {
    try plan.render(self, into: &arena)
  }

  internal var contiguous: RawSpan? {
    @_lifetime(copy self) get { nil }
  }

  internal func copy(into arena: inout SegmentArena) throws(SegmentationError) {
    try arena.append(self)
  }
}
