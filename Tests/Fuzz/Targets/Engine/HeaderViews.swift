import WireFormats

// Every field of every header that a layout names, against the octets of the frame.
extension SegmentationAttack {
  func checkFields(_ layout: PacketLayout) throws {
    if layout.link == .ethernet { try checkEthernet(layout) }
    for network in [layout.outerNetwork, layout.network] {
      if let network { try checkFields(network) }
    }
    if let tunnel = layout.tunnel { try checkFields(tunnel) }
    guard let transport = layout.transport else { return }
    try require(
      layout.payloadRange == transport.payloadOffset..<(layout.network?.end ?? 0),
      "payload of \(layout)")
    try checkFields(transport)
  }

  private func checkEthernet(_ layout: PacketLayout) throws {
    let header = try EthernetHeader(block.octets)
    try requireFields(
      0, [UInt64(header.etherType.rawValue)], [12..<14], "Ethernet")
    try requireFields(
      0, [header.destination.rawValue, header.source.rawValue], [0..<6, 6..<12], "")
    try require(header.destination.isGroup == (octets[0] & 1 == 1), "group bit")
    try require(
      layout.vlanTagCount <= VLANTag.maximumCount && layout.linkHeaderLength <= octets.count,
      "VLAN tags")
    if layout.vlanTagCount > 0 {
      let tag = VLANTag(type: header.etherType, controlInformation: UInt16(octets.word(14)))
      let parts = (Int(tag.priority) << 13) | (tag.isDropEligible ? 0x1000 : 0)
      try require(parts | Int(tag.identifier) == octets.word(14), "VLAN tag \(tag)")
    }
    if let at = layout.pppoeOffset {
      let session = try PPPoEHeader(block.octets, at: at)
      try requireFields(
        at,
        [
          UInt64(session.versionTypeAndCode), UInt64(session.session), UInt64(session.length),
          UInt64(session.pppProtocol.rawValue),
        ], [0..<2, 2..<4, 4..<6, 6..<8], "PPPoE")
    }
    guard header.etherType.isMPLS, layout.vlanTagCount == 0, octets.count >= 18 else { return }
    let entry = MPLSLabel(rawValue: octets.double(14))
    let parts = entry.label << 12 | UInt32(entry.trafficClass) << 9
    let rest = (entry.isBottomOfStack ? 0x100 : 0) | UInt32(entry.timeToLive)
    try require(parts | rest == entry.rawValue, "MPLS label \(entry)")
  }

  private func checkFields(_ network: NetworkLayout) throws {
    let at = network.offset
    switch network.version {
    case .ipv4:
      let header = try IPv4Header(block.octets, at: at)
      try requireFields(
        at,
        [
          UInt64(header.trafficClass), UInt64(header.totalLength), UInt64(header.identification),
          UInt64(header.fragmentWord), UInt64(header.timeToLive),
          UInt64(header.protocol.rawValue), UInt64(header.headerChecksum),
          UInt64(header.source.rawValue), UInt64(header.destination.rawValue),
        ],
        [1..<2, 2..<4, 4..<6, 6..<8, 8..<9, 9..<10, 10..<12, 12..<16, 16..<20], "IPv4")
      let word = (header.dontFragment ? 0x4000 : 0) | (header.moreFragments ? 0x2000 : 0)
      try require(
        word + header.fragmentOffset / 8 == Int(header.fragmentWord & 0x7FFF), "fragment word")
      try checkPseudoHeader(
        .pseudoHeader(
          source: header.source, destination: header.destination, protocol: .udp,
          length: network.end - at), at + 12..<at + 20, 17 + network.end - at)
    case .ipv6:
      let header = try IPv6Header(block.octets, at: at)
      try requireFields(
        at,
        [
          UInt64(header.payloadLength), UInt64(header.nextHeader.rawValue), UInt64(header.hopLimit),
          header.source.high, header.source.low, header.destination.high, header.destination.low,
        ], [4..<6, 6..<7, 7..<8, 8..<16, 16..<24, 24..<32, 32..<40], "IPv6")
      let first = 6 << 28 | UInt32(header.trafficClass) << 20 | header.flowLabel
      try require(first == octets.double(at), "traffic class and flow label")
      try checkPseudoHeader(
        .pseudoHeader(
          source: header.source, destination: header.destination, protocol: .tcp, length: nil),
        at + 8..<at + 40, 6)
    }
  }

  /// A sum of addresses and a number, then of the frame in parts of any length.
  private func checkPseudoHeader(
    _ sum: InternetChecksum, _ addresses: Range<Int>, _ number: Int
  ) throws {
    let start = octets.onesSum(addresses, adding: folded(number))
    try require(folded(Int(sum.sum)) == start, "a pseudo header sums to \(sum.sum), not \(start)")
    let middle = Int(selector) % (octets.count + 1)
    var whole = sum
    whole.add(Array(octets[..<middle]))
    var rest = InternetChecksum()
    let block = OctetBlock(Array(octets[middle...]))
    let copy = OctetBlock(count: block.count)
    var target = copy.mutableOctets
    rest.addCopying(block.octets, to: &target)
    try requireEqual(copy.array, block.array, "octets that were copied and summed")
    whole.combine(rest)
    let expected = octets.onesSum(0..<octets.count, adding: start)
    try require(
      Int(whole.sum) == expected && whole.checksum == ~whole.sum,
      "a sum in two parts is \(whole.sum), not \(expected)")
  }

  private func checkFields(_ transport: TransportLayout) throws {
    let at = transport.offset
    switch transport.kind {
    case .tcp:
      let header = try TCPHeader(block.octets, at: at)
      try requireFields(
        at,
        [
          UInt64(header.sourcePort), UInt64(header.destinationPort), UInt64(header.sequenceNumber),
          UInt64(header.acknowledgmentNumber), UInt64(header.window), UInt64(header.checksum),
          UInt64(header.urgentPointer),
        ], [0..<2, 2..<4, 4..<8, 8..<12, 14..<16, 16..<18, 18..<20], "TCP")
      let word = UInt16(header.headerLength / 4) << 12 | header.flags.rawValue
      try require(Int(word) == octets.word(at + 12), "TCP flags and length")
    case .udp:
      let header = try UDPHeader(block.octets, at: at)
      try requireFields(
        at,
        [
          UInt64(header.sourcePort), UInt64(header.destinationPort), UInt64(header.length),
          UInt64(header.checksum),
        ], [0..<2, 2..<4, 4..<6, 6..<8], "UDP")
    }
  }

  private func checkFields(_ tunnel: TunnelLayout) throws {
    let span = block.octets
    let at = tunnel.headerOffset + (tunnel.kind.isOverUDP ? 8 : 0)
    try require(tunnel.innerVLANTagCount <= VLANTag.maximumCount, "inner VLAN tags")
    switch tunnel.kind {
    case .vxlan:
      let header = try VXLANHeader(span, at: at)
      try requireFields(at, [UInt64(header.networkIdentifier)], [4..<7], "VXLAN")
    case .vxlanGPE:
      let header = try VXLANGPEHeader(span, at: at)
      try requireFields(at, [UInt64(header.networkIdentifier)], [4..<7], "VXLAN-GPE")
    case .geneve:
      let header = try GeneveHeader(span, at: at)
      try requireFields(
        at, [UInt64(header.protocolType.rawValue), UInt64(header.networkIdentifier)],
        [2..<4, 4..<7], "Geneve")
    case .gre:
      guard let header = try GREHeader(span, at: at) else { throw Finding("no GRE header") }
      try requireFields(at, [UInt64(header.protocolType.rawValue)], [2..<4], "GRE")
      try require(header.hasChecksum == (octets[at] & 0x80 != 0), "GRE checksum bit")
    case .gtpU:
      guard let header = try GTPUHeader(span, at: at) else { throw Finding("no GTP-U header") }
      try requireFields(
        at,
        [
          UInt64(header.messageType), UInt64(header.length),
          UInt64(header.tunnelEndpointIdentifier),
        ], [1..<2, 2..<4, 4..<8], "GTP-U")
    default: break
    }
  }

  /// Numbers that were read equal those in octets, counted from the start of a header.
  private func requireFields(
    _ start: Int, _ values: [UInt64], _ ranges: [Range<Int>], _ what: String
  ) throws {
    for (value, range) in zip(values, ranges) {
      var expected: UInt64 = 0
      for at in range { expected = expected << 8 | UInt64(octets[start + at]) }
      try require(value == expected, "\(what): \(value) in \(range), expected \(expected)")
    }
  }
}
