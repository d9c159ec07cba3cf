internal import GsoEngine
internal import WireFormats

/// A frame to send, however it lies in memory: in one piece or in buffers.
///
/// The headers of a frame in buffers are gathered in the renderer.
internal protocol FrameSource: ~Escapable {
  /// Length of the frame, in octets.
  var byteCount: Int { get }

  /// Reads the headers; nil if they are not what they claim to be.
  func layout(tunnels: TunnelRecognition, using renderer: FrameRenderer) -> PacketLayout?

  /// Plans segmentation.
  func plan(
    _ request: SegmentationRequest, using renderer: FrameRenderer
  ) throws(SegmentationError) -> SegmentationPlan

  /// Plans checksums.
  func checksumPlan(
    _ fields: ChecksumPlan.Fields, _ rules: SegmentationRules, using renderer: FrameRenderer
  ) throws(SegmentationError) -> ChecksumPlan

  /// What the fields of a frame hold whose checksums are planned.
  func findings(_ plan: ChecksumPlan, using renderer: FrameRenderer) -> ChecksumFindings

  /// Writes some segments.
  func render(
    _ plan: SegmentationPlan, _ segments: Range<Int>, into arena: inout SegmentArena,
    using renderer: FrameRenderer
  ) throws(SegmentationError)

  /// Writes the frame with its checksums.
  func render(_ plan: ChecksumPlan, into arena: inout SegmentArena) throws(SegmentationError)

  /// Sends the frame unmodified, from where it lies if that is one piece.
  func sendUnmodified(at time: VirtualTime, to link: any Link, using renderer: FrameRenderer)
}

extension RawSpan: FrameSource {
  internal func layout(
    tunnels: TunnelRecognition, using renderer: FrameRenderer
  ) -> PacketLayout? {
    try? PacketLayout(parsing: self, tunnels: tunnels)
  }

  internal func plan(
    _ request: SegmentationRequest, using renderer: FrameRenderer
  ) throws(SegmentationError) -> SegmentationPlan {
    try SegmentationPlan(of: self, tunnels: renderer.tunnels, request: request)
  }

  internal func checksumPlan(
    _ fields: ChecksumPlan.Fields, _ rules: SegmentationRules, using renderer: FrameRenderer
  ) throws(SegmentationError) -> ChecksumPlan {
    try ChecksumPlan(of: self, tunnels: renderer.tunnels, fields: fields, rules: rules)
  }

  internal func findings(_ plan: ChecksumPlan, using renderer: FrameRenderer) -> ChecksumFindings {
    // The frame is the planned one, so this cannot fail.
    (try? plan.findings(in: self)) ?? ChecksumFindings()
  }

  internal func render(
    _ plan: SegmentationPlan, _ segments: Range<Int>, into arena: inout SegmentArena,
    using renderer: FrameRenderer
  ) throws(SegmentationError) {
    try plan.render(self, segments: segments, into: &arena)
  }

  internal func render(
    _ plan: ChecksumPlan, into arena: inout SegmentArena
  ) throws(SegmentationError) {
    try plan.render(self, into: &arena)
  }

  internal func sendUnmodified(
    at time: VirtualTime, to link: any Link, using renderer: FrameRenderer
  ) {
    link.send(self, at: time)
  }
}

extension ScatteredFrame: FrameSource {
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
    _ fields: ChecksumPlan.Fields, _ rules: SegmentationRules, using renderer: FrameRenderer
  ) throws(SegmentationError) -> ChecksumPlan {
    try ChecksumPlan(
      of: self, headers: &renderer.headers, tunnels: renderer.tunnels, fields: fields, rules: rules)
  }

  internal func findings(_ plan: ChecksumPlan, using renderer: FrameRenderer) -> ChecksumFindings {
    // The frame and its headers are the planned ones, so this cannot fail.
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

  internal func sendUnmodified(
    at time: VirtualTime, to link: any Link, using renderer: FrameRenderer
  ) {
    renderer.withArena(byteCount: byteCount, slotCount: 1) { arena in
      // The arena was made to fit, so this cannot fail.
      try? arena.append(self)
      link.send(arena.frames, at: time)
    }
  }
}
