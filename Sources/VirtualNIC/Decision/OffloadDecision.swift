public import GsoEngine
public import NetAdapterCore
internal import WireFormats

/// Who segments a frame: the hardware that the adapter declares, or software before it.
///
/// Both give the same octets. They differ in what the driver sees and in what is counted.
public enum OffloadDecision: Hashable, Sendable {
  /// The hardware gets the whole frame and segments it.
  case hardware
  /// Software segments the frame, and the hardware gets the segments.
  case software(because: SoftwareReason)
  /// The frame is not segmented.
  case none
}

extension OffloadDecision {
  /// Decides about a planned frame.
  ///
  /// - Parameters:
  ///   - plan: How the frame is to be segmented.
  ///   - hardware: The declared segmentation hardware; nil if there is none.
  ///   - active: The active offloads.
  /// - Complexity: O(1). Does not allocate.
  public init(
    for plan: SegmentationPlan, hardware: GsoCapabilities?, active: ActiveOffloads
  ) {
    self.init(
      SoftwareReason(
        plan, hardware: hardware.map { GsoLimits($0) },
        active: plan.offload == .lso ? active.lso : active.uso))
  }

  /// Decides about a planned frame.
  @inline(__always)
  internal init(for plan: SegmentationPlan, state: borrowing DatapathState) {
    let reason = SoftwareReason(
      plan, hardware: state.gsoLimits,
      active: plan.offload == .lso ? state.active.lso : state.active.uso,
      isUnverified: state.is21H2 && plan.hasUnnamedLayout)
    if case .notActive = reason {
      let cause = state.causes.segmentation(plan.offload, plan.network.version)
      self = .software(because: .notActive(cause))
    } else {
      self.init(reason)
    }
  }

  @inline(__always)
  private init(_ reason: SoftwareReason?) {
    self = reason.map { .software(because: $0) } ?? .hardware
  }
}

extension SoftwareReason {
  /// The first reason that applies; nil if the hardware can segment.
  fileprivate init?(
    _ plan: SegmentationPlan, hardware: GsoLimits?, active: ActiveOffloads.Segmentation,
    isUnverified: Bool = false
  ) {
    guard let hardware, !hardware.layer3.isEmpty || !hardware.layer4.isEmpty else {
      self = .noHardware
      return
    }
    guard plan.tunnel == nil else {
      self = .tunnel
      return
    }
    // The framework of 21H2 passes what it could not name to the hardware, unverified.
    if isUnverified { return nil }
    if let reason = SoftwareReason(
      layoutOf: plan.network, vlanTagCount: plan.vlanTagCount,
      plainLinkHeaderLength: plan.plainLinkHeaderLength)
    {
      self = reason
      return
    }
    let (version, offset) = (plan.network.version, plan.transport.offset)
    let layer3 = Layer3Flags(plan.network)
    let layer4 = Layer4Flags(plan.transport)
    let limit = hardware.layer4HeaderOffsetLimit
    // Active offloads are per IP version and transport; options and extensions are checked against
    // the declared capabilities.
    let isActive =
      !active.layer3.isDisjoint(with: version == .ipv4 ? .ipv4 : .ipv6) && !active.layer4.isEmpty
    if !hardware.layer3.contains(layer3) {
      self = .layer3(layer3)
    } else if !hardware.layer4.contains(layer4) {
      self = .layer4(layer4)
    } else if limit != 0, offset > limit {
      self = .layer4HeaderOffset(offset: offset, limit: limit)
    } else if !isActive {
      self = .notActive(.unknown)
    } else if plan.payloadRange.count > hardware.maximumOffloadSize {
      self = .payload(octets: plan.payloadRange.count, limit: hardware.maximumOffloadSize)
    } else if plan.count < hardware.minimumSegmentCount {
      self = .segmentCount(plan.count, minimum: hardware.minimumSegmentCount)
    } else {
      return nil
    }
  }
}

extension SegmentationPlan {
  /// Whether the layout of a packet cannot say how long the IP headers are.
  fileprivate var hasUnnamedLayout: Bool {
    network.offset == plainLinkHeaderLength
      && network.headerLength > NetPacketLayout.maximumLayer3HeaderLength
  }
}

extension OffloadDecision: CustomStringConvertible {
  /// `hardware`, `software: ` and the reason, or `none`.
  public var description: String {
    switch self {
    case .hardware: "hardware"
    case .software(let reason): "software: \(reason)"
    case .none: "none"
    }
  }
}

extension InactiveCauses {
  /// What disables the segmentation of a transport over a version of IP.
  fileprivate func segmentation(
    _ offload: SegmentationRequest.Offload, _ version: NetworkLayout.Version
  ) -> InactiveCause {
    switch (offload, version) {
    case (.lso, .ipv4): lsoIPv4
    case (.lso, .ipv6): lsoIPv6
    case (.uso, .ipv4): usoIPv4
    case (.uso, .ipv6): usoIPv6
    }
  }
}

extension Layer3Flags {
  /// The one flag that describes an IP header.
  @inline(__always)
  internal init(_ network: NetworkLayout) {
    switch (network.version, network.hasOptions) {
    case (.ipv4, false): self = .ipv4NoOptions
    case (.ipv4, true): self = .ipv4WithOptions
    case (.ipv6, false): self = .ipv6NoExtensions
    case (.ipv6, true): self = .ipv6WithExtensions
    }
  }
}

extension Layer4Flags {
  /// The one flag that describes a transport header.
  @inline(__always)
  internal init(_ transport: TransportLayout) {
    switch transport.kind {
    case .udp: self = .udp
    case .tcp:
      let hasOptions = transport.headerLength > TCPHeader.minimumByteCount
      self = hasOptions ? .tcpWithOptions : .tcpNoOptions
    }
  }
}
