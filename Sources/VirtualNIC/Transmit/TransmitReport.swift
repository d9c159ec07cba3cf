public import GsoEngine

/// What became of a frame that was handed to a NIC, as a value.
public struct TransmitReport: Hashable, Sendable {
  /// What left the NIC.
  public enum Outcome: Hashable, Sendable {
    /// So many frames went to the link.
    case sent(frames: Int)
    /// Nothing: the frame was dropped.
    case dropped(DropReason)
  }

  /// Who cut the frame.
  public let path: OffloadDecision
  /// Who computed its checksums.
  public let checksum: ChecksumDecision
  /// How it was cut; nil for a frame that went as it is, or not at all.
  public let plan: SegmentationPlan?
  /// What left the NIC.
  public let outcome: Outcome
}
