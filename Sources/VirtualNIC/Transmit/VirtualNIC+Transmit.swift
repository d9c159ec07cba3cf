public import GsoEngine
internal import NetAdapterCore
internal import WireFormats

extension VirtualNIC {
  /// Sends a frame: segmented if the request has a segment size, as one frame if not.
  ///
  /// The frame is complete, in the sense of NDIS, when the call returns. Frames keep their order. A
  /// frame that cannot be sent is dropped and counted, and the report has the reason.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - request: The offloads that are asked for.
  ///   - time: When the frame is sent.
  /// - Returns: Who segmented the frame, how, and what was sent.
  /// - Complexity: O(*n*) in the length of the frame. Allocates only to grow.
  @inlinable @discardableResult
  public func transmit(
    _ frame: RawSpan, _ request: TransmitRequest, at time: VirtualTime = .start
  ) -> TransmitReport {
    // Inlined, so that a report that the caller does not read is not copied: it is large.
    var report = TransmitReport.nothingSent
    transmit(frame, request, at: time, reporting: &report)
    return report
  }

  /// Sends a frame, and writes into `report` what was done with it.
  @usableFromInline
  internal func transmit(
    _ frame: RawSpan, _ request: TransmitRequest, at time: VirtualTime,
    reporting report: inout TransmitReport
  ) {
    path.transmit(frame, request: request, at: time, to: link, reporting: &report)
  }

  /// Sends a frame that lies in several buffers.
  ///
  /// The payload is copied once, from its buffers into the segments.
  ///
  /// - Parameters:
  ///   - frame: The frame, from its Ethernet header.
  ///   - request: The offloads that are asked for.
  ///   - time: When the frame is sent.
  /// - Returns: Who segmented the frame, how, and what was sent.
  /// - Complexity: O(*n*) in the length of the frame. Allocates only to grow.
  @discardableResult
  public func transmit(
    _ frame: ScatteredFrame, _ request: TransmitRequest, at time: VirtualTime = .start
  ) -> TransmitReport {
    var report = TransmitReport()
    path.transmit(frame, request: request, at: time, to: link, reporting: &report)
    return report
  }

  /// Sends a frame: segmented if `segmentSize` is given, unmodified if not.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - segmentSize: The segment size in octets; 0 for a frame that is not to be segmented.
  ///   - time: When the frame is sent.
  /// - Returns: Who segmented the frame, how, and what was sent.
  /// - Complexity: O(*n*) in the length of the frame. Allocates only to grow.
  @inlinable @discardableResult
  public func transmit(
    _ frame: RawSpan, segmentSize: Int = 0, at time: VirtualTime = .start
  ) -> TransmitReport {
    transmit(frame, TransmitRequest(segmentSize: segmentSize), at: time)
  }

  /// Sends a frame that is held as an array.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - segmentSize: The segment size in octets; 0 for a frame that is not to be segmented.
  ///   - time: When the frame is sent.
  /// - Returns: Who segmented the frame, how, and what was sent.
  /// - Complexity: O(*n*) in the length of the frame. Allocates only to grow.
  @discardableResult
  public func transmit(
    _ frame: [UInt8], segmentSize: Int = 0, at time: VirtualTime = .start
  ) -> TransmitReport {
    transmit(frame.octets, TransmitRequest(segmentSize: segmentSize), at: time)
  }

  /// Sends a frame that is held as an array, segmented to fit if it exceeds the MTU.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - segmentSize: How large segments are, such as ``TransmitRequest/SegmentSize/toFit``.
  ///   - time: When the frame is sent.
  /// - Returns: Who segmented the frame, how, and what was sent.
  /// - Complexity: O(*n*) in the length of the frame. Allocates only to grow.
  @discardableResult
  public func transmit(
    _ frame: [UInt8], segmentSize: TransmitRequest.SegmentSize, at time: VirtualTime = .start
  ) -> TransmitReport {
    transmit(frame.octets, TransmitRequest(segmentSize: segmentSize), at: time)
  }

  /// Sends a frame that is held as an array.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - request: The offloads that are asked for.
  ///   - time: When the frame is sent.
  /// - Returns: Who segmented the frame, how, and what was sent.
  /// - Complexity: O(*n*) in the length of the frame. Allocates only to grow.
  @discardableResult
  public func transmit(
    _ frame: [UInt8], _ request: TransmitRequest, at time: VirtualTime = .start
  ) -> TransmitReport {
    transmit(frame.octets, request, at: time)
  }
}

/// The path of frames from a sender to a link, for one thread.
internal final class TransmitPath {
  let counters = CounterBox()
  let watch: AdapterWatch
  let renderer: FrameRenderer
  @exclusivity(unchecked) private var uncheckedRules: SegmentationRules
  /// Number of calls of ``transmit(_:request:at:to:reporting:)`` that run, each from within the one
  /// before.
  internal var depth = 0
  /// Frames with a tag beside their octets are copied, to insert it.
  private var tagged: FrameBuffer? = FrameBuffer()

  init(_ adapter: NetAdapter, _ pool: ArenaPool, _ rules: SegmentationRules) {
    watch = AdapterWatch(adapter)
    renderer = FrameRenderer(pool)
    unsafe uncheckedRules = rules
  }

  /// How header fields change in segments, and what is refused.
  var rules: SegmentationRules {
    // SAFETY: each access is a copy, during which no other code runs.
    @inline(__always) get { unsafe uncheckedRules }
    set { unsafe uncheckedRules = newValue }
  }

  /// True unless a call of ``transmit(_:request:at:to:reporting:)`` runs.
  var isAtRest: Bool { depth == 0 }

  /// Decides about a frame, performs the action, and reports it.
  @inline(__always)
  func transmit<Source: FrameSource & ~Escapable>(
    _ frame: Source, request: TransmitRequest, at time: VirtualTime, to link: any Link,
    reporting report: inout TransmitReport
  ) {
    watch.refresh()
    guard depth < VirtualNIC.maximumNesting else { return refuse(frame.byteCount, &report) }
    depth += 1
    defer { depth -= 1 }
    if let tag = request.vlanTag {
      transmit(frame, tag, request: request, at: time, to: link, reporting: &report)
    } else if let size = TransmitAction.segmentSize(
      of: frame, request, state: watch.state, renderer: renderer)
    {
      let request = SegmentationRequest(size, rules: rules)
      segment(frame, by: request, at: time, to: link, reporting: &report)
    } else {
      let action = TransmitAction(
        unsegmented: frame, fields: request.checksums, rules: rules, state: watch.state,
        renderer: renderer)
      perform(action, on: frame, at: time, to: link, reporting: &report)
    }
  }

  /// Sends a frame whose segmentation is planned, and reports it.
  func transmit(
    _ frame: RawSpan, segmentedAs plan: SegmentationPlan, at time: VirtualTime, to link: any Link,
    reporting report: inout TransmitReport
  ) {
    watch.refresh()
    guard depth < VirtualNIC.maximumNesting else { return refuse(frame.byteCount, &report) }
    depth += 1
    defer { depth -= 1 }
    if watch.state.isRunning {
      segment(frame, as: plan, at: time, to: link, reporting: &report)
    } else {
      perform(.drop(.notStarted), on: frame, at: time, to: link, reporting: &report)
    }
  }

  /// The state of the adapter now.
  func refreshedState() -> DatapathState {
    watch.refresh()
    return watch.state
  }

  /// Drops a frame of a sender that answers answers without end.
  @inline(never)
  private func refuse(_ byteCount: Int, _ report: inout TransmitReport) {
    let action = TransmitAction.drop(.nestedTooDeeply(limit: VirtualNIC.maximumNesting))
    counters.count(action, byteCount: byteCount)
    report = TransmitReport(of: action)
  }

  /// Sends a frame with a tag beside its octets.
  ///
  /// Hardware inserts the tag after all has been decided. Software inserts it before.
  @inline(never)
  private func transmit<Source: FrameSource & ~Escapable>(
    _ frame: Source, _ tag: VLANTag, request: TransmitRequest, at time: VirtualTime,
    to link: any Link, reporting report: inout TransmitReport
  ) {
    // A receiver that sends from within the call gets a buffer of its own.
    var buffer = tagged.take() ?? FrameBuffer()
    frame.load(into: &buffer)
    let isInsertedByHardware = watch.state.tagging.inserts(tag)
    if !isInsertedByHardware { buffer.insert(tag) }
    let decided = TransmitAction(
      for: buffer.octets, request, rules: rules, state: watch.state, renderer: renderer)
    var action = decided
    if isInsertedByHardware {
      buffer.insert(tag)
      action = renderer.repeating(decided, on: buffer.octets, rules: rules)
    }
    let octets = buffer.octets
    renderer.perform(&action, on: octets, at: time, to: link, counting: counters)
    tagged = buffer
    // A tag that cannot be sent is reported for itself.
    if case .drop = action {
      report = TransmitReport(of: action)
    } else {
      report = TransmitReport(of: decided)
    }
  }
}
