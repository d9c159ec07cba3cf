internal import WireFormats

/// Whether a packet can be fragmented as asked, and the sizes of its fragments.
///
/// All rules that refuse one are checked here.
internal struct FragmentationCheck {
  /// Length of an IPv6 fragment header, in octets.
  static let ipv6HeaderLength = 8

  let network: NetworkLayout
  let fragmentSize: Int
  let fragmentCount: Int
  let laterHeaderLength: Int

  init(
    of frame: RawSpan, layout: PacketLayout, request: FragmentationRequest
  ) throws(SegmentationError) {
    guard frame.byteCount == layout.frameLength else {
      throw .frameLengthChanged(planned: layout.frameLength, given: frame.byteCount)
    }
    guard let network = layout.outerNetwork else { throw .notIP(layout.etherType) }
    if network.hasJumboPayloadOption { throw .jumboPayload(.inFragments) }
    if network.isIPv4Fragment, request.rules.fragments == .fragmentedAgain {
      try Self.checkOffset(of: frame, network)
    } else {
      try SegmentationCheck.checkPacket(network)
    }
    guard network.upperProtocol != .fragmentHeader else { throw .fragment }
    if layout.tunnel == nil, let transport = layout.transport, transport.kind == .udp {
      try Self.checkLength(of: frame, network, transport, request.rules)
    }
    self.network = network
    // Every fragment repeats the IPv4 header, or the IPv6 headers that routers process.
    let front = network.offset + network.perFragmentLength
    let payload = network.end - front
    let limit = SegmentationCheck.maximumPacketLength + (network.version == .ipv4 ? 0 : 40)
    let length = network.end - network.offset
    guard length <= limit else { throw .segmentTooLong(packetLength: length, limit: limit) }
    let inserted = network.version == .ipv6 ? Self.ipv6HeaderLength : 0
    fragmentSize = try Self.fragmentSize(
      request.size, headers: network.perFragmentLength, inserted: inserted, payload: payload)
    fragmentCount = max(1, (payload + fragmentSize - 1) / fragmentSize)
    // A packet within the limit may have a fragment beyond it, which has a fragment header as well.
    let longest = network.perFragmentLength + inserted + fragmentSize
    guard fragmentCount == 1 || longest <= limit else {
      throw .segmentTooLong(packetLength: longest, limit: limit)
    }
    if network.version == .ipv4 {
      let header = Self.laterOptions(of: frame, network, request.rules)
      laterHeaderLength = network.offset + IPv4Header.minimumByteCount + header
      let word: UInt16 = frame.networkOrder(at: network.offset + IPv4Header.Field.fragment)
      if fragmentCount > 1, word & 0x4000 != 0, request.rules.dontFragment == .refused {
        throw .dontFragment
      }
    } else {
      laterHeaderLength = front + inserted
    }
  }

  /// Checks that a fragment ends within the longest packet that can be reassembled.
  private static func checkOffset(
    of frame: RawSpan, _ network: NetworkLayout
  ) throws(SegmentationError) {
    if case .missing(let octets) = network.length {
      throw .lengthExceedsFrame(
        .ipv4, declared: network.declaredLength, available: network.declaredLength - octets)
    }
    let word: UInt16 = frame.networkOrder(at: network.offset + IPv4Header.Field.fragment)
    let end = Int(word & 0x1FFF) * 8 + network.end - network.offset
    guard end <= SegmentationCheck.maximumPacketLength else {
      throw .segmentTooLong(packetLength: end, limit: SegmentationCheck.maximumPacketLength)
    }
  }

  /// Compares the UDP length with the packet.
  ///
  /// A datagram may end before its packet (RFC 9868), but not within its header, and not where
  /// Linux computes its checksum.
  private static func checkLength(
    of frame: RawSpan, _ network: NetworkLayout, _ transport: TransportLayout,
    _ rules: FragmentationRules
  ) throws(SegmentationError) {
    let declared = Int(
      frame.networkOrder(at: transport.offset + UDPHeader.Field.length, as: UInt16.self))
    let available = network.end - transport.offset
    let mayEndEarly = rules.checksum != .compute
    if mayEndEarly, UDPHeader.byteCount...max(UDPHeader.byteCount, available) ~= declared { return }
    try SegmentationCheck.checkLength(of: frame, network, transport)
  }

  /// Octets after the IP headers of every fragment but the last.
  private static func fragmentSize(
    _ size: SegmentationRequest.Size, headers: Int, inserted: Int, payload: Int
  ) throws(SegmentationError) -> Int {
    switch size {
    case .payloadWithinMTU(let octets, let mtu):
      let fitting = try fragmentSize(
        .mtu(mtu), headers: headers, inserted: inserted, payload: payload)
      let asked = try fragmentSize(
        .payload(octets), headers: headers, inserted: inserted, payload: payload)
      return min(asked, fitting)
    case .payload(let octets):
      guard octets >= 1, octets <= SegmentationRequest.maximumSegmentSize else {
        throw .segmentSizeOutOfRange(octets)
      }
      // The size of a packet that is not fragmented may be any number.
      guard octets % 8 == 0 || payload <= octets else { throw .fragmentSizeNotMultipleOf8(octets) }
      return octets
    case .mtu(let mtu):
      if headers + payload <= mtu { return max(payload, 1) }
      // Compared before it is subtracted from, because an MTU may be any number.
      guard mtu >= headers + inserted + 8 else {
        throw .mtuTooSmall(mtu: mtu, headerLength: headers + inserted)
      }
      return (mtu - headers - inserted) & ~7
    }
  }

  /// Length of IPv4 options in fragments after the first one, in octets.
  private static func laterOptions(
    of frame: RawSpan, _ network: NetworkLayout, _ rules: FragmentationRules
  ) -> Int {
    switch rules.options {
    case .all: return network.headerLength - IPv4Header.minimumByteCount
    case .copiedFlag:
      var length = 0
      var options = IPv4OptionWalk(frame, network)
      while let range = options.nextCopied(frame) { length += range.count }
      return (length + 3) & ~3
    }
  }
}

/// Walks the options of an IPv4 header to those with the copied flag.
internal struct IPv4OptionWalk {
  private var position: Int
  private let end: Int

  /// Starts before the first option.
  init(_ frame: RawSpan, _ network: NetworkLayout) {
    position = network.offset + IPv4Header.minimumByteCount
    end = network.upperOffset
  }

  /// Where the next option with the copied flag lies; nil at the end, or at a malformed option.
  mutating func nextCopied(_ frame: RawSpan) -> Range<Int>? {
    while position < end {
      let kind = frame.octet(at: position)
      if kind == 0 { return nil }
      if kind == 1 {
        position += 1
        continue
      }
      let length = position + 1 < end ? Int(frame.octet(at: position + 1)) : 0
      guard length >= 2, position + length <= end else { return nil }
      let range = position..<(position + length)
      position += length
      if kind & 0x80 != 0 { return range }
    }
    return nil
  }
}
