internal import GsoEngine
internal import WireFormats

/// A frame to send: contiguous in memory, or scattered over several buffers.
///
/// The renderer keeps a contiguous copy of the headers of a scattered frame.
internal protocol FrameSource: ~Escapable {
  /// Length of the frame, in octets.
  var byteCount: Int { get }

  /// Returns where the headers lie; nil if they cannot be read.
  func layout(tunnels: TunnelRecognition, using renderer: FrameRenderer) -> PacketLayout?

  /// Plans the segmentation of the frame.
  func plan(
    _ request: SegmentationRequest, using renderer: FrameRenderer
  ) throws(SegmentationError) -> SegmentationPlan

  /// Plans the checksums of the frame.
  func checksumPlan(
    _ fields: ChecksumPlan.Fields, rules: SegmentationRules, using renderer: FrameRenderer
  ) throws(SegmentationError) -> ChecksumPlan

  /// Returns what the planned checksum fields hold in the frame.
  func findings(_ plan: ChecksumPlan, using renderer: FrameRenderer) -> ChecksumFindings

  /// Writes some segments into an arena.
  func render(
    _ plan: SegmentationPlan, _ segments: Range<Int>, into arena: inout SegmentArena,
    using renderer: FrameRenderer
  ) throws(SegmentationError)

  /// Writes the frame with the planned checksums into an arena.
  func render(_ plan: ChecksumPlan, into arena: inout SegmentArena) throws(SegmentationError)

  /// Sends the frame unmodified; a contiguous frame is not copied.
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
    _ fields: ChecksumPlan.Fields, rules: SegmentationRules, using renderer: FrameRenderer
  ) throws(SegmentationError) -> ChecksumPlan {
    try ChecksumPlan(of: self, tunnels: renderer.tunnels, fields: fields, rules: rules)
  }

  internal func findings(_ plan: ChecksumPlan, using renderer: FrameRenderer) -> ChecksumFindings {
    // Cannot fail: the frame is the planned one.
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

  internal func sendUnmodified(
    at time: VirtualTime, to link: any Link, using renderer: FrameRenderer
  ) {
    renderer.withArena(byteCount: byteCount, slotCount: 1) { arena in
      // Cannot fail: the arena has room for the frame.
      try? arena.append(self)
      link.send(arena.frames, at: time)
    }
  }
}
