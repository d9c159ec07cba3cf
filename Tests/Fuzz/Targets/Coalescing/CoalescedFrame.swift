import GsoEngine
import WireFormats

/// A frame that was received.
struct CoalescedFrame {
  let octets: [UInt8]
  let packets: ReferencePackets?
  let arrival: UInt64
  var isPartial: Bool
  var isSuperFrame = false
  /// False once it was delivered without being held.
  var isHeld = true

  init(
    _ octets: [UInt8], _ link: LinkLayer, _ tunnels: TunnelRecognition, arrival: UInt64,
    isPartial: Bool
  ) {
    (self.octets, self.arrival, self.isPartial) = (octets, arrival, isPartial)
    packets = ReferencePackets(octets, link, tunnels)
  }

  /// The inner packet, if it carries TCP or UDP.
  var inner: ReferenceIP? { packets?.hasTransport == true ? packets?.inner : nil }

  /// Where the payload starts.
  var headerLength: Int {
    guard let inner else { return octets.count }
    return inner.upperOffset
      + (inner.upperProtocol == 6 ? Int(octets[inner.upperOffset + 12] >> 4) * 4 : 8)
  }

  /// True if nothing but what ``UnitFrames`` checks can keep the frame from being merged: plain
  /// Ethernet, no tunnel, no octet too many, no reserved bit, and no option that has to be read.
  func isPlain(_ rules: CoalescingRules) -> Bool {
    guard let packets, let inner, packets.tunnel == nil, !isPartial, !isSuperFrame,
      inner.offset == 14, [0x0800, 0x86DD].contains(octets.word(12)),
      inner.end == octets.count, inner.declaredLength == octets.count - 14
    else { return false }
    if inner.version == 4, octets[inner.offset + 6] & 0x80 != 0 { return false }
    guard inner.upperProtocol == 6 else {
      return octets.word(inner.upperOffset + 4) == octets.count - inner.upperOffset
    }
    return rules.tcpOptions == .identical || headerLength == inner.upperOffset + 20
  }

  var payload: ArraySlice<UInt8> { octets[headerLength..<max(headerLength, inner?.end ?? 0)] }
}

/// The numbers of a TCP header.
struct CoalescedTCP {
  let sequence: UInt32
  let acknowledgment: UInt32
  let flags: TCPFlags
  let window: Int
  let options: ArraySlice<UInt8>
}

// The parts of its headers.
extension CoalescedFrame {
  var all: [ReferenceIP] {
    guard let outer = packets?.outermost, let inner = packets?.inner else { return [] }
    return outer.offset == inner.offset ? [inner] : [outer, inner]
  }

  var identifications: [Int] {
    all.filter { $0.version == 4 }.map { octets.word($0.offset + 4) }
  }

  var hopLimits: [UInt8] { all.map { octets[$0.offset + ($0.version == 4 ? 8 : 7)] } }

  var tcp: CoalescedTCP? {
    guard let inner, inner.upperProtocol == 6 else { return nil }
    let at = inner.upperOffset
    return CoalescedTCP(
      sequence: octets.double(at + 4), acknowledgment: octets.double(at + 8),
      flags: TCPFlags(rawValue: UInt16(octets.word(at + 12) & 0xFFF)),
      window: octets.word(at + 14), options: octets[(at + 20)..<headerLength])
  }

  /// The headers without what frames of a unit may differ in by any rules.
  var identity: [UInt8] {
    guard let inner else { return [] }
    var header = Array(octets[..<headerLength])
    for packet in all {
      let at = packet.offset
      if packet.version == 4 {
        for field in [2, 4, 10] { header.setWord(0, at: at + field) }
        header[at + 8] = 0
      } else {
        header.setWord(0, at: at + 4)
        header[at + 7] = 0
      }
      if packet.upperProtocol == 17 {
        header.setWord(0, at: packet.upperOffset + 4)
        let field = packet.upperOffset + 6
        header.setWord(header.word(field) == 0 ? 0 : 1, at: field)
      }
    }
    if packets?.tunnel == .gre, let at = packets?.outermost?.upperOffset, header[at] & 0x80 != 0 {
      header.setWord(0, at: at + 4)
    }
    guard inner.upperProtocol == 6 else { return header }
    let at = inner.upperOffset
    for field in [4, 6, 8, 10, 14, 16, 18] { header.setWord(0, at: at + field) }
    header.setWord(header.word(at + 12) & 0xF000, at: at + 12)
    return Array(header[..<(at + 20)])
  }

  /// Checks what has to be right in each frame of a unit.
  func checkSound(_ rules: CoalescingRules) throws {
    guard let packets, let inner else { return }
    let kind: CoalescingRules.Support =
      switch (inner.upperProtocol, inner.version) {
      case (6, 4): .tcpIPv4
      case (6, _): .tcpIPv6
      case (_, 4): .udpIPv4
      default: .udpIPv6
      }
    try require(rules.support.contains(kind), "packets of this kind are merged: \(kind)")
    try require(
      packets.tunnel == nil || rules.tunnels == .coalesced
        || rules.tunnels == .overUDP && packets.tunnel?.isOverUDP == true,
      "a packet in a tunnel is merged: \(String(describing: packets.tunnel))")
    for packet in all {
      try require(
        !packet.isMissing && !packet.hasExcessSegments && !packet.hasJumboOption
          && packet.declaredLength > 0 && (packet.version == 6 || packet.headerLength == 20),
        "a packet is merged that is not sound: \(packet)")
      try require(
        packet.headerLength == (packet.version == 4 ? 20 : 40)
          || rules.extensionHeaders == .identical, "extension headers are merged")
      // Also with a partial checksum, and 0 is not a partial one in a frame that has arrived.
      let header = octets.onesSum(packet.offset..<packet.upperOffset)
      try require(packet.version == 6 || header == 0xFFFF, "a header checksum is wrong")
    }
    let end = packets.outermost?.end ?? 0
    try require(inner.end == end, "a packet is merged that ends before the one around it")
    try require(end == octets.count || rules.trailers == .removed, "a trailer is merged")
    if inner.upperProtocol == 17, octets.word(inner.upperOffset + 6) == 0 {
      try require(
        inner.version == 4 && rules.zeroUDPChecksum == .coalesced,
        "a datagram without a checksum is merged")
    }
    var sums = SegmentationRules.linux
    sums.zeroUDPChecksum = .copied
    guard !isPartial else { return }
    let wrong = ReferenceCompletion(packets, [], sums).wrong
    try require(wrong.isEmpty, "a frame with wrong checksums is merged: \(wrong)")
  }
}
