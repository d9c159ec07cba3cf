internal import FrameRecipes

extension RecipeReader {
  /// The tunnel header at the current layer, if there is one; then moves past it.
  mutating func tunnel() -> FrameRecipe.Encapsulation? {
    let layer = layers[at]
    var out = FrameRecipe.Encapsulation(.ipInIP)
    if layer.kind.isNetwork { return out }
    if layer.kind == .gre {
      out.kind = gre(layer)
      if frame[layer.start] & 0x80 != 0,
        foldedSum(onesComplementSum(frame, layer.start..<min(layer.limit, frame.count))) != 0xFFFF
      {
        out.greChecksum = .value(short(layer.start + 4))
      }
      at += 1
      return out
    }
    guard layer.kind == .udp, layers[at + 1].kind != .payload else { return nil }
    let header = layers[at + 1]
    let port = short(layer.start + 2)
    let own: UInt16
    (out.kind, own) = kind(header, port)
    if port != own { out.destinationPort = port }
    if header.kind == .gtpU {
      let length = short(header.start + 2)
      if Int(length) != layer.limit - header.start - 8 { out.tunnelLength = .value(length) }
    }
    out.sourcePort = short(layer.start)
    if word(frame, layer.start + 4) != layer.limit - layer.start {
      out.udpLength = .value(short(layer.start + 4))
    }
    let field = short(layer.start + 6)
    out.checksum = field == 0 ? .zero : .value(field)
    // Some tunnels have no header of their own.
    at += header.kind.isNetwork ? 1 : 2
    return out
  }

  private func gre(_ layer: Layer) -> FrameRecipe.Encapsulation.Kind {
    let flags = word(frame, layer.start)
    var offset = layer.start + (flags & 0x8000 == 0 ? 4 : 8)
    var (key, sequence): (UInt32?, UInt32?)
    if flags & 0x2000 != 0 {
      key = longWord(frame, offset)
      offset += 4
    }
    if flags & 0x1000 != 0 { sequence = longWord(frame, offset) }
    return .gre(checksum: flags & 0x8000 != 0, key: key, sequence: sequence)
  }

  /// The tunnel over UDP with this header, and its usual port.
  private func kind(
    _ header: Layer, _ port: UInt16
  ) -> (kind: FrameRecipe.Encapsulation.Kind, port: UInt16) {
    typealias Port = FrameRecipe.TunnelPort
    switch header.kind {
    case .vxlan: return (.vxlan(network: identifier(header)), Port.vxlan)
    case .vxlanGPE: return (.vxlanGPE(network: identifier(header)), Port.vxlanGPE)
    case .geneve:
      let options = octets(header.start + 8, header.end - header.start - 8)
      return (.geneve(network: identifier(header), options: options), Port.geneve)
    case .gue:
      return (.gue(data: octets(header.start + 4, header.end - header.start - 4)), Port.gue)
    case .gtpU: return (gtp(header), Port.gtpU)
    default: return port == Port.gue ? (.directGUE, Port.gue) : (.fou, Port.fou)
    }
  }

  private func identifier(_ header: Layer) -> UInt32 { longWord(frame, header.start + 4) / 256 }

  private func gtp(_ header: Layer) -> FrameRecipe.Encapsulation.Kind {
    let flags = frame[header.start]
    var extensions: [FrameRecipe.GTPExtension] = []
    var offset = header.start + 12
    while flags & 4 != 0, offset < header.end {
      let count = Int(frame[offset]) * 4
      extensions.append(
        FrameRecipe.GTPExtension(frame[offset - 1], octets(offset + 1, count - 2)))
      offset += count
    }
    return .gtpU(
      tunnel: longWord(frame, header.start + 4),
      sequence: flags & 2 != 0 ? short(header.start + 8) : nil,
      packetNumber: flags & 1 != 0 ? frame[header.start + 10] : nil, extensions: extensions)
  }
}
