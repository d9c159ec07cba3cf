internal import GsoEngine
internal import WireFormats

/// Performs actions: renders frames, counts them, and sends them to a link.
///
/// Two things are kept from frame to frame: arenas, in a pool that other renderers may use as well,
/// and the headers of a frame that lies in several buffers. For one thread.
internal final class FrameRenderer {
  /// The contiguous headers of a scattered frame, from its plan to its rendering.
  var headers = LinearHeaders()
  @exclusivity(unchecked) private var recognised = TunnelRecognition.wellKnown
  internal let pool: ArenaPool

  /// The encapsulations to look into.
  var tunnels: TunnelRecognition {
    // SAFETY: each access is a copy, during which no other code runs.
    @inline(__always) get { unsafe recognised }
    set { unsafe recognised = newValue }
  }

  init(_ pool: ArenaPool = ArenaPool()) { self.pool = pool }

  /// Performs an action: renders the frames, counts them, and sends them to a link.
  ///
  /// Frames are counted before they are sent, so that a receiver that reads the counters finds them
  /// counted. They are counted after they are rendered, so that nothing is counted or reported that
  /// is not sent. An action that cannot be performed becomes ``TransmitAction/drop(_:plan:kind:)``.
  @inline(__always)
  func perform<Source: FrameSource & ~Escapable>(
    _ action: inout TransmitAction, on frame: Source, at time: VirtualTime, to link: any Link,
    counting counters: CounterBox? = nil
  ) {
    switch action {
    case .drop: counters?.count(action, byteCount: frame.byteCount)
    case .sendUnmodified:
      if let octets = frame.contiguous {
        counters?.count(action, byteCount: frame.byteCount)
        return link.send(octets, at: time)
      }
      let lent = pool.take(byteCount: frame.byteCount, slotCount: 1)
      do throws(SegmentationError) {
        try lent.fill { (arena) throws(SegmentationError) in try frame.copy(into: &arena) }
      } catch {
        action = .drop(.refused(error))
      }
      counters?.count(action, byteCount: frame.byteCount)
      if lent.count > 0 { lent.send(to: link, at: time) }
      pool.giveBack(lent)
    case .computeChecksums(let plan, _):
      let lent = pool.take(byteCount: frame.byteCount, slotCount: 1)
      do throws(SegmentationError) {
        try lent.fill { (arena) throws(SegmentationError) in
          try frame.render(plan, into: &arena)
        }
      } catch {
        action = .drop(.refused(error))
      }
      counters?.count(action, byteCount: frame.byteCount)
      if lent.count > 0 { lent.send(to: link, at: time) }
      pool.giveBack(lent)
    case .segment(let plan, let decision, let checksum):
      do throws(SegmentationError) {
        try sendSegments(
          of: frame, plan, decision, checksum, at: time, to: link, counting: counters)
      } catch {
        action = .drop(.refused(error), plan: plan, kind: plan.transport.kind)
        counters?.count(action, byteCount: frame.byteCount)
      }
    }
  }

  /// Returns an action for the same frame with a tag in its octets.
  func repeating(
    _ action: TransmitAction, on frame: RawSpan, rules: SegmentationRules
  ) -> TransmitAction {
    do throws(SegmentationError) {
      switch action {
      case .drop, .sendUnmodified: return action
      case .computeChecksums(let plan, let decision):
        return .computeChecksums(
          try frame.checksumPlan(plan.fields, rules: rules, using: self), decision)
      case .segment(let plan, let decision, let checksum):
        let request = SegmentationRequest(segmentSize: plan.segmentSize, rules: rules)
        return .segment(try frame.plan(request, using: self), decision, checksum)
      }
    } catch {
      return .drop(.refused(error))
    }
  }

  /// Returns how many frames of `frameLength` octets are rendered at once, at least 1.
  ///
  /// Limits memory to 16 MiB, or to one frame if that is longer. Without a limit, a frame with a
  /// small segment size and long headers would need many times its own length.
  static func frameLimit(frameLength: Int) -> Int { max(1, memoryLimit / max(1, frameLength)) }

  /// Whether `count` frames are rendered at once, without the division.
  @inline(__always)
  static func isWithinLimit(frameLength: Int, count: Int) -> Bool {
    // Cannot overflow: a payload has less than 4 GiB, and so many headers less than 2^48 octets.
    frameLength &* count <= memoryLimit
  }

  private static var memoryLimit: Int { 16_777_216 }

  /// Calls `body` with an empty arena with room for `byteCount` octets in `slotCount` frames.
  func withArena<Failure: Error>(
    byteCount: Int, slotCount: Int, _ body: (inout SegmentArena) throws(Failure) -> Void
  ) throws(Failure) {
    let lent = pool.take(byteCount: byteCount, slotCount: slotCount)
    do throws(Failure) {
      try lent.fill(body)
    } catch {
      pool.giveBack(lent)
      throw error
    }
    pool.giveBack(lent)
  }
}

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

  /// The octets in place; nil for a frame that has to be copied to be sent unmodified.
  var contiguous: RawSpan? {
    @_lifetime(copy self) get
  }

  /// Copies the frame into an arena.
  func copy(into arena: inout SegmentArena) throws(SegmentationError)

  /// Copies the frame into a buffer.
  func load(into buffer: inout FrameBuffer)
}

extension RawSpan: FrameSource {
  internal func load(into buffer: inout FrameBuffer) { buffer.load(self) }

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

  internal var contiguous: RawSpan? {
    @_lifetime(copy self) get { self }
  }

  internal func copy(into arena: inout SegmentArena) throws(SegmentationError) {
    try arena.append(self)
  }
}
