internal import GsoEngine
internal import NetAdapterCore
internal import WireFormats

// From frames to packets of the rings.
extension TransmitFrameQueue {
  /// Posts the packets of frames, in order, until the rings are full.
  internal func translate() throws(QueueError) {
    while translatedCount < frames.count {
      let index = frames.index(at: translatedCount)
      decide(index)
      do throws(QueueError) {
        try post(index)
      } catch {
        // The rest follows with the next advance.
        guard case .full = error else { throw error }
        return
      }
      translatedCount += 1
    }
  }

  /// Decides about the frames that are not decided about yet.
  internal func decideAll() {
    for position in translatedCount..<frames.count { decide(frames.index(at: position)) }
  }

  /// Decides about a frame, unless that is done.
  private func decide(_ index: Int) {
    guard frames.slots[index].action == nil else { return }
    if let tag = frames.slots[index].request.vlanTag, !watch.state.tagging.inserts(tag) {
      frames.slots[index].insertTag()
    }
    let action = action(for: frames.slots[index])
    frames.slots[index].decide(action, lengths: handOffLengths)
  }

  /// Decides about a frame as the NIC does, except for packets that do not fit into the rings.
  private func action(for frame: SourceFrame) -> TransmitAction {
    let octets = frame.buffer.octets
    let action = TransmitAction(
      for: octets, frame.request, rules: rules, state: watch.state, renderer: renderer)
    let limit = driverQueue.maximumPacketLength
    switch action {
    case .drop: return action
    case .sendUnmodified, .computeChecksums:
      guard octets.byteCount > limit else { return action }
      return .drop(.exceedsRing(octets: octets.byteCount, limit: limit))
    case .segment(let plan, let decision, _):
      guard plan.fullFrameLength <= limit else {
        return .drop(
          .exceedsRing(octets: plan.fullFrameLength, limit: limit), plan: plan,
          kind: plan.transport.kind)
      }
      guard decision == .hardware, octets.byteCount > limit else { return action }
      let reason = SoftwareReason.ringCapacity(octets: octets.byteCount, limit: limit)
      let software = OffloadDecision.software(because: reason)
      let checksum = ChecksumDecision(forSegmentsOf: plan, madeBy: software, state: watch.state)
      return .segment(plan, software, checksum)
    }
  }

  /// Posts the packets of a frame that are not posted yet.
  ///
  /// - Throws: `QueueError/full(packetsFree:fragmentsNeeded:fragmentsFree:)` if not all of them
  ///   fit.
  private func post(_ index: Int) throws(QueueError) {
    let buffer = frames.slots[index].buffer
    let octets = buffer.octets
    switch frames.slots[index].action {
    case nil: return
    case .drop: try driverQueue.postIgnored(tag: index)
    case .sendUnmodified:
      try postFrame(octets, metadata(index, NetPacketLayout(octets)), index)
    case .computeChecksums(let plan, .hardware):
      var metadata = metadata(index, NetPacketLayout(plan.layout))
      metadata.checksum = NetPacketChecksum(plan.fields, plan.layout.network?.version)
      try postFrame(octets, metadata, index)
    case .computeChecksums(let plan, _):
      let metadata = metadata(index, NetPacketLayout(plan.layout))
      try renderer.withArena(byteCount: octets.byteCount, slotCount: 1) {
        (arena) throws(QueueError) in
        do throws(SegmentationError) {
          try plan.render(octets, into: &arena)
        } catch {
          return try drop(index, .drop(.refused(error)))
        }
        try driverQueue.post(arena[0], metadata, tag: index)
      }
    case .segment(let plan, .hardware, _):
      // Segmentation implies checksums, so there are no actions for them.
      var metadata = metadata(index, NetPacketLayout(plan.layout))
      metadata.gso.mss = plan.segmentSize
      try postFrame(octets, metadata, index)
    case .segment(let plan, _, let checksum):
      return try postSegments(of: octets, at: index, plan: plan, checksum: checksum)
    }
    frames.slots[index].postedCount += 1
    frames.slots[index].outstandingCount += 1
  }

  /// Returns the metadata of a packet of a frame, with the tag that its sender asked for.
  private func metadata(_ index: Int, _ layout: NetPacketLayout) -> TransmitMetadata {
    var metadata = TransmitMetadata(layout: layout)
    if let tag = frames.slots[index].request.vlanTag {
      metadata.ieee8021Q = NetPacketIeee8021Q(inserting: tag)
    }
    return metadata
  }

  /// Posts a frame as one packet, in the buffers of its sender.
  private func postFrame(
    _ octets: RawSpan, _ metadata: TransmitMetadata, _ index: Int
  ) throws(QueueError) {
    let pieces = frames.slots[index].pieces
    if pieces.isEmpty {
      try driverQueue.post(octets, metadata, tag: index)
    } else {
      try driverQueue.post(pieces.span, of: octets, metadata, tag: index)
    }
  }

  /// Drops a frame that was to be posted, as a packet that the driver ignores.
  private func drop(_ index: Int, _ action: TransmitAction) throws(QueueError) {
    try driverQueue.postIgnored(tag: index)
    frames.slots[index].action = action
  }

  /// Posts segments of a frame that are not posted yet, as many as the rings hold.
  private func postSegments(
    of octets: RawSpan, at index: Int, plan: SegmentationPlan, checksum: ChecksumDecision
  ) throws(QueueError) {
    var plan = plan
    var metadata = metadata(index, NetPacketLayout(plan.layout))
    if checksum == .hardware {
      // The hardware completes the partial checksums of the segments, but for those that the rules
      // copy.
      metadata.checksum = NetPacketChecksum(plan.computedChecksums, plan.network.version)
      let request = SegmentationRequest(
        segmentSize: plan.segmentSize, checksum: .pseudoHeader, rules: rules)
      // Without that plan the checksums are complete already, and completing them changes nothing.
      plan = (try? octets.plan(request, using: renderer)) ?? plan
    }
    let start = frames.slots[index].postedCount
    let segments =
      start..<min(
        plan.count, start + max(1, driverQueue.freePacketCount),
        start + FrameRenderer.frameLimit(frameLength: plan.fullFrameLength))
    try renderer.withArena(
      byteCount: segments.count * plan.fullFrameLength, slotCount: segments.count
    ) { (arena) throws(QueueError) in
      do throws(SegmentationError) {
        try plan.render(octets, segments: segments, into: &arena)
      } catch {
        try drop(index, .drop(.refused(error), plan: plan, kind: plan.transport.kind))
        frames.slots[index].outstandingCount += 1
        return
      }
      for segment in segments {
        try driverQueue.post(arena[segment - start], metadata, tag: index)
        frames.slots[index].postedCount += 1
        frames.slots[index].outstandingCount += 1
      }
    }
    if case .drop = frames.slots[index].action { return }
    guard segments.upperBound == plan.count else {
      throw .full(packetsFree: 0, fragmentsNeeded: 1, fragmentsFree: driverQueue.freeFragmentCount)
    }
  }
}

extension NetPacketLayout {
  /// The layout of a frame; unspecified if its headers cannot be read.
  fileprivate init(_ frame: RawSpan) {
    if let layout = try? PacketLayout(parsing: frame, tunnels: .none) {
      self.init(layout)
    } else {
      self.init()
    }
  }
}
