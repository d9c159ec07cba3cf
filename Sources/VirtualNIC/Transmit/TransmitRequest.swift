public import GsoEngine

/// What the sender of a frame leaves to the NIC: `NET_PACKET_GSO` and `NET_PACKET_CHECKSUM`.
public struct TransmitRequest: Hashable, Sendable {
  /// Payload octets of a segment, `Mss`; 0 for a frame that asks for no segmentation.
  public var segmentSize: Int
  /// Checksums to complete or compute in a frame that is not to be segmented; in segments all are
  /// computed.
  ///
  /// `NET_PACKET_CHECKSUM` names those to compute. `ChecksumPlan.Fields.partial` is for senders
  /// that do not say what they left to the NIC, as those of a capture: what is partial is
  /// completed.
  public var checksums: ChecksumPlan.Fields

  /// Leaves nothing to the NIC by default.
  public init(segmentSize: Int = 0, checksums: ChecksumPlan.Fields = []) {
    (self.segmentSize, self.checksums) = (segmentSize, checksums)
  }
}
