internal import WireFormats

/// A frame with a TCP or UDP header, and the numbers by which it is compared.
internal struct ParsedFrame {
  let layout: PacketLayout
  let network: NetworkLayout
  let transport: TransportLayout
  /// The headers in one word: frames of equal shape have each header at the same place.
  let shape: UInt64
  /// A hash of addresses and ports.
  let hash: UInt32

  @inline(__always)
  init?(_ frame: RawSpan, _ layout: PacketLayout) {
    guard let network = layout.network, let transport = layout.transport else { return nil }
    (self.layout, self.network, self.transport) = (layout, network, transport)
    shape = Self.shape(layout, network, transport)
    hash = Self.hash(
      frame, network: network.offset, transport: transport.offset, network.version)
  }

  /// Where the payload lies.
  var payload: Range<Int> { transport.payloadOffset..<network.end }

  /// The outermost IP header.
  var outer: NetworkLayout { layout.tunnel?.network ?? network }

  /// Everything but the data offset of TCP: where each header starts, and its kind.
  private static func shape(
    _ layout: PacketLayout, _ network: NetworkLayout, _ transport: TransportLayout
  ) -> UInt64 {
    var word = UInt64(layout.linkHeaderLength) | UInt64(network.offset) << 16
    word |= UInt64(transport.offset) << 32
    word |= (transport.kind == .tcp ? 1 : 0) << 60 | (network.version == .ipv4 ? 1 : 0) << 61
    guard let tunnel = layout.tunnel else { return word }
    let kind: UInt64 =
      switch tunnel.kind {
      case .vxlan: 1
      case .geneve: 2
      case .udp: 3
      case .gre: 4
      case .ip: 5
      case .vxlanGPE: 6
      case .gue: 7
      case .fou: 8
      case .gtpU: 9
      }
    return word | kind << 56 | (tunnel.network.version == .ipv4 ? 1 : 0) << 62
  }

  /// The hash of addresses and ports that lie at these offsets.
  @inline(__always)
  static func hash(
    _ frame: RawSpan, network: Int, transport: Int, _ version: NetworkLayout.Version
  ) -> UInt32 {
    var word = UInt64(frame.hostOrder(at: transport, as: UInt32.self)) &* 0x9E37_79B9
    switch version {
    case .ipv4:
      word ^= frame.hostOrder(at: network &+ IPv4Header.Field.source, as: UInt64.self)
    case .ipv6:
      let at = network &+ IPv6Header.Field.source
      word ^= frame.hostOrder(at: at, as: UInt64.self)
      word ^= frame.hostOrder(at: at + 8, as: UInt64.self) &* 3
      word ^= frame.hostOrder(at: at + 16, as: UInt64.self) &* 5
      word ^= frame.hostOrder(at: at + 24, as: UInt64.self) &* 7
    }
    return UInt32(truncatingIfNeeded: (word &* 0x9E37_79B9_7F4A_7C15) >> 32)
  }
}

extension RawSpan {
  /// Whether the octets of a range are those of another span at the same place.
  ///
  /// Both spans must contain the range.
  @inline(__always)
  internal func equals(_ other: RawSpan, in range: Range<Int>) -> Bool {
    var at = range.lowerBound
    while at &+ 8 <= range.upperBound {
      guard hostOrder(at: at, as: UInt64.self) == other.hostOrder(at: at, as: UInt64.self) else {
        return false
      }
      at &+= 8
    }
    while at < range.upperBound {
      guard octet(at: at) == other.octet(at: at) else { return false }
      at &+= 1
    }
    return true
  }
}
