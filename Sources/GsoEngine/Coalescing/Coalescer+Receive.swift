internal import WireFormats

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
}
