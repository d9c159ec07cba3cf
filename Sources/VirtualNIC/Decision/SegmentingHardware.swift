internal import GsoEngine
internal import NetAdapterCore
internal import WireFormats

/// What the hardware of an adapter segments at one moment, in a form that is quickly compared.
///
/// Most frames are segmented by the hardware. That is found here with a few comparisons; for all
/// other frames ``SoftwareReason`` goes through the rules one by one, because it has to say which
/// of them applies.
internal struct SegmentingHardware {
  /// A bit for each pair of an IP and a transport header; see ``bit(_:_:)``.
  private let headers: UInt16
  private let layer4HeaderOffsetLimit: Int
  private let maximumOffloadSize: Int
  private let minimumSegmentCount: Int
  private let mtu: Int

  init(_ state: DatapathState) {
    var headers: UInt16 = 0
    // The framework of 21H2 has rules of its own.
    if let hardware = state.gsoLimits, !state.is21H2 {
      for layer3 in Self.layer3 where hardware.layer3.contains(layer3) {
        for layer4 in Self.layer4 where hardware.layer4.contains(layer4) {
          let active = layer4 == .udp ? state.active.uso : state.active.lso
          let version: Layer3Flags = Layer3Flags.ipv4.contains(layer3) ? .ipv4 : .ipv6
          guard !active.layer3.isDisjoint(with: version), !active.layer4.isEmpty else { continue }
          headers |= Self.bit(layer3, layer4)
        }
      }
    }
    self.headers = headers
    let limit = state.gsoLimits?.layer4HeaderOffsetLimit ?? 0
    layer4HeaderOffsetLimit = limit == 0 ? .max : limit
    maximumOffloadSize = state.gsoLimits?.maximumOffloadSize ?? 0
    minimumSegmentCount = state.gsoLimits?.minimumSegmentCount ?? 0
    mtu = state.mtu
  }

  /// Whether the hardware gets a planned frame and segments it.
  @inline(__always)
  func segments(_ plan: SegmentationPlan) -> Bool {
    // The packet comes directly after the link header: without tags, labels and a tunnel.
    let offset = plan.network.offset
    return headers & Self.bit(Layer3Flags(plan.network), Layer4Flags(plan.transport)) != 0
      && offset == plan.plainLinkHeaderLength
      && plan.network.headerLength <= NetPacketLayout.maximumLayer3HeaderLength
      && plan.transport.offset <= layer4HeaderOffsetLimit
      && plan.payloadRange.count <= maximumOffloadSize && plan.count >= minimumSegmentCount
      && plan.fullFrameLength - offset <= mtu
  }

  /// The bit of a pair of headers, which are one flag each: four of layer 3 for each of layer 4.
  @inline(__always)
  private static func bit(_ layer3: Layer3Flags, _ layer4: Layer4Flags) -> UInt16 {
    // Flags of layer 4 are 1, 2 and 4: shifted by 0, 4 and 8.
    let shift = (layer4.rawValue >> 1) &* 4
    return UInt16(truncatingIfNeeded: layer3.rawValue &<< shift)
  }

  private static let layer3: [Layer3Flags] = [
    .ipv4NoOptions, .ipv4WithOptions, .ipv6NoExtensions, .ipv6WithExtensions,
  ]
  private static let layer4: [Layer4Flags] = [.tcpNoOptions, .tcpWithOptions, .udp]
}
