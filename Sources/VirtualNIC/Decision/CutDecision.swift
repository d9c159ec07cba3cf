internal import GsoEngine
internal import NetAdapterCore
internal import WireFormats

/// Who does what with a frame that is to be cut.
///
/// Without the plan, which is large: on the way of every frame it is not moved about.
internal struct CutDecision {
  /// Who cuts it.
  let path: OffloadDecision
  /// Who computes the checksums of its segments.
  let checksum: ChecksumDecision
  /// Why it is dropped instead; nil if it is not.
  let drop: TransmitReport.DropReason?

  /// Decides about a frame that has been planned.
  ///
  /// - Complexity: O(1). Does not allocate.
  init(for plan: SegmentationPlan, _ state: DatapathState) {
    let packetLength = plan.fullFrameLength - plan.layout.linkHeaderLength
    drop =
      packetLength > state.mtu
      ? .segmentExceedsMTU(packetLength: packetLength, mtu: state.mtu) : nil
    path = OffloadDecision(for: plan, state)
    // Whoever cuts in hardware computes checksums, too. What software has cut goes the way of
    // every other packet.
    checksum =
      path == .hardware
      ? .hardware
      : ChecksumDecision(
        for: [.ipv4Header, .transport], layout: plan.layout, hardware: state.txChecksum,
        active: state.active)
  }
}
