internal import GsoEngine
internal import NetAdapterCore

/// The way of frames from a sender to a link, for one thread.
internal final class TransmitPath {
  let counters = CounterBox()
  private let watch: AdapterWatch
  let renderer = FrameRenderer()

  init(_ adapter: NetAdapter) { watch = AdapterWatch(adapter) }

  /// Decides about a frame, and performs that.
  @inline(__always)
  func transmit<Source: FrameSource & ~Escapable>(
    _ frame: Source, _ request: TransmitRequest, _ rules: SegmentationRules,
    at time: VirtualTime, to link: any Link
  ) -> TransmitReport {
    watch.refresh()
    var action = TransmitAction(
      for: frame, request, rules: rules, state: watch.state, renderer: renderer)
    renderer.perform(&action, on: frame, at: time, to: link, counting: counters)
    return TransmitReport(of: action)
  }
}
