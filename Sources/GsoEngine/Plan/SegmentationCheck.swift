internal import WireFormats

/// Whether a frame can be segmented as asked, and the size of its segments.
///
/// All rules that refuse one are checked here.
internal struct SegmentationCheck {
  let network: NetworkLayout
  let transport: TransportLayout
  let payloadRange: Range<Int>
  /// Octets of the headers that segments repeat.
  let headerLength: Int
  let segmentSize: Int
  let segmentCount: Int

  /// The largest value of an IP length field, in octets.
  static let maximumPacketLength = 65_535

  @inline(__always)
  init(
    of frame: RawSpan, layout: PacketLayout, request: SegmentationRequest
  ) throws(SegmentationError) {
    (network, transport) = try Self.headers(of: frame, layout, request: request)
    payloadRange = transport.payloadOffset..<network.end
    if transport.kind == .udp { try Self.checkLength(of: frame, network, transport) }
    headerLength = transport.payloadOffset - JumboHeader.omittedLength(network)
    segmentSize = try Self.segmentSize(
      layout, headerEnd: headerLength, request.size, transport.kind, payloadRange.count)
    segmentCount = max(1, (payloadRange.count + segmentSize - 1) / segmentSize)
    if case .mtu(let mtu) = request.size, segmentCount > 1, transport.kind == .udp {
      try Self.checkBoundaries(frame, layout, mtu, request, payloadCount: payloadRange.count)
    }
    try checkRules(request.rules, frame)
    try checkLengths(layout)
  }

  /// Checks that a frame that is not segmented has a transport checksum.
  static func checkChecksums(
    of frame: RawSpan, _ layout: PacketLayout
  ) throws(SegmentationError) {
    let (network, transport) = try headers(
      of: frame, layout, request: SegmentationRequest(segmentSize: 1))
    if transport.kind == .udp {
      let declared = Int(
        frame.networkOrder(at: transport.offset + UDPHeader.Field.length, as: UInt16.self))
      let available = network.end - transport.offset
      // A datagram may end before its packet (RFC 9868), but not within its header.
      let isSound = declared == 0 || UDPHeader.byteCount...available ~= declared
      guard isSound || available > maximumPacketLength else {
        throw .udpLengthMismatch(declared: declared, available: available)
      }
    }
    let outer = layout.tunnel?.network ?? network
    let limit = maximumPacketLength + (outer.version == .ipv4 ? 0 : IPv6Header.byteCount)
    guard outer.end - outer.offset <= limit else {
      throw .segmentTooLong(packetLength: outer.end - outer.offset, limit: limit)
    }
  }

  /// The headers that segments repeat.
  @inline(__always)
  private static func headers(
    of frame: RawSpan, _ layout: PacketLayout, request: SegmentationRequest
  ) throws(SegmentationError) -> (NetworkLayout, TransportLayout) {
    guard let network = layout.network else { throw .notIP(layout.etherType) }
    if let tunnel = layout.tunnel {
      try checkPacket(tunnel.network)
      try checkRouting(tunnel.network, request)
      guard !tunnel.isNested else { throw .tunnelTooDeep(limit: 1) }
      if tunnel.network.hasJumboPayloadOption { throw .jumboPayload(.inTunnel) }
    }
    try checkPacket(network)
    if network.hasJumboPayloadOption { try JumboHeader.check(frame, layout) }
    try checkRouting(network, request)
    guard let transport = layout.transport else {
      let isExtension: [IPProtocol] = [.fragmentHeader, .authenticationHeader, .mobilityHeader]
      if network.version == .ipv6, isExtension.contains(network.upperProtocol) {
        throw .unsupportedExtensionHeader(network.upperProtocol)
      }
      throw .unsupportedProtocol(network.upperProtocol)
    }
    if let offload = request.offload, (offload == .lso) != (transport.kind == .tcp) {
      throw .offloadMismatch(requested: offload, found: transport.kind)
    }
    let offload: SegmentationRequest.Offload = transport.kind == .tcp ? .lso : .uso
    let needed: SegmentationRules.Support =
      switch (offload, network.version) {
      case (.lso, .ipv4): .lsoIPv4
      case (.lso, .ipv6): .lsoIPv6
      case (.uso, .ipv4): .usoIPv4
      case (.uso, .ipv6): .usoIPv6
      }
    guard request.rules.support.contains(needed) else {
      throw .notSupported(offload, network.version)
    }
    return (network, transport)
  }

  @inline(__always)
  static func checkPacket(_ network: NetworkLayout) throws(SegmentationError) {
    if network.isIPv4Fragment { throw .fragment }
    let missing = network.missingLength
    guard missing == 0 else {
      throw .lengthExceedsFrame(
        network.version == .ipv4 ? .ipv4 : .ipv6, declared: network.declaredLength,
        available: network.declaredLength - missing)
    }
  }

  /// Refuses a routing header with more segments left than addresses, which has no final
  /// destination for a checksum.
  ///
  /// The Linux kernel does not check this, so a frame with a virtio-net header is accepted.
  @inline(__always)
  private static func checkRouting(
    _ network: NetworkLayout, _ request: SegmentationRequest
  ) throws(SegmentationError) {
    guard let excess = network.excessSegmentsLeft, !request.isDescribed else { return }
    throw .segmentsLeftExceedAddresses(
      segmentsLeft: excess.segmentsLeft, addresses: excess.addresses)
  }

  /// Compares the UDP length with the packet.
  ///
  /// A sender may leave the length to its NIC as 0. After a shorter datagram there are octets that
  /// no segment could carry (RFC 9868).
  static func checkLength(
    of frame: RawSpan, _ network: NetworkLayout, _ transport: TransportLayout
  ) throws(SegmentationError) {
    let declared = Int(
      frame.networkOrder(at: transport.offset + UDPHeader.Field.length, as: UInt16.self))
    let available = network.end - transport.offset
    guard declared == 0 || (available >= declared && (available - declared) % 65_536 == 0) else {
      throw .udpLengthMismatch(declared: declared, available: available)
    }
  }

  /// Refuses a datagram without a segment size, unless the request allows a guess.
  private static func checkBoundaries(
    _ frame: RawSpan, _ layout: PacketLayout, _ mtu: Int, _ request: SegmentationRequest,
    payloadCount: Int
  ) throws(SegmentationError) {
    let end = layout.outerNetwork?.end ?? layout.frameLength
    let packetLength = end - layout.linkHeaderLength
    if let tunnel = OpaqueTunnel(in: frame, layout) {
      throw .opaqueTunnel(tunnel, packetLength: packetLength, mtu: mtu)
    }
    guard request.guessesDatagramSize else {
      throw .datagramSizeUnknown(payload: payloadCount, packetLength: packetLength, mtu: mtu)
    }
  }

  @inline(__always)
  private static func segmentSize(
    _ layout: PacketLayout, headerEnd: Int, _ size: SegmentationRequest.Size,
    _ kind: TransportLayout.Kind, _ payloadLength: Int
  ) throws(SegmentationError) -> Int {
    switch size {
    case .payload(let segmentSize): return try inRange(segmentSize)
    case .mtu(let mtu): return try fitting(mtu, layout, headerEnd)
    case .payloadWithinMTU(let segmentSize, let mtu):
      let segmentSize = try inRange(segmentSize)
      let fitting = try fitting(mtu, layout, headerEnd)
      guard kind == .tcp || segmentSize <= fitting || payloadLength <= fitting else {
        throw .segmentSizeExceedsMTU(segmentSize: segmentSize, fitting: fitting)
      }
      return min(segmentSize, fitting)
    }
  }

  @inline(__always)
  private static func inRange(_ segmentSize: Int) throws(SegmentationError) -> Int {
    guard segmentSize >= 1, segmentSize <= SegmentationRequest.maximumSegmentSize else {
      throw .segmentSizeOutOfRange(segmentSize)
    }
    return segmentSize
  }

  /// The largest payload that the MTU allows after headers that end at `headerEnd`, in octets.
  @inline(__always)
  private static func fitting(
    _ mtu: Int, _ layout: PacketLayout, _ headerEnd: Int
  ) throws(SegmentationError) -> Int {
    let headers = headerEnd - layout.linkHeaderLength
    guard mtu > headers else { throw .mtuTooSmall(mtu: mtu, headerLength: headers) }
    return min(mtu - headers, SegmentationRequest.maximumSegmentSize)
  }

  @inline(__always)
  private func checkRules(
    _ rules: SegmentationRules, _ frame: RawSpan
  ) throws(SegmentationError) {
    let limit: Int?
    switch transport.kind {
    case .tcp:
      limit = rules.maximumTCPSegmentCount
      let flags = TCPFlags(
        rawValue: frame.networkOrder(at: transport.offset + TCPHeader.Field.dataOffset))
      let refused = flags.intersection(rules.refusedTCPFlags)
      guard refused.isEmpty else { throw .refusedFlags(refused) }
    case .udp:
      limit = rules.maximumUDPSegmentCount
      // A single datagram is not shorter than the others.
      if rules.shortLastDatagram == .refused, segmentCount > 1,
        payloadRange.count % segmentSize != 0
      {
        throw .shortLastDatagram(payload: payloadRange.count, segmentSize: segmentSize)
      }
    }
    if let limit, segmentCount > limit {
      throw .tooManySegments(needed: segmentCount, limit: limit)
    }
  }

  /// Checks that the lengths of the largest segment do not exceed their fields.
  @inline(__always)
  private func checkLengths(_ layout: PacketLayout) throws(SegmentationError) {
    let payload = min(segmentSize, payloadRange.count)
    let outer = layout.tunnel?.network ?? network
    let fixed = outer.version == .ipv4 ? 0 : IPv6Header.byteCount  // not counted by IPv6
    let limit = Self.maximumPacketLength + fixed
    let length = headerLength - outer.offset + payload
    guard length <= limit else { throw .segmentTooLong(packetLength: length, limit: limit) }
  }
}
