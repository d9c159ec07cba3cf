public import WireFormats

extension Coalescer {
  /// Takes a received frame, and delivers the units that end by it.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - time: When it arrives, in nanoseconds. An earlier time than that of a previous call counts
  ///     as that.
  ///   - hasPartialChecksum: True if its sender says that the transport checksum is partial, which
  ///     is trusted and not checked.
  ///   - deliver: Gets each unit that ends, in order: before the frame, the unit that it could not
  ///     be merged with; the frame itself if it cannot be held.
  /// - Returns: What was done with the frame.
  /// - Complexity: O(*n*) in the octets of the frame. Allocates only to grow.
  @discardableResult
  public mutating func receive(
    _ frame: RawSpan, at time: UInt64 = 0, hasPartialChecksum: Bool = false,
    _ deliver: (CoalescedUnit) -> Void
  ) -> CoalescingDecision {
    if request.window != nil { advance(to: time, deliver) } else if time > now { now = time }
    let number = frameCount
    frameCount &+= 1
    let start = UsualStart(frame, request.link)
    if let start, !hasPartialChecksum, let decision = mergeExpected(frame, start, number, deliver) {
      return decision
    }
    guard let start else { return receiveUnusual(frame, number, hasPartialChecksum, deliver) }
    return receiveUnexpected(frame, start, number, hasPartialChecksum, deliver)
  }

  /// Takes a frame that is not merged by the short way.
  @inline(never)
  private mutating func receiveUnexpected(
    _ frame: RawSpan, _ start: UsualStart, _ number: Int, _ isPartial: Bool,
    _ deliver: (CoalescedUnit) -> Void
  ) -> CoalescingDecision {
    if !isPartial, let decision = passExpected(frame, start, number, deliver) { return decision }
    guard let parsed = usual.headers(of: frame, start) else {
      return receiveUnusual(frame, number, isPartial, deliver)
    }
    return receiveUsable(frame, parsed, number, isPartial, deliver)
  }

  /// Takes a frame whose headers have to be read one by one.
  @inline(never)
  private mutating func receiveUnusual(
    _ frame: RawSpan, _ number: Int, _ isPartial: Bool, _ deliver: (CoalescedUnit) -> Void
  ) -> CoalescingDecision {
    switch FrameCheck(frame, request) {
    case .usable(let parsed):
      return receiveUsable(frame, parsed, number, isPartial, deliver)
    case .ending(let refusal, let parsed):
      if request.rules.unusableFrames == .endUnit {
        endUnits(ofFlow: parsed, frame, .nextFrame(refusal), deliver)
      } else if let slot = slot(ofFlow: parsed, frame) {
        end(slot, .nextFrame(refusal), deliver)
      }
      return deliverUnmodified(frame, number, refusal, checksum: .notChecked, deliver)
    case .unusable(let refusal, let layout):
      if request.rules.unusableFrames == .endUnit {
        endUnits(before: frame, layout, .nextFrame(refusal), deliver)
      }
      return deliverUnmodified(
        frame, number, refusal, checksum: refusal.isAboutAChecksum ? .invalid : .notChecked, deliver
      )
    }
  }

  /// Takes a received frame that is held as an array.
  @discardableResult
  public mutating func receive(
    _ frame: [UInt8], at time: UInt64 = 0, _ deliver: (CoalescedUnit) -> Void
  ) -> CoalescingDecision {
    receive(frame.octets, at: time, deliver)
  }

  /// Takes a received frame with its virtio-net header.
  ///
  /// A frame that is a super-frame already is delivered as it is, after the units of its flow. A
  /// transport checksum that the header calls partial is not checked. `DATA_VALID` is not trusted.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - header: What its sender says about it.
  ///   - time: When it arrives, in nanoseconds.
  ///   - deliver: Gets each unit that ends, in order.
  /// - Returns: What was done with the frame.
  @discardableResult
  public mutating func receive(
    _ frame: RawSpan, describedBy header: VirtioNetHeader, at time: UInt64 = 0,
    _ deliver: (CoalescedUnit) -> Void
  ) -> CoalescingDecision {
    let recognition = request.rules.tunnels == .opaque ? .none : request.recognition
    let layout = try? PacketLayout(parsing: frame, link: request.link, tunnels: recognition)
    guard header.gsoType == .none else {
      advance(to: time, deliver)
      let number = frameCount
      frameCount &+= 1
      let refusal = CoalescingRefusal.superFrame(segmentSize: Int(header.gsoSize))
      if let layout, let parsed = ParsedFrame(frame, layout) {
        endUnits(ofFlow: parsed, frame, .nextFrame(refusal), deliver)
      }
      single[0] = number
      var metadata = CoalescedUnit.Metadata(end: .notCoalesced(refusal))
      (metadata.firstArrival, metadata.lastArrival) = (now, now)
      metadata.segmentSize = Int(header.gsoSize)
      metadata.virtioNetHeader = header
      if header.flags.contains(.needsChecksum) { metadata.checksum = .partial }
      deliver(CoalescedUnit(frame: frame, inputs: single.span, metadata: metadata))
      return .delivered(refusal)
    }
    let transport = layout?.transport
    let isPartial =
      header.flags.contains(.needsChecksum) && Int(header.checksumStart) == transport?.offset
      && Int(header.checksumOffset) == transport?.kind.checksumOffset
    return receive(frame, at: time, hasPartialChecksum: isPartial, deliver)
  }

  /// Takes a frame whose headers are sound.
  private mutating func receiveUsable(
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
  private func datagramRefusal(_ frame: RawSpan, _ parsed: ParsedFrame) -> CoalescingRefusal? {
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

  /// Checks the checksums of a frame that is not copied.
  internal func checksumRefusal(_ frame: RawSpan, _ parsed: ParsedFrame) -> CoalescingRefusal? {
    CoveredChecksums.refusal(
      frame, parsed, payloadSum: WordSum.sum(frame.extracting(parsed.payload)))
  }

  /// Delivers a frame that cannot start a unit, after the unit of its flow.
  private mutating func passUnheld(
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
  private mutating func endUnits(
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
