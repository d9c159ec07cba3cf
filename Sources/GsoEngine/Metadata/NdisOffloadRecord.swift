public import WireFormats

/// The NDIS description of a frame to be segmented
/// (`NDIS_TCP_LARGE_SEND_OFFLOAD_NET_BUFFER_LIST_INFO`,
/// `NDIS_UDP_SEGMENTATION_OFFLOAD_NET_BUFFER_LIST_INFO`).
///
/// Microsoft's pages on LSO and USO ask the sender for an IP length of 0 (version 2), an IPv4
/// header checksum of 0, and the pseudo header sum without a length in the transport checksum. No
/// result depends on these fields.
public struct NdisOffloadRecord: Hashable, Sendable {
  /// The offloads and their record types.
  public enum Kind: Hashable, Sendable {
    /// Large send offload, version 1: TCP over IPv4.
    case largeSendV1
    /// Large send offload, version 2: TCP over IPv4 or IPv6.
    case largeSendV2(NetworkLayout.Version)
    /// UDP segmentation offload.
    case udpSegmentation(NetworkLayout.Version)
  }

  /// The offload.
  public var kind: Kind
  /// Payload octets of a segment: `MSS`, 20 bits.
  public var maximumSegmentSize: Int
  /// Where the transport header starts, in octets from the start of the frame:
  /// `TcpHeaderOffset` or `UdpHeaderOffset`, 10 bits.
  public var headerOffset: Int

  /// The largest value of the 10 bits of ``headerOffset``.
  public static let maximumHeaderOffset = 1_023

  /// Joins the fields of a record.
  public init(_ kind: Kind, maximumSegmentSize: Int, headerOffset: Int) {
    (self.kind, self.maximumSegmentSize) = (kind, maximumSegmentSize)
    self.headerOffset = headerOffset
  }

  /// Checks that the record describes a frame with this layout.
  internal func check(against layout: PacketLayout) throws(MetadataError) {
    guard let network = layout.network, let transport = layout.transport else { return }
    let fits =
      switch kind {
      case .largeSendV1: transport.kind == .tcp && network.version == .ipv4
      case .largeSendV2(let version): transport.kind == .tcp && network.version == version
      case .udpSegmentation(let version): transport.kind == .udp && network.version == version
      }
    guard fits else {
      throw .recordMismatch(version: network.version, transport: network.upperProtocol)
    }
    guard headerOffset == transport.offset else {
      throw .transportHeaderOffset(found: headerOffset, expected: transport.offset)
    }
  }
}

extension SegmentationPlan {
  /// Plans the segmentation of a frame as NDIS describes it.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - record: The NDIS description of it.
  ///   - checksum: How the TCP or UDP checksum of segments is made.
  ///   - rules: How fields change, and what is refused.
  /// - Throws: ``SegmentationError/metadata(_:)`` if the record contradicts the frame, else another
  ///   one if the frame cannot be segmented.
  /// - Complexity: O(*n*) in the number of headers. Does not allocate.
  public init(
    of frame: RawSpan, describedBy record: NdisOffloadRecord,
    checksum: SegmentationRequest.Checksum = .complete, rules: SegmentationRules = .ndis
  ) throws(SegmentationError) {
    let request = SegmentationRequest(
      segmentSize: record.maximumSegmentSize, checksum: checksum, rules: rules)
    try self.init(of: frame, request: request)
    let layout = layout
    try SegmentationError.wrap { () throws(MetadataError) in try record.check(against: layout) }
  }

  /// Plans the segmentation of a frame that is held as an array, as NDIS describes it.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - record: The NDIS description of it.
  ///   - checksum: How the TCP or UDP checksum of segments is made.
  ///   - rules: How fields change, and what is refused.
  /// - Throws: As for a frame that is held as a span.
  public init(
    of frame: [UInt8], describedBy record: NdisOffloadRecord,
    checksum: SegmentationRequest.Checksum = .complete, rules: SegmentationRules = .ndis
  ) throws(SegmentationError) {
    try self.init(of: frame.octets, describedBy: record, checksum: checksum, rules: rules)
  }
}
