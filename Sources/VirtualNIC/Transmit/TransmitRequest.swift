public import GsoEngine
public import WireFormats

/// What the sender of a frame leaves to the NIC: `NET_PACKET_GSO` and `NET_PACKET_CHECKSUM`.
public struct TransmitRequest: Hashable, Sendable {
  /// How large segments are.
  public enum SegmentSize: Hashable, Sendable {
    /// The frame is not to be segmented.
    case none
    /// This many octets of payload, `Mss`.
    case octets(Int)
    /// The largest that the MTU of the adapter takes, for a frame that exceeds it; others are sent
    /// whole.
    ///
    /// Only for TCP. A UDP datagram that exceeds the MTU is refused, because only its sender knows
    /// the boundaries of the datagrams in it.
    case toFit
  }

  /// The segment size in octets, `Mss`; 0 for a frame that is not to be segmented.
  public var segmentSize: Int
  /// Whether the frame is segmented to fit the MTU; see ``SegmentSize/toFit``.
  ///
  /// ``segmentSize`` has no effect then.
  public var segmentsToFit = false
  /// The checksums to compute in a frame that is not to be segmented.
  ///
  /// `ChecksumPlan.Fields.partial` asks to complete the checksums that are partial. It is for
  /// senders that do not say which ones those are, for example captures. In segments all checksums
  /// are computed, whatever this says.
  public var checksums: ChecksumPlan.Fields
  /// A VLAN tag beside the octets of the frame: `NET_PACKET_IEEE8021Q`; nil for none.
  ///
  /// Hardware that declares tagging inserts it after the addresses, in each frame that it sends;
  /// otherwise software does before the hardware gets the frame. The frames on the wire are the
  /// same.
  public var vlanTag: VLANTag?

  /// Creates a request; by default it asks for nothing.
  ///
  /// - Parameters:
  ///   - segmentSize: The segment size in octets; 0 for a frame that is not to be segmented.
  ///   - checksums: The checksums to compute in a frame that is not to be segmented.
  public init(segmentSize: Int = 0, checksums: ChecksumPlan.Fields = []) {
    (self.segmentSize, self.checksums) = (segmentSize, checksums)
  }

  /// Creates a request.
  ///
  /// - Parameters:
  ///   - segmentSize: How large segments are.
  ///   - checksums: The checksums to compute in a frame that is not to be segmented.
  public init(segmentSize: SegmentSize, checksums: ChecksumPlan.Fields = []) {
    switch segmentSize {
    case .none: self.init(checksums: checksums)
    case .octets(let size): self.init(segmentSize: size, checksums: checksums)
    case .toFit:
      self.init(checksums: checksums)
      segmentsToFit = true
    }
  }
}
