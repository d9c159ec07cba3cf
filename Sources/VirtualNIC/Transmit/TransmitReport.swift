public import GsoEngine

/// What a NIC did with a frame, and why, as a value.
public struct TransmitReport: Hashable, Sendable {
  /// What left the NIC.
  public enum Outcome: Hashable, Sendable {
    /// So many frames went to the link.
    case sent(frames: Int)
    /// No frame went to the link.
    case dropped(DropReason)
  }

  /// Who segmented the frame; ``OffloadDecision/none`` for a frame that was sent whole or dropped.
  public let segmentation: OffloadDecision
  /// Who computed its checksums.
  public let checksum: ChecksumDecision
  /// How it was segmented; nil for a frame that was sent whole, or that could not be planned.
  public let plan: SegmentationPlan?
  /// What left the NIC.
  public let outcome: Outcome
}

extension TransmitReport {
  /// Why a frame, or the rest of it, was not sent.
  public enum DropReason: Error, Hashable, Sendable {
    /// The adapter is not started.
    case notStarted
    /// The frame has no octets.
    case empty
    /// The packet exceeds the MTU and is not to be segmented; lengths in octets.
    case exceedsMTU(packetLength: Int, mtu: Int)
    /// The frame cannot be segmented as asked, or has no such checksum.
    case refused(SegmentationError)
    /// Even a segment exceeds the MTU; lengths in octets.
    case segmentExceedsMTU(packetLength: Int, mtu: Int)
    /// A packet exceeds what the rings of the queue hold; lengths in octets.
    case exceedsRing(octets: Int, limit: Int)
    /// The adapter was stopped after so many segments had gone to the driver.
    case cancelled(framesSent: Int)
  }
}

extension TransmitReport.DropReason: CustomStringConvertible {
  /// One sentence with the numbers.
  public var description: String {
    switch self {
    case .notStarted: "the adapter is not started; call start() first"
    case .empty: "the frame has no octets"
    case .exceedsMTU(let length, let mtu):
      "the packet of \(length) octets exceeds the MTU \(mtu), and no segmentation was asked for"
    case .refused(let error): error.description
    case .segmentExceedsMTU(let length, let mtu):
      "a segment's packet of \(length) octets exceeds the MTU \(mtu)"
    case .exceedsRing(let octets, let limit):
      "\(octets) octets exceed the \(limit) that the rings of the queue hold for one packet"
    case .cancelled(let framesSent):
      "the adapter was stopped when \(framesSent) segments had gone to the driver"
    }
  }
}

extension TransmitReport {
  /// The report of an action that was performed.
  @inline(__always)
  internal init(of action: TransmitAction) {
    switch action {
    case .drop(let reason, let plan, _):
      self.init(segmentation: .none, checksum: .none, plan: plan, outcome: .dropped(reason))
    case .sendUnmodified:
      self.init(segmentation: .none, checksum: .none, plan: nil, outcome: .sent(frames: 1))
    case .computeChecksums(_, let decision):
      self.init(segmentation: .none, checksum: decision, plan: nil, outcome: .sent(frames: 1))
    case .segment(let plan, let decision, let checksum):
      self.init(
        segmentation: decision, checksum: checksum, plan: plan,
        outcome: .sent(frames: plan.count))
    }
  }
}
