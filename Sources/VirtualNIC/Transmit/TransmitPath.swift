internal import GsoEngine
internal import NetAdapterCore

/// The way of frames from a sender to a link, for one thread.
internal final class TransmitPath {
  let counters = CounterBox()
  private var watch: AdapterWatch
  private let renderer = FrameRenderer()

  init(_ adapter: NetAdapter) { watch = AdapterWatch(adapter) }

  /// Decides about a frame, counts it, and hands what becomes of it to a link.
  func transmit<Source: FrameSource & ~Escapable>(
    _ frame: Source, _ request: TransmitRequest, _ rules: SegmentationRules,
    at time: VirtualTime, to link: any Link
  ) -> TransmitReport {
    watch.refresh()
    let work = TransmitWork.deciding(on: frame, request, rules, watch.state, &renderer.headers)
    let byteCount = frame.byteCount
    // Counted before it is sent, so that whoever receives it finds it counted.
    counters.count { $0.count(work, byteCount: byteCount) }
    renderer.send(frame, work, at: time, to: link)
    return TransmitReport(of: work)
  }
}
