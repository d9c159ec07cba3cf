/// The packet that a tunnel carries.
///
/// One level deep: what is inside of it is not looked into.
internal struct InnerPacket {
  private(set) var tunnel: TunnelLayout
  let network: NetworkLayout

  /// Looks for a tunnel behind an outer IP header; nil if there is none that is asked for, or if
  /// what a UDP port promised is not there.
  init?(
    _ frame: RawSpan, behind outer: NetworkLayout, recognising tunnels: TunnelRecognition
  ) throws(WireError) {
    guard !outer.isIPv4Fragment else { return nil }
    let packet = frame.extracting(first: outer.end)
    let at = outer.upperOffset
    switch outer.upperProtocol {
    case .udp:
      guard !tunnels.vxlanPorts.isEmpty || !tunnels.genevePorts.isEmpty else { return nil }
      let port = try UDPHeader(packet, at: at).destinationPort
      // A port is a hint, not a promise: what does not parse behind it is plain UDP payload.
      if tunnels.vxlanPorts.contains(port) {
        guard let inner = try Self.attempt(packet, behind: outer, Self.vxlan) else { return nil }
        self = inner
      } else if tunnels.genevePorts.contains(port) {
        guard let inner = try Self.attempt(packet, behind: outer, Self.geneve) else { return nil }
        self = inner
      } else {
        return nil
      }
    case .gre where tunnels.ipTunnels:
      guard let inner = try Self.gre(packet, behind: outer) else { return nil }
      self = inner
    case .ipv4 where tunnels.ipTunnels:
      self = try Self.ip(packet, version: .ipv4, behind: outer)
    case .ipv6 where tunnels.ipTunnels:
      self = try Self.ip(packet, version: .ipv6, behind: outer)
    default:
      return nil
    }
  }

  /// Looks for a tunnel inside the inner packet, and only notes that there is one.
  mutating func lookForAnother(
    _ frame: RawSpan, recognising tunnels: TunnelRecognition
  ) throws(WireError) {
    guard network.upperProtocol.mayCarryPacket else { return }
    tunnel.isNested = try InnerPacket(frame, behind: network, recognising: tunnels) != nil
  }

  /// Takes the caller's word for where the inner IP header of a UDP tunnel starts.
  init?(
    _ frame: RawSpan, behind outer: NetworkLayout, innerNetworkOffset at: Int
  ) throws(WireError) {
    let packet = frame.extracting(first: outer.end)
    let first = try packet.header(.tunnel, at: at, byteCount: 1).octet(at: 0)
    guard at >= outer.upperOffset + UDPHeader.byteCount,
      let version = NetworkLayout.Version(rawValue: first >> 4)
    else { return nil }
    tunnel = TunnelLayout(kind: .udp, network: outer, innerOffset: at, innerVLANTagCount: 0)
    network = try NetworkLayout(packet, at: at, version: version, limit: outer.end)
  }

  /// Reads a tunnel header that need not be there; what is no such header is no error.
  ///
  /// Only where the front of the frame is too short to tell, the error says how much more is needed.
  private static func attempt(
    _ packet: RawSpan, behind outer: NetworkLayout,
    _ read: (RawSpan, NetworkLayout) throws(WireError) -> InnerPacket?
  ) throws(WireError) -> InnerPacket? {
    do throws(WireError) {
      return try read(packet, outer)
    } catch {
      guard packet.byteCount < outer.end, case .truncated = error else { return nil }
      throw error
    }
  }

  private init(tunnel: TunnelLayout, network: NetworkLayout) {
    (self.tunnel, self.network) = (tunnel, network)
  }

  private static func ip(
    _ packet: RawSpan, version: NetworkLayout.Version, behind outer: NetworkLayout
  ) throws(WireError) -> InnerPacket {
    let at = outer.upperOffset
    return InnerPacket(
      tunnel: TunnelLayout(kind: .ip, network: outer, innerOffset: at, innerVLANTagCount: 0),
      network: try NetworkLayout(packet, at: at, version: version, limit: outer.end))
  }

  private static func ethernet(
    _ packet: RawSpan, at offset: Int, kind: TunnelLayout.Kind, behind outer: NetworkLayout
  ) throws(WireError) -> InnerPacket? {
    let walk = try LinkWalk(packet, ethernetAt: offset)
    guard let network = try walk.network(packet, limit: outer.end) else { return nil }
    _ = try TransportLayout(packet, behind: network)
    let tunnel = TunnelLayout(
      kind: kind, network: outer, innerOffset: offset, innerVLANTagCount: walk.vlanTagCount)
    return InnerPacket(tunnel: tunnel, network: network)
  }

  private static func inner(
    _ packet: RawSpan, at offset: Int, carrying type: EtherType, kind: TunnelLayout.Kind,
    behind outer: NetworkLayout
  ) throws(WireError) -> InnerPacket? {
    let version: NetworkLayout.Version
    switch type {
    case .ipv4: version = .ipv4
    case .ipv6: version = .ipv6
    case .transparentEthernetBridging:
      return try ethernet(packet, at: offset, kind: kind, behind: outer)
    default: return nil
    }
    let tunnel = TunnelLayout(
      kind: kind, network: outer, innerOffset: offset, innerVLANTagCount: 0)
    let network = try NetworkLayout(packet, at: offset, version: version, limit: outer.end)
    _ = try TransportLayout(packet, behind: network)
    return InnerPacket(tunnel: tunnel, network: network)
  }

  /// VXLAN: eight octets, of which the flag that the identifier is valid must be set (RFC 7348).
  private static func vxlan(
    _ packet: RawSpan, _ outer: NetworkLayout
  ) throws(WireError) -> InnerPacket? {
    let at = outer.upperOffset + UDPHeader.byteCount
    let header = try packet.header(.vxlan, at: at, byteCount: 8)
    guard header.octet(at: 0) & 0x08 != 0 else { return nil }
    return try ethernet(packet, at: at + 8, kind: .vxlan, behind: outer)
  }

  /// Geneve: eight octets and options in units of four (RFC 8926, section 3.4).
  private static func geneve(
    _ packet: RawSpan, _ outer: NetworkLayout
  ) throws(WireError) -> InnerPacket? {
    let at = outer.upperOffset + UDPHeader.byteCount
    let header = try packet.header(.geneve, at: at, byteCount: 8)
    let first = header.octet(at: 0)
    guard first >> 6 == 0 else {
      throw .invalidField(.geneve, .geneveVersion, offset: at, found: Int(first >> 6))
    }
    let length = 8 + Int(first & 0x3F) * 4
    _ = try packet.header(.geneve, at: at, byteCount: length)
    let type = EtherType(rawValue: header.networkOrder(at: 2))
    return try inner(packet, at: at + length, carrying: type, kind: .geneve, behind: outer)
  }

  /// GRE version 0 (RFC 2784, RFC 2890).
  ///
  /// Four octets, and four more for each of checksum, key and sequence number. Anything else in the
  /// flags word means a header of another shape.
  private static func gre(
    _ packet: RawSpan, behind outer: NetworkLayout
  ) throws(WireError) -> InnerPacket? {
    let at = outer.upperOffset
    let header = try packet.header(.gre, at: at, byteCount: 4)
    let flags: UInt16 = header.networkOrder(at: 0)
    guard flags & ~GREFlags.known == 0 else { return nil }
    let length = 4 + (flags & GREFlags.known).nonzeroBitCount * 4
    _ = try packet.header(.gre, at: at, byteCount: length)
    let type = EtherType(rawValue: header.networkOrder(at: 2))
    return try inner(packet, at: at + length, carrying: type, kind: .gre, behind: outer)
  }
}

extension IPProtocol {
  /// True if there is a tunnel that starts with this behind an IP header.
  internal var mayCarryPacket: Bool {
    self == .udp || self == .gre || self == .ipv4 || self == .ipv6
  }
}

/// Bits of the first word of a GRE header (RFC 2784, RFC 2890).
package enum GREFlags {
  /// A checksum over header and payload follows, and two reserved octets.
  package static let checksum: UInt16 = 0x8000
  /// A key follows.
  package static let key: UInt16 = 0x2000
  /// A sequence number follows.
  package static let sequence: UInt16 = 0x1000
  /// The bits that may be set.
  package static let known = checksum | key | sequence
}
