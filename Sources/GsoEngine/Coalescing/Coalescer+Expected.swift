internal import WireFormats

// The short way of a segment or datagram whose headers differ from those of its unit only in what
// always differs: lengths, identification, sequence number and checksums. They are compared in
// words instead of being read field by field; the result is that of the long way.
extension Coalescer {
  /// Merges a frame with the unit of its flow if nothing about it is unexpected; nil if it has to
  /// go the long way.
  @inline(always)
  internal mutating func mergeExpected(
    _ frame: RawSpan, _ start: UsualStart, _ number: Int, _ deliver: (CoalescedUnit) -> Void
  ) -> CoalescingDecision? {
    // Offsets are numbers at compile time in each of them.
    switch start.version {
    case .ipv4: mergeExpected(frame, start.offset, ExpectedHeaders.ipv4, number, deliver)
    case .ipv6: mergeExpected(frame, start.offset, ExpectedHeaders.ipv6, number, deliver)
    }
  }

  @inline(always)
  private mutating func mergeExpected(
    _ frame: RawSpan, _ network: Int, _ expected: ExpectedHeaders, _ number: Int,
    _ deliver: (CoalescedUnit) -> Void
  ) -> CoalescingDecision? {
    let before = network &- ExpectedHeaders.network
    let packet = frame.extracting(droppingFirst: before)
    guard packet.byteCount >= expected.byteCount else { return nil }
    let headers = packet.extracting(first: expected.byteCount)
    guard let slot = slot(expecting: headers, network, expected) else { return nil }
    let start = units[slot].headers.transport.payloadOffset
    let (end, length) = (start &+ units[slot].payloadLength, frame.byteCount &- start)
    guard length > 0, length <= units[slot].segmentSize, units[slot].trailerLength == 0,
      end &+ length &- network <= usual.packetLengthLimit,
      let segment = segment(frame, packet, headers, slot, network, expected)
    else { return nil }
    let payload = packet.extracting(last: length)
    let sum = memory.copySumming(payload, to: slot, at: end)
    guard WordSum.fold(segment.sum &+ units[slot].pseudoSum &+ sum) == 0xFFFF else { return nil }
    units[slot].hasFixedIdentification = segment.hasFixedIdentification
    note(number, slot)
    units[slot].append(length, sum, segment.flags, at: now)
    let count = units[slot].count
    if segment.flags.rawValue & usual.endingFlags != 0 || length != units[slot].segmentSize
      || count >= usual.segmentCountLimit
    {
      endIfComplete(slot, segment.flags, length, deliver)
    }
    return .merged(segmentCount: count)
  }

  /// The slot of the unit with these headers; nil for none.
  @inline(always)
  private func slot(
    expecting headers: RawSpan, _ network: Int, _ expected: ExpectedHeaders
  ) -> Int? {
    let kind: TransportLayout.Kind
    switch headers.octet(at: ExpectedHeaders.network &+ (expected.version == .ipv4 ? 9 : 6)) {
    case 6: kind = .tcp
    case 17: kind = .udp
    default: return nil
    }
    let hash = ParsedFrame.hash(
      headers, network: ExpectedHeaders.network, transport: expected.transport, expected.version)
    let key = ParsedFrame.key(hash, network: network, kind, expected.version)
    var at = table.first(hash)
    while at >= 0 {
      let slot = Int(at)
      if units[slot].headers.key == key { return slot }
      at = units[slot].next
    }
    return nil
  }

  /// What a frame adds to its unit, beside its payload.
  private struct Segment {
    let flags: TCPFlags
    /// The sum of the transport header and of its length, in memory order.
    let sum: UInt64
    let hasFixedIdentification: Bool
  }

  /// Compares a frame with a unit; nil if it is not the next one.
  @inline(always)
  private func segment(
    _ frame: RawSpan, _ packet: RawSpan, _ headers: RawSpan, _ slot: Int, _ network: Int,
    _ expected: ExpectedHeaders
  ) -> Segment? {
    let octets = memory.slot(slot)
    let unit = octets.extracting(droppingFirst: network &- ExpectedHeaders.network)
    guard unit.byteCount >= expected.byteCount else { return nil }
    let others = unit.extracting(first: expected.byteCount)
    // Two tags reach from octet 14 to 22, of which the last 14 were compared.
    guard frame.hostOrder(at: 0, as: UInt64.self) == octets.hostOrder(at: 0),
      expected.areEqual(headers, others, packetLength: frame.byteCount &- network)
    else { return nil }
    let distance = expected.identificationDistance(headers, others)
    var isFixed = units[slot].hasFixedIdentification
    if units[slot].count == 1 { isFixed = distance == 0 }
    if usual.checksIdentification, expected.version == .ipv4 {
      let next = isFixed ? 0 : UInt16(truncatingIfNeeded: units[slot].count)
      guard distance == next else { return nil }
    }
    let at = expected.transport
    let length = packet.byteCount &- at
    let lengthSum = WordSum.words(UInt32(truncatingIfNeeded: length))
    guard units[slot].headers.transport.kind == .tcp else {
      guard let sum = expected.datagramSum(headers, others, length: length) else { return nil }
      return Segment(flags: [], sum: sum &+ lengthSum, hasFixedIdentification: isFixed)
    }
    let flags = TCPFlags(rawValue: headers.networkOrder(at: at &+ 12))
    let sequence: UInt32 = headers.networkOrder(at: at &+ 4)
    let changed = (flags.rawValue ^ units[slot].flags.rawValue) & usual.comparedFlags
    guard sequence == units[slot].nextSequence, changed | flags.rawValue & usual.excludedFlags == 0,
      let sum = expected.segmentSum(headers, others),
      let options = expected.optionSum(
        packet, unit, end: at &+ units[slot].headers.transport.headerLength)
    else { return nil }
    return Segment(
      flags: flags, sum: sum &+ options &+ lengthSum, hasFixedIdentification: isFixed)
  }
}
