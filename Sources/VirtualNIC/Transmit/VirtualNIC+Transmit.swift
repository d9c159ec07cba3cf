internal import GsoEngine
internal import NetAdapterCore
internal import WireFormats

extension VirtualNIC {
  /// Sends a frame: cut into segments if `segmentSize` is given, as it is if not.
  ///
  /// Order is kept. A frame that cannot be sent is dropped and counted, and the report says why; what
  /// NDIS would call its completion is this call's return.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - segmentSize: Payload octets of a segment, `NET_PACKET_GSO`'s `Mss`; 0 for a frame that asks
  ///     for no cut.
  ///   - time: When the frame is sent.
  /// - Returns: Who cut the frame, how, and what left the NIC.
  /// - Complexity: O(*n*) in the length of the frame.
  @discardableResult
  public func transmit(
    _ frame: RawSpan, segmentSize: Int = 0, at time: VirtualTime = .start
  ) -> TransmitReport {
    counters.sourceFrames += 1
    guard isRunning, let mtu = adapter.linkLayerMtuSize else { return drop(.notStarted) }
    guard segmentSize != 0 else { return sendAsIs(frame, mtu: mtu, at: time) }
    let plan: SegmentationPlan
    do throws(SegmentationError) {
      let request = SegmentationRequest(segmentSize: segmentSize, rules: rules)
      plan = try SegmentationPlan(of: frame, tunnels: .wellKnown, request: request)
    } catch {
      countFailure(of: frame)
      return drop(.refused(error))
    }
    let packetLength = plan.fullFrameLength - plan.layout.linkHeaderLength
    guard packetLength <= mtu else {
      countResult(plan, isSuccess: false)
      return drop(.segmentExceedsMTU(packetLength: packetLength, mtu: mtu), plan)
    }
    let decision = OffloadDecision(
      for: plan, hardware: adapter.declaredCapabilities.gso, active: adapter.activeOffloads)
    count(decision)
    countResult(plan, isSuccess: true)
    send(plan, of: frame, at: time)
    return TransmitReport(path: decision, plan: plan, outcome: .sent(frames: plan.count))
  }

  /// Sends a frame that is held as an array.
  ///
  /// - Returns: Who cut the frame, how, and what left the NIC.
  @discardableResult
  public func transmit(
    _ frame: [UInt8], segmentSize: Int = 0, at time: VirtualTime = .start
  ) -> TransmitReport {
    transmit(frame.octets, segmentSize: segmentSize, at: time)
  }

  private func sendAsIs(_ frame: RawSpan, mtu: Int, at time: VirtualTime) -> TransmitReport {
    // An Ethernet header with its tags is no part of what the MTU counts. A frame whose headers
    // cannot be read is judged by its length behind a plain one.
    let header = (try? PacketLayout(parsing: frame))?.linkHeaderLength ?? EthernetHeader.byteCount
    let packetLength = frame.byteCount - header
    guard packetLength <= mtu else {
      return drop(.exceedsMTU(packetLength: packetLength, mtu: mtu))
    }
    counters.sentAsIs += 1
    sendToLink(frame, at: time)
    return TransmitReport(path: .asIs, plan: nil, outcome: .sent(frames: 1))
  }

  private func send(_ plan: SegmentationPlan, of frame: RawSpan, at time: VirtualTime) {
    loan.withArena(byteCount: plan.totalFrameLength, slotCount: plan.count) { arena in
      // The arena was made to fit and the frame is the planned one, so this cannot fail.
      guard (try? plan.render(frame, into: &arena)) != nil else { return }
      for index in 0..<arena.count { sendToLink(arena[index], at: time) }
    }
  }

  private func sendToLink(_ frame: RawSpan, at time: VirtualTime) {
    counters.wireFrames += 1
    counters.wireOctets += frame.byteCount
    link.send(frame, at: time)
  }

  private func drop(
    _ reason: TransmitReport.DropReason, _ plan: SegmentationPlan? = nil
  ) -> TransmitReport {
    counters.dropped += 1
    return TransmitReport(path: .asIs, plan: plan, outcome: .dropped(reason))
  }

  private func count(_ decision: OffloadDecision) {
    switch decision {
    case .hardware: counters.hardwareFrames += 1
    case .software(let reason): counters.softwareFrames[reason.kind, default: 0] += 1
    case .asIs: counters.sentAsIs += 1
    }
  }

  private func countResult(_ plan: SegmentationPlan, isSuccess: Bool) {
    switch (plan.offload, isSuccess) {
    case (.lso, true): counters.tcpSuccess += 1
    case (.lso, false): counters.tcpFailure += 1
    case (.uso, true): counters.udpSuccess += 1
    case (.uso, false): counters.udpFailure += 1
    }
  }

  private func countFailure(of frame: RawSpan) {
    switch (try? PacketLayout(parsing: frame, tunnels: .wellKnown))?.transport?.kind {
    case .tcp: counters.tcpFailure += 1
    case .udp: counters.udpFailure += 1
    case nil: break
    }
  }
}
