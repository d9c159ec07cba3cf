// The shapes of most frames, in one pass.

extension PacketLayout {
  /// Reads the headers of a frame of a usual shape: Ethernet with at most one VLAN tag, IPv4
  /// without options or IPv6 without extension headers, TCP or UDP to a port that means no tunnel;
  /// or VXLAN with such a frame in it.
  ///
  /// Nil for a frame of any other shape, and for one with headers that are not whole or not valid.
  /// The result is that of ``init(anyFront:ofFrameLength:link:tunnels:)``, which takes more time.
  ///
  /// - Parameters:
  ///   - front: The first octets of the frame.
  ///   - frameLength: Octets of the whole frame, if they are more than those of `front`.
  ///   - tunnels: Which encapsulations to look into.
  /// - Complexity: O(1). Does not allocate.
  @inline(__always)
  package init?(usual front: RawSpan, _ frameLength: Int, _ tunnels: TunnelRecognition) {
    let frameLength = max(frameLength, front.byteCount)
    // The fewest octets before a packet are those of the link header and a tag.
    guard front.byteCount >= EthernetHeader.byteCount + VLANTag.byteCount,
      frameLength <= Self.maximumFrameLength
    else { return nil }
    var type = EtherType(rawValue: front.networkOrder(at: 12))
    let isTagged = type.isVLANTag
    if isTagged { type = EtherType(rawValue: front.networkOrder(at: 16)) }
    let at = isTagged ? EthernetHeader.byteCount + VLANTag.byteCount : EthernetHeader.byteCount
    guard let version = NetworkLayout.Version(type),
      let network = NetworkLayout(usual: front, at: at, version: version, limit: frameLength)
    else { return nil }
    (frameLength32, vlanTagCount8) = (UInt32(truncatingIfNeeded: frameLength), isTagged ? 1 : 0)
    (link, etherType, hasNetwork, hasTransport) = (.ethernet, type, true, true)
    if let transport = TransportLayout(usual: front, after: network, tunnels) {
      (storedNetwork, storedTransport, tunnel) = (network, transport, nil)
    } else {
      guard let inner = TunnelledPacket(usualVXLAN: front, in: network, tunnels) else {
        return nil
      }
      (storedNetwork, storedTransport, tunnel) = (inner.network, inner.transport, inner.tunnel)
    }
  }
}

/// What VXLAN carries in a frame of a usual shape.
private struct TunnelledPacket {
  let network: NetworkLayout
  let transport: TransportLayout
  let tunnel: TunnelLayout

  /// Reads VXLAN after an IP header, and an Ethernet frame without tags in it; nil if there is
  /// anything else.
  @inline(never)
  init?(usualVXLAN front: RawSpan, in outer: NetworkLayout, _ tunnels: TunnelRecognition) {
    let packet = front.extracting(first: outer.end)
    let udp = outer.upperOffset
    let vxlan = udp + UDPHeader.byteCount
    let ethernet = vxlan + VXLANHeader.byteCount
    let inner = ethernet + EthernetHeader.byteCount
    guard outer.upperProtocol == .udp, packet.byteCount >= inner,
      tunnels.kind(announcedBy: packet.networkOrder(at: udp + 2)) == .vxlan,
      packet.octet(at: vxlan) & 0x08 != 0,
      let version = NetworkLayout.Version(
        EtherType(rawValue: packet.networkOrder(at: ethernet + 12))),
      let network = NetworkLayout(usual: packet, at: inner, version: version, limit: outer.end),
      let transport = TransportLayout(usual: packet, after: network, tunnels)
    else { return nil }
    (self.network, self.transport) = (network, transport)
    tunnel = TunnelLayout(
      kind: .vxlan, network: outer, innerOffset: ethernet, innerVLANTagCount: 0)
  }
}

extension TransportLayout {
  /// No header: what a layout stores in place of one that is not there.
  package init() { (kind, headerLength8, offset32) = (.tcp, 0, 0) }

  /// Reads the transport header after an IP header; nil if it is not whole and valid, or if its
  /// port may mean a tunnel.
  @inline(always)
  internal init?(
    usual front: RawSpan, after network: NetworkLayout, _ tunnels: TunnelRecognition
  ) {
    let offset = network.upperOffset
    let available = min(front.byteCount, network.end) - offset
    switch network.upperProtocol {
    case .tcp:
      guard available >= TCPHeader.minimumByteCount else { return nil }
      let length = Int(front.octet(at: offset + TCPHeader.Field.dataOffset) >> 4) * 4
      guard length >= TCPHeader.minimumByteCount, available >= length else { return nil }
      (kind, headerLength8) = (.tcp, UInt8(truncatingIfNeeded: length))
    case .udp:
      guard available >= UDPHeader.byteCount,
        !tunnels.mayAnnounce(front.networkOrder(at: offset + 2))
      else { return nil }
      (kind, headerLength8) = (.udp, UInt8(truncatingIfNeeded: UDPHeader.byteCount))
    default: return nil
    }
    offset32 = UInt32(truncatingIfNeeded: offset)
  }
}
