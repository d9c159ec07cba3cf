import WireFormats

/// The tunnels that the reference looks into.
enum ReferenceTunnel {
  case vxlan, geneve, gre, ip
  /// UDP with an inner packet where the caller says.
  case described

  var isOverUDP: Bool { self == .vxlan || self == .geneve || self == .described }
}

// A port is a hint: what does not parse is UDP payload. A protocol number is none: what does not
// parse is an error.
extension ReferenceReader {
  enum Carried {
    case broken, nothing
    case packet(ReferenceTunnel, ReferenceIP)

    /// The same, for a tunnel that may be none.
    var ifSound: Carried { if case .broken = self { .nothing } else { self } }
  }

  /// What `outer` carries.
  func carried(by outer: ReferenceIP, recognising tunnels: TunnelRecognition) -> Carried {
    guard !outer.isFragment else { return .nothing }
    let at = outer.upperOffset
    switch outer.upperProtocol {
    case 17 where !tunnels.vxlanPorts.isEmpty || !tunnels.genevePorts.isEmpty:
      guard at + 8 <= outer.end else { return .broken }
      let port = UInt16(frame.word(at + 2))
      if tunnels.vxlanPorts.array.contains(port) { return vxlan(outer).ifSound }
      if tunnels.genevePorts.array.contains(port) { return geneve(outer).ifSound }
      return .nothing
    case 47 where tunnels.ipTunnels: return gre(outer)
    case 4 where tunnels.ipTunnels, 41 where tunnels.ipTunnels:
      let version = outer.upperProtocol == 4 ? 4 : 6
      let inner = ReferenceIP(frame, at: at, version: version, limit: outer.end)
      return inner.map { .packet(.ip, $0) } ?? .broken
    default: return .nothing
    }
  }

  /// RFC 7348: flags with a bit for the network identifier, and an Ethernet frame.
  private func vxlan(_ outer: ReferenceIP) -> Carried {
    let at = outer.upperOffset + 8
    guard at + 8 <= outer.end, frame[at] & 8 != 0 else { return .nothing }
    return overEthernet(at + 8, .vxlan, outer.end)
  }

  /// RFC 8926: a version of 0, the length of the options, and the type of the payload.
  private func geneve(_ outer: ReferenceIP) -> Carried {
    let at = outer.upperOffset + 8
    guard at + 8 <= outer.end, frame[at] >> 6 == 0 else { return .nothing }
    let length = 8 + Int(frame[at] & 0x3F) * 4
    guard at + length <= outer.end else { return .nothing }
    return typed(frame.word(at + 2), at + length, .geneve, outer.end)
  }

  /// RFC 2784 and RFC 2890: version 0 with a checksum, a key and a sequence number, or without.
  private func gre(_ outer: ReferenceIP) -> Carried {
    let at = outer.upperOffset
    guard at + 4 <= outer.end else { return .broken }
    let flags = frame.word(at)
    guard flags & ~0xB000 == 0 else { return .nothing }
    let length = 4 + flags.nonzeroBitCount * 4
    guard at + length <= outer.end else { return .broken }
    return typed(frame.word(at + 2), at + length, .gre, outer.end)
  }

  private func typed(_ type: Int, _ at: Int, _ tunnel: ReferenceTunnel, _ limit: Int) -> Carried {
    switch type {
    case 0x0800, 0x86DD:
      guard let inner = packet(type, at: at, limit: limit), hasTransport(inner) != nil else {
        return .broken
      }
      return .packet(tunnel, inner)
    case 0x6558: return overEthernet(at, tunnel, limit)
    default: return .nothing
    }
  }

  private func overEthernet(_ at: Int, _ tunnel: ReferenceTunnel, _ limit: Int) -> Carried {
    guard let link = ethernet(at: at, limit: limit) else { return .broken }
    return link.type == 0x0800 || link.type == 0x86DD
      ? typed(link.type, link.end, tunnel, limit) : .nothing
  }
}
