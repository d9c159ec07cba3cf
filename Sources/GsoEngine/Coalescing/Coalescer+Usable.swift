internal import WireFormats

// Frames whose headers are sound: they are merged, start a unit, or cannot be in one.
extension Coalescer {
  /// Takes a frame whose headers are sound.
  internal mutating func receiveUsable(
    _ frame: RawSpan, _ parsed: ParsedFrame, _ number: Int, _ isPartial: Bool,
    _ deliver: (CoalescedUnit) -> Void
  ) -> CoalescingDecision {
    parsed.transport.kind == .tcp
      ? receiveSegment(frame, parsed, number, isPartial, deliver)
      : receiveDatagram(frame, parsed, number, isPartial, deliver)
  }

  /// Takes a TCP segment.
  private mutating func receiveSegment(
    _ frame: RawSpan, _ parsed: ParsedFrame, _ number: Int, _ isPartial: Bool,
    _ deliver: (CoalescedUnit) -> Void
  ) -> CoalescingDecision {
    var fields = SegmentFields(frame, at: parsed.transport.offset)
    let rules = request.rules
    let refusal = fields.refusal(
      frame, parsed.transport, payloadLength: parsed.payload.count, rules)
    let slot = slot(ofFlow: parsed, frame)
    if refusal == nil, let slot {
      let different = MergeCheck(rules: rules).refusal(
        frame, parsed, fields, memory.slot(slot), units[slot])
      guard let different else {
        return merge(frame, parsed, fields, number, isPartial, into: slot, deliver)
      }
      if fields.flags.isDisjoint(with: rules.endingTCPFlags) {
        return hold(frame, parsed, fields, number, isPartial, after: slot, different, deliver)
      }
      return passUnheld(frame, parsed, number, isPartial, after: slot, different, deliver)
    }
    if let refusal {
      return passUnheld(frame, parsed, number, isPartial, after: slot, refusal, deliver)
    }
    guard fields.flags.isDisjoint(with: rules.endingTCPFlags) else {
      return passUnheld(frame, parsed, number, isPartial, after: nil, .flags(fields.flags), deliver)
    }
    return hold(frame, parsed, fields, number, isPartial, after: nil, nil, deliver)
  }

  /// Takes a UDP datagram.
  private mutating func receiveDatagram(
    _ frame: RawSpan, _ parsed: ParsedFrame, _ number: Int, _ isPartial: Bool,
    _ deliver: (CoalescedUnit) -> Void
  ) -> CoalescingDecision {
    let rules = request.rules
    let fields = SegmentFields.none
    if let refusal = datagramRefusal(frame, parsed) {
      if !isPartial, let invalid = checksumRefusal(frame, parsed) {
        return passInvalid(frame, parsed, number, invalid, deliver)
      }
      if rules.unusableFrames == .endUnit {
        endUnits(ofFlow: parsed, frame, .nextFrame(refusal), deliver)
      }
      return deliverUnmodified(
        frame, number, refusal, checksum: isPartial ? .partial : .valid, deliver)
    }
    guard let slot = slot(ofFlow: parsed, frame) else {
      return hold(frame, parsed, fields, number, isPartial, after: nil, nil, deliver)
    }
    let different = MergeCheck(rules: rules).refusal(
      frame, parsed, fields, memory.slot(slot), units[slot])
    guard let different else {
      return merge(frame, parsed, fields, number, isPartial, into: slot, deliver)
    }
    return hold(frame, parsed, fields, number, isPartial, after: slot, different, deliver)
  }

  /// What excludes a datagram whatever its unit.
  internal func datagramRefusal(_ frame: RawSpan, _ parsed: ParsedFrame) -> CoalescingRefusal? {
    let transport = parsed.transport
    if let refusal = FrameCheck.datagramRefusal(
      frame, at: transport.offset, packetEnd: parsed.network.end)
    {
      return refusal
    }
    if parsed.payload.isEmpty { return .noPayload }
    guard frame.hostOrder(at: transport.checksumOffset, as: UInt16.self) == 0 else { return nil }
    return request.rules.zeroUDPChecksum == .notCoalesced || parsed.network.version == .ipv6
      ? .zeroUDPChecksum : nil
  }
}
