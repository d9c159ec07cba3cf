internal import WireFormats

extension CoalescedUnit.Metadata {
  /// The metadata of a unit.
  internal init(
    _ unit: HeldUnit, octets: RawSpan, end: CoalescedUnit.End,
    checksum: CoalescingRequest.Checksum
  ) {
    self.init(end: end)
    segmentCount = unit.count
    segmentSize = unit.segmentSize
    (firstArrival, lastArrival) = (unit.firstArrival, unit.lastArrival)
    self.checksum = unit.isPartial ? .partial : .valid
    if unit.timestampOffset != 0 {
      timestampDelta =
        octets.networkOrder(at: unit.timestampOffset, as: UInt32.self) &- unit.firstTimestamp
    }
    let isMerged = unit.count > 1
    let isPartial = isMerged ? checksum == .pseudoHeader : unit.isPartial
    virtioNetHeader = VirtioNetHeader(
      unit.headers, octets, isPartial: isPartial,
      segmentSize: isMerged ? unit.segmentSize : nil, flags: unit.flags)
  }
}

extension VirtioNetHeader {
  /// The header of a frame whose checksums were checked.
  ///
  /// - Parameters:
  ///   - parsed: Its headers.
  ///   - octets: Its octets.
  ///   - isPartial: Whether its transport checksum is partial.
  ///   - segmentSize: Octets of payload of the segments; nil for a frame that was not merged.
  ///   - flags: Its TCP flags.
  fileprivate init(
    _ parsed: ParsedFrame, _ octets: RawSpan, isPartial: Bool, segmentSize: Int?, flags: TCPFlags
  ) {
    self.init()
    let transport = parsed.transport
    // A datagram without a checksum has none to complete.
    let hasChecksum = octets.hostOrder(at: transport.checksumOffset, as: UInt16.self) != 0
    if isPartial, hasChecksum {
      self.flags = .needsChecksum
      checksumStart = UInt16(truncatingIfNeeded: transport.offset)
      checksumOffset = UInt16(truncatingIfNeeded: transport.kind.checksumOffset)
      headerLength = UInt16(truncatingIfNeeded: transport.payloadOffset)
    } else {
      self.flags = .dataValid
    }
    guard let segmentSize else { return }
    gsoSize = UInt16(truncatingIfNeeded: segmentSize)
    headerLength = UInt16(truncatingIfNeeded: transport.payloadOffset)
    var type: UInt8 =
      switch (transport.kind, parsed.network.version) {
      case (.tcp, .ipv4): GsoType.tcpv4.rawValue
      case (.tcp, .ipv6): GsoType.tcpv6.rawValue
      case (.udp, _): GsoType.udpL4.rawValue
      }
    if transport.kind == .tcp, flags.contains(.cwr) { type |= GsoType.ecnBit }
    if let tunnel = parsed.tunnel, tunnel.kind.isOverUDP {
      let isIPv4 = tunnel.network.version == .ipv4
      type |= isIPv4 ? GsoType.udpTunnelIPv4Bit : GsoType.udpTunnelIPv6Bit
      outerTransportOffset = UInt16(truncatingIfNeeded: tunnel.headerOffset)
      innerNetworkOffset = UInt16(truncatingIfNeeded: parsed.network.offset)
      let field = tunnel.headerOffset + UDPHeader.Field.checksum
      if isPartial, octets.hostOrder(at: field, as: UInt16.self) != 0 {
        self.flags.insert(.udpTunnelChecksum)
      }
    }
    gsoType = GsoType(rawValue: type)
  }
}
