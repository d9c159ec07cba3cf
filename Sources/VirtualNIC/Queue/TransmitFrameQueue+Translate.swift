internal import GsoEngine
internal import NetAdapterCore
internal import WireFormats

// How frames become packets.
extension TransmitFrameQueue {
  /// Makes packets of frames, in order, until the rings are full.
  internal func translate() throws(QueueError) {
    while translatedCount < count {
      let index = place(translatedCount)
      if frames[index].work == nil { frames[index].work = decide(frames[index]) }
      do throws(QueueError) {
        try post(index)
      } catch {
        // A full ring is no fault: the rest follows with the next advance.
        guard case .full = error else { throw error }
        return
      }
      translatedCount += 1
    }
  }

  /// Decides about a frame as the NIC does, and sees to it that its packets fit into the rings.
  private func decide(_ frame: SourceFrame) -> TransmitWork {
    let octets = frame.kept.octets
    let work = TransmitWork.deciding(
      on: octets, frame.request, rules, watch.state, renderer.store)
    let limit = packets.maximumPacketLength
    switch work {
    case .drop: return work
    case .asIs, .checksum:
      guard octets.byteCount > limit else { return work }
      return .drop(.exceedsRing(octets: octets.byteCount, limit: limit))
    case .cut(let plan, let decision, _):
      guard plan.fullFrameLength <= limit else {
        return .drop(
          .exceedsRing(octets: plan.fullFrameLength, limit: limit), plan: plan,
          kind: plan.layout.transport?.kind)
      }
      guard decision == .hardware, octets.byteCount > limit else { return work }
      let checksum = ChecksumDecision(
        for: [.ipv4Header, .transport], layout: plan.layout, hardware: watch.state.txChecksum,
        active: watch.state.active)
      let reason = SoftwareReason.ringCapacity(octets: octets.byteCount, limit: limit)
      return .cut(plan, .software(because: reason), checksum)
    }
  }

  /// Posts what is left to post of a frame.
  ///
  /// - Throws: `QueueError/full(packetsFree:fragmentsNeeded:fragmentsFree:)` if not all of it fits.
  private func post(_ index: Int) throws(QueueError) {
    let kept = frames[index].kept
    let octets = kept.octets
    switch frames[index].work {
    case nil: return
    case .drop: try packets.postIgnored(tag: index)
    case .asIs:
      try packets.post(octets, TransmitMetadata(layout: NetPacketLayout(octets)), tag: index)
    case .checksum(let plan, .hardware):
      let metadata = TransmitMetadata(
        layout: NetPacketLayout(plan.layout), checksum: NetPacketChecksum(plan.fields))
      try packets.post(octets, metadata, tag: index)
    case .checksum(let plan, _):
      let metadata = TransmitMetadata(layout: NetPacketLayout(plan.layout))
      try renderer.loan.withArena(byteCount: octets.byteCount, slotCount: 1) {
        (arena) throws(QueueError) in
        // The arena was made to fit.
        guard (try? plan.render(octets, into: &arena)) != nil else { return }
        try packets.post(arena[0], metadata, tag: index)
      }
    case .cut(let plan, .hardware, _):
      var metadata = TransmitMetadata(
        layout: NetPacketLayout(plan.layout),
        checksum: NetPacketChecksum([.ipv4Header, .transport])
      )
      metadata.gso.mss = plan.segmentSize
      try packets.post(octets, metadata, tag: index)
    case .cut(let plan, _, let checksum):
      return try postSegments(of: index, octets, plan, checksum)
    }
    frames[index].postedCount += 1
    frames[index].outstandingCount += 1
  }

  /// Posts as many segments of a frame as the rings hold.
  private func postSegments(
    of index: Int, _ octets: RawSpan, _ plan: SegmentationPlan, _ checksum: ChecksumDecision
  ) throws(QueueError) {
    var plan = plan
    var metadata = TransmitMetadata(layout: NetPacketLayout(plan.layout))
    if checksum == .hardware {
      // The hardware finishes what is left open, as in every other packet.
      metadata.checksum = NetPacketChecksum([.ipv4Header, .transport])
      let request = SegmentationRequest(
        segmentSize: plan.segmentSize, checksum: .pseudoHeader, rules: rules)
      plan = (try? octets.plan(renderer.store, request)) ?? plan
    }
    let start = frames[index].postedCount
    let segments =
      start..<min(
        plan.count, start + max(1, packets.freePacketCount),
        start + ArenaLoan.frameLimit(frameLength: plan.fullFrameLength))
    try renderer.loan.withArena(
      byteCount: segments.count * plan.fullFrameLength, slotCount: segments.count
    ) { (arena) throws(QueueError) in
      // The arena was made to fit.
      guard (try? plan.render(octets, segments: segments, into: &arena)) != nil else { return }
      for segment in segments {
        try packets.post(arena[segment - start], metadata, tag: index)
        frames[index].postedCount += 1
        frames[index].outstandingCount += 1
      }
    }
    guard segments.upperBound == plan.count else {
      throw .full(packetsFree: 0, fragmentsNeeded: 1, fragmentsFree: packets.freeFragmentCount)
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
