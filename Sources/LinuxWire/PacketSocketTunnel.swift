internal import WireFormats

extension VirtioNetHeader {
  /// The most words of 8 octets of extension headers of an inner IPv6 packet.
  private static let extensionWordLimit = 4

  /// Describes the UDP tunnel of a frame that came from a packet socket.
  ///
  /// The header there has 10 octets and no fields for tunnels. For a super-frame in VXLAN or Geneve
  /// the kernel writes the `gso_type` and the `csum_start` of the inner packet, and says nothing of
  /// the outer one (`virtio_net_hdr_from_skb`, Linux `include/linux/virtio_net.h`). Only a tunnel
  /// has its checksum begin after the payload of the outer UDP header does, so that it is told from
  /// everything else, whatever its port.
  ///
  /// - Complexity: O(*n*) in the number of headers. Does not allocate.
  internal mutating func describeTunnel(of frame: RawSpan) {
    guard gsoType != .none, !gsoType.isTunnel, flags.contains(.needsChecksum),
      let layout = try? PacketLayout(parsing: frame, tunnels: .none),
      let network = layout.network, let udp = layout.transport, udp.kind == .udp,
      Int(checksumStart) > udp.payloadOffset, Int(checksumStart) < frame.byteCount,
      let inner = innerNetworkOffset(in: frame, from: udp.payloadOffset, to: network.end)
    else { return }
    let bit = network.version == .ipv4 ? GsoType.udpTunnelIPv4Bit : GsoType.udpTunnelIPv6Bit
    gsoType = GsoType(rawValue: gsoType.rawValue | bit)
    outerTransportOffset = UInt16(truncatingIfNeeded: udp.offset)
    innerNetworkOffset = UInt16(truncatingIfNeeded: inner)
    // A tunnel with checksums has the sum of the pseudo-header there.
    if frame.networkOrder(at: udp.checksumOffset, as: UInt16.self) != 0 {
      flags.insert(.udpTunnelChecksum)
    }
  }

  /// Where the IP header starts after which the checksum does, in the same packet.
  private func innerNetworkOffset(in frame: RawSpan, from start: Int, to end: Int) -> Int? {
    let transport = Int(checksumStart)
    func fits(_ at: Int, _ version: NetworkLayout.Version) -> Bool {
      guard at >= start, frame.octet(at: at) >> 4 == version.rawValue,
        let layout = try? PacketLayout(parsing: frame, innerNetworkOffset: at),
        let network = layout.network, let found = layout.transport
      else { return false }
      return network.version == version && network.end == end && found.offset == transport
        && takes(version, found.kind)
    }
    for words in 5...15 {
      let at = transport - 4 * words
      if at >= start, frame.octet(at: at) == 0x40 | UInt8(words), fits(at, .ipv4) { return at }
    }
    for words in 0...Self.extensionWordLimit {
      let at = transport - IPv6Header.byteCount - 8 * words
      if fits(at, .ipv6) { return at }
    }
    return nil
  }

  /// Whether the type is that of a transport protocol over a version of IP.
  private func takes(_ version: NetworkLayout.Version, _ kind: TransportLayout.Kind) -> Bool {
    switch gsoType.base {
    case .tcpv4: version == .ipv4 && kind == .tcp
    case .tcpv6: version == .ipv6 && kind == .tcp
    case .udpL4: kind == .udp
    default: false
    }
  }
}
