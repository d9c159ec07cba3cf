internal import GsoEngine
internal import NetAdapterCore
internal import WireFormats

/// What is to be done with a frame, decided before anything is done.
internal enum TransmitWork {
  /// Nothing is sent; `kind` is the transport of a frame that was to be cut.
  case drop(
    TransmitReport.DropReason, plan: SegmentationPlan? = nil, kind: TransportLayout.Kind? = nil)
  /// The frame is sent as it is.
  case asIs
  /// The frame is sent with computed checksums.
  case checksum(ChecksumPlan, ChecksumDecision)
  /// The frame is cut.
  case cut(SegmentationPlan, OffloadDecision, ChecksumDecision)

  /// Decides about a frame.
  ///
  /// - Parameters:
  ///   - frame: The frame.
  ///   - request: What is left to the NIC.
  ///   - rules: How fields change, and what is refused.
  ///   - state: The adapter at this moment.
  ///   - headers: Where to gather headers that lie in pieces.
  /// - Returns: What is to be done.
  /// - Complexity: O(*n*) in the number of headers. Does not allocate.
  static func deciding<Source: FrameSource & ~Escapable>(
    on frame: Source, _ request: TransmitRequest, _ rules: SegmentationRules,
    _ state: DatapathState, _ headers: inout LinearHeaders
  ) -> TransmitWork {
    guard state.isRunning else { return .drop(.notStarted) }
    guard request.segmentSize == 0 else {
      return cut(frame, request, rules, state, &headers)
    }
    return uncut(frame, request, rules, state, &headers)
  }

  private static func cut<Source: FrameSource & ~Escapable>(
    _ frame: Source, _ request: TransmitRequest, _ rules: SegmentationRules,
    _ state: DatapathState, _ headers: inout LinearHeaders
  ) -> TransmitWork {
    let plan: SegmentationPlan
    do throws(SegmentationError) {
      let size = SegmentationRequest(segmentSize: request.segmentSize, rules: rules)
      plan = try frame.plan(&headers, size)
    } catch {
      let layout = frame.layout(&headers, tunnels: .wellKnown)
      return .drop(.refused(error), kind: layout?.transport?.kind)
    }
    let packetLength = plan.fullFrameLength - plan.layout.linkHeaderLength
    guard packetLength <= state.mtu else {
      return .drop(
        .segmentExceedsMTU(packetLength: packetLength, mtu: state.mtu), plan: plan,
        kind: plan.layout.transport?.kind)
    }
    let decision = OffloadDecision(for: plan, hardware: state.gso, active: state.active)
    // Whoever cuts in hardware computes checksums, too. What software has cut goes the way of
    // every other packet.
    let checksum =
      decision == .hardware
      ? .hardware
      : ChecksumDecision(
        for: [.ipv4Header, .transport], layout: plan.layout, hardware: state.txChecksum,
        active: state.active)
    return .cut(plan, decision, checksum)
  }

  private static func uncut<Source: FrameSource & ~Escapable>(
    _ frame: Source, _ request: TransmitRequest, _ rules: SegmentationRules,
    _ state: DatapathState, _ headers: inout LinearHeaders
  ) -> TransmitWork {
    guard frame.byteCount > 0 else { return .drop(.empty) }
    // An Ethernet header with its tags is no part of what the MTU counts. A frame whose headers
    // cannot be read is judged by its length behind a plain one.
    let layout = frame.layout(&headers, tunnels: .none)
    let packetLength = frame.byteCount - (layout?.linkHeaderLength ?? EthernetHeader.byteCount)
    guard packetLength <= state.mtu else {
      return .drop(.exceedsMTU(packetLength: packetLength, mtu: state.mtu))
    }
    guard !request.checksums.isEmpty else { return .asIs }
    do throws(SegmentationError) {
      let plan = try frame.checksumPlan(&headers, request.checksums, rules)
      let decision = ChecksumDecision(
        for: request.checksums, layout: plan.layout, hardware: state.txChecksum,
        active: state.active)
      return decision == .none ? .asIs : .checksum(plan, decision)
    } catch {
      return .drop(.refused(error))
    }
  }
}
