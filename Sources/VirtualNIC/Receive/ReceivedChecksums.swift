public import NetAdapterCore
internal import WireFormats

/// A NIC's evaluation of the checksums of a received frame: `NET_PACKET_CHECKSUM`.
public struct ReceivedChecksums: Hashable, Sendable {
  /// The evaluation of one checksum; a frame with an invalid one is delivered all the same.
  public typealias Evaluation = NetPacketChecksum.Evaluation

  /// Of the IPv4 header.
  public var layer3 = Evaluation.notChecked
  /// Of TCP or UDP.
  public var layer4 = Evaluation.notChecked

  /// Nothing was checked.
  public init() {}
}

extension NetPacketChecksum {
  /// Creates the per-packet data of receive rings, for drivers of receive queues.
  public init(_ found: ReceivedChecksums) {
    self.init(layer3: found.layer3, layer4: found.layer4)
  }
}

extension ReceivedChecksums {
  /// Checks what is switched on.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - active: Checksums to check.
  /// - Complexity: O(*n*) in the length of the frame. Does not allocate.
  public init(of frame: RawSpan, active: ActiveOffloads.RxChecksum) {
    guard active.ipv4 || active.tcp || active.udp,
      let layout =
        try? PacketLayout(parsing: frame, tunnels: .none),
      let network = layout.network
    else { return }
    if active.ipv4, network.version == .ipv4,
      let header = try? IPv4Header(frame, at: network.offset)
    {
      layer3 = header.hasValidChecksum ? .valid : .invalid
    }
    let isActive = layout.transport?.kind == .tcp ? active.tcp : active.udp
    guard isActive, let found = layout.transportChecksum(of: frame) else { return }
    switch found {
    case .valid: layer4 = .valid
    case .unused: layer4 = .notChecked
    case .pseudoHeaderSum, .pseudoHeaderSumWithoutLength, .wrong: layer4 = .invalid
    }
  }
}
