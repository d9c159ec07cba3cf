internal import WireFormats

/// Where an IP header lies in a frame, as far as merging depends on it.
internal struct PacketPosition {
  let version: NetworkLayout.Version
  let offset: Int
  /// Where the transport header or the tunnelled packet starts.
  let upperOffset: Int
  /// Where the packet ends.
  let end: Int
  /// Where the addresses of the pseudo header lie.
  private let sourceOffset: Int
  private let destinationOffset: Int

  init(_ layout: NetworkLayout) {
    version = layout.version
    (offset, upperOffset, end) = (layout.offset, layout.upperOffset, layout.end)
    sourceOffset = layout.pseudoHeaderSourceOffset
    destinationOffset = layout.finalDestinationOffset
  }

  /// An IP header without options or extension headers.
  @inline(__always)
  init(plain version: NetworkLayout.Version, at offset: Int, end: Int) {
    (self.version, self.offset, self.end) = (version, offset, end)
    switch version {
    case .ipv4:
      upperOffset = offset &+ IPv4Header.minimumByteCount
      sourceOffset = offset &+ IPv4Header.Field.source
      destinationOffset = offset &+ IPv4Header.Field.source &+ 4
    case .ipv6:
      upperOffset = offset &+ IPv6Header.byteCount
      sourceOffset = offset &+ IPv6Header.Field.source
      destinationOffset = offset &+ IPv6Header.Field.source &+ 16
    }
  }

  /// The sum of addresses and protocol in memory order; the length is left out.
  @inline(__always)
  func pseudoHeaderSum(of frame: RawSpan, protocol: IPProtocol) -> UInt64 {
    frame.pseudoHeaderSum(
      version, source: sourceOffset, destination: destinationOffset, protocol: `protocol`)
  }
}

/// Where a TCP or UDP header lies in a frame.
internal struct SegmentPosition {
  let kind: TransportLayout.Kind
  let offset: Int
  let payloadOffset: Int

  /// Length of the header with its options.
  var headerLength: Int { payloadOffset &- offset }

  /// Where the checksum lies.
  var checksumOffset: Int { offset &+ kind.checksumOffset }
}
