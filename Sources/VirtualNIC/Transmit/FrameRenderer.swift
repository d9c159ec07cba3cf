internal import GsoEngine
internal import WireFormats

/// Makes complete frames of an action and hands them to a link, for one thread.
///
/// It keeps what is used again for the next frame: an arena that grows to what the largest frame so far
/// needed, and the headers of a frame that lies in buffers.
internal final class FrameRenderer {
  /// The headers of a frame in buffers, from its plan to its rendering.
  var headers = LinearHeaders()
  /// Which encapsulations frames are searched for.
  var tunnels = TunnelRecognition.wellKnown
  private var arena: SegmentArena?

  /// Performs an action: renders, counts, and hands the frames to a link.
  ///
  /// Counted before it is sent, so that the receiver finds it counted, and after it is rendered, so that
  /// nothing is counted or reported that is not sent: an action that cannot be performed becomes
  /// ``TransmitAction/drop(_:plan:kind:)``.
  @inline(__always)
  func perform<Source: FrameSource & ~Escapable>(
    _ action: inout TransmitAction, on frame: Source, at time: VirtualTime, to link: any Link,
    counting counters: CounterBox? = nil
  ) {
    switch action {
    case .drop: counters?.count(action, byteCount: frame.byteCount)
    case .sendUnmodified:
      counters?.count(action, byteCount: frame.byteCount)
      frame.sendUnmodified(at: time, to: link, using: self)
    case .computeChecksums(let plan, _):
      var arena = takeArena(byteCount: frame.byteCount, slotCount: 1)
      do throws(SegmentationError) {
        try frame.render(plan, into: &arena)
      } catch {
        action = .drop(.refused(error))
      }
      counters?.count(action, byteCount: frame.byteCount)
      if arena.count > 0 { link.send(arena.frames, at: time) }
      self.arena = consume arena
    case .segment(let plan, _, _):
      let limit = Self.frameLimit(frameLength: plan.fullFrameLength)
      var segments = 0..<min(plan.count, limit)
      var arena = takeArena(
        byteCount: segments.count * plan.fullFrameLength, slotCount: segments.count)
      do throws(SegmentationError) {
        try frame.render(plan, segments, into: &arena, using: self)
      } catch {
        action = .drop(.refused(error), plan: plan, kind: plan.transport.kind)
      }
      counters?.count(action, byteCount: frame.byteCount)
      while arena.count > 0 {
        link.send(arena.frames, at: time)
        arena.reset()
        guard segments.upperBound < plan.count else { break }
        segments = segments.upperBound..<min(plan.count, segments.upperBound + limit)
        // A receiver that has sent from within the call has replaced the headers that are kept here.
        _ = frame.layout(tunnels: tunnels, using: self)
        // The frame is the one of the first segments, so this cannot fail.
        try? frame.render(plan, segments, into: &arena, using: self)
      }
      self.arena = consume arena
    }
  }

  /// How many frames of `frameLength` octets are rendered at once.
  ///
  /// Limits memory to 16 MiB unless one frame alone has more: few octets can ask for a great many, each
  /// segment with the longest headers.
  static func frameLimit(frameLength: Int) -> Int { max(1, 16_777_216 / max(1, frameLength)) }

  /// Takes an empty arena with room for `byteCount` octets in `slotCount` frames.
  ///
  /// A link may hand a segment to a receiver that sends again before it is put back. The one arena is
  /// taken then, so the inner call gets another.
  @inline(__always)
  private func takeArena(byteCount: Int, slotCount: Int) -> SegmentArena {
    var taken = arena.take() ?? SegmentArena(atMost: 0)
    taken.reset()
    if taken.freeByteCount < byteCount || taken.freeSlotCount < slotCount {
      taken = SegmentArena(
        atMost: max(byteCount, 131_072), slotCount: max(slotCount, 4_096))
    }
    return taken
  }

  /// Lends an empty arena with room for `byteCount` octets in `slotCount` frames.
  func withArena<Failure: Error>(
    byteCount: Int, slotCount: Int, _ body: (inout SegmentArena) throws(Failure) -> Void
  ) throws(Failure) {
    var lent = takeArena(byteCount: byteCount, slotCount: slotCount)
    do throws(Failure) {
      try body(&lent)
    } catch {
      arena = consume lent
      throw error
    }
    arena = consume lent
  }
}
