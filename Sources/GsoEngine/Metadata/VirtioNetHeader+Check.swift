internal import WireFormats

extension VirtioNetHeader {
  /// Checks what the Linux kernel refuses with EINVAL before it reads the frame.
  ///
  /// - Parameters:
  ///   - frameLength: Octets of the frame after the header.
  ///   - takesAccurateECN: True if the bit of accurate ECN is one of the known ones.
  /// - Throws: ``MetadataError`` with the field that is refused.
  internal func check(
    frameLength: Int, takesAccurateECN: Bool
  ) throws(MetadataError) {
    guard Int(headerLength) <= frameLength else {
      throw .headerLengthExceedsFrame(headerLength: Int(headerLength), frameLength: frameLength)
    }
    if flags.contains(.needsChecksum) {
      try ChecksumCompletion.checkField(
        start: Int(checksumStart), offset: Int(checksumOffset), frameLength: frameLength)
    }
    guard gsoType != .none else { return }
    if gsoType.hasAccurateECN, gsoType.base == .tcpv4 || gsoType.base == .tcpv6, !gsoType.hasECN,
      !takesAccurateECN
    {
      throw .accurateCongestionNotification(gsoType: gsoType.rawValue)
    }
    let transport = try knownTransport()
    guard gsoSize != 0, gsoSize != 0xFFFF else { throw .gsoSize(Int(gsoSize)) }
    guard flags.contains(.needsChecksum) else {
      if gsoType.isTunnel || gsoType.base == .udpL4 {
        throw .checksumNotRequested(gsoType: gsoType.rawValue)
      }
      return
    }
    guard Int(checksumOffset) == transport.checksumOffset else {
      throw .checksumOffset(found: Int(checksumOffset), expected: transport.checksumOffset)
    }
  }

  /// The protocol of the type, if the type and its bits are those of VIRTIO.
  private func knownTransport() throws(MetadataError) -> TransportLayout.Kind {
    let raw = gsoType.rawValue
    let bothTunnels = GsoType.udpTunnelIPv4Bit | GsoType.udpTunnelIPv6Bit
    guard raw & bothTunnels != bothTunnels else { throw .unknownGsoType(raw) }
    // Two ways of congestion notification exclude each other, and neither goes with UDP.
    guard !gsoType.hasAccurateECN || (!gsoType.hasECN && gsoType.base != .none) else {
      throw .unknownGsoType(raw)
    }
    let transport: TransportLayout.Kind
    switch gsoType.base {
    case .tcpv4, .tcpv6: return .tcp
    case .udpL4: transport = .udp
    case .udp where !gsoType.isTunnel: transport = .udp
    default: throw .unknownGsoType(raw)
    }
    guard !gsoType.hasECN, !gsoType.hasAccurateECN else {
      throw .congestionNotificationWithoutTCP(gsoType: raw)
    }
    return transport
  }

  /// Checks that the header describes a frame with this layout.
  internal func check(against layout: PacketLayout) throws(MetadataError) {
    guard let network = layout.network else { return }
    if gsoType.isTunnel { try checkTunnel(layout) }
    guard let transport = layout.transport else {
      // A plan refuses the other types without a transport header; this one means UDP.
      let isFragment = network.isIPv4Fragment || network.upperProtocol == .fragmentHeader
      if gsoType.base == .udp, !isFragment { throw mismatch(network) }
      return
    }
    let fits =
      switch gsoType.base {
      case .tcpv4: transport.kind == .tcp && network.version == .ipv4
      case .tcpv6: transport.kind == .tcp && network.version == .ipv6
      default: transport.kind == .udp
      }
    guard fits else { throw mismatch(network) }
    if flags.contains(.needsChecksum), Int(checksumStart) != transport.offset {
      throw .checksumStart(found: Int(checksumStart), expected: transport.offset)
    }
    // The Linux kernel counts TCP options as payload when it compares the payload with gso_size,
    // and drops a frame that has no payload then. Frames with payload are accepted here.
    let options = transport.headerLength - TCPHeader.minimumByteCount
    if network.end == transport.payloadOffset, transport.kind == .tcp, options > Int(gsoSize) {
      throw .nothingToSegment(optionLength: options, gsoSize: Int(gsoSize))
    }
  }

  private func mismatch(_ network: NetworkLayout) -> MetadataError {
    .gsoTypeMismatch(
      gsoType: gsoType.rawValue, version: network.version, transport: network.upperProtocol)
  }

  private func checkTunnel(_ layout: PacketLayout) throws(MetadataError) {
    let isOverIPv4 = gsoType.rawValue & GsoType.udpTunnelIPv4Bit != 0
    guard let outer = layout.outerNetwork, (outer.version == .ipv4) == isOverIPv4,
      outer.upperProtocol == .udp
    else { throw .tunnelMismatch(gsoType: gsoType.rawValue) }
    guard let tunnel = layout.tunnel else {
      throw .innerNetworkOffset(Int(innerNetworkOffset))
    }
    guard tunnel.headerOffset == Int(outerTransportOffset) else {
      throw .outerTransportOffset(
        found: Int(outerTransportOffset), expected: tunnel.headerOffset)
    }
  }
}
