package import WireFormats

extension SegmentationPlan {
  /// The length of the frame that was planned, in octets.
  package var plannedFrameLength: Int { frameLength }

  /// Plans a frame again whose plan is not in a state.
  ///
  /// What NDIS changes in a frame that is handed over, its lengths and its checksums, is in no plan.
  ///
  /// - Parameters:
  ///   - frame: The frame as it was planned, or as ``writeHandOff(to:lengths:)`` left it.
  ///   - plannedLength: The length of the frame that was planned, with the trailer that a hand-off
  ///     cuts off.
  ///   - tunnels: Which encapsulations to look into.
  ///   - request: What was asked for.
  /// - Throws: ``SegmentationError`` as for any frame, which never happens for a frame that was
  ///   planned.
  package init(
    again frame: RawSpan, plannedLength: Int, tunnels: TunnelRecognition,
    request: SegmentationRequest
  ) throws(SegmentationError) {
    try self.init(of: frame, tunnels: tunnels, request: request)
    frameLength32 = UInt32(clamping: Swift.max(frame.byteCount, plannedLength))
  }
}
