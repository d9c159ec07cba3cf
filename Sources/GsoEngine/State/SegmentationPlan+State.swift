package import WireFormats

extension SegmentationPlan {
  /// The length of the frame that was planned, in octets.
  package var plannedFrameLength: Int { frameLength }

  /// Plans a frame again whose plan is not in a state.
  ///
  /// Of what NDIS changes in a frame that is handed over, a plan has the length of the frame and
  /// the length field of its IP header, so both are given.
  ///
  /// - Parameters:
  ///   - frame: The frame as it was planned, or as ``writeHandOff(to:lengths:)`` left it.
  ///   - plannedLength: The length of the frame that was planned, with the trailer that a hand-off
  ///     cuts off.
  ///   - lengthField: What the length field of its IP header held.
  ///   - tunnels: Which encapsulations to look into.
  ///   - request: What was asked for.
  /// - Throws: ``SegmentationError`` as for any frame, which never happens for a frame that was
  ///   planned.
  package init(
    again frame: RawSpan, plannedLength: Int, lengthField: UInt16, tunnels: TunnelRecognition,
    request: SegmentationRequest
  ) throws(SegmentationError) {
    try self.init(of: frame, tunnels: tunnels, request: request)
    let length = Swift.max(frame.byteCount, plannedLength)
    frameLength32 = UInt32(clamping: length)
    // A frame in a tunnel is never handed over.
    if tunnel == nil { network.restore(lengthField: lengthField, limit: length) }
  }
}
