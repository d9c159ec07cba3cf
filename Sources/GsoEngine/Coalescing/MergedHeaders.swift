internal import WireFormats

/// Writes the headers of a unit of several frames.
internal struct MergedHeaders {
  let headers: ParsedFrame
  let payloadLength: Int
  let payloadSum: UInt64
  let flags: TCPFlags
  let checksum: CoalescingRequest.Checksum

  init(_ unit: HeldUnit, checksum: CoalescingRequest.Checksum) {
    (headers, flags) = (unit.headers, unit.flags)
    (payloadLength, payloadSum) = (unit.payloadLength, unit.payloadSum)
    self.checksum = checksum
  }

  /// Writes lengths, flags and checksums, the inner ones first, because outer checksums cover them.
  func write(to frame: inout MutableRawSpan) {
    let (network, transport) = (headers.network, headers.transport)
    let end = transport.payloadOffset + payloadLength
    writeNetwork(network, end: end, to: &frame)
    let covered = writeTransport(transport, network, end: end, to: &frame)
    guard let tunnel = headers.tunnel else { return }
    writeNetwork(PacketPosition(tunnel.network), end: end, to: &frame)
    writeTunnel(tunnel, transport, innerSum: covered, end: end, to: &frame)
  }

  /// Writes the length of an IP packet and the checksum of an IPv4 header.
  private func writeNetwork(_ network: PacketPosition, end: Int, to frame: inout MutableRawSpan) {
    let length = end - network.offset
    guard network.version == .ipv4 else {
      let payload = UInt16(truncatingIfNeeded: length - IPv6Header.byteCount)
      frame.setNetworkOrder(payload, at: network.offset + IPv6Header.Field.payloadLength)
      return
    }
    let field = network.offset + IPv4Header.Field.headerChecksum
    frame.setNetworkOrder(
      UInt16(truncatingIfNeeded: length), at: network.offset + IPv4Header.Field.totalLength)
    frame.setMemoryOrder(0 as UInt16, at: field)
    guard checksum != .zero else { return }
    let sum = frame.bytes.ipv4HeaderSum(at: network.offset)
    frame.setMemoryOrder(~WordSum.fold(sum), at: field)
  }

  /// Writes the transport header.
  ///
  /// - Returns: What header and payload add to an outer checksum once the transport checksum is
  ///   complete.
  private func writeTransport(
    _ transport: SegmentPosition, _ network: PacketPosition, end: Int,
    to frame: inout MutableRawSpan
  ) -> UInt64 {
    let length = end - transport.offset
    let header = transport.offset..<transport.payloadOffset
    switch transport.kind {
    case .tcp:
      let word = UInt16(transport.headerLength / 4) << 12 | flags.rawValue
      frame.setNetworkOrder(word, at: transport.offset + TCPHeader.Field.dataOffset)
    case .udp:
      frame.setNetworkOrder(
        UInt16(truncatingIfNeeded: length), at: transport.offset + UDPHeader.Field.length)
      let isUnused = frame.bytes.hostOrder(at: transport.checksumOffset, as: UInt16.self) == 0
      if isUnused { return WordSum.sum(frame.bytes.extracting(header)) &+ payloadSum }
    }
    let pseudo =
      network.pseudoHeaderSum(of: frame.bytes, protocol: transport.kind.ipProtocol)
      &+ WordSum.words(UInt32(truncatingIfNeeded: length))
    var value: UInt16 = 0
    switch checksum {
    case .zero: break
    case .pseudoHeader: value = WordSum.fold(pseudo)
    case .complete:
      frame.setMemoryOrder(0 as UInt16, at: transport.checksumOffset)
      let sum = pseudo &+ WordSum.sum(frame.bytes.extracting(header)) &+ payloadSum
      value = ~WordSum.fold(sum)
      if value == 0, transport.kind == .udp { value = 0xFFFF }
    }
    frame.setMemoryOrder(value, at: transport.checksumOffset)
    // With its checksum complete, the sum of pseudo header, header and payload is 0xFFFF.
    return UInt64(~WordSum.fold(pseudo))
  }

  /// Writes length and checksum of the outer UDP header, or the checksum of a GRE header.
  private func writeTunnel(
    _ tunnel: TunnelLayout, _ transport: SegmentPosition, innerSum: UInt64, end: Int,
    to frame: inout MutableRawSpan
  ) {
    let start = tunnel.headerOffset
    let covered = start..<transport.offset
    if tunnel.kind.isOverUDP {
      let length = end - start
      frame.setNetworkOrder(
        UInt16(truncatingIfNeeded: length), at: start + UDPHeader.Field.length)
      let field = start + UDPHeader.Field.checksum
      guard frame.bytes.hostOrder(at: field, as: UInt16.self) != 0 else { return }
      let pseudo =
        tunnel.network.pseudoHeaderSum(of: frame.bytes, protocol: .udp)
        &+ WordSum.words(UInt32(truncatingIfNeeded: length))
      var value = WordSum.fold(pseudo)
      if checksum != .pseudoHeader {
        frame.setMemoryOrder(0 as UInt16, at: field)
        let sum = pseudo &+ WordSum.sum(frame.bytes.extracting(covered)) &+ innerSum
        value = ~WordSum.fold(sum)
        if value == 0 { value = 0xFFFF }
      }
      frame.setMemoryOrder(checksum == .zero ? 0 : value, at: field)
    } else if frame.bytes.hasGREChecksum(tunnel) {
      let field = start + GREHeader.Field.checksum
      frame.setMemoryOrder(0 as UInt16, at: field)
      let sum = WordSum.sum(frame.bytes.extracting(covered)) &+ innerSum
      frame.setMemoryOrder(~WordSum.fold(sum), at: field)
    }
  }
}
