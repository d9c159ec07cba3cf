public import WireFormats

extension NetPacketLayout {
  /// What the framework would write for a frame that was read already.
  ///
  /// It differs from `PacketLayout` in what it does not look at. A tag in front of layer
  /// 3 ends its walk: layers 3 and 4 stay unspecified, and no segmentation is offered to hardware.
  /// The same holds for headers longer than a field can say, and for what a tunnel carries.
  ///
  /// The framework looks through LLC/SNAP and at the transport header of IP fragments, which a
  /// `PacketLayout` does not have: there, what it would find stays unspecified here.
  ///
  /// - Complexity: O(1).
  public init(_ layout: PacketLayout) {
    self.init()
    switch layout.link {
    case .ethernet: layer2Type = .ethernet
    case .rawIP: layer2Type = .null
    case .bsdLoopback, .linuxCooked, .linuxCooked2: layer2Type = .unspecified
    }
    layer2HeaderLength = layout.link.headerLength
    guard layout.vlanTagCount == 0, let network = layout.outerNetwork else { return }
    setLayer3(network)
    guard layer3Type != .unspecified else { return }
    if layout.tunnel == nil, let transport = layout.transport {
      layer4Type = transport.kind == .tcp ? .tcp : .udp
      layer4HeaderLength = transport.headerLength
    } else if layout.tunnel != nil, network.upperProtocol == .udp {
      layer4Type = .udp
      layer4HeaderLength = UDPHeader.byteCount
    }
  }

  private mutating func setLayer3(_ network: NetworkLayout) {
    guard network.headerLength <= Self.length3Bits.limit else { return }
    layer3HeaderLength = network.headerLength
    switch network.version {
    case .ipv4: layer3Type = network.hasOptions ? .ipv4WithOptions : .ipv4NoOptions
    case .ipv6:
      // The framework takes what it does not know for an extension header.
      let next = network.upperProtocol
      let ends = next == .tcp || next == .udp || next == .icmpv6 || next == .noNextHeader
      let isPlain = ends && !network.hasOptions
      layer3Type = isPlain ? .ipv6NoExtensions : .ipv6WithExtensions
    }
  }
}
