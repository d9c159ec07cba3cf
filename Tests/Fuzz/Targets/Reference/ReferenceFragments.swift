import GsoEngine
import WireFormats

/// How the reference fragments a packet (RFC 791, section 3.2; RFC 8200, section 4.5).
struct ReferenceFragments {
  let octets: [UInt8]
  let pppoeOffset: Int?
  let packet: ReferenceIP
  let request: FragmentationRequest
  let fragmentSize: Int
  let count: Int
  /// Where the packet lies in the one that it is a fragment of, in octets.
  let base: Int
  /// True if other fragments follow the packet.
  let isFollowed: Bool
  /// What the fragments carry together.
  let payload: [UInt8]

  /// Nil if the request is refused.
  init?(_ packets: ReferencePackets, _ request: FragmentationRequest) {
    guard let packet = packets.outermost, !packet.isMissing, !packet.hasJumboOption,
      packet.upperProtocol != 44
    else { return nil }
    if packet.isFragment {
      let word = packets.octets.word(packet.offset + 6)
      guard request.rules.fragments == .fragmentedAgain,
        (word & 0x1FFF) * 8 + packet.end - packet.offset <= 65_535
      else { return nil }
      (base, isFollowed) = ((word & 0x1FFF) * 8, word & 0x2000 != 0)
    } else {
      (base, isFollowed) = (0, false)
    }
    (octets, self.packet, self.request) = (packets.octets, packet, request)
    pppoeOffset = packets.pppoeOffset
    let isPlainUDP = packets.tunnel == nil && packets.hasTransport && packet.upperProtocol == 17
    if isPlainUDP, !Self.hasSoundLength(packets.octets, packet, request.rules) { return nil }
    let start = packet.offset + packet.perFragmentLength
    let limit = packet.version == 4 ? 65_535 : 65_575
    guard packet.end - packet.offset <= limit,
      let size = Self.fragmentSize(request.size, packet, packet.end - start)
    else { return nil }
    fragmentSize = size
    count = max(1, (packet.end - start + size - 1) / size)
    if count > 1 {
      let inserted = packet.version == 4 ? 0 : 8
      guard packet.perFragmentLength + inserted + size <= limit else { return nil }
      let hasDontFragment = packet.version == 4 && packets.octets[packet.offset + 6] & 0x40 != 0
      if hasDontFragment, request.rules.dontFragment == .refused { return nil }
    }
    var rules = SegmentationRules.linux
    rules.zeroUDPChecksum = request.rules.zeroUDPChecksum
    let completed: [UInt8]
    switch request.rules.checksum {
    case .copy: completed = packets.octets
    case .compute where packets.tunnel == nil:
      completed = ReferenceCompletion(packets, .transport, rules).octets
    case .compute, .completePartial:
      completed = ReferenceCompletion(packets, .partial, rules).octets
    }
    payload = Array(completed[start..<packet.end])
  }

  /// A datagram may end before its packet (RFC 9868), but not where Linux computes its checksum.
  private static func hasSoundLength(
    _ octets: [UInt8], _ packet: ReferenceIP, _ rules: FragmentationRules
  ) -> Bool {
    let (declared, available) = (
      octets.word(packet.upperOffset + 4), packet.end - packet.upperOffset
    )
    if rules.checksum != .compute, declared >= 8, declared <= max(8, available) { return true }
    return declared == 0 || available >= declared && (available - declared) % 65_536 == 0
  }

  private static func fragmentSize(
    _ size: SegmentationRequest.Size, _ packet: ReferenceIP, _ payload: Int
  ) -> Int? {
    let headers = packet.perFragmentLength
    let inserted = packet.version == 4 ? 0 : 8
    switch size {
    case .mtu(let mtu):
      if headers + payload <= mtu { return max(payload, 1) }
      return mtu >= headers + inserted + 8 ? (mtu - headers - inserted) / 8 * 8 : nil
    case .payload(let octets):
      return 1...0xF_FFFF ~= octets && (octets % 8 == 0 || payload <= octets) ? octets : nil
    case .payloadWithinMTU(let octets, let mtu):
      guard let first = fragmentSize(.payload(octets), packet, payload),
        let second = fragmentSize(.mtu(mtu), packet, payload)
      else { return nil }
      return min(first, second)
    }
  }
}
