internal import WireFormats

/// Whether a frame can be in a unit, by its own headers.
internal enum FrameCheck {
  /// It can, if its checksums are valid.
  case usable(ParsedFrame)
  /// It cannot. Whether it overtakes units of its flow is a rule.
  case unusable(CoalescingRefusal, PacketLayout?)
  /// It cannot, and units of its flow end before it.
  case ending(CoalescingRefusal, ParsedFrame)

  init(_ frame: RawSpan, _ request: CoalescingRequest) {
    let rules = request.rules
    let layout: PacketLayout
    do throws(WireError) {
      layout = try PacketLayout(
        parsing: frame, link: request.link,
        tunnels: rules.tunnels == .opaque ? .none : request.recognition)
    } catch {
      self = .unusable(.frame(error), nil)
      return
    }
    guard let parsed = ParsedFrame(frame, layout), let network = layout.network else {
      self = .unusable(Self.reasonWithoutTransport(layout), layout)
      return
    }
    if let refusal = Self.packetRefusal(frame, parsed.transport.kind, network, layout, rules) {
      self = .unusable(refusal, layout)
    } else if let refusal = Self.lengthRefusal(frame, network, layout, rules) {
      self = .ending(refusal, parsed)
    } else {
      self = .usable(parsed)
    }
  }

  private static func reasonWithoutTransport(_ layout: PacketLayout) -> CoalescingRefusal {
    guard let network = layout.network else { return .notIP(layout.etherType) }
    if layout.tunnel?.isNested == true { return .tunnelTooDeep }
    return isFragment(layout) ? .fragment : .unsupportedProtocol(network.upperProtocol)
  }

  /// Whether the packet, or the one around it, is a fragment.
  static func isFragment(_ layout: PacketLayout) -> Bool {
    guard let network = layout.network else { return false }
    return network.isIPv4Fragment || layout.tunnel?.network.isIPv4Fragment == true
      || network.upperProtocol == .fragmentHeader
  }

  /// What excludes a packet whatever its payload.
  private static func packetRefusal(
    _ frame: RawSpan, _ kind: TransportLayout.Kind, _ network: NetworkLayout,
    _ layout: PacketLayout, _ rules: CoalescingRules
  ) -> CoalescingRefusal? {
    let before = layout.linkHeaderLength
    guard before == layout.link.headerLength + layout.vlanTagCount * VLANTag.byteCount else {
      return .linkHeader(byteCount: before)
    }
    if let tunnel = layout.tunnel {
      if let refusal = tunnelRefusal(frame, tunnel, network, rules) { return refusal }
    }
    if let refusal = networkRefusal(frame, network, rules) { return refusal }
    guard rules.support.contains(CoalescingRules.Support(kind, network.version)) else {
      return .notSupported(kind, network.version)
    }
    return nil
  }

  private static func tunnelRefusal(
    _ frame: RawSpan, _ tunnel: TunnelLayout, _ inner: NetworkLayout, _ rules: CoalescingRules
  ) -> CoalescingRefusal? {
    if tunnel.isNested { return .tunnelTooDeep }
    // The kernel merges none of them, and a virtio-net header cannot ask for their lengths.
    if tunnel.kind == .gtpU { return .tunnel(.gtpU) }
    let before = inner.offset - tunnel.innerOffset
    let link = EthernetHeader.byteCount + tunnel.innerVLANTagCount * VLANTag.byteCount
    guard before == 0 || before == link else { return .linkHeader(byteCount: before) }
    switch rules.tunnels {
    case .coalesced: break
    case .overUDP: if !tunnel.kind.isOverUDP { return .tunnel(tunnel.kind) }
    case .notCoalesced, .opaque: return .tunnel(tunnel.kind)
    }
    if let refusal = networkRefusal(frame, tunnel.network, rules) { return refusal }
    if tunnel.kind == .gre, frame.octet(at: tunnel.headerOffset) & 0x10 != 0 {
      return .greSequenceNumber
    }
    guard tunnel.kind.isOverUDP else { return nil }
    return datagramRefusal(frame, at: tunnel.headerOffset, packetEnd: tunnel.network.end)
  }

  private static func networkRefusal(
    _ frame: RawSpan, _ network: NetworkLayout, _ rules: CoalescingRules
  ) -> CoalescingRefusal? {
    switch network.version {
    case .ipv4:
      guard network.headerLength == IPv4Header.minimumByteCount else {
        return .ipv4Options(byteCount: network.headerLength - IPv4Header.minimumByteCount)
      }
      let fragment: UInt16 = frame.networkOrder(at: network.offset + IPv4Header.Field.fragment)
      if fragment & 0x3FFF != 0 { return .fragment }
      if fragment & 0x8000 != 0 { return .reservedBit }
      let found: UInt16 = frame.networkOrder(at: network.offset + IPv4Header.Field.headerChecksum)
      guard WordSum.fold(frame.ipv4HeaderSum(at: network.offset)) == 0xFFFF else {
        return .headerChecksum(found: found)
      }
    case .ipv6:
      if network.hasJumboPayloadOption || network.excessSegmentsLeft != nil {
        return .unsoundExtensionHeader
      }
      if network.hasOptions, rules.extensionHeaders == .notCoalesced {
        return .extensionHeaders(byteCount: network.headerLength - IPv6Header.byteCount)
      }
    }
    return nil
  }

  /// What a packet whose length is not that of its octets is refused for.
  private static func lengthRefusal(
    _ frame: RawSpan, _ network: NetworkLayout, _ layout: PacketLayout, _ rules: CoalescingRules
  ) -> CoalescingRefusal? {
    let outer = layout.tunnel?.network ?? network
    switch outer.length {
    case .exact: break
    case .trailer
    where rules.trailers == .removed && frame.byteCount <= SlotMemory.slotByteCount: break
    case .zero, .trailer, .missing:
      return .packetLength(
        declared: outer.declaredLength, available: frame.byteCount - outer.offset)
    }
    if layout.tunnel != nil, network.length != .exact {
      return .packetLength(
        declared: network.declaredLength, available: outer.end - network.offset)
    }
    let (length, limit) = (outer.end - outer.offset, rules.packetLengthLimit)
    return length <= limit ? nil : .packetTooLong(length: length, limit: limit)
  }

  /// What a datagram whose length is not that of its octets is refused for.
  @inline(__always)
  static func datagramRefusal(
    _ frame: RawSpan, at offset: Int, packetEnd: Int
  ) -> CoalescingRefusal? {
    let declared = Int(
      frame.networkOrder(at: offset + UDPHeader.Field.length, as: UInt16.self))
    guard declared != packetEnd - offset else { return nil }
    return .datagramLength(declared: declared, available: packetEnd - offset)
  }
}

extension CoalescingRules {
  /// The longest IP packet of a unit, in octets.
  internal var packetLengthLimit: Int { min(maximumPacketLength, 65_535) }
}

extension RawSpan {
  /// The sum of an IPv4 header without options, in memory order.
  @inline(__always)
  internal func ipv4HeaderSum(at offset: Int) -> UInt64 {
    WordSum.halves(hostOrder(at: offset)) &+ WordSum.halves(hostOrder(at: offset &+ 8))
      &+ UInt64(hostOrder(at: offset &+ 16, as: UInt32.self))
  }
}
