public import NetAdapterCore
public import WireFormats

extension WireOffloads {
  /// What the receiver of a frame with this header needs.
  ///
  /// A type that VIRTIO 1.3 does not have needs everything, and IP fragmentation ("UFO") as well:
  /// no end takes it over.
  public init(neededBy header: VirtioNetHeader) {
    var needed: WireOffloads = header.flags.contains(.needsChecksum) ? .checksum : []
    let type = header.gsoType
    if type != .none {
      switch type.base {
      case .tcpv4: needed.formUnion([.checksum, .tcpv4])
      case .tcpv6: needed.formUnion([.checksum, .tcpv6])
      case .udpL4: needed.formUnion([.checksum, .udp])
      default: needed = WireOffloads(rawValue: .max)
      }
      if type.hasECN { needed.insert(.ecn) }
      if type.hasAccurateECN { needed = WireOffloads(rawValue: .max) }
      if type.isTunnel { needed.insert(.udpTunnel) }
      if header.flags.contains(.udpTunnelChecksum) {
        needed.formUnion([.udpTunnel, .udpTunnelChecksum])
      }
    }
    self.init(rawValue: needed.rawValue)
  }

  /// What a kernel may leave to a NIC with these active offloads.
  ///
  /// USO goes with both IP versions or not at all, as `TUNSETOFFLOAD` has it. Tunnels go with LSO:
  /// NetAdapterCx has no flag for them.
  public init(leftTo active: ActiveOffloads) {
    var left: WireOffloads = []
    if active.isTxChecksumTcpEnabled || active.isTxChecksumUdpEnabled { left.insert(.checksum) }
    if active.isLsoIPv4Enabled { left.formUnion([.checksum, .tcpv4, .ecn]) }
    if active.isLsoIPv6Enabled { left.formUnion([.checksum, .tcpv6, .ecn]) }
    if active.isUsoIPv4Enabled, active.isUsoIPv6Enabled { left.formUnion([.checksum, .udp]) }
    if left.isSuperset(of: [.tcpv4, .tcpv6]) {
      left.formUnion([.udpTunnel, .udpTunnelChecksum])
    }
    self.init(rawValue: left.usable.rawValue)
  }
}
