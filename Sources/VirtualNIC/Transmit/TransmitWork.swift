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
  ///   - store: Where to gather headers that lie in pieces.
  /// - Returns: What is to be done.
  /// - Complexity: O(*n*) in the number of headers. Does not allocate.
  static func deciding<Source: FrameSource & ~Escapable>(
    on frame: Source, _ request: TransmitRequest, _ rules: SegmentationRules,
    _ state: DatapathState, _ store: HeaderStore
  ) -> TransmitWork {
    guard state.isRunning else { return .drop(.notStarted) }
    guard request.segmentSize == 0 else {
      return cut(frame, request, rules, state, store)
    }
    return uncut(frame, request, rules, state, store)
  }

  private static func cut<Source: FrameSource & ~Escapable>(
    _ frame: Source, _ request: TransmitRequest, _ rules: SegmentationRules,
    _ state: DatapathState, _ store: HeaderStore
  ) -> TransmitWork {
    let plan: SegmentationPlan
    do throws(SegmentationError) {
      let size = SegmentationRequest(segmentSize: request.segmentSize, rules: rules)
      plan = try frame.plan(store, size)
    } catch {
      return refusing(frame, error, store)
    }
    let decision = CutDecision(for: plan, state)
    if let reason = decision.drop {
      return .drop(reason, plan: plan, kind: plan.layout.transport?.kind)
    }
    return .cut(plan, decision.path, decision.checksum)
  }

  /// What becomes of a frame that cannot be cut as asked.
  static func refusing<Source: FrameSource & ~Escapable>(
    _ frame: Source, _ error: SegmentationError, _ store: HeaderStore
  ) -> TransmitWork {
    let layout = frame.layout(store, tunnels: store.tunnels)
    return .drop(.refused(error), kind: layout?.transport?.kind)
  }

  private static func uncut<Source: FrameSource & ~Escapable>(
    _ frame: Source, _ request: TransmitRequest, _ rules: SegmentationRules,
    _ state: DatapathState, _ store: HeaderStore
  ) -> TransmitWork {
    guard frame.byteCount > 0 else { return .drop(.empty) }
    // An Ethernet header with its tags is no part of what the MTU counts. A frame whose headers
    // cannot be read is judged by its length behind a plain one.
    let layout = frame.layout(store, tunnels: .none)
    let packetLength = frame.byteCount - (layout?.linkHeaderLength ?? EthernetHeader.byteCount)
    guard packetLength <= state.mtu else {
      return .drop(.exceedsMTU(packetLength: packetLength, mtu: state.mtu))
    }
    guard !request.checksums.isEmpty else { return .asIs }
    if request.checksums.contains(.partial) {
      return completing(frame, request.checksums, rules, state, store)
    }
    do throws(SegmentationError) {
      let plan = try frame.checksumPlan(store, request.checksums, rules)
      let decision = ChecksumDecision(
        for: request.checksums, layout: plan.layout, hardware: state.txChecksum,
        active: state.active)
      return decision == .none ? .asIs : .checksum(plan, decision)
    } catch {
      return .drop(.refused(error))
    }
  }

  /// What becomes of a frame that says by its octets which checksums are left to the NIC.
  private static func completing<Source: FrameSource & ~Escapable>(
    _ frame: Source, _ fields: ChecksumPlan.Fields, _ rules: SegmentationRules,
    _ state: DatapathState, _ store: HeaderStore
  ) -> TransmitWork {
    do throws(SegmentationError) {
      let plan = try frame.checksumPlan(store, fields, rules)
      let findings = frame.findings(plan, store)
      let asked = fields.subtracting(.partial).union(findings.partial)
      let decision = ChecksumDecision(
        for: asked, layout: plan.layout, hardware: state.txChecksum, active: state.active)
      switch decision {
      case .none where !findings.changesFrame: return .asIs
      case .hardware where !findings.completesLength:
        // Hardware is told which checksums to compute. It gets no tunnels, so the octets are the
        // same.
        // What it cannot compute, as over a UDP length that lies, software completes as far as
        // that goes: a frame that fits is not lost for it.
        guard let plan = try? frame.checksumPlan(store, asked, rules) else { break }
        return .checksum(plan, .hardware)
      case .software: return .checksum(plan, decision)
      case .hardware, .none: break
      }
      // No checksum offload writes lengths.
      return .checksum(plan, .software(because: .noHardware))
    } catch {
      // What cannot be read has nothing to complete.
      if fields == .partial, case .frame = error { return .asIs }
      return .drop(.refused(error))
    }
  }
}
