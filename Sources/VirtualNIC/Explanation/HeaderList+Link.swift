internal import WireFormats

extension HeaderList {
  /// The link header of a frame, with its VLAN tags.
  mutating func addLink(_ frame: RawSpan, _ layout: PacketLayout) {
    switch layout.link {
    case .ethernet: addEthernet(frame, at: 0, tags: layout.vlanTagCount)
    case .rawIP: return
    case .ppp:
      begin("PPP", at: 0, length: layout.linkHeaderLength)
      return
    case .bsdLoopback:
      begin("BSD loopback", at: 0, length: 4)
      add("address family", at: 0, 4, frame.networkOrder(at: 0, as: UInt32.self).byteSwapped)
    case .linuxCooked:
      begin("Linux cooked", at: 0, length: 16)
      add("packet type", at: 0, 2, frame.networkOrder(at: 0, as: UInt16.self))
      add("device type", at: 2, 2, frame.networkOrder(at: 2, as: UInt16.self))
      addProtocol(frame, at: 14)
      addTags(frame, at: 16, count: layout.vlanTagCount)
    case .linuxCooked2:
      begin("Linux cooked v2", at: 0, length: 20)
      addProtocol(frame, at: 0)
      add("interface index", at: 4, 4, frame.networkOrder(at: 4, as: UInt32.self))
      add("device type", at: 8, 2, frame.networkOrder(at: 8, as: UInt16.self))
      add("packet type", at: 10, 1, frame.octet(at: 10))
      addTags(frame, at: 20, count: layout.vlanTagCount)
    }
    addShims(frame, layout)
  }

  /// MPLS labels and the PPPoE header between the tags and the IP header.
  private mutating func addShims(_ frame: RawSpan, _ layout: PacketLayout) {
    let start = layout.link.headerLength + layout.vlanTagCount * VLANTag.byteCount
    if let offset = layout.pppoeOffset, let header = try? PPPoEHeader(frame, at: offset) {
      begin("PPPoE", at: offset, length: PPPoEHeader.byteCount)
      add("session", at: 2, 2, header.session)
      add("length", at: 4, 2, header.length)
      add("protocol", at: 6, 2, "0x" + hexadecimal(header.pppProtocol.rawValue))
    } else if layout.etherType?.isMPLS == true {
      for at in stride(from: start, to: layout.linkHeaderLength, by: MPLSLabel.byteCount) {
        let entry = MPLSLabel(rawValue: frame.networkOrder(at: at))
        begin("MPLS label", at: at, length: MPLSLabel.byteCount)
        add("label", at: 0, 3, entry.label)
        add("traffic class", at: 2, 1, entry.trafficClass)
        add("time to live", at: 3, 1, entry.timeToLive)
      }
    }
  }

  /// An Ethernet header with its VLAN tags, of the frame or inside of a tunnel.
  mutating func addEthernet(_ frame: RawSpan, at offset: Int, tags: Int) {
    guard let header = try? EthernetHeader(frame, at: offset) else { return }
    begin("Ethernet", at: offset, length: EthernetHeader.byteCount)
    add("destination", at: 0, 6, header.destination)
    add("source", at: 6, 6, header.source)
    add("type", at: 12, 2, header.etherType)
    addTags(frame, at: offset + EthernetHeader.byteCount, count: tags)
  }

  private mutating func addProtocol(_ frame: RawSpan, at offset: Int) {
    add("protocol", at: offset, 2, EtherType(rawValue: frame.networkOrder(at: offset)))
  }

  private mutating func addTags(_ frame: RawSpan, at offset: Int, count: Int) {
    for index in 0..<count {
      let start = offset + index * VLANTag.byteCount
      let information: UInt16 = frame.networkOrder(at: start)
      begin("VLAN tag", at: start, length: VLANTag.byteCount)
      add("identifier", at: 0, 2, information & 0x0FFF)
      add("priority", at: 0, 1, information >> 13)
      add("type", at: 2, 2, EtherType(rawValue: frame.networkOrder(at: start + 2)))
    }
  }
}
