internal import GsoEngine

/// Makes finished frames and hands them to a link.
internal final class FrameRenderer {
  /// The headers of a frame in pieces.
  let store = HeaderStore()
  /// The memory that finished frames lie in.
  let loan = ArenaLoan()

  /// Hands what becomes of a frame to a link.
  func send<Source: FrameSource & ~Escapable>(
    _ frame: Source, _ work: TransmitWork, at time: VirtualTime, to link: any Link
  ) {
    switch work {
    case .drop: return
    case .asIs: frame.sendAsIs(borrowing: loan, at: time, to: link)
    case .checksum(let plan, _):
      var arena = loan.take(byteCount: frame.byteCount, slotCount: 1)
      arena.send(try? frame.render(plan, into: &arena), at: time, to: link)
      loan.giveBack(arena)
    case .cut(let plan, _, _): send(frame, plan, at: time, to: link)
    }
  }

  /// Hands the segments of a frame to a link.
  func send<Source: FrameSource & ~Escapable>(
    _ frame: Source, _ plan: SegmentationPlan, at time: VirtualTime, to link: any Link
  ) {
    let limit = ArenaLoan.frameLimit(frameLength: plan.fullFrameLength)
    var start = 0
    while start < plan.count {
      let segments = start..<min(plan.count, start + limit)
      var arena = loan.take(
        byteCount: segments.count * plan.fullFrameLength, slotCount: segments.count)
      arena.send(
        try? frame.render(plan, segments, store, into: &arena), at: time, to: link)
      loan.giveBack(arena)
      start = segments.upperBound
    }
  }
}

extension SegmentArena {
  /// Hands all frames to a link, if they were rendered.
  ///
  /// The arena was made to fit and the frame is the planned one, so rendering cannot have failed.
  internal func send(_ rendered: Void?, at time: VirtualTime, to link: any Link) {
    guard rendered != nil else { return }
    for index in 0..<count { link.send(self[index], at: time) }
  }
}
