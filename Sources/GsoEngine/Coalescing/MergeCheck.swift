internal import WireFormats

/// Whether a frame can follow the frames of a unit of its flow.
///
/// `unit` has the octets of the unit, whose headers are those of its first frame, but for what
/// later ones replaced.
internal struct MergeCheck {
  let rules: CoalescingRules

  /// What the frame differs in; nil if it can be merged.
  @inline(__always)
  func refusal(
    _ frame: RawSpan, _ parsed: ParsedFrame, _ fields: SegmentFields,
    _ unit: RawSpan, _ held: HeldUnit
  ) -> CoalescingRefusal? {
    if rules.flows == .addressesAndPorts, let refusal = headerRefusal(frame, parsed, unit, held) {
      return refusal
    }
    if parsed.tunnel != nil {
      if let refusal = networkRefusal(
        frame, unit, parsed.outer, held, isFixed: held.hasFixedOuterIdentification)
      {
        return refusal
      }
    }
    if let refusal = networkRefusal(
      frame, unit, parsed.network, held, isFixed: held.hasFixedIdentification)
    {
      return refusal
    }
    let payloadLength = parsed.payload.count
    let refusal =
      parsed.transport.kind == .tcp
      ? segmentRefusal(frame, parsed.transport, fields, payloadLength, unit, held)
      : datagramRefusal(frame, parsed.transport, payloadLength, unit, held)
    if refusal != nil { return refusal }
    let (length, limit) = (held.packetLength + payloadLength, rules.packetLengthLimit)
    return length <= limit ? nil : .unitTooLong(length: length, limit: limit)
  }

  /// Compares what is no part of the flow if that is addresses and ports.
  private func headerRefusal(
    _ frame: RawSpan, _ parsed: ParsedFrame, _ unit: RawSpan, _ held: HeldUnit
  ) -> CoalescingRefusal? {
    if parsed.network.version == .ipv6, parsed.shape == held.headers.shape {
      let (mine, theirs) = (
        frame.flowLabel(at: parsed.network.offset), unit.flowLabel(at: parsed.network.offset)
      )
      if mine != theirs { return .different(.flowLabel, unit: theirs, frame: mine) }
    }
    return FlowComparison.sameHeaders(frame, parsed, unit, held.headers) ? nil : .differentHeaders
  }

  @inline(__always)
  private func networkRefusal(
    _ frame: RawSpan, _ unit: RawSpan, _ network: PacketPosition, _ held: HeldUnit,
    isFixed: Bool
  ) -> CoalescingRefusal? {
    let at = network.offset
    let hopLimit =
      held.headers.transport.kind == .tcp ? rules.tcpHopLimit : rules.udpHopLimit
    let hops = at + (network.version == .ipv4 ? 8 : 7)
    if hopLimit == .equal, frame.octet(at: hops) != unit.octet(at: hops) {
      return .different(
        .hopLimit, unit: UInt32(unit.octet(at: hops)), frame: UInt32(frame.octet(at: hops)))
    }
    guard network.version == .ipv4 else {
      let (mine, theirs) = (frame.trafficClass(at: at), unit.trafficClass(at: at))
      return mine == theirs
        ? nil : .different(.trafficClass, unit: UInt32(theirs), frame: UInt32(mine))
    }
    if frame.octet(at: at + 1) != unit.octet(at: at + 1) {
      return .different(
        .trafficClass, unit: UInt32(unit.octet(at: at + 1)), frame: UInt32(frame.octet(at: at + 1)))
    }
    let fragment = at + IPv4Header.Field.fragment
    if (frame.octet(at: fragment) ^ unit.octet(at: fragment)) & 0x40 != 0 {
      return .different(
        .dontFragment, unit: UInt32(unit.octet(at: fragment) >> 6 & 1),
        frame: UInt32(frame.octet(at: fragment) >> 6 & 1))
    }
    guard rules.identification == .incrementingOrFixed else { return nil }
    let first: UInt16 = unit.networkOrder(at: at + IPv4Header.Field.identification)
    let found: UInt16 = frame.networkOrder(at: at + IPv4Header.Field.identification)
    let distance = found &- first
    if distance == 0, isFixed || held.count == 1 { return nil }
    let expected = isFixed ? 0 : UInt16(truncatingIfNeeded: held.count)
    return distance == expected
      ? nil
      : .different(.identification, unit: UInt32(first &+ expected), frame: UInt32(found))
  }

  private func datagramRefusal(
    _ frame: RawSpan, _ transport: SegmentPosition, _ payloadLength: Int, _ unit: RawSpan,
    _ held: HeldUnit
  ) -> CoalescingRefusal? {
    let mine = frame.hostOrder(at: transport.checksumOffset, as: UInt16.self) != 0
    let theirs = unit.hostOrder(at: transport.checksumOffset, as: UInt16.self) != 0
    if mine != theirs {
      return .different(.hasChecksum, unit: theirs ? 1 : 0, frame: mine ? 1 : 0)
    }
    return payloadLength <= held.segmentSize
      ? nil : .longerThanSegments(payload: payloadLength, segmentSize: held.segmentSize)
  }

  @inline(__always)
  private func segmentRefusal(
    _ frame: RawSpan, _ transport: SegmentPosition, _ fields: SegmentFields, _ payloadLength: Int,
    _ unit: RawSpan, _ held: HeldUnit
  ) -> CoalescingRefusal? {
    if fields.sequence != held.nextSequence {
      return .sequence(expected: held.nextSequence, found: fields.sequence)
    }
    let changed = fields.flags.symmetricDifference(held.flags).subtracting(rules.mergedTCPFlags)
    if !changed.isEmpty || !fields.flags.isDisjoint(with: rules.startingTCPFlags) {
      return .different(
        .flags, unit: UInt32(held.flags.rawValue), frame: UInt32(fields.flags.rawValue))
    }
    let acknowledgment = transport.offset + TCPHeader.Field.acknowledgmentNumber
    let mine: UInt32 = frame.networkOrder(at: acknowledgment)
    let theirs: UInt32 = unit.networkOrder(at: acknowledgment)
    let isAllowed =
      rules.acknowledgment == .equal ? mine == theirs : Int32(bitPattern: mine &- theirs) >= 0
    if !isAllowed { return .different(.acknowledgment, unit: theirs, frame: mine) }
    if rules.window == .equal {
      let at = transport.offset + TCPHeader.Field.window
      let mine: UInt16 = frame.networkOrder(at: at)
      let theirs: UInt16 = unit.networkOrder(at: at)
      if mine != theirs { return .different(.window, unit: UInt32(theirs), frame: UInt32(mine)) }
    }
    if let refusal = optionRefusal(frame, transport, fields, unit, held) { return refusal }
    guard rules.tcpSegmentLength == .equalExceptLast, payloadLength > held.segmentSize else {
      return nil
    }
    return .longerThanSegments(payload: payloadLength, segmentSize: held.segmentSize)
  }

  @inline(__always)
  private func optionRefusal(
    _ frame: RawSpan, _ transport: SegmentPosition, _ fields: SegmentFields, _ unit: RawSpan,
    _ held: HeldUnit
  ) -> CoalescingRefusal? {
    let (start, end) = (transport.offset + TCPHeader.minimumByteCount, transport.payloadOffset)
    guard transport.headerLength == held.headers.transport.headerLength,
      fields.timestampOffset == held.timestampOffset
    else { return .differentOptions }
    let stamp = fields.timestampOffset
    guard stamp != 0 else {
      return frame.equals(unit, in: start..<end) ? nil : .differentOptions
    }
    guard frame.equals(unit, in: start..<stamp), frame.equals(unit, in: (stamp + 8)..<end) else {
      return .differentOptions
    }
    let mine: UInt32 = frame.networkOrder(at: stamp)
    let theirs: UInt32 = unit.networkOrder(at: stamp)
    return Int32(bitPattern: mine &- theirs) >= 0
      ? nil : .different(.timestamp, unit: theirs, frame: mine)
  }
}

extension RawSpan {
  /// The traffic class of an IPv6 header at an offset.
  @inline(__always)
  internal func trafficClass(at offset: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: networkOrder(at: offset, as: UInt16.self) >> 4)
  }
}
