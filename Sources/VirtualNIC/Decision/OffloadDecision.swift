public import GsoEngine
public import NetAdapterCore
internal import WireFormats

/// Who segments a frame: the hardware that the adapter declared, or the software before it.
///
/// Both give the same octets. What the driver sees and what is counted differ.
public enum OffloadDecision: Hashable, Sendable {
  /// The frame is handed to the hardware whole.
  case hardware
  /// The frame is segmented before the hardware gets it.
  case software(because: SoftwareReason)
  /// The frame is not segmented.
  case none
}

extension OffloadDecision {
  /// Decides about a frame that has been planned.
  ///
  /// - Parameters:
  ///   - plan: How the frame would be segmented.
  ///   - hardware: What the adapter declared; nil if nothing.
  ///   - active: What is switched on.
  /// - Complexity: O(1). Does not allocate.
  public init(
    for plan: SegmentationPlan, hardware: GsoCapabilities?, active: ActiveOffloads
  ) {
    let half = plan.offload == .lso ? active.lso : active.uso
    self.init(SoftwareReason(plan, hardware.map { GsoLimits($0) }, half))
  }

  /// Decides about a frame that has been planned.
  internal init(for plan: SegmentationPlan, _ state: borrowing DatapathState) {
    let half = plan.offload == .lso ? state.active.lso : state.active.uso
    self.init(SoftwareReason(plan, state.gsoLimits, half))
  }

  private init(_ reason: SoftwareReason?) {
    self = reason.map { .software(because: $0) } ?? .hardware
  }
}

extension SoftwareReason {
  fileprivate init?(
    _ plan: SegmentationPlan, _ hardware: GsoLimits?, _ half: ActiveOffloads.Segmentation
  ) {
    guard let hardware, !hardware.layer3.isEmpty || !hardware.layer4.isEmpty else {
      self = .noHardware
      return
    }
    guard plan.tunnel == nil else {
      self = .tunnel
      return
    }
    let (version, offset) = (plan.network.version, plan.transport.offset)
    let layer3 = Layer3Flags(plan.network)
    let layer4 = Layer4Flags(plan.transport)
    let limit = hardware.layer4HeaderOffsetLimit
    // Active offloads are per IP version and transport; options and extensions are checked against
    // the declared capabilities.
    let isActive =
      !half.layer3.isDisjoint(with: version == .ipv4 ? .ipv4 : .ipv6) && !half.layer4.isEmpty
    if !hardware.layer3.contains(layer3) {
      self = .layer3(layer3)
    } else if !hardware.layer4.contains(layer4) {
      self = .layer4(layer4)
    } else if limit != 0, offset > limit {
      self = .layer4HeaderOffset(offset: offset, limit: limit)
    } else if !isActive {
      self = .notActive
    } else if plan.payloadRange.count > hardware.maximumOffloadSize {
      self = .payload(octets: plan.payloadRange.count, limit: hardware.maximumOffloadSize)
    } else if plan.count < hardware.minimumSegmentCount {
      self = .segmentCount(plan.count, minimum: hardware.minimumSegmentCount)
    } else {
      return nil
    }
  }
}
