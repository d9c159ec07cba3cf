public import GsoEngine

/// What the sender of a frame leaves to the NIC: `NET_PACKET_GSO` and `NET_PACKET_CHECKSUM`.
public struct TransmitRequest: Hashable, Sendable {
  /// Payload octets of a segment, `Mss`; 0 for a frame that asks for no cut.
  public var segmentSize: Int
  /// Checksums to compute in a frame that asks for no cut; with a cut all are computed.
  public var checksums: ChecksumPlan.Fields

  /// Leaves nothing to the NIC unless told.
  public init(segmentSize: Int = 0, checksums: ChecksumPlan.Fields = []) {
    (self.segmentSize, self.checksums) = (segmentSize, checksums)
  }
}
