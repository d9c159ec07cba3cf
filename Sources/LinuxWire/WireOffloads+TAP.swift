internal import CLinuxWire

extension WireOffloads {
  /// Everything.
  public static let all: WireOffloads = [
    .checksum, .tcpv4, .tcpv6, .ecn, .udp, .udpTunnel, .udpTunnelChecksum,
  ]

  /// The members that can be used together: TCP and UDP need ``checksum``; ``ecn`` and
  /// ``udpTunnel`` need TCP; ``udpTunnelChecksum`` needs ``udpTunnel``.
  ///
  /// These are the dependences of VIRTIO 1.3, section 5.1.3.1, and of `TUNSETOFFLOAD`.
  public var usable: WireOffloads {
    guard contains(.checksum) else { return [] }
    var offloads = self
    if offloads.isDisjoint(with: [.tcpv4, .tcpv6]) { offloads.subtract([.ecn, .udpTunnel]) }
    if !offloads.contains(.udpTunnel) { offloads.remove(.udpTunnelChecksum) }
    return offloads
  }

  /// The bits of `TUNSETOFFLOAD`, `TUN_F_CSUM` and further.
  ///
  /// The kernel takes `TUN_F_USO4` and `TUN_F_USO6` together only. It takes `TUN_F_UFO` and never
  /// uses it.
  internal var tunMask: UInt32 {
    var mask = 0
    if contains(.checksum) { mask |= WIRE_TUN_F_CSUM }
    if contains(.tcpv4) { mask |= WIRE_TUN_F_TSO4 }
    if contains(.tcpv6) { mask |= WIRE_TUN_F_TSO6 }
    if contains(.ecn) { mask |= WIRE_TUN_F_TSO_ECN }
    if contains(.udp) { mask |= WIRE_TUN_F_USO4 | WIRE_TUN_F_USO6 }
    if contains(.udpTunnel) { mask |= WIRE_TUN_F_UDP_TUNNEL_GSO }
    if contains(.udpTunnelChecksum) { mask |= WIRE_TUN_F_UDP_TUNNEL_GSO_CSUM }
    return UInt32(mask)
  }

  /// What to try one after the other, because the kernel does not say which bit it refuses.
  internal var ladder: [WireOffloads] {
    let rungs: [WireOffloads] = [
      .all, .all.subtracting([.udpTunnelChecksum]),
      .all.subtracting([.udpTunnelChecksum, .udpTunnel]),
      [.checksum, .tcpv4, .tcpv6, .ecn], [.checksum, .tcpv4, .tcpv6], [.checksum], [],
    ]
    var ladder: [WireOffloads] = []
    for rung in rungs {
      let offloads = intersection(rung).usable
      if ladder.last != offloads { ladder.append(offloads) }
    }
    return ladder
  }
}

extension WireOffloads: CustomStringConvertible {
  /// The names of the members, joined by commas; `none` without any.
  public var description: String {
    let names: [(WireOffloads, String)] = [
      (.checksum, "checksum"), (.tcpv4, "tcpv4"), (.tcpv6, "tcpv6"), (.ecn, "ecn"), (.udp, "udp"),
      (.udpTunnel, "udp_tunnel"), (.udpTunnelChecksum, "udp_tunnel_checksum"),
    ]
    let members = names.filter { contains($0.0) }.map(\.1)
    return members.isEmpty ? "none" : members.joined(separator: ",")
  }
}
