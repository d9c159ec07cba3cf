internal import GsoEngine
internal import NetAdapterCore
internal import VirtualNIC
internal import WireFormats

// What comes from the kernels: passed, segmented, completed, sent whole or dropped.
extension WireBridge {
  /// Takes one frame of a kernel.
  internal func take(
    _ header: VirtioNetHeader, _ frame: RawSpan, from: WireSide, to: WireSide,
    at time: VirtualTime
  ) {
    from.tally.value.framesRead += 1
    from.tally.value.octetsRead += frame.byteCount
    let isSuper = header.gsoType != .none
    if isSuper {
      from.tally.value.superFramesRead += 1
      from.tally.value.superFrameOctetsRead += frame.byteCount
    }
    do throws(SegmentationError) {
      switch try OffloadAction(on: frame, describedBy: header, rules: from.nic.rules) {
      case .unmodified:
        send(frame, .whole, header, frame, from: from, at: time)
      case .checksum(let completion):
        if passes(header, from, to), EthernetHeader.fit(of: frame, mtu: from.mtu) == .whole {
          return pass(header, frame, from: from, to: to)
        }
        try complete(completion, header, frame, from: from, at: time)
      case .segmentation(let plan):
        segment(plan, header, frame, from: from, to: to, at: time)
      case .fragmentation:
        throw .metadata(.unknownGsoType(header.gsoType.rawValue))
      }
    } catch {
      from.tally.value.droppedForHeader += 1
      drop(.header(error), header, frame, from)
    }
  }

  /// Whether a frame with a header may go to the other side as it is.
  private func passes(_ header: VirtioNetHeader, _ from: WireSide, _ to: WireSide) -> Bool {
    guard wires == nil else { return false }
    let needed = WireOffloads(neededBy: header)
    return from.leftToNIC.isSuperset(of: needed) && to.end.offloads.isSuperset(of: needed)
  }

  private func pass(
    _ header: VirtioNetHeader, _ frame: RawSpan, from: WireSide, to: WireSide
  ) {
    from.tally.value.passed += 1
    if header.gsoType != .none { from.tally.value.superFramesPassed += 1 }
    onRead?(from, header, frame, .passed)
    // Earlier frames of the flow come first.
    to.nic.drainReceived()
    var header = header
    // The sender's word is not the check of a NIC.
    header.flags.remove(.dataValid)
    write(header, frame, to: to)
  }

  private func segment(
    _ plan: SegmentationPlan, _ header: VirtioNetHeader, _ frame: RawSpan, from: WireSide,
    to: WireSide, at time: VirtualTime
  ) {
    guard plan.count <= Self.maximumSegmentCount else {
      from.tally.value.droppedForSegmentCount += 1
      return drop(.segmentCount(plan.count, limit: Self.maximumSegmentCount), header, frame, from)
    }
    switch from.nic.decision(for: plan) {
    case .failure(let reason):
      from.nic.transmit(frame, segmentedAs: plan, at: time)
      from.tally.value.droppedByNIC += 1
      drop(.nic(reason), header, frame, from)
    case .success(let decision):
      // A header describes all of the frame, so one with a trailer is not passed.
      if passes(header, from, to), decision.allowsPassing, plan.count > 1,
        plan.payloadRange.upperBound == frame.byteCount
      {
        return pass(header, frame, from: from, to: to)
      }
      // Only a frame that is sent whole keeps its trailer.
      if plan.count == 1,
        drops(EthernetHeader.fit(of: frame, mtu: from.mtu), header, frame, from)
      {
        return
      }
      if decision == .hardware {
        from.tally.value.segmentedByHardware += 1
      } else {
        from.tally.value.segmentedBySoftware += 1
      }
      from.tally.value.segments += plan.count
      onRead?(
        from, header, frame,
        .segmented(decision, count: plan.count, segmentSize: plan.segmentSize))
      from.nic.transmit(frame, segmentedAs: plan, at: time)
    }
  }

  /// Completes the checksum of a frame in a copy, and sends that whole.
  private func complete(
    _ completion: ChecksumCompletion, _ header: VirtioNetHeader, _ frame: RawSpan,
    from: WireSide, at time: VirtualTime
  ) throws(SegmentationError) {
    var copy: [UInt8] = []
    swap(&copy, &scratch)
    defer { swap(&copy, &scratch) }
    if copy.count < frame.byteCount {
      copy = [UInt8](repeating: 0, count: max(frame.byteCount, WireLimits.frameByteCount))
    }
    var failure: SegmentationError?
    copy.withMutableOctets { octets in
      octets.copy(frame, at: 0)
      var part = octets.part(0..<frame.byteCount)
      do throws(SegmentationError) {
        try completion.apply(to: &part)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    send(
      copy.octets.extracting(first: frame.byteCount), .checksumCompleted, header, frame,
      from: from, at: time)
  }

  /// Sends a frame whole; `original` is what was read.
  private func send(
    _ frame: RawSpan, _ decision: WireDecision, _ header: VirtioNetHeader, _ original: RawSpan,
    from: WireSide, at time: VirtualTime
  ) {
    let fit = EthernetHeader.fit(of: frame, mtu: from.mtu)
    if drops(fit, header, original, from) { return }
    // What is dropped is reported when the NIC has done so, with its reason.
    if fit == .whole { onRead?(from, header, original, decision) }
    if let reason = from.nic.transmitUnmodified(frame, at: time) {
      from.tally.value.droppedByNIC += 1
      return drop(.nic(reason), header, original, from)
    }
    if fit != .whole { onRead?(from, header, original, decision) }
    if decision == .whole {
      from.tally.value.sentWhole += 1
    } else {
      from.tally.value.checksumsCompleted += 1
    }
  }

  /// Drops a frame whose packet fits the MTU, and which exceeds it by its trailer.
  ///
  /// A NIC counts packets, and sends such a frame; a receiver of less than the MTU would get it.
  private func drops(
    _ fit: MTUFit, _ header: VirtioNetHeader, _ original: RawSpan, _ from: WireSide
  ) -> Bool {
    guard case .exceeded(let byteCount) = fit else { return false }
    from.tally.value.droppedByNIC += 1
    drop(.trailer(byteCount: byteCount, mtu: from.mtu), header, original, from)
    return true
  }

  private func drop(
    _ reason: WireDecision.DropReason, _ header: VirtioNetHeader, _ frame: RawSpan,
    _ from: WireSide
  ) {
    from.tally.value.dropped += 1
    onRead?(from, header, frame, .dropped(reason))
  }
}

extension OffloadDecision {
  /// Whether a frame may be left to the other side: the NIC can segment it, or only the layout of a
  /// packet of NetAdapterCx is too small to say where its headers are, which a virtio-net header
  /// says.
  fileprivate var allowsPassing: Bool {
    switch self {
    case .hardware, .software(because: .tunnel), .software(because: .vlanTags),
      .software(because: .linkHeaders), .software(because: .layer3HeaderLength):
      true
    case .software, .none: false
    }
  }
}
