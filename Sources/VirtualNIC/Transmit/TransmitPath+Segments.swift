internal import GsoEngine
internal import NetAdapterCore
internal import WireFormats

// Frames that become segments at once. Their plan stays where it was made until it is part of the
// report: it is large, and making an action of it takes longer than deciding about it.
extension TransmitPath {
  /// Plans a frame, sends its segments, and reports it.
  @inline(__always)
  func segment<Source: FrameSource & ~Escapable>(
    _ frame: Source, by request: SegmentationRequest, at time: VirtualTime, to link: any Link,
    reporting report: inout TransmitReport
  ) {
    do throws(SegmentationError) {
      let plan = try frame.plan(request, using: renderer)
      segment(frame, as: plan, at: time, to: link, reporting: &report)
    } catch {
      let action = TransmitAction.refusal(of: frame, error, renderer: renderer)
      perform(action, on: frame, at: time, to: link, reporting: &report)
    }
  }

  /// Sends the segments of a planned frame, and reports it.
  @inline(__always)
  func segment<Source: FrameSource & ~Escapable>(
    _ frame: Source, as plan: SegmentationPlan, at time: VirtualTime, to link: any Link,
    reporting report: inout TransmitReport
  ) {
    guard let (decision, checksum) = watch.decisions(for: plan) else {
      return performOther(frame, plan, nil, at: time, to: link, reporting: &report)
    }
    report.setPlan(plan)
    (report.segmentation, report.checksum) = (decision, checksum)
    do throws(SegmentationError) {
      try renderer.sendSegments(
        of: frame, plan, decision, checksum, at: time, to: link, counting: counters)
    } catch {
      performOther(frame, plan, error, at: time, to: link, reporting: &report)
    }
  }

  /// Performs what happens to a planned frame that is not segmented, and reports it.
  ///
  /// Not inlined, so that no copy of the plan is made for it beforehand.
  ///
  /// - Parameters:
  ///   - frame: The frame.
  ///   - plan: How it was to be segmented.
  ///   - error: Why its segments cannot be rendered; nil if the adapter does not send them.
  ///   - time: When it is sent.
  ///   - link: Where it is sent to.
  ///   - report: What was done.
  @inline(never)
  private func performOther<Source: FrameSource & ~Escapable>(
    _ frame: Source, _ plan: SegmentationPlan, _ error: SegmentationError?, at time: VirtualTime,
    to link: any Link, reporting report: inout TransmitReport
  ) {
    let action: TransmitAction =
      if let error {
        .drop(.refused(error), plan: plan, kind: plan.transport.kind)
      } else {
        TransmitAction(segmentedAs: plan, byteCount: frame.byteCount, state: watch.state)
      }
    perform(action, on: frame, at: time, to: link, reporting: &report)
  }

  /// Performs an action, and reports it.
  @inline(never)
  func perform<Source: FrameSource & ~Escapable>(
    _ action: TransmitAction, on frame: Source, at time: VirtualTime, to link: any Link,
    reporting report: inout TransmitReport
  ) {
    var action = action
    renderer.perform(&action, on: frame, at: time, to: link, counting: counters)
    report = TransmitReport(of: action)
  }
}

extension FrameRenderer {
  /// Renders the segments of a frame, counts them, and sends them to a link.
  ///
  /// - Throws: Why the segments cannot be rendered; none is sent or counted then.
  @inline(__always)
  func sendSegments<Source: FrameSource & ~Escapable>(
    of frame: Source, _ plan: SegmentationPlan, _ decision: OffloadDecision,
    _ checksum: ChecksumDecision, at time: VirtualTime, to link: any Link,
    counting counters: CounterBox?
  ) throws(SegmentationError) {
    let length = plan.fullFrameLength
    var segments = 0..<plan.count
    if !Self.isWithinLimit(frameLength: length, count: segments.count) {
      segments = 0..<min(segments.count, Self.frameLimit(frameLength: length))
    }
    let lent = pool.take(byteCount: segments.count * length, slotCount: segments.count)
    do throws(SegmentationError) {
      try lent.fill { (arena) throws(SegmentationError) in
        try frame.render(plan, segments, into: &arena, using: self)
      }
    } catch {
      pool.giveBack(lent)
      throw error
    }
    counters?.count(segmentsOf: plan, decision, checksum)
    while lent.count > 0 {
      lent.send(to: link, at: time)
      guard segments.upperBound < plan.count else { break }
      lent.reset()
      let limit = Self.frameLimit(frameLength: length)
      segments = segments.upperBound..<min(plan.count, segments.upperBound + limit)
      // A receiver that has sent from within the call has replaced the headers kept here.
      _ = frame.layout(tunnels: tunnels, using: self)
      // Cannot fail: the first segments of the same frame were rendered.
      try? lent.fill { (arena) throws(SegmentationError) in
        try frame.render(plan, segments, into: &arena, using: self)
      }
    }
    pool.giveBack(lent)
  }
}
