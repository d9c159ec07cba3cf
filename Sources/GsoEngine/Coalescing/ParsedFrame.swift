internal import WireFormats

/// A frame with a TCP or UDP header, and the numbers by which it is compared.
internal struct ParsedFrame {
  let network: PacketPosition
  let transport: SegmentPosition
  let tunnel: TunnelLayout?
  /// The headers in one word: frames of equal shape have each header at the same place.
  let shape: UInt64
  /// A hash of addresses and ports.
  let hash: UInt32
  /// Hash, shape and kind of a frame of ``UsualFrames``; 0 for any other.
  let key: UInt64

  init?(_ frame: RawSpan, _ layout: PacketLayout) {
    guard let network = layout.network, let transport = layout.transport else { return nil }
    self.init(
      frame, PacketPosition(network),
      SegmentPosition(
        kind: transport.kind, offset: transport.offset, payloadOffset: transport.payloadOffset),
      tunnel: layout.tunnel)
  }

  @inline(__always)
  init(
    _ frame: RawSpan, _ network: PacketPosition, _ transport: SegmentPosition,
    tunnel: TunnelLayout?, isUsual: Bool = false
  ) {
    (self.network, self.transport, self.tunnel) = (network, transport, tunnel)
    shape =
      Self.shape(
        network: network.offset, transport: transport.offset, transport.kind, network.version)
      | (tunnel.map(Self.shape(of:)) ?? 0)
    hash = Self.hash(
      frame, network: network.offset, transport: transport.offset, network.version)
    key =
      isUsual
      ? Self.key(hash, network: network.offset, transport.kind, network.version) : 0
  }

  /// No frame.
  static let none = ParsedFrame()

  private init() {
    network = PacketPosition(plain: .ipv4, at: 0, end: 0)
    transport = SegmentPosition(kind: .tcp, offset: 0, payloadOffset: 0)
    (tunnel, shape, hash, key) = (nil, 0, 0, 0)
  }

  /// Where the payload lies.
  @inline(__always)
  var payload: Range<Int> { transport.payloadOffset..<network.end }

  /// The outermost IP header.
  @inline(__always)
  var outer: PacketPosition {
    guard let tunnel else { return network }
    return PacketPosition(tunnel.network)
  }

  /// Everything but the data offset of TCP: where each header starts, and its kind.
  @inline(__always)
  static func shape(
    network: Int, transport: Int, _ kind: TransportLayout.Kind, _ version: NetworkLayout.Version
  ) -> UInt64 {
    UInt64(truncatingIfNeeded: network) << 16 | UInt64(truncatingIfNeeded: transport) << 32
      | (kind == .tcp ? 1 : 0) << 60 | (version == .ipv4 ? 1 : 0) << 61
  }

  /// The key of a frame of ``UsualFrames``, whose headers follow from the start of the IP header.
  @inline(__always)
  static func key(
    _ hash: UInt32, network: Int, _ kind: TransportLayout.Kind, _ version: NetworkLayout.Version
  ) -> UInt64 {
    UInt64(hash) << 32 | UInt64(truncatingIfNeeded: network) << 2
      | (kind == .tcp ? 1 : 0) | (version == .ipv4 ? 2 : 0)
  }

  /// What a tunnel adds to the shape.
  private static func shape(of tunnel: TunnelLayout) -> UInt64 {
    UInt64(truncatingIfNeeded: tunnel.network.offset) | tunnel.kind.number << 56
      | (tunnel.network.version == .ipv4 ? 1 : 0) << 62
  }

  /// The hash of addresses and ports that lie at these offsets.
  @inline(__always)
  static func hash(
    _ frame: RawSpan, network: Int, transport: Int, _ version: NetworkLayout.Version
  ) -> UInt32 {
    var word = UInt64(frame.hostOrder(at: transport, as: UInt32.self)) &* 0x9E37_79B9
    switch version {
    case .ipv4:
      word ^= frame.hostOrder(at: network &+ 12, as: UInt64.self)
    case .ipv6:
      word ^= frame.hostOrder(at: network &+ 8, as: UInt64.self)
      word ^= frame.hostOrder(at: network &+ 16, as: UInt64.self) &* 3
      word ^= frame.hostOrder(at: network &+ 24, as: UInt64.self) &* 5
      word ^= frame.hostOrder(at: network &+ 32, as: UInt64.self) &* 7
    }
    return UInt32(truncatingIfNeeded: (word &* 0x9E37_79B9_7F4A_7C15) >> 32)
  }
}

extension TunnelLayout.Kind {
  /// A number for each kind; 0 is no tunnel.
  fileprivate var number: UInt64 {
    switch self {
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
