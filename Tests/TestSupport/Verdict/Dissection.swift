/// A header, or what is left after the last one, as ``dissect(_:link:)`` finds it.
struct Layer: Equatable {
  enum Kind: String {
    case ethernet, cooked1, cooked2, loopback, vlan, ipv4, ipv6, hopByHop, routing
    case destinationOptions, fragmentHeader, tcp, udp, vxlan, geneve, gre, payload
    /// The body of a fragment that cannot be dissected further.
    case fragment
  }

  var kind: Kind
  var start: Int
  var end: Int
  /// Where the innermost IP packet around the layer ends, by its own length field.
  var limit: Int
  /// The index of the IP header that addresses this layer.
  var network = 0
}

/// What a frame is made of, and why the walk ended early, if it did.
struct Dissection: Equatable {
  var layers: [Layer] = []
  var complaint: String?
}

/// Walks through all headers of a frame, trusting nothing but their own fields.
///
/// With `udpTunnels`, UDP datagrams to the ports of VXLAN and Geneve are taken to be such.
func dissect(_ frame: [UInt8], link: LinkKind, udpTunnels: Bool = true) -> Dissection {
  var walk = Walk(frame)
  walk.isInsideUDPTunnel = !udpTunnels
  walk.link(link, at: 0)
  return walk.found
}

private struct Walk {
  let frame: [UInt8]
  var found = Dissection()
  var network = 0
  var limit: Int
  /// Set once no further UDP tunnel is looked for.
  var isInsideUDPTunnel = false

  init(_ frame: [UInt8]) {
    self.frame = frame
    limit = frame.count
  }

  /// Notes a layer and says whether the frame is long enough for it.
  mutating func add(_ kind: Layer.Kind, _ start: Int, _ byteCount: Int) -> Bool {
    guard start + byteCount <= frame.count else {
      found.complaint = "truncated \(kind.rawValue) header"
      return false
    }
    found.layers.append(
      Layer(
        kind: kind, start: start, end: start + byteCount, limit: limit, network: network))
    return true
  }

  mutating func link(_ kind: LinkKind, at start: Int) {
    let end = start + kind.byteCount
    let layer: Layer.Kind
    switch kind {
    case .ethernet: layer = .ethernet
    case .linuxCooked1: layer = .cooked1
    case .linuxCooked2: layer = .cooked2
    case .bsdLoopback, .bsdLoopbackNetworkOrder:
      guard add(.loopback, start, 4) else { return }
      let family = kind == .bsdLoopback ? frame[start] : frame[start + 3]
      return packet(family == 2 ? EtherType.ipv4 : EtherType.ipv6, at: end)
    case .rawIP:
      guard start < frame.count else {
        found.complaint = "no IP header"
        return
      }
      return packet(frame[start] / 16 == 6 ? EtherType.ipv6 : EtherType.ipv4, at: end)
    }
    guard add(layer, start, kind.byteCount) else { return }
    packet(UInt16(word(frame, start + (kind.protocolOffset ?? 0))), at: end)
  }

  mutating func packet(_ type: UInt16, at start: Int) {
    switch type {
    case EtherType.vlan, EtherType.serviceVLAN:
      guard add(.vlan, start, 4) else { return }
      packet(UInt16(word(frame, start + 2)), at: start + 4)
    case EtherType.ipv4: ipv4(start)
    case EtherType.ipv6: ipv6(start)
    default: found.complaint = "EtherType \(type) is not IP"
    }
  }

  mutating func ipv4(_ start: Int) {
    network = found.layers.count
    guard start < frame.count else { return found.complaint = "truncated ipv4 header" }
    let byteCount = Int(frame[start] % 16) * 4
    guard byteCount >= 20 && frame[start] / 16 == 4 else {
      return found.complaint = "IPv4 version or header length \(frame[start])"
    }
    guard add(.ipv4, start, byteCount) else { return }
    limit = start + word(frame, start + 2)
    found.layers[network].limit = limit
    if word(frame, start + 6) & 0x3FFF != 0 {
      _ = add(.fragment, start + byteCount, max(0, min(limit, frame.count) - start - byteCount))
    } else {
      transport(frame[start + 9], at: start + byteCount)
    }
  }

  mutating func ipv6(_ start: Int) {
    network = found.layers.count
    guard add(.ipv6, start, 40) else { return }
    guard frame[start] / 16 == 6 else {
      return found.complaint = "IPv6 version \(frame[start] / 16)"
    }
    limit = start + 40 + word(frame, start + 4)
    found.layers[network].limit = limit
    var next = frame[start + 6]
    var at = start + 40
    while let kind = Self.extensions[next] {
      guard at + 8 <= frame.count else {
        return found.complaint = "truncated \(kind.rawValue) header"
      }
      let byteCount = kind == .fragmentHeader ? 8 : (Int(frame[at + 1]) + 1) * 8
      guard add(kind, at, byteCount) else { return }
      if kind == .fragmentHeader && word(frame, at + 2) & 0xFFF9 != 0 {
        _ = add(.fragment, at + 8, max(0, min(limit, frame.count) - at - 8))
        return
      }
      next = frame[at]
      at += byteCount
    }
    transport(next, at: at)
  }

  static let extensions: [UInt8: Layer.Kind] = [
    IPNumber.hopByHop: .hopByHop, IPNumber.routing: .routing,
    IPNumber.destinationOptions: .destinationOptions, IPNumber.fragment: .fragmentHeader,
  ]

  mutating func transport(_ number: UInt8, at start: Int) {
    switch number {
    case IPNumber.tcp:
      guard start + 20 <= frame.count else { return found.complaint = "truncated tcp header" }
      let byteCount = Int(frame[start + 12] / 16) * 4
      guard byteCount >= 20 else { return found.complaint = "TCP data offset \(byteCount / 4)" }
      guard add(.tcp, start, byteCount) else { return }
      payload(start + byteCount)
    case IPNumber.udp: udp(start)
    case IPNumber.ipv4: packet(EtherType.ipv4, at: start)
    case IPNumber.ipv6: packet(EtherType.ipv6, at: start)
    case IPNumber.gre: gre(start)
    default: found.complaint = "IP protocol \(number) is not known"
    }
  }

  mutating func payload(_ start: Int) {
    _ = add(.payload, start, max(0, min(limit, frame.count) - start))
  }

  mutating func udp(_ start: Int) {
    guard add(.udp, start, 8) else { return }
    let port = isInsideUDPTunnel ? 0 : UInt16(word(frame, start + 2))
    switch port {
    case TunnelPort.vxlan:
      isInsideUDPTunnel = true
      guard add(.vxlan, start + 8, 8) else { return }
      link(.ethernet, at: start + 16)
    case TunnelPort.geneve:
      isInsideUDPTunnel = true
      guard start + 16 <= frame.count else { return found.complaint = "truncated geneve header" }
      let byteCount = 8 + Int(frame[start + 8] % 64) * 4
      guard add(.geneve, start + 8, byteCount) else { return }
      tunnelled(UInt16(word(frame, start + 10)), at: start + 8 + byteCount)
    default: payload(start + 8)
    }
  }

  mutating func gre(_ start: Int) {
    guard start + 4 <= frame.count else { return found.complaint = "truncated gre header" }
    let flags = word(frame, start)
    var byteCount = 4
    for flag in [0x8000, 0x2000, 0x1000] where flags & flag != 0 { byteCount += 4 }
    guard add(.gre, start, byteCount) else { return }
    tunnelled(UInt16(word(frame, start + 2)), at: start + byteCount)
  }

  mutating func tunnelled(_ type: UInt16, at start: Int) {
    if type == EtherType.ethernet { link(.ethernet, at: start) } else { packet(type, at: start) }
  }
}
