public import GsoEngine
public import NetAdapterCore
public import WireFormats

/// Who cuts a frame: the hardware that the adapter declared, or the software in front of it.
///
/// Both give the same octets. What differs is what the driver sees, and what is counted.
public enum OffloadDecision: Hashable, Sendable {
  /// The frame is handed to the hardware whole.
  case hardware
  /// The frame is cut before the hardware sees it.
  case software(because: SoftwareReason)
  /// The frame asks for no cut.
  case asIs
}

/// Why the hardware does not get to cut a frame.
///
/// The first five are the framework's (`IsSoftwareGsoRequired`), in its order. It never looks at the
/// others; a NIC that takes frames from anybody has to.
public enum SoftwareReason: Hashable, Sendable {
  /// The adapter declared no segmentation at all.
  case noHardware
  /// The hardware cannot repeat IP headers of this kind.
  case layer3(Layer3Flags)
  /// The hardware cannot repeat transport headers of this kind.
  case layer4(Layer4Flags)
  /// The transport header starts further behind than the hardware can see, in octets.
  case layer4HeaderOffset(offset: Int, limit: Int)
  /// The packet travels in a tunnel, which no flag describes.
  case tunnel
  /// The offload is switched off: by a keyword, a request, or while offloads are paused.
  case notActive
  /// The payload is more than the hardware takes, in octets.
  case payload(octets: Int, limit: Int)
  /// The frame gives fewer segments than make an offload worth while.
  case segmentCount(Int, minimum: Int)
}

extension OffloadDecision {
  /// Decides about a frame that has been planned.
  ///
  /// - Parameters:
  ///   - plan: How the frame would be cut.
  ///   - hardware: What the adapter declared; nil if nothing.
  ///   - active: What is switched on.
  /// - Complexity: O(1). Does not allocate.
  public init(
    for plan: SegmentationPlan, hardware: GsoCapabilities?, active: ActiveOffloads
  ) {
    if let reason = SoftwareReason(plan, hardware, active) {
      self = .software(because: reason)
    } else {
      self = .hardware
    }
  }
}

extension SoftwareReason {
  fileprivate init?(
    _ plan: SegmentationPlan, _ hardware: GsoCapabilities?, _ active: ActiveOffloads
  ) {
    guard let hardware, !hardware.layer3.isEmpty || !hardware.layer4.isEmpty else {
      self = .noHardware
      return
    }
    guard plan.layout.tunnel == nil else {
      self = .tunnel
      return
    }
    guard let network = plan.layout.network, let transport = plan.layout.transport else {
      self = .noHardware
      return
    }
    let layer3 = Layer3Flags(network)
    let layer4 = Layer4Flags(transport)
    let offset = transport.offset
    let limit = Int(hardware.layer4HeaderOffsetLimit)
    let half = plan.offload == .lso ? active.lso : active.uso
    // What is active says which IP version and transport it is for; how much of options and
    // extensions is the hardware's affair.
    let version: Layer3Flags = network.version == .ipv4 ? .ipv4 : .ipv6
    let isActive = !half.layer3.isDisjoint(with: version) && !half.layer4.isEmpty
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

extension Layer3Flags {
  /// The kind of an IP header: exactly one flag.
  public init(_ network: NetworkLayout) {
    switch (network.version, network.hasOptions) {
    case (.ipv4, false): self = .ipv4NoOptions
    case (.ipv4, true): self = .ipv4WithOptions
    case (.ipv6, false): self = .ipv6NoExtensions
    case (.ipv6, true): self = .ipv6WithExtensions
    }
  }
}

extension Layer4Flags {
  /// The kind of a transport header: exactly one flag.
  public init(_ transport: TransportLayout) {
    switch transport.kind {
    case .udp: self = .udp
    case .tcp:
      self = transport.headerLength > TCPHeader.minimumByteCount ? .tcpWithOptions : .tcpNoOptions
    }
  }
}

extension SoftwareReason: CustomStringConvertible {
  /// One sentence with the numbers: `layer-4 header offset 74 exceeds the limit 64`.
  public var description: String {
    switch self {
    case .noHardware: "the hardware segments nothing"
    case .layer3(let kind): "the hardware does not repeat \(kind.headerName) headers"
    case .layer4(let kind): "the hardware does not repeat \(kind.headerName) headers"
    case .layer4HeaderOffset(let offset, let limit):
      "layer-4 header offset \(offset) exceeds the limit \(limit)"
    case .tunnel: "the packet travels in a tunnel"
    case .notActive: "the offload is switched off"
    case .payload(let octets, let limit):
      "payload of \(octets) octets exceeds the maximum offload size \(limit)"
    case .segmentCount(let count, let minimum):
      "segment count \(count) is below the minimum \(minimum)"
    }
  }
}

extension Layer3Flags {
  fileprivate var headerName: String {
    switch self {
    case .ipv4NoOptions: "IPv4"
    case .ipv4WithOptions: "IPv4 with options"
    case .ipv6NoExtensions: "IPv6"
    default: "IPv6 with extensions"
    }
  }
}

extension Layer4Flags {
  fileprivate var headerName: String {
    switch self {
    case .tcpNoOptions: "TCP"
    case .tcpWithOptions: "TCP with options"
    default: "UDP"
    }
  }
}
