internal import WireFormats

// The two ways in which the payload of a frame is copied and summed.
extension Coalescer {
  /// Copies the payload of a frame to the end of a unit, unless its checksum turns out wrong.
  @inline(__always)
  internal mutating func merge(
    _ frame: RawSpan, _ parsed: ParsedFrame, _ fields: SegmentFields, _ number: Int,
    _ isPartial: Bool, into slot: Int, _ deliver: (CoalescedUnit) -> Void
  ) -> CoalescingDecision {
    let length = parsed.payload.count
    let end = parsed.transport.payloadOffset + units[slot].payloadLength
    // The trailer of a single frame lies where the payload is copied to.
    if units[slot].trailerLength > 0, units[slot].count == 1, !isPartial,
      let invalid = checksumRefusal(frame, parsed)
    {
      return passInvalid(frame, parsed, number, invalid, deliver)
    }
    let sum = memory.copySumming(frame.extracting(parsed.payload), to: slot, at: end)
    if !isPartial, let invalid = CoveredChecksums.refusal(frame, parsed, payloadSum: sum) {
      return passInvalid(frame, parsed, number, invalid, deliver)
    }
    update(slot, with: frame, parsed, fields)
    note(number, slot)
    units[slot].append(length, sum, fields.flags, at: now)
    units[slot].isPartial = units[slot].isPartial || isPartial
    let count = units[slot].count
    endIfComplete(slot, fields.flags, length, deliver)
    return .merged(segmentCount: count)
  }

  /// Starts a unit with a frame, after the unit that its flow had.
  @inline(__always)
  internal mutating func hold(
    _ frame: RawSpan, _ parsed: ParsedFrame, _ fields: SegmentFields, _ number: Int,
    _ isPartial: Bool, after previous: Int?, _ different: CoalescingRefusal?,
    _ deliver: (CoalescedUnit) -> Void
  ) -> CoalescingDecision {
    let slot = table.takeSlot()
    let payload = parsed.payload
    var octets = memory.mutableSlot(slot)
    octets.copy(frame.extracting(first: payload.lowerBound), at: 0)
    let trailer = frame.byteCount - payload.upperBound
    if trailer > 0 {
      octets.copy(frame.extracting(payload.upperBound...), at: payload.upperBound)
    }
    let sum = memory.copySumming(frame.extracting(payload), to: slot, at: payload.lowerBound)
    if !isPartial, let invalid = CoveredChecksums.refusal(frame, parsed, payloadSum: sum) {
      table.giveBack(slot)
      return passInvalid(frame, parsed, number, invalid, deliver)
    }
    if let previous, let different { end(previous, .nextFrame(different), deliver) }
    if table.count >= request.flowCapacity {
      end(Int(table.oldest), .flowCapacity(limit: request.flowCapacity), deliver)
    }
    let unit = HeldUnit(parsed, fields, frame, sum: sum, at: now, isPartial: isPartial)
    units[slot] = unit
    note(number, slot)
    table.add(slot, hash: parsed.hash, &units)
    endIfComplete(slot, [], payload.count, deliver)
    return .held(after: different)
  }

  /// Changes the unit by the headers of a frame that is merged.
  @inline(__always)
  private mutating func update(
    _ slot: Int, with frame: RawSpan, _ parsed: ParsedFrame, _ fields: SegmentFields
  ) {
    let rules = request.rules
    if units[slot].count == 1, rules.identification == .incrementingOrFixed {
      let inner = frame.hasIdentification(of: memory.slot(slot), parsed.network)
      units[slot].hasFixedIdentification = inner
      if let tunnel = parsed.tunnel {
        let outer = frame.hasIdentification(
          of: memory.slot(slot), PacketPosition(tunnel.network))
        units[slot].hasFixedOuterIdentification = outer
      }
    }
    let isTCP = parsed.transport.kind == .tcp
    if (isTCP ? rules.tcpHopLimit : rules.udpHopLimit) == .minimum {
      writeHopLimit(slot, frame, parsed.network)
      if let tunnel = parsed.tunnel { writeHopLimit(slot, frame, PacketPosition(tunnel.network)) }
    }
    guard isTCP else { return }
    let length = parsed.payload.count
    if length > units[slot].segmentSize { units[slot].segmentSize = length }
    guard rules.acknowledgment == .latest || rules.window == .latest || fields.timestampOffset != 0
    else { return }
    let header = parsed.transport.offset
    var octets = memory.mutableSlot(slot)
    if rules.acknowledgment == .latest {
      let at = header + TCPHeader.Field.acknowledgmentNumber
      octets.setMemoryOrder(frame.hostOrder(at: at, as: UInt32.self), at: at)
    }
    if rules.window == .latest {
      let at = header + TCPHeader.Field.window
      octets.setMemoryOrder(frame.hostOrder(at: at, as: UInt16.self), at: at)
    }
    if fields.timestampOffset != 0 {
      let at = fields.timestampOffset
      octets.setMemoryOrder(frame.hostOrder(at: at, as: UInt64.self), at: at)
    }
  }

  /// Writes the smaller hop limit of a unit and a frame.
  private mutating func writeHopLimit(_ slot: Int, _ frame: RawSpan, _ network: PacketPosition) {
    let at = network.offset + (network.version == .ipv4 ? 8 : 7)
    var octets = memory.mutableSlot(slot)
    let smaller = min(frame.octet(at: at), octets.bytes.octet(at: at))
    octets.setMemoryOrder(smaller, at: at)
  }

  /// Ends a unit with the frame that was merged last unless it may grow.
  @inline(never)
  internal mutating func endIfComplete(
    _ slot: Int, _ flags: TCPFlags, _ payloadLength: Int, _ deliver: (CoalescedUnit) -> Void
  ) {
    if let reason = reasonToEnd(slot, flags, payloadLength) { end(slot, reason, deliver) }
  }

  /// Why a unit ends with the frame that was merged last; nil if it may grow.
  private func reasonToEnd(
    _ slot: Int, _ flags: TCPFlags, _ payloadLength: Int
  ) -> CoalescedUnit.End? {
    let rules = request.rules
    let isTCP = units[slot].headers.transport.kind == .tcp
    let ending = flags.intersection(rules.endingTCPFlags)
    if isTCP, !ending.isEmpty { return .flags(ending) }
    if payloadLength < units[slot].segmentSize,
      !isTCP || rules.tcpSegmentLength == .equalExceptLast
    {
      return .shortSegment(payload: payloadLength, segmentSize: units[slot].segmentSize)
    }
    let limit = isTCP ? rules.maximumTCPSegmentCount : rules.maximumUDPSegmentCount
    if let limit, units[slot].count >= limit { return .segmentCount(limit: limit) }
    return nil
  }
}

extension RawSpan {
  /// Whether an IPv4 header has the identification of another one at the same place.
  @inline(__always)
  fileprivate func hasIdentification(of other: RawSpan, _ network: PacketPosition) -> Bool {
    let at = network.offset + IPv4Header.Field.identification
    return network.version == .ipv4
      && hostOrder(at: at, as: UInt16.self) == other.hostOrder(at: at, as: UInt16.self)
  }
}
