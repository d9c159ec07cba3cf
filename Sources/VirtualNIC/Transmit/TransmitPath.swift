internal import GsoEngine
internal import NetAdapterCore
internal import WireFormats

/// The way of frames from a sender to a link, for one thread.
internal final class TransmitPath {
  let counters = CounterBox()
  private var watch: AdapterWatch
  private let loan = ArenaLoan()
  private var headers = LinearHeaders()

  init(_ adapter: NetAdapter) { watch = AdapterWatch(adapter) }

  /// Decides about a frame, counts it, and hands what becomes of it to a link.
  func transmit<Source: FrameSource & ~Escapable>(
    _ frame: Source, _ request: TransmitRequest, _ rules: SegmentationRules,
    at time: VirtualTime, to link: any Link
  ) -> TransmitReport {
    watch.refresh()
    let work = TransmitWork.deciding(on: frame, request, rules, watch.state, &headers)
    var kind: TransportLayout.Kind?
    if request.segmentSize != 0, case .drop(.refused, nil) = work {
      kind = (try? frame.layout(&headers, tunnels: .wellKnown))?.transport?.kind
    }
    let byteCount = frame.byteCount
    counters.count { $0.count(work, byteCount: byteCount, refused: kind) }
    send(frame, work, at: time, to: link)
    return TransmitReport(of: work)
  }

  /// What is sent was counted before, so that whoever receives it finds it counted.
  private func send<Source: FrameSource & ~Escapable>(
    _ frame: Source, _ work: TransmitWork, at time: VirtualTime, to link: any Link
  ) {
    switch work {
    case .drop: return
    case .asIs: frame.sendAsIs(borrowing: loan, at: time, to: link)
    case .checksum(let plan, _):
      var arena = loan.take(byteCount: frame.byteCount, slotCount: 1)
      arena.send(try? frame.render(plan, into: &arena), at: time, to: link)
      loan.giveBack(arena)
    case .cut(let plan, _, _):
      var arena = loan.take(byteCount: plan.totalFrameLength, slotCount: plan.count)
      arena.send(try? frame.render(plan, headers, into: &arena), at: time, to: link)
      loan.giveBack(arena)
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
