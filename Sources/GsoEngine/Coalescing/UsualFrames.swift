internal import WireFormats

/// Frames whose headers are found without a layout: Ethernet with at most two VLAN tags, IPv4
/// without options or IPv6 without extension headers, TCP or UDP, and nothing wrong with any of
/// them.
///
/// What is found is what ``FrameCheck`` finds. It looks at all other frames.
internal struct UsualFrames {
  /// The longest packet.
  let packetLengthLimit: Int
  /// Flags in which the segments of a unit may not differ.
  let comparedFlags: UInt16
  /// Flags that no segment but the first of a unit may have.
  let excludedFlags: UInt16
  /// Flags that end a unit.
  let endingFlags: UInt16
  /// The number of segments from which a unit perhaps ends.
  let segmentCountLimit: Int
  let checksIdentification: Bool
  /// Flags of segments that can be in no unit.
  let refusedFlags: UInt16
  /// Whether segments with any TCP options may be in a unit.
  let takesAllOptions: Bool
  let support: CoalescingRules.Support
  private let recognition: TunnelRecognition
  /// Destination ports modulo 64 that may announce a tunnel.
  private let tunnelPorts: UInt64

  init(_ request: CoalescingRequest) {
    let rules = request.rules
    packetLengthLimit = rules.packetLengthLimit
    comparedFlags = ~rules.mergedTCPFlags.rawValue
    excludedFlags = rules.startingTCPFlags.rawValue | rules.refusedTCPFlags.rawValue
    endingFlags = rules.endingTCPFlags.rawValue
    segmentCountLimit = min(
      rules.maximumTCPSegmentCount ?? .max, rules.maximumUDPSegmentCount ?? .max)
    checksIdentification = rules.identification == .incrementingOrFixed
    refusedFlags = rules.refusedTCPFlags.rawValue
    takesAllOptions = rules.tcpOptions == .identical
    support = rules.support
    recognition = rules.tunnels == .opaque ? .none : request.recognition
    tunnelPorts = recognition.portsModulo64
  }

  /// The headers of a frame; nil if it is none of these frames.
  @inline(always)
  func headers(of frame: RawSpan, _ start: UsualStart) -> ParsedFrame? {
    guard frame.byteCount &- start.offset <= packetLengthLimit else { return nil }
    let packet = frame.extracting(droppingFirst: start.offset)
    return switch start.version {
    case .ipv4: ipv4(frame, packet, at: start.offset)
    case .ipv6: ipv6(frame, packet, at: start.offset)
    }
  }

  @inline(always)
  private func ipv4(_ frame: RawSpan, _ packet: RawSpan, at offset: Int) -> ParsedFrame? {
    guard packet.byteCount >= 28 else { return nil }
    let first: UInt64 = packet.networkOrder(at: 0)
    let second: UInt64 = packet.networkOrder(at: 8)
    let sum =
      WordSum.halves(first) &+ WordSum.halves(second)
      &+ UInt64(packet.networkOrder(at: 16, as: UInt32.self))
    // Version and length of the header; total length; neither a fragment nor the reserved bit.
    guard first >> 56 == 0x45, Int(first >> 32 & 0xFFFF) == packet.byteCount,
      first & 0xBFFF == 0, WordSum.fold(sum) == 0xFFFF
    else { return nil }
    let network = PacketPosition(plain: .ipv4, at: offset, end: frame.byteCount)
    return transport(frame, network, second >> 48 & 0xFF)
  }

  @inline(always)
  private func ipv6(_ frame: RawSpan, _ packet: RawSpan, at offset: Int) -> ParsedFrame? {
    guard packet.byteCount >= 48 else { return nil }
    let first: UInt64 = packet.networkOrder(at: 0)
    guard first >> 60 == 6, Int(first >> 16 & 0xFFFF) &+ 40 == packet.byteCount else { return nil }
    let network = PacketPosition(plain: .ipv6, at: offset, end: frame.byteCount)
    return transport(frame, network, first >> 8 & 0xFF)
  }

  @inline(always)
  private func transport(
    _ frame: RawSpan, _ network: PacketPosition, _ upper: UInt64
  ) -> ParsedFrame? {
    let offset = network.upperOffset
    let kind: TransportLayout.Kind
    var length = UDPHeader.byteCount
    switch upper {
    case 6:
      kind = .tcp
      guard frame.byteCount &- offset >= TCPHeader.minimumByteCount else { return nil }
      length = Int(frame.octet(at: offset &+ 12) >> 4) &* 4
      guard length >= TCPHeader.minimumByteCount, length <= frame.byteCount &- offset else {
        return nil
      }
    case 17:
      kind = .udp
      let port: UInt16 = frame.networkOrder(at: offset &+ 2)
      if tunnelPorts &>> UInt64(port & 63) & 1 != 0, recognition.announces(port) { return nil }
    default: return nil
    }
    guard support.contains(CoalescingRules.Support(kind, network.version)) else { return nil }
    let transport = SegmentPosition(kind: kind, offset: offset, payloadOffset: offset &+ length)
    return ParsedFrame(frame, network, transport, tunnel: nil, isUsual: true)
  }
}

extension TunnelRecognition {
  /// Whether a port announces a tunnel.
  fileprivate func announces(_ port: UInt16) -> Bool {
    vxlanPorts.contains(port) || genevePorts.contains(port) || vxlanGPEPorts.contains(port)
      || guePorts.contains(port) || fouPorts.contains(port) || gtpUPorts.contains(port)
  }

  /// The bits of all ports that announce a tunnel, modulo 64.
  fileprivate var portsModulo64: UInt64 {
    var ports: UInt64 = 0
    for kind in [vxlanPorts, genevePorts, vxlanGPEPorts, guePorts, fouPorts, gtpUPorts] {
      for port in kind.array { ports |= 1 << UInt64(port & 63) }
    }
    return ports
  }
}

extension CoalescingRules.Support {
  /// The kind of packets with a transport protocol over a version of IP.
  @inline(always)
  internal init(_ transport: TransportLayout.Kind, _ version: NetworkLayout.Version) {
    self =
      switch (transport, version) {
      case (.tcp, .ipv4): .tcpIPv4
      case (.tcp, .ipv6): .tcpIPv6
      case (.udp, .ipv4): .udpIPv4
      case (.udp, .ipv6): .udpIPv6
      }
  }
}
