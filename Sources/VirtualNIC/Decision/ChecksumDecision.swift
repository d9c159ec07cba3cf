public import GsoEngine
public import NetAdapterCore
public import WireFormats

/// Who computes the checksums of a frame: hardware or software.
///
/// Both give the same octets.
public enum ChecksumDecision: Hashable, Sendable {
  /// There is no checksum to compute, rules copy all of them, or the frame is dropped.
  case none
  /// The hardware computes them, as it does for all frames that it segments.
  case hardware
  /// Software computes them before the hardware gets the frame.
  case software(because: SoftwareReason)
}

extension ChecksumDecision {
  /// Decides about a frame that is not segmented, or about segments that software has made.
  ///
  /// - Parameters:
  ///   - fields: The checksums to compute. `ChecksumPlan.Fields.partial` is ignored, because only
  ///     the octets of a frame show which checksums are partial.
  ///   - layout: The layout of the frame.
  ///   - hardware: The declared checksum hardware; nil if there is none.
  ///   - active: The active offloads.
  /// - Complexity: O(1). Does not allocate.
  public init(
    for fields: ChecksumPlan.Fields, layout: PacketLayout, hardware: TxChecksumCapabilities?,
    active: ActiveOffloads
  ) {
    self.init(
      for: fields, layout: layout, hardware: hardware, active: active, causes: InactiveCauses(),
      is21H2: false)
  }

  private init(
    for fields: ChecksumPlan.Fields, layout: PacketLayout, hardware: TxChecksumCapabilities?,
    active: ActiveOffloads, causes: InactiveCauses, is21H2: Bool
  ) {
    let fields = fields.subtracting(.partial)
    guard !fields.isEmpty, let network = layout.network else {
      self = .none
      return
    }
    // An IPv6 header has no checksum.
    if fields == .ipv4Header, network.version == .ipv6, layout.tunnel == nil {
      self = .none
      return
    }
    let task = ChecksumTask(fields: fields, layout: layout, network: network, is21H2: is21H2)
    if let reason = task.reasonForSoftware(hardware, active.txChecksum, causes) {
      self = .software(because: reason)
    } else {
      self = .hardware
    }
  }
}

extension ChecksumDecision {
  /// Decides about a frame that is not segmented.
  internal init(
    for fields: ChecksumPlan.Fields, layout: PacketLayout, state: borrowing DatapathState
  ) {
    self.init(
      for: fields, layout: layout, hardware: state.txChecksum, active: state.active,
      causes: state.causes, is21H2: state.is21H2)
  }

  /// Decides about the segments of a frame.
  ///
  /// Hardware that segments computes the checksums as well. Segments that software has made are
  /// decided about like any other packet, but for rules that hardware cannot follow.
  @inline(__always)
  internal init(
    forSegmentsOf plan: SegmentationPlan, madeBy decision: OffloadDecision,
    state: borrowing DatapathState
  ) {
    let fields = plan.computedChecksums
    if fields.isEmpty {
      self = .none
    } else if decision == .hardware {
      self = .hardware
    } else {
      self.init(for: fields, layout: plan.layout, state: state)
      if self == .hardware, !plan.writesExactLengths {
        self = .software(because: .ipv6PayloadLength)
      }
    }
  }
}

/// Checksums to compute, and the headers that contain them.
private struct ChecksumTask {
  let fields: ChecksumPlan.Fields
  let layout: PacketLayout
  let network: NetworkLayout
  /// Whether a layout that the framework cannot name is no reason for software.
  let is21H2: Bool

  /// The first reason that applies, in the order of the framework; nil if the hardware can compute
  /// them.
  func reasonForSoftware(
    _ hardware: TxChecksumCapabilities?, _ active: ActiveOffloads.TxChecksum,
    _ causes: InactiveCauses
  ) -> SoftwareReason? {
    guard let hardware, !hardware.layer3.isEmpty || !hardware.layer4.isEmpty else {
      return .noHardware
    }
    if layout.tunnel != nil { return .tunnel }
    if !is21H2,
      let reason = SoftwareReason(
        layoutOf: network, vlanTagCount: layout.vlanTagCount,
        plainLinkHeaderLength: layout.link.headerLength)
    {
      return reason
    }
    if let layer4, !hardware.layer4.contains(layer4) { return .layer4(layer4) }
    let layer3 = Layer3Flags(network)
    if !hardware.layer3.contains(layer3) { return .layer3(layer3) }
    let limit4 = Int(hardware.layer4HeaderOffsetLimit)
    if limit4 != 0, network.upperOffset > limit4 {
      return .layer4HeaderOffset(offset: network.upperOffset, limit: limit4)
    }
    let limit3 = Int(hardware.layer3HeaderOffsetLimit)
    if limit3 != 0, network.offset > limit3 {
      return .layer3HeaderOffset(offset: network.offset, limit: limit3)
    }
    return cause(active, causes).map { .notActive($0) }
  }

  /// The flag of the transport header; nil if its checksum is not to be computed.
  private var layer4: Layer4Flags? {
    guard fields.contains(.transport) else { return nil }
    return layout.transport.map { Layer4Flags($0) }
  }

  /// Returns what disables one of the checksums; nil if all are active.
  private func cause(
    _ active: ActiveOffloads.TxChecksum, _ causes: InactiveCauses
  ) -> InactiveCause? {
    let version: Layer3Flags = network.version == .ipv4 ? .ipv4 : .ipv6
    if fields.contains(.ipv4Header), network.version == .ipv4,
      active.ipv4.layer3.isDisjoint(with: version)
    {
      return causes.ipv4Checksum
    }
    guard let layer4 else { return nil }
    let headers = layer4 == .udp ? active.udp : active.tcp
    guard headers.layer3.isDisjoint(with: version) || headers.layer4.isEmpty else { return nil }
    return switch (layer4 == .udp, network.version) {
    case (false, .ipv4): causes.tcpIPv4Checksum
    case (false, .ipv6): causes.tcpIPv6Checksum
    case (true, .ipv4): causes.udpIPv4Checksum
    case (true, .ipv6): causes.udpIPv6Checksum
    }
  }
}

extension ChecksumDecision: CustomStringConvertible {
  /// `hardware`, `software: ` and the reason, or `none`.
  public var description: String {
    switch self {
    case .hardware: "hardware"
    case .software(let reason): "software: \(reason)"
    case .none: "none"
    }
  }
}
