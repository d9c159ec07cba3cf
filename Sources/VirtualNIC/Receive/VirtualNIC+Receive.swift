public import NetAdapterCore
internal import WireFormats

extension VirtualNIC {
  /// Takes a frame from the link, checks its checksums, and delivers it.
  ///
  /// It is delivered to the receive queue of this NIC, or to ``onReceive`` if there is none. On an
  /// adapter that is not started it is dropped and counted, and so it is from within
  /// ``maximumNesting`` calls of ``onReceive``.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - time: When the frame arrives.
  /// - Complexity: O(*n*) in the length of the frame if it is kept or its checksums are checked.
  ///   Allocates only to grow.
  public func receive(_ frame: RawSpan, at time: VirtualTime = .start) {
    watch.refresh()
    guard watch.state.isRunning else {
      received.count { $0.receivedWhileStopped += 1 }
      return
    }
    received.count { $0.receivedFrames += 1 }
    if let hardware = receiveQueue?.hardware { return hardware.store(frame) }
    guard let onReceive else { return }
    guard receiveDepth < Self.maximumNesting else {
      received.count { $0.receivedTooDeeply += 1 }
      return
    }
    receiveDepth += 1
    defer { receiveDepth -= 1 }
    onReceive(frame, ReceivedChecksums(of: frame, active: watch.state.active.rxChecksum), time)
  }

  /// Takes a frame from the link that is held as an array.
  public func receive(_ frame: [UInt8], at time: VirtualTime = .start) {
    receive(frame.octets, at: time)
  }
}

/// The checksum evaluation of a received frame: `NET_PACKET_CHECKSUM`.
public struct ReceivedChecksums: Hashable, Sendable {
  /// The evaluation of one checksum; a frame with an invalid checksum is delivered as well.
  public typealias Evaluation = NetPacketChecksum.Evaluation

  /// The evaluation of the IPv4 header checksum.
  public var layer3 = Evaluation.notChecked
  /// The evaluation of the TCP or UDP checksum.
  public var layer4 = Evaluation.notChecked

  /// Nothing was checked.
  public init() {}

  /// Checks the checksums whose offload is active.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - active: The active checksum offloads.
  /// - Complexity: O(*n*) in the length of the frame. Does not allocate.
  public init(of frame: RawSpan, active: ActiveOffloads.RxChecksum) {
    guard active.ipv4 || active.tcp || active.udp,
      let layout = try? PacketLayout(parsing: frame, tunnels: .none),
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

extension NetPacketChecksum {
  /// Creates the per-packet data of receive rings, for drivers of receive queues.
  public init(_ found: ReceivedChecksums) {
    self.init(layer3: found.layer3, layer4: found.layer4)
  }
}
