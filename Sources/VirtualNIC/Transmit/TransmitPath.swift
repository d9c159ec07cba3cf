internal import GsoEngine
internal import NetAdapterCore
internal import WireFormats

/// The way of frames from a sender to a link, for one thread.
internal final class TransmitPath {
  let counters = CounterBox()
  private let watch: AdapterWatch
  let renderer = FrameRenderer()

  init(_ adapter: NetAdapter) { watch = AdapterWatch(adapter) }

  /// Decides about a frame, counts it, and hands what becomes of it to a link.
  ///
  /// Counted before it is sent, so that whoever receives it finds it counted.
  @inline(__always)
  func transmit<Source: FrameSource & ~Escapable>(
    _ frame: Source, _ request: TransmitRequest, _ rules: SegmentationRules,
    at time: VirtualTime, to link: any Link
  ) -> TransmitReport {
    watch.refresh()
    let state = watch.state
    let work: TransmitWork
    if request.segmentSize != 0, state.isRunning {
      // Plans are large, so the way of most frames moves none about: no `try?`, nothing in between.
      do throws(SegmentationError) {
        let size = SegmentationRequest(segmentSize: request.segmentSize, rules: rules)
        let plan = try frame.plan(renderer.store, size)
        let decision = CutDecision(for: plan, state)
        guard let reason = decision.drop else {
          counters.count { $0.countCut(plan, decision.path, decision.checksum) }
          renderer.send(frame, plan, at: time, to: link)
          return TransmitReport(
            path: decision.path, checksum: decision.checksum, plan: plan,
            outcome: .sent(frames: plan.count))
        }
        work = .drop(reason, plan: plan, kind: plan.offload == .lso ? .tcp : .udp)
      } catch {
        work = .refusing(frame, error, renderer.store)
      }
    } else {
      work = TransmitWork.deciding(on: frame, request, rules, state, renderer.store)
    }
    let byteCount = frame.byteCount
    counters.count { $0.count(work, byteCount: byteCount) }
    renderer.send(frame, work, at: time, to: link)
    return TransmitReport(of: work)
  }
}
