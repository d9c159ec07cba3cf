internal import GsoEngine
internal import NetAdapterCore
internal import WireFormats

extension VirtualNIC {
  /// Explains what ``transmit(_:_:at:)-(RawSpan,_,_)`` would do with a frame now, and why.
  ///
  /// Nothing is sent or counted, and nothing of the NIC changes.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - request: The offloads that would be asked for.
  /// - Returns: The headers, the decision, the segments and the changes of the frame.
  /// - Complexity: O(*n*) in the length of the frame and the number of segments. Allocates.
  public func explain(_ frame: RawSpan, _ request: TransmitRequest) -> Explanation {
    let state = adapter.datapathState
    // A renderer of its own: that of the NIC may be in use by the call that this one comes from.
    let renderer = FrameRenderer()
    renderer.tunnels = tunnels
    guard let tag = request.vlanTag else {
      let action = TransmitAction(
        for: frame, request, rules: rules, state: state, renderer: renderer)
      return Explanation(frame, request, action, reported: action, self, state)
    }
    var buffer = FrameBuffer()
    buffer.load(frame)
    let isInsertedByHardware = state.tagging.inserts(tag)
    if !isInsertedByHardware { buffer.insert(tag) }
    let decided = TransmitAction(
      for: buffer.octets, request, rules: rules, state: state, renderer: renderer)
    var action = decided
    if isInsertedByHardware {
      buffer.insert(tag)
      action = renderer.repeating(decided, on: buffer.octets, rules: rules)
    }
    return Explanation(buffer.octets, request, action, reported: decided, self, state)
  }

  /// Explains what would be done with a frame that is held as an array.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - request: The offloads that would be asked for.
  /// - Returns: The headers, the decision, the segments and the changes of the frame.
  /// - Complexity: O(*n*) in the length of the frame and the number of segments. Allocates.
  public func explain(_ frame: [UInt8], _ request: TransmitRequest) -> Explanation {
    explain(frame.octets, request)
  }
}

extension Explanation {
  /// Explains an action.
  ///
  /// - Parameters:
  ///   - frame: The frame, with the tag that the NIC inserts.
  ///   - request: What its sender asks for.
  ///   - action: What is to be done with these octets.
  ///   - reported: What was decided, before hardware inserts a tag.
  ///   - nic: The NIC.
  ///   - state: The state of its adapter.
  fileprivate init(
    _ frame: RawSpan, _ request: TransmitRequest, _ action: TransmitAction,
    reported: TransmitAction, _ nic: VirtualNIC, _ state: DatapathState
  ) {
    var action = action
    let samples = FrameSamples(of: frame, by: &action)
    let layout = try? PacketLayout(parsing: frame, tunnels: nic.tunnels)
    frameLength = frame.byteCount
    headers =
      layout.map { Self.headers(of: frame, layout: $0) }
      ?? Self.headers(ofUnread: frame, .ethernet)
    handshake = Handshake(of: nic.adapter)
    self.request = Request(request, mtu: state.mtu, rules: nic.rules)
    // A tag that cannot be sent is reported for itself.
    var result = reported
    if case .drop = action { result = action }
    report = TransmitReport(of: result)
    decision = Decision(action, frame, layout, request, report, state)
    var plan: SegmentationPlan?
    if case .segment(let segmentation, _, _) = action { plan = segmentation }
    segments = plan.map { plan in plan.map { Segment($0, offload: plan.offload) } } ?? []
    let sent = samples.frames.map { octets in
      (try? PacketLayout(parsing: octets.octets, tunnels: nic.tunnels)).map {
        Self.headers(of: octets.octets, layout: $0)
      } ?? []
    }
    let rules = plan.map { ChangeRules(segmenting: $0) } ?? ChangeRules.completing
    changes = Change.all(from: headers, to: sent, rules)
    if case .drop(let reason, let plan, _) = action {
      refusal = Refusal(reason, headers, segmentSize: plan?.segmentSize)
    } else {
      refusal = nil
    }
  }
}

/// The first, one middle and the last of the frames that an action sends.
private struct FrameSamples {
  private(set) var frames: [[UInt8]] = []

  /// Renders the frames; an action that cannot be performed becomes a drop.
  init(of frame: RawSpan, by action: inout TransmitAction) {
    do throws(SegmentationError) {
      switch action {
      case .drop, .sendUnmodified: return
      case .computeChecksums(let plan, _):
        var arena = try SegmentArena(byteCount: frame.byteCount, slotCount: 1)
        try plan.render(frame, into: &arena)
        frames = [arena.frame(0)]
      case .segment(let plan, _, _):
        var arena = try SegmentArena(byteCount: plan.fullFrameLength, slotCount: 1)
        for index in Self.indices(of: plan.count) {
          arena.reset()
          try plan.render(frame, segments: index..<index + 1, into: &arena)
          frames.append(arena.frame(0))
        }
      }
    } catch {
      if case .segment(let plan, _, _) = action {
        action = .drop(.refused(error), plan: plan, kind: plan.transport.kind)
      } else {
        action = .drop(.refused(error))
      }
    }
  }

  /// One index, or the first and the last with one between them.
  private static func indices(of count: Int) -> [Int] {
    switch count {
    case ..<2: [0]
    case 2: [0, 1]
    default: [0, count / 2, count - 1]
    }
  }
}
