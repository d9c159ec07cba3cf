internal import WireFormats

/// A frame as NDIS hands it to a miniport that is to segment it.
///
/// Its checksum fields have what Microsoft's pages on LSO and USO ask the sender for, whatever the
/// input had: 0 in the IPv4 header, and in the transport header the pseudo header sum without a
/// length. Beside the frame there are no checksum actions: segmentation implies them. A UDP
/// checksum of 0 and checksums that the rules of the plan copy stay.
///
/// A miniport takes lengths from the buffer. What the length fields of the IP header hold is the
/// choice of the caller, because the pages and the practice of senders differ.
public struct NdisHandOff: Hashable, Sendable {
  /// What the length fields of the IP header hold.
  public enum Lengths: Hashable, Sendable, CaseIterable {
    /// The length of the packet, as for LSO version 1; 0 if it exceeds the field.
    case exact
    /// 0, as for LSO version 2. A trailer after the packet is cut off, because no field says where
    /// the packet ends.
    case zero
  }

  /// The NDIS description of the frame.
  public let record: NdisOffloadRecord
  /// The frame, not segmented.
  public let frame: [UInt8]

  /// Prepares a frame that could be segmented as `plan` says.
  ///
  /// TCP over IPv4 is described by LSO version 1 with exact lengths, and by version 2 with lengths
  /// of 0. TCP over IPv6 is described by version 2, and UDP by USO.
  ///
  /// - Parameters:
  ///   - frame: The frame that was planned.
  ///   - plan: How it would be segmented.
  ///   - lengths: What the length fields of the IP header hold.
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)`` if `frame` is another one;
  ///   ``SegmentationError/metadata(_:)`` if a record cannot describe it:
  ///   ``MetadataError/tunnelWithoutRecord`` for a tunnel, and
  ///   ``MetadataError/transportHeaderOffset(found:expected:)`` beyond 1,023 octets.
  /// - Complexity: O(*n*) in the length of the frame, one allocation.
  public init(
    _ frame: [UInt8], segmentedAs plan: SegmentationPlan, lengths: Lengths = .exact
  ) throws(SegmentationError) {
    guard frame.count == plan.frameLength else {
      throw .frameLengthChanged(planned: plan.frameLength, given: frame.count)
    }
    guard plan.tunnel == nil else { throw .metadata(.tunnelWithoutRecord) }
    let offset = plan.transport.offset
    guard offset <= NdisOffloadRecord.maximumHeaderOffset else {
      throw .metadata(
        .transportHeaderOffset(
          found: NdisOffloadRecord.maximumHeaderOffset, expected: offset))
    }
    let version = plan.network.version
    let kind: NdisOffloadRecord.Kind =
      switch (plan.offload, version) {
      case (.uso, _): .udpSegmentation(version)
      case (.lso, .ipv4) where lengths == .exact: .largeSendV1
      case (.lso, _): .largeSendV2(version)
      }
    record = NdisOffloadRecord(kind, maximumSegmentSize: plan.segmentSize, headerOffset: offset)
    var octets = frame
    if lengths == .zero { octets.removeSubrange(plan.payloadRange.upperBound...) }
    octets.withMutableOctets { plan.writeHandOff(to: &$0, lengths: lengths) }
    self.frame = octets
  }
}

extension SegmentationPlan {
  /// Writes the header fields of a planned frame as NDIS hands it over.
  ///
  /// - Parameters:
  ///   - frame: The frame that was planned, or its octets up to the end of the packet.
  ///   - lengths: What the length fields of the IP header hold.
  /// - Complexity: O(1). Does not allocate. A second call changes nothing.
  package func writeHandOff(to frame: inout MutableRawSpan, lengths: NdisHandOff.Lengths) {
    let fields = computedChecksums
    let packetLength = network.end - network.offset
    func field(_ length: Int) -> UInt16 {
      lengths == .zero ? 0 : UInt16(exactly: length) ?? 0
    }
    switch network.version {
    case .ipv4:
      frame.setNetworkOrder(
        field(packetLength), at: network.offset + IPv4Header.Field.totalLength)
      if fields.contains(.ipv4Header) {
        frame.setNetworkOrder(
          UInt16(0), at: network.offset + IPv4Header.Field.headerChecksum)
      }
    case .ipv6:
      frame.setNetworkOrder(
        field(packetLength - IPv6Header.byteCount),
        at: network.offset + IPv6Header.Field.payloadLength)
    }
    guard fields.contains(.transport) else { return }
    let sum = network.pseudoHeaderSum(of: frame.bytes, protocol: transport.kind.ipProtocol)
    frame.setMemoryOrder(WordSum.fold(sum), at: transport.checksumOffset)
  }
}
