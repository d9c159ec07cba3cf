package import FrameRecipes

/// Walks through all headers of a frame, trusting nothing but their own fields.
///
/// With `udpTunnels`, UDP datagrams to the ports of tunnels are taken to be such.
package func dissect(
  _ frame: [UInt8], link: FrameRecipe.LinkKind, udpTunnels: Bool = true
) -> Dissection {
  var walk = Walk(frame)
  walk.isInsideUDPTunnel = !udpTunnels
  walk.link(link, at: 0)
  return walk.found
}

private struct Walk {
  /// Most IP headers in each other, so that no frame is too deep to walk through.
  static let mostNetworks = 8

  let frame: [UInt8]
  var found = Dissection()
  var network = 0
  var networkCount = 0
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
      refuse("\(kind.rawValue)", start, "\(byteCount) octets", "\(max(0, frame.count - start))")
      return false
    }
    found.layers.append(
      Layer(
        kind: kind, start: start, end: start + byteCount, limit: limit, network: network))
    return true
  }

  mutating func refuse(_ field: String, _ octet: Int, _ expected: String, _ value: String) {
    found.fault = FrameFault(
      field: field, octet: octet, expected: .text(expected), found: .text(value))
  }

  mutating func link(_ kind: FrameRecipe.LinkKind, at start: Int) {
    let end = start + kind.byteCount
    let layer: Layer.Kind
    switch kind {
    case .ethernet: layer = .ethernet
    case .linuxCooked1: layer = .cooked1
    case .linuxCooked2: layer = .cooked2
    case .bsdLoopback, .bsdLoopbackNetworkOrder:
      guard add(.loopback, start, 4) else { return }
      let family = kind == .bsdLoopback ? frame[start] : frame[start + 3]
      return packet(family == 2 ? FrameRecipe.EtherType.ipv4 : FrameRecipe.EtherType.ipv6, at: end)
    case .ppp:
      guard add(.ppp, start, 4) else { return }
      return ppp(UInt16(word(frame, start + 2)), at: end)
    case .rawIP:
      guard start < frame.count else {
        return refuse("ip", start, "an IP header", "0 octets")
      }
      let isIPv6 = frame[start] / 16 == 6
      return packet(isIPv6 ? FrameRecipe.EtherType.ipv6 : FrameRecipe.EtherType.ipv4, at: end)
    }
    guard add(layer, start, kind.byteCount) else { return }
    packet(UInt16(word(frame, start + (kind.protocolOffset ?? 0))), at: end)
  }

  mutating func packet(_ first: UInt16, at start: Int) {
    var (type, at) = (first, start)
    while Self.tagTypes.contains(type) {
      guard add(.vlan, at, 4) else { return }
      type = UInt16(word(frame, at + 2))
      at += 4
    }
    switch type {
    case FrameRecipe.EtherType.ipv4: ipv4(at)
    case FrameRecipe.EtherType.ipv6: ipv6(at)
    case FrameRecipe.EtherType.mpls, 0x8848: mpls(at)
    case FrameRecipe.EtherType.pppoeSession:
      guard add(.pppoe, at, 8) else { return }
      ppp(UInt16(word(frame, at + 6)), at: at + 8)
    default: found.notRead = "EtherType 0x\(String(type, radix: 16)) is not IP"
    }
  }

  static let tagTypes: [UInt16] = [
    FrameRecipe.EtherType.vlan, FrameRecipe.EtherType.serviceVLAN, FrameRecipe.EtherType.olderVLAN,
    0x9200, 0x9300,
  ]

  mutating func mpls(_ first: Int) {
    var at = first
    repeat {
      guard add(.mpls, at, 4) else { return }
      at += 4
    } while frame[at - 2] & 1 == 0
    guard at < frame.count else { return refuse("mpls", at, "a packet", "0 octets") }
    switch frame[at] / 16 {
    case 4: ipv4(at)
    case 6: ipv6(at)
    default: found.notRead = "what follows the MPLS labels is not IP"
    }
  }

  mutating func ppp(_ number: UInt16, at start: Int) {
    switch number {
    case 0x21: ipv4(start)
    case 0x57: ipv6(start)
    default: found.notRead = "PPP protocol 0x\(String(number, radix: 16)) is not IP"
    }
  }

  /// Whether one more IP header may follow.
  mutating func enter() -> Bool {
    networkCount += 1
    guard networkCount <= Self.mostNetworks else {
      found.notRead = "more than \(Self.mostNetworks) IP headers in each other"
      return false
    }
    network = found.layers.count
    return true
  }

  /// Sets where the packet ends; a length of 0 leaves that to what is around it.
  mutating func end(_ start: Int, length: Int, isOpen: Bool) {
    if !isOpen { limit = start + length }
    found.layers[network].limit = limit
    found.layers[network].isOpen = isOpen
  }

  mutating func ipv4(_ start: Int) {
    guard enter() else { return }
    guard start < frame.count else { return refuse("ipv4", start, "20 octets", "0") }
    let (version, words) = (frame[start] / 16, Int(frame[start] % 16))
    guard version == 4 else { return refuse("ipv4.version", start, "4", "\(version)") }
    guard words >= 5 else { return refuse("ipv4.headerLength", start, "at least 5", "\(words)") }
    let byteCount = words * 4
    guard add(.ipv4, start, byteCount) else { return }
    let length = word(frame, start + 2)
    end(start, length: length, isOpen: length == 0)
    if word(frame, start + 6) & 0x3FFF != 0 {
      _ = add(.fragment, start + byteCount, max(0, min(limit, frame.count) - start - byteCount))
    } else {
      transport(frame[start + 9], at: start + byteCount)
    }
  }

  mutating func ipv6(_ start: Int) {
    guard enter() else { return }
    guard add(.ipv6, start, 40) else { return }
    let version = frame[start] / 16
    guard version == 6 else { return refuse("ipv6.version", start, "6", "\(version)") }
    let length = word(frame, start + 4)
    var next = frame[start + 6]
    // Nothing may follow a header that says that nothing follows (59).
    end(start, length: 40 + length, isOpen: length == 0 && next != 59)
    var at = start + 40
    while let kind = Self.extensions[next] {
      guard at + 8 <= frame.count else {
        return refuse(kind.rawValue, at, "at least 8 octets", "\(max(0, frame.count - at))")
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
    FrameRecipe.IPNumber.hopByHop: .hopByHop, FrameRecipe.IPNumber.routing: .routing,
    FrameRecipe.IPNumber.destinationOptions: .destinationOptions,
    FrameRecipe.IPNumber.fragment: .fragmentHeader,
  ]

  mutating func transport(_ number: UInt8, at start: Int) {
    switch number {
    case FrameRecipe.IPNumber.tcp:
      guard start + 20 <= frame.count else {
        return refuse("tcp", start, "at least 20 octets", "\(max(0, frame.count - start))")
      }
      let words = Int(frame[start + 12] / 16)
      guard words >= 5 else {
        return refuse("tcp.dataOffset", start + 12, "at least 5", "\(words)")
      }
      guard add(.tcp, start, words * 4) else { return }
      payload(start + words * 4)
    case FrameRecipe.IPNumber.udp: udp(start)
    case FrameRecipe.IPNumber.ipv4: packet(FrameRecipe.EtherType.ipv4, at: start)
    case FrameRecipe.IPNumber.ipv6: packet(FrameRecipe.EtherType.ipv6, at: start)
    case FrameRecipe.IPNumber.gre: gre(start)
    default: found.notRead = "IP protocol \(number) is neither TCP nor UDP"
    }
  }

  mutating func payload(_ start: Int) {
    _ = add(.payload, start, max(0, min(limit, frame.count) - start))
  }

  mutating func udp(_ start: Int) {
    guard add(.udp, start, 8) else { return }
    let port = isInsideUDPTunnel ? 0 : UInt16(word(frame, start + 2))
    switch port {
    case FrameRecipe.TunnelPort.vxlan, FrameRecipe.TunnelPort.vxlanLinux:
      isInsideUDPTunnel = true
      guard add(.vxlan, start + 8, 8) else { return }
      link(.ethernet, at: start + 16)
    case FrameRecipe.TunnelPort.geneve:
      isInsideUDPTunnel = true
      guard start + 16 <= frame.count else {
        return refuse("geneve", start + 8, "at least 8 octets", "\(frame.count - start - 8)")
      }
      let byteCount = 8 + Int(frame[start + 8] % 64) * 4
      guard add(.geneve, start + 8, byteCount) else { return }
      tunnelled(UInt16(word(frame, start + 10)), at: start + 8 + byteCount)
    case FrameRecipe.TunnelPort.vxlanGPE, FrameRecipe.TunnelPort.gue, FrameRecipe.TunnelPort.fou,
      FrameRecipe.TunnelPort.gtpU:
      isInsideUDPTunnel = true
      if !announced(port, at: start + 8) { payload(start + 8) }
    default: payload(start + 8)
    }
  }

  /// Walks into a tunnel whose header may hold other things than packets; false if it does.
  private mutating func announced(_ port: UInt16, at start: Int) -> Bool {
    guard let first = octet(start) else { return false }
    var at = start
    var kind: Layer.Kind?
    var type = ipType(at: start)
    switch port {
    case FrameRecipe.TunnelPort.vxlanGPE:
      guard let next = octet(start + 3), first & 0x31 == 0, first & 0x08 != 0 else { return false }
      let types = [1: FrameRecipe.EtherType.ipv4, 2: FrameRecipe.EtherType.ipv6]
      let ethernet = FrameRecipe.EtherType.ethernet
      type = first & 0x04 == 0 || next == 3 ? ethernet : types[Int(next)]
      (kind, at) = (.vxlanGPE, start + 8)
    case FrameRecipe.TunnelPort.gue where first / 64 == 0:
      guard let number = octet(start + 1), start + 4 <= frame.count, first & 0x20 == 0,
        word(frame, start + 2) == 0
      else { return false }
      let types = [
        FrameRecipe.IPNumber.ipv4: FrameRecipe.EtherType.ipv4,
        FrameRecipe.IPNumber.ipv6: FrameRecipe.EtherType.ipv6,
      ]
      (kind, at, type) = (.gue, start + 4 + Int(first % 32) * 4, types[number])
    case FrameRecipe.TunnelPort.gtpU:
      guard let end = gtpEnd(start) else { return false }
      (kind, at, type) = (.gtpU, end, ipType(at: end))
    default:
      // Without a header, only a packet of the right length is taken for one.
      guard start + 6 <= frame.count else { return false }
      let isIPv4 = type == FrameRecipe.EtherType.ipv4
      let length = word(frame, start + (isIPv4 ? 2 : 4))
      guard length == 0 || start + length + (isIPv4 ? 0 : 40) == limit else { return false }
    }
    guard let type else { return false }
    if let kind, !add(kind, start, at - start) { return true }
    tunnelled(type, at: at)
    return true
  }

  private func octet(_ at: Int) -> UInt8? { at < frame.count ? frame[at] : nil }

  /// The type of an IP packet by its version.
  private func ipType(at start: Int) -> UInt16? {
    switch octet(start).map({ $0 / 16 }) {
    case 4: FrameRecipe.EtherType.ipv4
    case 6: FrameRecipe.EtherType.ipv6
    default: nil
    }
  }

  /// Where the GTP-U header of a packet ends; nil if it is another message.
  private func gtpEnd(_ start: Int) -> Int? {
    guard let flags = octet(start), octet(start + 1) == 255, flags & 0xF0 == 0x30 else {
      return nil
    }
    guard flags & 7 != 0 else { return start + 8 }
    var end = start + 12
    while flags & 4 != 0, let next = octet(end - 1), next != 0 {
      guard let words = octet(end), words != 0 else { return nil }
      end += Int(words) * 4
    }
    return end
  }

  mutating func gre(_ start: Int) {
    guard start + 4 <= frame.count else {
      return refuse("gre", start, "at least 4 octets", "\(max(0, frame.count - start))")
    }
    let flags = word(frame, start)
    var byteCount = 4
    for flag in [0x8000, 0x2000, 0x1000] where flags & flag != 0 { byteCount += 4 }
    guard add(.gre, start, byteCount) else { return }
    tunnelled(UInt16(word(frame, start + 2)), at: start + byteCount)
  }

  mutating func tunnelled(_ type: UInt16, at start: Int) {
    if type == FrameRecipe.EtherType.ethernet {
      link(.ethernet, at: start)
    } else {
      packet(type, at: start)
    }
  }
}
