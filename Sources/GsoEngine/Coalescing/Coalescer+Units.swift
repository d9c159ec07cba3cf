internal import WireFormats

// How units are found, ended and delivered.
extension Coalescer {
  /// The slot of the unit that a frame may be merged with; nil for none.
  @inline(__always)
  internal func slot(ofFlow parsed: ParsedFrame, _ frame: RawSpan) -> Int? {
    var at = table.first(parsed.hash)
    while at >= 0 {
      let slot = Int(at)
      if units[slot].headers.hash == parsed.hash {
        let unit = memory.slot(slot)
        let theirs = units[slot].headers
        if FlowComparison.sameAddressesAndPorts(frame, parsed, unit, theirs),
          request.rules.flows == .addressesAndPorts
            || FlowComparison.sameHeaders(frame, parsed, unit, theirs)
        {
          return slot
        }
      }
      at = units[slot].next
    }
    return nil
  }

  /// Ends all units with the addresses and ports of a frame.
  internal mutating func endUnits(
    ofFlow parsed: ParsedFrame, _ frame: RawSpan, _ end: CoalescedUnit.End,
    _ deliver: (CoalescedUnit) -> Void
  ) {
    var at = table.first(parsed.hash)
    while at >= 0 {
      let slot = Int(at)
      at = units[slot].next
      let theirs = units[slot].headers
      if FlowComparison.sameAddressesAndPorts(frame, parsed, memory.slot(slot), theirs) {
        self.end(slot, end, deliver)
      }
    }
  }

  /// Ends all units whose packets have the addresses of another packet.
  internal mutating func endUnits(
    between network: PacketPosition, _ frame: RawSpan, _ end: CoalescedUnit.End,
    _ deliver: (CoalescedUnit) -> Void
  ) {
    var at = table.oldest
    while at >= 0 {
      let slot = Int(at)
      at = units[slot].newer
      let theirs = units[slot].headers.outer
      if FlowComparison.sameAddresses(frame, network, memory.slot(slot), theirs) {
        self.end(slot, end, deliver)
      }
    }
  }

  /// Notes the number of a frame that went into a unit.
  @inline(always)
  internal mutating func note(_ number: Int, _ slot: Int) {
    let count = units[slot].count
    inputs.store(number, at: count, slot)
    units[slot].count = count &+ 1
  }

  /// Removes a unit and delivers it.
  internal mutating func end(
    _ slot: Int, _ end: CoalescedUnit.End, _ deliver: (CoalescedUnit) -> Void
  ) {
    table.remove(slot, hash: units[slot].headers.hash, &units)
    if units[slot].count > 1 {
      let headers = MergedHeaders(units[slot], checksum: request.checksum)
      var octets = memory.mutableSlot(slot)
      headers.write(to: &octets)
    }
    let octets = memory.slot(slot)
    let metadata = CoalescedUnit.Metadata(
      units[slot], octets: octets, end: end, checksum: request.checksum)
    deliver(
      CoalescedUnit(
        frame: octets.extracting(first: units[slot].frameLength),
        inputs: inputs.numbers(of: slot, count: units[slot].count), metadata: metadata))
  }

  /// Delivers a frame unmodified.
  internal mutating func deliverUnmodified(
    _ frame: RawSpan, _ number: Int, _ refusal: CoalescingRefusal,
    checksum: CoalescedUnit.Checksum, _ deliver: (CoalescedUnit) -> Void
  ) -> CoalescingDecision {
    single[0] = number
    var metadata = CoalescedUnit.Metadata(end: .notCoalesced(refusal))
    (metadata.firstArrival, metadata.lastArrival) = (now, now)
    metadata.checksum = checksum
    if checksum == .valid { metadata.virtioNetHeader.flags = .dataValid }
    deliver(CoalescedUnit(frame: frame, inputs: single.span, metadata: metadata))
    return .delivered(refusal)
  }
}
