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

  /// Why nothing left the NIC.
  public enum DropReason: Error, Hashable, Sendable {
    /// The adapter is not started.
    case notStarted
    /// The frame has no octets.
    case empty
    /// The packet exceeds the MTU and asks for no cut, in octets.
    case exceedsMTU(packetLength: Int, mtu: Int)
    /// The frame cannot be cut as asked, or has no such checksum.
    case refused(SegmentationError)
    /// Even a segment exceeds the MTU, in octets.
    case segmentExceedsMTU(packetLength: Int, mtu: Int)
    /// What is to be sent in one piece exceeds what the rings of the queue hold, in octets.
    case exceedsRing(octets: Int, limit: Int)
    /// The queue was cancelled when so many frames had gone to the driver.
    case cancelled(framesSent: Int)
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
