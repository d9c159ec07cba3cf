import WireFormats

/// The tunnels that the reference looks into.
enum ReferenceTunnel {
  case vxlan, geneve, vxlanGPE, gue, fou, gtpU, gre, ip
  /// UDP with an inner packet where the caller says.
  case described

  var isOverUDP: Bool { self != .gre && self != .ip }
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
    case 17 where !tunnels.hasNoPorts:
      guard at + 8 <= outer.end else { return .broken }
      let port = UInt16(frame.word(at + 2))
      if tunnels.vxlanPorts.array.contains(port) { return vxlan(outer).ifSound }
      if tunnels.genevePorts.array.contains(port) { return geneve(outer).ifSound }
      if tunnels.vxlanGPEPorts.array.contains(port) { return vxlanGPE(outer).ifSound }
      if tunnels.guePorts.array.contains(port) { return gue(outer).ifSound }
      if tunnels.fouPorts.array.contains(port) { return direct(at + 8, .fou, outer).ifSound }
      if tunnels.gtpUPorts.array.contains(port) { return gtp(outer).ifSound }
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

  /// VXLAN with a next protocol: IPv4, IPv6 or Ethernet.
  private func vxlanGPE(_ outer: ReferenceIP) -> Carried {
    let at = outer.upperOffset + 8
    guard at + 8 <= outer.end, frame[at] & 0x39 == 8 else { return .nothing }
    let types: [UInt8: Int] = [1: 0x0800, 2: 0x86DD, 3: 0x6558]
    let type = frame[at] & 4 == 0 ? 0x6558 : types[frame[at + 3]] ?? 0
    return typed(type, at + 8, .vxlanGPE, outer.end)
  }

  /// Data of variant 0 without flags, or IP directly.
  private func gue(_ outer: ReferenceIP) -> Carried {
    let at = outer.upperOffset + 8
    guard at < outer.end else { return .nothing }
    if frame[at] >> 6 != 0 { return direct(at, .gue, outer) }
    let length = 4 + Int(frame[at] & 0x1F) * 4
    guard at + length <= outer.end, frame[at] & 0x20 == 0, frame.word(at + 2) == 0 else {
      return .nothing
    }
    let types: [UInt8: Int] = [4: 0x0800, 41: 0x86DD]
    return typed(types[frame[at + 1]] ?? 0, at + length, .gue, outer.end)
  }

  /// A G-PDU whose length is 0, or that of what is around it or in it.
  private func gtp(_ outer: ReferenceIP) -> Carried {
    let at = outer.upperOffset + 8
    guard at + 8 <= outer.end, frame[at] >> 4 == 3, frame[at + 1] == 255 else { return .nothing }
    var end = at + 8
    if frame[at] & 7 != 0 {
      end += 4
      guard end <= outer.end else { return .nothing }
      while frame[at] & 4 != 0, frame[end - 1] != 0 {
        guard end < outer.end, frame[end] != 0, end + Int(frame[end]) * 4 <= outer.end else {
          return .nothing
        }
        end += Int(frame[end]) * 4
      }
    }
    let (length, around) = (frame.word(at + 2), outer.end - at - 8)
    guard case .packet(_, let inner) = versioned(end, .gtpU, outer.end) else { return .nothing }
    let declared = outer.offset + outer.declaredLength - at - 8
    let isRight =
      length == 0 || (around - length) % 65_536 == 0
      || [declared, end - at - 8 + inner.declaredLength].contains(length)
    return isRight ? .packet(.gtpU, inner) : .nothing
  }

  /// A packet of the right length, or as much of one as of the packet around it.
  private func direct(_ at: Int, _ tunnel: ReferenceTunnel, _ outer: ReferenceIP) -> Carried {
    guard case .packet(_, let inner) = versioned(at, tunnel, outer.end) else { return .nothing }
    let (declared, surplus) = (inner.declaredLength, outer.end - at - inner.declaredLength)
    let isMissing = surplus < 0 && outer.isMissing
    return declared == 0 || surplus >= 0 && surplus % 65_536 == 0 || isMissing
      ? .packet(tunnel, inner) : .nothing
  }

  private func versioned(_ at: Int, _ tunnel: ReferenceTunnel, _ limit: Int) -> Carried {
    guard at < limit else { return .nothing }
    return typed([4: 0x0800, 6: 0x86DD][frame[at] >> 4] ?? 0, at, tunnel, limit)
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

extension TunnelRecognition {
  fileprivate var hasNoPorts: Bool {
    [vxlanPorts, genevePorts, vxlanGPEPorts, guePorts, fouPorts, gtpUPorts].allSatisfy(\.isEmpty)
  }
}
