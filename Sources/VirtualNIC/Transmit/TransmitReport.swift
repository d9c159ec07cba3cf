public import GsoEngine

/// What a NIC did with a frame, and why.
public struct TransmitReport: Hashable, Sendable {
  /// What was sent to the link.
  public enum Outcome: Hashable, Sendable {
    /// The frame was sent, as this number of frames.
    case sent(frames: Int)
    /// The frame, or the rest of its segments, was not sent.
    case dropped(DropReason)
  }

  /// Who segmented the frame; ``OffloadDecision/none`` if it was not segmented or was dropped.
  public internal(set) var segmentation: OffloadDecision
  /// Who computed its checksums; ``ChecksumDecision/none`` if they were not computed.
  public internal(set) var checksum: ChecksumDecision
  /// How it was segmented, or was to be; nil if it was not to be segmented or could not be planned.
  public internal(set) var plan: SegmentationPlan? {
    get { hasPlan ? storedPlan : nil }
    set { (hasPlan, storedPlan) = (newValue != nil, newValue ?? SegmentationPlan()) }
  }
  /// What was sent to the link.
  public internal(set) var outcome: Outcome
  // Not an optional: making one of a plan copies it twice more.
  private var hasPlan = false
  private var storedPlan = SegmentationPlan()

  /// What a report is before a frame is sent: a copy is faster made than a report.
  @usableFromInline internal static let nothingSent = TransmitReport()

  /// Creates a report of a frame without a plan, or one whose plan follows.
  @inline(__always)
  internal init(
    segmentation: OffloadDecision = .none, checksum: ChecksumDecision = .none,
    outcome: Outcome = .sent(frames: 0)
  ) {
    (self.segmentation, self.checksum, self.outcome) = (segmentation, checksum, outcome)
  }

  /// Reports the segments of a frame.
  @inline(__always)
  internal mutating func setPlan(_ plan: SegmentationPlan) {
    (hasPlan, storedPlan) = (true, plan)
    outcome = .sent(frames: plan.count)
  }
}

extension TransmitReport {
  /// Why a frame, or the rest of its segments, was not sent.
  public enum DropReason: Error, Hashable, Sendable {
    /// The adapter is not started.
    case notStarted
    /// The frame has no octets.
    case empty
    /// The packet exceeds the MTU, and no segmentation was asked for; lengths in octets.
    case exceedsMTU(packetLength: Int, mtu: Int)
    /// The frame cannot be segmented as asked, or lacks a checksum field that was asked for.
    case refused(SegmentationError)
    /// The packets of the segments would exceed the MTU; lengths in octets.
    case segmentExceedsMTU(packetLength: Int, mtu: Int)
    /// A frame or segment exceeds what the rings hold for one packet; lengths in octets.
    case exceedsRing(octets: Int, limit: Int)
    /// The frame exceeds `MaximumTxFragmentSize`, the longest that the framework of 21H2 passes to
    /// a driver; lengths in octets. Only with `Quirks.release21H2`. VLAN tags in the octets of a
    /// frame count.
    case exceedsFragmentLimit(octets: Int, limit: Int)
    /// The adapter was stopped after this number of segments had been passed to the driver.
    case cancelled(framesSent: Int)
    /// The driver replaced its rings after this number of packets of the frame had been passed to
    /// it.
    case ringsReplaced(packetsPosted: Int)
    /// The frame was sent from within deliveries of `limit` other frames of this NIC, each of which
    /// waits for the next (``VirtualNIC/VirtualNIC/maximumNesting``).
    case nestedTooDeeply(limit: Int)
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
    case .exceedsFragmentLimit(let octets, let limit):
      "\(octets) octets exceed the \(limit) that the framework passes to a driver"
    case .cancelled(let framesSent):
      "the adapter was stopped when \(framesSent) segments had gone to the driver"
    case .ringsReplaced(let posted):
      "the driver replaced the rings of the queue when it had \(posted) packets of the frame"
    case .nestedTooDeeply(let limit):
      "the frame was sent from within deliveries of \(limit) frames that wait for each other; "
        + "send it after they have returned"
    }
  }
}

extension TransmitReport {
  /// Creates the report of an action that was performed.
  @inline(__always)
  internal init(of action: TransmitAction) {
    switch action {
    case .drop(let reason, let plan, _):
      self.init(outcome: .dropped(reason))
      self.plan = plan
    case .sendUnmodified:
      self.init(outcome: .sent(frames: 1))
    case .computeChecksums(_, let decision):
      self.init(checksum: decision, outcome: .sent(frames: 1))
    case .segment(let plan, let decision, let checksum):
      self.init(segmentation: decision, checksum: checksum)
      setPlan(plan)
    }
  }
}

extension TransmitReport: CustomStringConvertible {
  /// One line: `46 segments of 1448, software: *LsoV2IPv4 is 0`.
  ///
  /// For a frame that is sent as one, the line says who computed its checksums. For a frame that is
  /// dropped it has the reason.
  public var description: String {
    switch outcome {
    case .dropped(let reason): return "dropped: \(reason)"
    case .sent(let frames):
      guard let plan else {
        return checksum == .none ? "1 frame" : "1 frame, checksums by \(checksum)"
      }
      let segments = frames == 1 ? "1 segment" : "\(frames) segments"
      return "\(segments) of \(plan.segmentSize), \(segmentation)"
    }
  }
}
