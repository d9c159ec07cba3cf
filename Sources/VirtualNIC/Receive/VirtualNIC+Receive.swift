public import GsoEngine
internal import NetAdapterCore
internal import WireFormats

extension VirtualNIC {
  /// Takes frames from the link: all that arrive together.
  ///
  /// A frame is dropped and counted if the adapter is not started, if the link is disconnected, if
  /// it is too short or too long, and if ``receiveFilter`` does not take it. Others have their
  /// checksums checked, and are coalesced if that offload is active. They are delivered to the
  /// receive queue of this NIC, or to ``onReceive`` or ``onReceiveBatch`` if there is none.
  ///
  /// From inside of ``onReceive`` of a NIC that coalesces, frames are copied and taken after it. A
  /// frame that arrives within ``maximumNesting`` deliveries of others is dropped and counted.
  ///
  /// - Parameters:
  ///   - frames: Whole frames, each from its Ethernet header.
  ///   - time: When they arrive.
  /// - Complexity: O(*n*) in the octets of the frames. Allocates only to grow.
  public func receive(_ frames: FrameBatch, at time: VirtualTime = .start) {
    guard !isCoalescing else { return pending.append(frames, at: time) }
    watch.refresh()
    updateCoalescer()
    if deliverTogether(frames, at: time) { return }
    for index in 0..<frames.count { take(frames[index], at: time) }
    endBatch()
    takePending()
  }

  /// Takes the frames that arrived while others were delivered, and those that arrive meanwhile.
  private func takePending() {
    var depth = 1
    while !pending.isEmpty {
      let frames = pending.takeAll()
      guard depth < Self.maximumNesting else {
        return received.count { $0.receivedTooDeeply += frames.count }
      }
      depth += 1
      for (octets, time) in frames { take(octets.octets, at: time) }
      endBatch()
    }
  }

  /// Takes a frame from the link.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - time: When the frame arrives.
  /// - Complexity: As for a batch.
  public func receive(_ frame: RawSpan, at time: VirtualTime = .start) {
    receive(FrameBatch(frame), at: time)
  }

  /// Takes a frame from the link that is held as an array.
  public func receive(_ frame: [UInt8], at time: VirtualTime = .start) {
    receive(frame.octets, at: time)
  }

  /// Advances the time: coalesced frames whose ``ReceiveCoalescing/window`` is over are delivered,
  /// and all of them if coalescing was switched off.
  public func advance(to time: VirtualTime) {
    guard !isCoalescing else { return }
    watch.refresh()
    updateCoalescer()
    deliverUnits { $0.advance(to: time.nanoseconds, $1) }
  }

  /// When a frame that is being coalesced has to be delivered; nil if none is held.
  public var nextReceiveDeadline: VirtualTime? {
    guard !isCoalescing, let deadline = coalescing?.coalescer.nextDeadline else { return nil }
    return VirtualTime(nanoseconds: deadline)
  }

  /// Delivers all frames that are being coalesced.
  ///
  /// A change of the active offloads, of RSC and URO being switched off too, does not wait for
  /// that: the call of the adapter returns at once, from any thread, and the callback says what is
  /// active. Units stay held until the thread of the NIC makes its next call. The first
  /// `receive(_:at:)` or ``advance(to:)`` after the change delivers them before anything else, by
  /// the old settings, and so do ``stop()`` and this call. Without ``ReceiveCoalescing/window`` no
  /// unit is held between calls, and nothing is left to deliver.
  public func drainReceived() {
    guard !isCoalescing else { return }
    deliverUnits { $0.flush($1) }
  }

  /// Makes the coalescer that the active offloads ask for, and drains one for others.
  private func updateCoalescer() {
    let active = watch.state.active.rsc
    if let coalescing {
      if coalescing.active == active, coalescing.settings == receiveCoalescing { return }
      drainReceived()
      self.coalescing = nil
    }
    guard !active.layer4.isEmpty else { return }
    coalescing = ReceiveCoalescer(active, receiveCoalescing)
  }

  /// Takes one frame.
  private func take(_ frame: RawSpan, at time: VirtualTime) {
    guard accepts(frame) else { return }
    guard let coalescing else { return deliver(frame, nil, at: time) }
    isCoalescing = true
    coalescing.coalescer.receive(frame, at: time.nanoseconds) { deliver($0) }
    isCoalescing = false
  }

  /// Delivers what is held at the end of a batch, unless it may be held for longer.
  private func endBatch() {
    guard receiveCoalescing.window == nil else { return }
    deliverUnits { $0.endBatch($1) }
  }

  private func deliverUnits(_ body: (inout Coalescer, (CoalescedUnit) -> Void) -> Void) {
    guard let coalescing, coalescing.coalescer.heldUnitCount > 0 else { return }
    isCoalescing = true
    body(&coalescing.coalescer) { deliver($0) }
    isCoalescing = false
  }

  private func deliver(_ unit: CoalescedUnit) {
    let time = VirtualTime(nanoseconds: unit.metadata.lastArrival)
    guard unit.metadata.segmentCount > 1 else { return deliver(unit.frame, nil, at: time) }
    received.count {
      $0.coalescedFrames += 1
      $0.coalescedSegments += unit.metadata.segmentCount
    }
    let type = unit.metadata.virtioNetHeader.gsoType.base
    let isIPv4 = (try? PacketLayout(parsing: unit.frame))?.network?.version == .ipv4
    deliver(
      unit.frame, ReceivedMetadata(unit.metadata, isIPv4: isIPv4, isUDP: type == .udpL4), at: time)
  }

  /// Delivers a frame; without metadata, what is known of it is its checksums.
  private func deliver(_ frame: RawSpan, _ metadata: ReceivedMetadata?, at time: VirtualTime) {
    if let hardware = receiveQueue?.hardware { return hardware.store(frame, metadata) }
    guard let onReceive else { return }
    guard receiveDepth < Self.maximumNesting else {
      return received.count { $0.receivedTooDeeply += 1 }
    }
    receiveDepth += 1
    defer { receiveDepth -= 1 }
    let active = watch.state.active.rxChecksum
    onReceive(frame, metadata ?? ReceivedMetadata(of: frame, active: active), time)
  }

  /// Whether a frame is received; counts why it is not.
  private func accepts(_ frame: RawSpan) -> Bool {
    let state = watch.state
    let isReceived =
      state.isRunning && !state.isLinkDown && frame.byteCount >= EthernetHeader.byteCount
      && frame.byteCount <= state.maximumReceivedFrameSize && passesFilter(frame)
    received.count {
      if isReceived {
        $0.receivedFrames += 1
      } else if !state.isRunning {
        $0.receivedWhileStopped += 1
      } else if state.isLinkDown {
        $0.receivedWhileDisconnected += 1
      } else if frame.byteCount < EthernetHeader.byteCount {
        $0.receivedTooShort += 1
      } else if frame.byteCount > state.maximumReceivedFrameSize {
        $0.receivedTooLong += 1
      } else {
        $0.receivedFiltered += 1
      }
    }
    return isReceived
  }

  private func passesFilter(_ frame: RawSpan) -> Bool {
    guard let receiveFilter, let header = try? EthernetHeader(frame) else { return true }
    return receiveFilter.accepts(header.destination, own: adapter.currentLinkLayerAddress)
  }
}
