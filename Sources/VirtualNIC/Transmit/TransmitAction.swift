internal import GsoEngine
internal import NetAdapterCore
internal import WireFormats

/// What a NIC does with a frame, decided before any octet is written.
///
/// The only place that decides, for frames that are sent at once and for those that go through
/// rings.
internal enum TransmitAction {
  /// The frame is not sent; `kind` is the transport of a frame that was to be segmented.
  case drop(
    TransmitReport.DropReason, plan: SegmentationPlan? = nil, kind: TransportLayout.Kind? = nil)
  /// The frame is sent unmodified.
  case sendUnmodified
  /// The frame is sent as one frame, with computed checksums.
  case computeChecksums(ChecksumPlan, ChecksumDecision)
  /// The frame is segmented.
  case segment(SegmentationPlan, OffloadDecision, ChecksumDecision)

  /// Decides about a frame.
  ///
  /// - Parameters:
  ///   - frame: The whole frame.
  ///   - request: The offloads that are asked for.
  ///   - rules: How fields change, and what is refused.
  ///   - state: The state of the adapter.
  ///   - renderer: Keeps the headers of a scattered frame.
  /// - Complexity: O(*n*) in the number of headers, and in the octets if the request has
  ///   `ChecksumPlan.Fields.partial`. Does not allocate.
  @inline(__always)
  init<Source: FrameSource & ~Escapable>(
    for frame: Source, _ request: TransmitRequest, rules: SegmentationRules,
    state: borrowing DatapathState, renderer: FrameRenderer
  ) {
    if let size = Self.segmentSize(of: frame, request, state: state, renderer: renderer) {
      self.init(
        segmenting: frame, SegmentationRequest(size, rules: rules), state: state,
        renderer: renderer)
    } else {
      self.init(
        unsegmented: frame, fields: request.checksums, rules: rules, state: state,
        renderer: renderer)
    }
  }

  /// Returns how large segments are to be; nil for a frame that is sent as one frame or not at all.
  @inline(__always)
  static func segmentSize<Source: FrameSource & ~Escapable>(
    of frame: Source, _ request: TransmitRequest, state: borrowing DatapathState,
    renderer: FrameRenderer
  ) -> SegmentationRequest.Size? {
    guard state.isRunning else { return nil }
    if request.segmentsToFit {
      return fits(frame, state: state, renderer: renderer) ? nil : .mtu(state.mtu)
    }
    return request.segmentSize == 0 ? nil : .payload(request.segmentSize)
  }

  /// Whether the IP packet of a frame does not exceed the MTU.
  private static func fits<Source: FrameSource & ~Escapable>(
    _ frame: Source, state: borrowing DatapathState, renderer: FrameRenderer
  ) -> Bool {
    packetLength(of: frame, frame.layout(tunnels: .none, using: renderer)) <= state.mtu
  }

  /// Returns the length of the IP packet, without link header, tags and trailer.
  ///
  /// A frame whose headers cannot be read counts as if it had an untagged Ethernet header and no
  /// trailer.
  private static func packetLength<Source: FrameSource & ~Escapable>(
    of frame: Source, _ layout: PacketLayout?
  ) -> Int {
    let packetEnd = layout?.network?.end ?? frame.byteCount
    return packetEnd - (layout?.linkHeaderLength ?? EthernetHeader.byteCount)
  }

  /// Decides about a frame that is to be segmented.
  @inline(__always)
  private init<Source: FrameSource & ~Escapable>(
    segmenting frame: Source, _ request: SegmentationRequest, state: borrowing DatapathState,
    renderer: FrameRenderer
  ) {
    do throws(SegmentationError) {
      let plan = try frame.plan(request, using: renderer)
      self.init(segmentedAs: plan, byteCount: frame.byteCount, state: state)
    } catch {
      self = Self.refusal(of: frame, error, renderer: renderer)
    }
  }

  /// Drops a frame that cannot be planned.
  static func refusal<Source: FrameSource & ~Escapable>(
    of frame: Source, _ error: SegmentationError, renderer: FrameRenderer
  ) -> TransmitAction {
    let layout = frame.layout(tunnels: renderer.tunnels, using: renderer)
    return .drop(.refused(error), kind: layout?.transport?.kind)
  }

  /// Decides about a frame that is planned.
  init(segmentedAs plan: SegmentationPlan, byteCount: Int, state: borrowing DatapathState) {
    if let (decision, checksum) = plan.decisions(state) {
      self = .segment(plan, decision, checksum)
    } else if plan.isUndecided(state) {
      self = Self.unmodified(byteCount: byteCount, state: state)
    } else {
      let reason = TransmitReport.DropReason.segmentExceedsMTU(
        packetLength: plan.segmentPacketLength, mtu: state.mtu)
      self = .drop(reason, plan: plan, kind: plan.offload == .lso ? .tcp : .udp)
    }
  }

  /// Sends a frame unmodified, unless it exceeds what the framework of 21H2 passes on.
  private static func unmodified(
    byteCount: Int, state: borrowing DatapathState
  ) -> TransmitAction {
    let limit = state.fragmentLimit21H2
    guard byteCount > limit else { return .sendUnmodified }
    return .drop(.exceedsFragmentLimit(octets: byteCount, limit: limit))
  }

  /// Decides about a frame that is not to be segmented.
  init<Source: FrameSource & ~Escapable>(
    unsegmented frame: Source, fields: ChecksumPlan.Fields, rules: SegmentationRules,
    state: borrowing DatapathState, renderer: FrameRenderer
  ) {
    guard state.isRunning else {
      self = .drop(.notStarted)
      return
    }
    guard frame.byteCount > 0 else {
      self = .drop(.empty)
      return
    }
    let layout = frame.layout(tunnels: .none, using: renderer)
    let packetLength = Self.packetLength(of: frame, layout)
    guard packetLength <= state.mtu else {
      self = .drop(.exceedsMTU(packetLength: packetLength, mtu: state.mtu))
      return
    }
    guard !state.is21H2 || frame.byteCount <= state.fragmentLimit21H2 else {
      self = Self.unmodified(byteCount: frame.byteCount, state: state)
      return
    }
    do throws(SegmentationError) {
      if fields.isEmpty {
        self = .sendUnmodified
      } else if fields.contains(.partial) {
        self = try Self.completing(
          frame, fields: fields, rules: rules, state: state, renderer: renderer)
      } else {
        let plan = try frame.checksumPlan(fields, rules: rules, using: renderer)
        let decision = ChecksumDecision(for: fields, layout: plan.layout, state: state)
        self = decision == .none ? .sendUnmodified : .computeChecksums(plan, decision)
      }
    } catch {
      // A frame whose headers cannot be read has no partial checksum.
      if fields == .partial, case .frame = error {
        self = .sendUnmodified
      } else {
        self = .drop(.refused(error))
      }
    }
  }

  /// Decides about a frame whose octets show which checksums are partial.
  private static func completing<Source: FrameSource & ~Escapable>(
    _ frame: Source, fields: ChecksumPlan.Fields, rules: SegmentationRules,
    state: borrowing DatapathState, renderer: FrameRenderer
  ) throws(SegmentationError) -> TransmitAction {
    let plan = try frame.checksumPlan(fields, rules: rules, using: renderer)
    let findings = frame.findings(plan, using: renderer)
    let asked = fields.subtracting(.partial).union(findings.partial)
    let decision = ChecksumDecision(for: asked, layout: plan.layout, state: state)
    switch decision {
    case .none where !findings.changesFrame: return .sendUnmodified
    case .software: return .computeChecksums(plan, decision)
    case .hardware where !findings.completesLength:
      // Hardware is told which checksums to compute and gets no tunnels, so the octets are the
      // same. A checksum that it cannot compute, for example over a wrong UDP length, is left to
      // software.
      if let asking = try? frame.checksumPlan(asked, rules: rules, using: renderer) {
        return .computeChecksums(asking, .hardware)
      }
    case .hardware, .none: break
    }
    // A checksum offload does not write lengths.
    return .computeChecksums(plan, .software(because: .noHardware))
  }
}

extension SegmentationPlan {
  /// Decides who segments the frame and who computes checksums; nil if the adapter does not send
  /// the segments.
  @inline(__always)
  internal func decisions(
    _ state: borrowing DatapathState
  ) -> (OffloadDecision, ChecksumDecision)? {
    guard !isUndecided(state), segmentPacketLength <= state.mtu else { return nil }
    let decision = OffloadDecision(for: self, state: state)
    return (decision, ChecksumDecision(forSegmentsOf: self, madeBy: decision, state: state))
  }

  /// Whether the framework of 21H2 is emulated and makes no decision: it does not look behind tags
  /// and the like.
  @inline(__always)
  fileprivate func isUndecided(_ state: borrowing DatapathState) -> Bool {
    state.is21H2 && tunnel == nil && network.offset != plainLinkHeaderLength
  }

  /// Length of the IP packet of every segment but the last, in octets.
  @inline(__always)
  fileprivate var segmentPacketLength: Int { fullFrameLength - linkHeaderLength }
}

extension SegmentationRequest {
  /// Asks for segments of a size.
  @inline(__always)
  internal init(_ size: Size, rules: SegmentationRules) {
    self.init(segmentSize: 0, rules: rules)
    self.size = size
  }
}
