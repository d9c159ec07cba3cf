internal import WireFormats

/// Whether a frame belongs to the flow of a unit.
///
/// `unit` holds the headers of the unit's first frame.
internal enum FlowComparison {
  /// Whether addresses, protocol and ports are the same.
  @inline(__always)
  static func sameAddressesAndPorts(
    _ frame: RawSpan, _ mine: ParsedFrame, _ unit: RawSpan, _ theirs: ParsedFrame
  ) -> Bool {
    guard mine.transport.kind == theirs.transport.kind,
      frame.hostOrder(at: mine.transport.offset, as: UInt32.self)
        == unit.hostOrder(at: theirs.transport.offset, as: UInt32.self)
    else { return false }
    return sameAddresses(frame, mine.network, unit, theirs.network)
  }

  /// Whether IP version and addresses are the same.
  @inline(__always)
  static func sameAddresses(
    _ frame: RawSpan, _ mine: PacketPosition, _ unit: RawSpan, _ theirs: PacketPosition
  ) -> Bool {
    guard mine.version == theirs.version else { return false }
    let isIPv4 = mine.version == .ipv4
    let field = isIPv4 ? IPv4Header.Field.source : IPv6Header.Field.source
    var left = mine.offset &+ field
    var right = theirs.offset &+ field
    for _ in 0..<(isIPv4 ? 1 : 4) {
      guard frame.hostOrder(at: left, as: UInt64.self) == unit.hostOrder(at: right, as: UInt64.self)
      else { return false }
      left &+= 8
      right &+= 8
    }
    return true
  }

  /// Whether link headers, extension headers and tunnel headers are the same, flow labels and outer
  /// addresses included.
  @inline(__always)
  static func sameHeaders(
    _ frame: RawSpan, _ mine: ParsedFrame, _ unit: RawSpan, _ theirs: ParsedFrame
  ) -> Bool {
    guard mine.shape == theirs.shape, frame.equals(unit, in: 0..<mine.outer.offset),
      sameNetworkHeaders(frame, unit, mine.network)
    else { return false }
    guard let tunnel = mine.tunnel else { return true }
    return sameTunnel(frame, unit, tunnel, network: mine.network)
  }

  /// Whether flow labels and extension headers are the same.
  @inline(__always)
  private static func sameNetworkHeaders(
    _ frame: RawSpan, _ unit: RawSpan, _ network: PacketPosition
  ) -> Bool {
    guard network.version == .ipv6 else { return true }
    let labels = frame.flowLabel(at: network.offset) == unit.flowLabel(at: network.offset)
    let extensions = (network.offset &+ IPv6Header.byteCount)..<network.upperOffset
    // The number of the first extension header lies in the fixed header.
    let first = network.offset &+ IPv6Header.Field.nextHeader
    return labels && frame.octet(at: first) == unit.octet(at: first)
      && frame.equals(unit, in: extensions)
  }

  /// Whether the outer packets are of one tunnel, and the inner link headers are the same.
  private static func sameTunnel(
    _ frame: RawSpan, _ unit: RawSpan, _ tunnel: TunnelLayout, network: PacketPosition
  ) -> Bool {
    let (start, outer) = (tunnel.headerOffset, PacketPosition(tunnel.network))
    guard sameAddresses(frame, outer, unit, outer), sameNetworkHeaders(frame, unit, outer),
      frame.equals(unit, in: tunnel.innerOffset..<network.offset)
    else { return false }
    if tunnel.kind.isOverUDP {
      let field = start + UDPHeader.Field.checksum
      let mine: UInt16 = frame.hostOrder(at: field)
      let theirs: UInt16 = unit.hostOrder(at: field)
      return (mine == 0) == (theirs == 0) && frame.equals(unit, in: start..<(start + 4))
        && frame.equals(unit, in: (start + UDPHeader.byteCount)..<tunnel.innerOffset)
    }
    guard tunnel.kind == .gre, start + 4 <= tunnel.innerOffset else { return true }
    let hasChecksum = frame.octet(at: start) & 0x80 != 0
    return frame.equals(unit, in: start..<(start + 4))
      && frame.equals(unit, in: (start + (hasChecksum ? 8 : 4))..<tunnel.innerOffset)
  }
}

extension RawSpan {
  /// The flow label of an IPv6 header at an offset.
  @inline(__always)
  internal func flowLabel(at offset: Int) -> UInt32 {
    networkOrder(at: offset, as: UInt32.self) & 0xF_FFFF
  }
}
