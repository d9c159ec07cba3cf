internal import WireFormats

extension HeaderList {
  /// An IP header with its options or extension headers.
  mutating func addNetwork(_ frame: RawSpan, _ network: NetworkLayout) {
    switch network.version {
    case .ipv4: addIPv4(frame, network)
    case .ipv6: addIPv6(frame, network)
    }
  }

  private mutating func addIPv4(_ frame: RawSpan, _ network: NetworkLayout) {
    guard let header = try? IPv4Header(frame, at: network.offset) else { return }
    begin("IPv4", at: network.offset, length: header.headerLength)
    add("traffic class", at: 1, 1, hex(header.trafficClass))
    add("total length", at: 2, 2, header.totalLength, note: Self.note(network.length))
    add("identification", at: 4, 2, header.identification)
    let bits = [
      header.fragmentWord & 0x8000 != 0 ? "reserved" : nil, header.dontFragment ? "DF" : nil,
      header.moreFragments ? "MF" : nil,
    ]
    let flags = bits.compactMap { $0 }.joined(separator: ",")
    add("flags", at: 6, 1, flags.isEmpty ? "none" : flags)
    add("fragment offset", at: 6, 2, header.fragmentOffset)
    add("time to live", at: 8, 1, header.timeToLive)
    add("protocol", at: 9, 1, header.protocol)
    let state = header.hasValidChecksum ? "right" : "wrong"
    add("header checksum", at: 10, 2, hex(header.headerChecksum), note: state)
    add("source", at: 12, 4, header.source)
    add("destination", at: 16, 4, header.destination)
    if network.hasOptions { add("options", at: 20, header.headerLength - 20, "") }
  }

  private mutating func addIPv6(_ frame: RawSpan, _ network: NetworkLayout) {
    guard let header = try? IPv6Header(frame, at: network.offset) else { return }
    begin("IPv6", at: network.offset, length: IPv6Header.byteCount)
    add("traffic class", at: 0, 2, hex(header.trafficClass))
    add("flow label", at: 1, 3, hex(header.flowLabel))
    add("payload length", at: 4, 2, header.payloadLength, note: Self.note(network.length))
    add("next header", at: 6, 1, header.nextHeader)
    add("hop limit", at: 7, 1, header.hopLimit)
    add("source", at: 8, 16, header.source)
    add("destination", at: 24, 16, header.destination)
    var kind = header.nextHeader
    var offset = network.offset + IPv6Header.byteCount
    while offset < network.upperOffset,
      let `extension` = try? IPv6ExtensionHeader(frame, at: offset)
    {
      begin("\(kind)", at: offset, length: `extension`.headerLength)
      add("next header", at: 0, 1, `extension`.nextHeader)
      kind = `extension`.nextHeader
      offset += `extension`.headerLength
    }
  }

  private static func note(_ length: NetworkLayout.Length) -> String? {
    switch length {
    case .exact: nil
    case .zero: "left to the network card"
    case .trailer(let count): "\(octets(count)) follow the packet"
    case .missing(let count): "\(octets(count)) are missing"
    }
  }

  private static func octets(_ count: Int) -> String { "\(count) octet\(count == 1 ? "" : "s")" }

  /// What stands between an outer IP header and the packet that it carries.
  mutating func addTunnel(
    _ frame: RawSpan, _ tunnel: TunnelLayout, around network: NetworkLayout
  ) {
    var start = tunnel.headerOffset
    if tunnel.kind.isOverUDP {
      addUDP(frame, at: start)
      start += UDPHeader.byteCount
    }
    switch tunnel.kind {
    case .vxlan:
      begin("VXLAN", at: start, length: 8)
      add("network identifier", at: 4, 3, frame.networkOrder(at: start + 4, as: UInt32.self) >> 8)
    case .geneve:
      begin("Geneve", at: start, length: tunnel.innerOffset - start)
      add("protocol", at: 2, 2, EtherType(rawValue: frame.networkOrder(at: start + 2)))
      add("network identifier", at: 4, 3, frame.networkOrder(at: start + 4, as: UInt32.self) >> 8)
    case .gre:
      begin("GRE", at: start, length: tunnel.innerOffset - start)
      add("flags", at: 0, 2, hex(frame.networkOrder(at: start, as: UInt16.self)))
      add("protocol", at: 2, 2, EtherType(rawValue: frame.networkOrder(at: start + 2)))
      if let header = try? GREHeader(frame, at: start), header.hasChecksum {
        add("checksum", at: 4, 2, hex(frame.networkOrder(at: start + 4, as: UInt16.self)))
      }
    case .vxlanGPE:
      begin("VXLAN-GPE", at: start, length: 8)
      add("flags", at: 0, 1, hex(frame.octet(at: start)))
      add("next protocol", at: 3, 1, frame.octet(at: start + 3))
      add("network identifier", at: 4, 3, frame.networkOrder(at: start + 4, as: UInt32.self) >> 8)
    case .gue where tunnel.innerOffset > start:
      begin("GUE", at: start, length: tunnel.innerOffset - start)
      add("protocol", at: 1, 1, IPProtocol(rawValue: frame.octet(at: start + 1)))
      add("flags", at: 2, 2, hex(frame.networkOrder(at: start + 2, as: UInt16.self)))
    case .gtpU:
      begin("GTP-U", at: start, length: tunnel.innerOffset - start)
      add("flags", at: 0, 1, hex(frame.octet(at: start)))
      add("message type", at: 1, 1, frame.octet(at: start + 1))
      add("length", at: 2, 2, frame.networkOrder(at: start + 2, as: UInt16.self))
      add("tunnel endpoint", at: 4, 4, hex(frame.networkOrder(at: start + 4, as: UInt32.self)))
    case .udp where network.offset > start:
      begin("tunnel", at: start, length: network.offset - start)
    case .gue, .fou, .udp, .ip: break
    }
    if Self.hasInnerEthernet(tunnel, network) {
      addEthernet(frame, at: tunnel.innerOffset, tags: tunnel.innerVLANTagCount)
    }
  }

  /// Whether the tunnel carries a frame and not just a packet.
  static func hasInnerEthernet(_ tunnel: TunnelLayout, _ network: NetworkLayout) -> Bool {
    tunnel.kind != .udp && network.offset > tunnel.innerOffset
  }
}
