public import WireFormats

extension NetPacketLayout {
  /// Creates the layout that the framework would write for a parsed frame.
  ///
  /// The framework's parser stops where `PacketLayout` goes on. After a VLAN tag, MPLS label or
  /// PPPoE header, layers 3 and 4 stay unspecified, so hardware is not asked to segment. An IP
  /// header longer than its field leaves layers 3 and 4 unspecified as well. Headers inside of a
  /// tunnel are not described.
  ///
  /// The framework also parses LLC/SNAP and the transport header of IP fragments. `PacketLayout`
  /// has neither, so these stay unspecified here.
  ///
  /// - Complexity: O(1).
  public init(_ layout: PacketLayout) {
    self.init()
    switch layout.link {
    case .ethernet: layer2Type = .ethernet
    case .rawIP: layer2Type = .null
    case .bsdLoopback, .linuxCooked, .linuxCooked2, .ppp: layer2Type = .unspecified
    }
    layer2HeaderLength = layout.link.headerLength
    guard let network = layout.outerNetwork, network.offset == layout.link.headerLength else {
      return
    }
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
      // The framework takes each unknown next header for an extension header.
      let next = network.upperProtocol
      let ends = next == .tcp || next == .udp || next == .icmpv6 || next == .noNextHeader
      let isPlain = ends && !network.hasOptions
      layer3Type = isPlain ? .ipv6NoExtensions : .ipv6WithExtensions
    }
  }
}
