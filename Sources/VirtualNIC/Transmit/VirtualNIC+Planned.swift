public import GsoEngine
internal import NetAdapterCore
internal import WireFormats

// Frames whose segmentation the caller has planned, for example by what a virtio-net header says.
extension VirtualNIC {
  /// Sends a frame that is segmented as planned.
  ///
  /// - Parameters:
  ///   - frame: The frame that was planned.
  ///   - plan: Its segmentation, for example that of an `OffloadAction`. The rules of the plan are
  ///     used, and not ``rules``.
  ///   - time: When the frame is sent.
  /// - Returns: Who segmented the frame, and what was sent. A frame of another length than the plan
  ///   is dropped.
  /// - Complexity: O(*n*) in the length of the frame. Allocates only to grow.
  @inlinable @discardableResult
  public func transmit(
    _ frame: RawSpan, segmentedAs plan: SegmentationPlan, at time: VirtualTime = .start
  ) -> TransmitReport {
    // Inlined as for a request.
    var report = TransmitReport.nothingSent
    transmit(frame, segmentedAs: plan, at: time, reporting: &report)
    return report
  }

  /// Sends a frame that is segmented as planned, and writes into `report` what was done with it.
  @usableFromInline
  internal func transmit(
    _ frame: RawSpan, segmentedAs plan: SegmentationPlan, at time: VirtualTime,
    reporting report: inout TransmitReport
  ) {
    path.transmit(frame, segmentedAs: plan, at: time, to: link, reporting: &report)
  }

  /// Returns who would segment a frame, without sending it.
  ///
  /// - Parameter plan: The segmentation of the frame.
  /// - Returns: The decision, or why the frame would be dropped.
  /// - Complexity: O(1). Does not allocate.
  public func decision(
    for plan: SegmentationPlan
  ) -> Result<OffloadDecision, TransmitReport.DropReason> {
    path.decision(for: plan)
  }
}

extension TransmitPath {
  fileprivate func decision(
    for plan: SegmentationPlan
  ) -> Result<OffloadDecision, TransmitReport.DropReason> {
    let state = refreshedState()
    guard state.isRunning else { return .failure(.notStarted) }
    // An action has a copy of the plan, which takes longer than deciding.
    if let (decision, _) = watch.decisions(for: plan) { return .success(decision) }
    let byteCount = plan.layout.frameLength
    switch TransmitAction(segmentedAs: plan, byteCount: byteCount, state: state) {
    case .drop(let reason, _, _): return .failure(reason)
    case .segment(_, let decision, _): return .success(decision)
    case .sendUnmodified, .computeChecksums: return .success(.none)
    }
  }
}
