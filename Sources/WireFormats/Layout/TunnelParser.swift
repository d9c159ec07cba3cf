/// Finds the packet that a tunnel carries.
///
/// A tunnel in a tunnel is noted and not parsed. A new kind of tunnel needs a view of its header in
/// `Headers`, a case of ``TunnelLayout/Kind``, a way to recognise it in ``TunnelRecognition``, and
/// a function here.
internal struct TunnelParser {
  private(set) var tunnel: TunnelLayout
  let network: NetworkLayout

  /// Looks for a tunnel after an outer IP header; nil if there is none to be recognised, or if the
  /// payload of a tunnel's UDP port does not start with that tunnel's header.
  init?(
    _ frame: RawSpan, in outer: NetworkLayout, recognising tunnels: TunnelRecognition
  ) throws(WireError) {
    guard !outer.isIPv4Fragment else { return nil }
    let packet = frame.extracting(first: outer.end)
    let at = outer.upperOffset
    switch outer.upperProtocol {
    case .udp:
      guard !tunnels.announcesNone else { return nil }
      let port = try UDPHeader(packet, at: at).destinationPort
      guard tunnels.mayAnnounce(port), let kind = tunnels.kind(announcedBy: port),
        let inner = try Self.overUDP(packet, in: outer, announced: kind)
      else { return nil }
      self = inner
    case .gre where tunnels.ipTunnels:
      guard let inner = try Self.gre(packet, outer) else { return nil }
      self = inner
    case .ipv4 where tunnels.ipTunnels:
      self = try Self.ip(packet, version: .ipv4, in: outer)
    case .ipv6 where tunnels.ipTunnels:
      self = try Self.ip(packet, version: .ipv6, in: outer)
    default:
      return nil
    }
  }

  /// Notes whether the inner packet carries another tunnel.
  mutating func lookForAnother(
    _ frame: RawSpan, recognising tunnels: TunnelRecognition
  ) throws(WireError) {
    guard network.upperProtocol.mayCarryPacket else { return }
    tunnel.isNested = try TunnelParser(frame, in: network, recognising: tunnels) != nil
  }

  /// Reads the inner packet of a UDP tunnel whose inner IP header starts at an offset that the
  /// caller gives.
  init?(
    _ frame: RawSpan, in outer: NetworkLayout, innerNetworkOffset at: Int
  ) throws(WireError) {
    let packet = frame.extracting(first: outer.end)
    let first = try packet.header(.tunnel, at: at, byteCount: 1).octet(at: 0)
    guard at >= outer.upperOffset + UDPHeader.byteCount,
      let version = NetworkLayout.Version(rawValue: first >> 4)
    else { return nil }
    tunnel = TunnelLayout(kind: .udp, network: outer, innerOffset: at, innerVLANTagCount: 0)
    network = try NetworkLayout(packet, at: at, version: version, limit: outer.end)
  }

  private init(tunnel: TunnelLayout, network: NetworkLayout) {
    (self.tunnel, self.network) = (tunnel, network)
  }

  private static func ip(
    _ packet: RawSpan, version: NetworkLayout.Version, in outer: NetworkLayout
  ) throws(WireError) -> TunnelParser {
    let at = outer.upperOffset
    return TunnelParser(
      tunnel: TunnelLayout(kind: .ip, network: outer, innerOffset: at, innerVLANTagCount: 0),
      network: try NetworkLayout(packet, at: at, version: version, limit: outer.end))
  }

  /// Reads an inner Ethernet frame; nil if it carries no IP.
  internal static func ethernet(
    _ packet: RawSpan, at offset: Int, kind: TunnelLayout.Kind, in outer: NetworkLayout
  ) throws(WireError) -> TunnelParser? {
    let link = try LinkHeaders(packet, ethernetAt: offset)
    guard let network = try link.network(packet, limit: outer.end) else { return nil }
    _ = try TransportLayout(packet, after: network)
    let tunnel = TunnelLayout(
      kind: kind, network: outer, innerOffset: offset, innerVLANTagCount: link.vlanTagCount)
    return TunnelParser(tunnel: tunnel, network: network)
  }

  /// Reads the inner packet, or the inner frame; nil if its type is neither.
  internal static func inner(
    _ packet: RawSpan, at offset: Int, carrying type: EtherType, kind: TunnelLayout.Kind,
    in outer: NetworkLayout
  ) throws(WireError) -> TunnelParser? {
    let version: NetworkLayout.Version
    switch type {
    case .ipv4: version = .ipv4
    case .ipv6: version = .ipv6
    case .transparentEthernetBridging:
      return try ethernet(packet, at: offset, kind: kind, in: outer)
    default: return nil
    }
    let tunnel = TunnelLayout(
      kind: kind, network: outer, innerOffset: offset, innerVLANTagCount: 0)
    let network = try NetworkLayout(packet, at: offset, version: version, limit: outer.end)
    _ = try TransportLayout(packet, after: network)
    return TunnelParser(tunnel: tunnel, network: network)
  }

  /// GRE has the type of what it carries.
  private static func gre(
    _ packet: RawSpan, _ outer: NetworkLayout
  ) throws(WireError) -> TunnelParser? {
    let at = outer.upperOffset
    guard let header = try GREHeader(packet, at: at) else { return nil }
    return try inner(
      packet, at: at + header.headerLength, carrying: header.protocolType, kind: .gre, in: outer)
  }
}

extension IPProtocol {
  /// True if this protocol may be a tunnel.
  internal var mayCarryPacket: Bool {
    self == .udp || self == .gre || self == .ipv4 || self == .ipv6
  }
}
