internal import GsoEngine
internal import NetAdapterCore
internal import WireFormats

/// What is to be done with a frame, decided before anything is done.
///
/// The one place that decides: for frames that are sent at once and for those that go through rings.
internal enum TransmitAction {
  /// Nothing is sent; `kind` is the transport of a frame that was to be segmented.
  case drop(
    TransmitReport.DropReason, plan: SegmentationPlan? = nil, kind: TransportLayout.Kind? = nil)
  /// The frame is sent, and no octet of it changes.
  case sendUnmodified
  /// The frame is sent in one piece, with computed checksums.
  case computeChecksums(ChecksumPlan, ChecksumDecision)
  /// The frame is segmented.
  case segment(SegmentationPlan, OffloadDecision, ChecksumDecision)

  /// Decides about a frame.
  ///
  /// - Parameters:
  ///   - frame: The frame.
  ///   - request: What is left to the NIC.
  ///   - rules: How fields change, and what is refused.
  ///   - state: The adapter at this moment.
  ///   - renderer: Keeps the headers of a frame in buffers, for rendering.
  /// - Complexity: O(*n*) in the number of headers, and in the octets for checksums that are completed
  ///   if they are partial. Does not allocate.
  @inline(__always)
  init<Source: FrameSource & ~Escapable>(
    for frame: Source, _ request: TransmitRequest, rules: SegmentationRules,
    state: borrowing DatapathState, renderer: FrameRenderer
  ) {
    if !state.isRunning {
      self = .drop(.notStarted)
    } else if request.segmentSize != 0 {
      self.init(segmenting: frame, request.segmentSize, rules, state, renderer)
    } else {
      self.init(whole: frame, request.checksums, rules, state, renderer)
    }
  }

  /// Decides about a frame that is to be segmented.
  @inline(__always)
  private init<Source: FrameSource & ~Escapable>(
    segmenting frame: Source, _ segmentSize: Int, _ rules: SegmentationRules,
    _ state: borrowing DatapathState, _ renderer: FrameRenderer
  ) {
    do throws(SegmentationError) {
      let plan = try frame.plan(
        SegmentationRequest(segmentSize: segmentSize, rules: rules), using: renderer)
      let packetLength = plan.fullFrameLength - plan.linkHeaderLength
      guard packetLength <= state.mtu else {
        let reason = TransmitReport.DropReason.segmentExceedsMTU(
          packetLength: packetLength, mtu: state.mtu)
        self = .drop(reason, plan: plan, kind: plan.offload == .lso ? .tcp : .udp)
        return
      }
      let decision = OffloadDecision(for: plan, state)
      // Hardware that segments computes the checksums, too. What software has segmented goes the way
      // of every other packet.
      let checksum =
        decision == .hardware ? .hardware : ChecksumDecision(forSegmentsOf: plan, state)
      self = .segment(plan, decision, checksum)
    } catch {
      let layout = frame.layout(tunnels: renderer.tunnels, using: renderer)
      self = .drop(.refused(error), kind: layout?.transport?.kind)
    }
  }

  /// Decides about a frame that is to be sent in one piece.
  private init<Source: FrameSource & ~Escapable>(
    whole frame: Source, _ fields: ChecksumPlan.Fields, _ rules: SegmentationRules,
    _ state: borrowing DatapathState, _ renderer: FrameRenderer
  ) {
    guard frame.byteCount > 0 else {
      self = .drop(.empty)
      return
    }
    // The MTU counts the IP packet: neither the Ethernet header with its tags nor a trailer after the
    // packet. A frame whose headers cannot be read counts as if it had a plain header.
    let layout = frame.layout(tunnels: .none, using: renderer)
    let packetEnd = layout?.network?.end ?? frame.byteCount
    let packetLength = packetEnd - (layout?.linkHeaderLength ?? EthernetHeader.byteCount)
    guard packetLength <= state.mtu else {
      self = .drop(.exceedsMTU(packetLength: packetLength, mtu: state.mtu))
      return
    }
    do throws(SegmentationError) {
      if fields.isEmpty {
        self = .sendUnmodified
      } else if fields.contains(.partial) {
        self = try Self.completing(frame, fields, rules, state, renderer)
      } else {
        let plan = try frame.checksumPlan(fields, rules, using: renderer)
        let decision = ChecksumDecision(for: fields, layout: plan.layout, state)
        self = decision == .none ? .sendUnmodified : .computeChecksums(plan, decision)
      }
    } catch {
      // Headers that cannot be read have nothing to complete.
      if fields == .partial, case .frame = error {
        self = .sendUnmodified
      } else {
        self = .drop(.refused(error))
      }
    }
  }

  /// Decides about a frame whose octets say which checksums are left to the NIC.
  private static func completing<Source: FrameSource & ~Escapable>(
    _ frame: Source, _ fields: ChecksumPlan.Fields, _ rules: SegmentationRules,
    _ state: borrowing DatapathState, _ renderer: FrameRenderer
  ) throws(SegmentationError) -> TransmitAction {
    let plan = try frame.checksumPlan(fields, rules, using: renderer)
    let findings = frame.findings(plan, using: renderer)
    let asked = fields.subtracting(.partial).union(findings.partial)
    let decision = ChecksumDecision(for: asked, layout: plan.layout, state)
    switch decision {
    case .none where !findings.changesFrame: return .sendUnmodified
    case .software: return .computeChecksums(plan, decision)
    case .hardware where !findings.completesLength:
      // Hardware is told which checksums to compute. It gets no tunnels, so the octets are the same.
      // One that it cannot compute, as over a UDP length that lies, is left to software.
      if let asking = try? frame.checksumPlan(asked, rules, using: renderer) {
        return .computeChecksums(asking, .hardware)
      }
    case .hardware, .none: break
    }
    // No checksum offload writes lengths.
    return .computeChecksums(plan, .software(because: .noHardware))
  }
}
