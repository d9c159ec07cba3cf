internal import WireFormats

// Frames that are delivered by themselves, and the units that they must not overtake.
extension Coalescer {
  /// Checks the checksums of a frame that is not copied.
  internal func checksumRefusal(_ frame: RawSpan, _ parsed: ParsedFrame) -> CoalescingRefusal? {
    CoveredChecksums.refusal(
      frame, parsed, payloadSum: WordSum.sum(frame.extracting(parsed.payload)))
  }

  /// Delivers a frame that cannot start a unit, after the unit of its flow.
  internal mutating func passUnheld(
    _ frame: RawSpan, _ parsed: ParsedFrame, _ number: Int, _ isPartial: Bool, after slot: Int?,
    _ refusal: CoalescingRefusal, _ deliver: (CoalescedUnit) -> Void
  ) -> CoalescingDecision {
    if !isPartial, let invalid = checksumRefusal(frame, parsed) {
      return passInvalid(frame, parsed, number, invalid, deliver)
    }
    if request.rules.unusableFrames == .endUnit {
      endUnits(ofFlow: parsed, frame, .nextFrame(refusal), deliver)
    } else if let slot {
      end(slot, .nextFrame(refusal), deliver)
    }
    return deliverUnmodified(
      frame, number, refusal, checksum: isPartial ? .partial : .valid, deliver)
  }

  /// Delivers a frame with a wrong checksum.
  internal mutating func passInvalid(
    _ frame: RawSpan, _ parsed: ParsedFrame, _ number: Int, _ refusal: CoalescingRefusal,
    _ deliver: (CoalescedUnit) -> Void
  ) -> CoalescingDecision {
    if request.rules.unusableFrames == .endUnit {
      endUnits(ofFlow: parsed, frame, .nextFrame(refusal), deliver)
    }
    return deliverUnmodified(frame, number, refusal, checksum: .invalid, deliver)
  }

  /// Ends the units that a frame must not overtake, as far as it can be known.
  internal mutating func endUnits(
    before frame: RawSpan, _ layout: PacketLayout?, _ end: CoalescedUnit.End,
    _ deliver: (CoalescedUnit) -> Void
  ) {
    guard let layout else {
      // Headers that cannot be read may be of any flow.
      while table.oldest >= 0 { self.end(Int(table.oldest), end, deliver) }
      return
    }
    if let parsed = ParsedFrame(frame, layout) {
      endUnits(ofFlow: parsed, frame, end, deliver)
    } else if let network = layout.outerNetwork,
      FrameCheck.isFragment(layout)
    {
      endUnits(between: PacketPosition(network), frame, end, deliver)
    }
  }
}

extension CoalescingRefusal {
  /// Whether a wrong checksum is the reason.
  internal var isAboutAChecksum: Bool {
    switch self {
    case .headerChecksum, .transportChecksum, .outerChecksum: true
    default: false
    }
  }
}
