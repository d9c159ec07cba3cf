import WireFormats

/// The packets of any frame whose headers can be read, segmentable or not.
struct ReferencePackets {
  let octets: [UInt8]
  /// Where a PPPoE session header starts; nil without one.
  let pppoeOffset: Int?
  /// Nil if the frame carries no IP.
  let outermost: ReferenceIP?
  /// The inner packet of a tunnel, else the only one.
  let inner: ReferenceIP?
  let tunnel: ReferenceTunnel?
  /// True if the inner packet carries another tunnel.
  let isNested: Bool
  /// True if the inner packet has a TCP or UDP header.
  let hasTransport: Bool

  /// Reads a frame; nil if its headers cannot be read.
  init?(_ octets: [UInt8], _ link: LinkLayer, _ tunnels: TunnelRecognition) {
    let reader = ReferenceReader(frame: octets)
    let isEmpty = octets.isEmpty && link == .rawIP
    let empty = isEmpty ? ReferenceReader.Link(type: 0, end: 0) : nil
    guard let start = reader.link(link, looksFurther: tunnels.linkHeaders) ?? empty else {
      return nil
    }
    (self.octets, pppoeOffset) = (octets, start.pppoe)
    guard start.type == 0x0800 || start.type == 0x86DD else {
      (outermost, inner, tunnel, isNested, hasTransport) = (nil, nil, nil, false, false)
      return
    }
    guard let outer = reader.packet(start.type, at: start.end, limit: octets.count) else {
      return nil
    }
    outermost = outer
    switch reader.carried(by: outer, recognising: tunnels) {
    case .broken: return nil
    case .nothing: (inner, tunnel, isNested) = (outer, nil, false)
    case .packet(let kind, let packet):
      (inner, tunnel) = (packet, kind)
      switch reader.carried(by: packet, recognising: tunnels) {
      case .broken: return nil
      case .nothing: isNested = false
      case .packet: isNested = true
      }
    }
    guard let found = inner.flatMap({ reader.hasTransport($0) }) else { return nil }
    hasTransport = found
  }
}
