internal import NetAdapterCore
internal import WireFormats

/// What a NIC found out about the checksums of a received frame: `NET_PACKET_CHECKSUM`.
public struct ReceivedChecksums: Hashable, Sendable {
  /// What is known of one checksum.
  public enum Verdict: UInt8, Hashable, Sendable {
    /// Nobody looked.
    case notChecked = 0
    /// It is right.
    case valid = 1
    /// It is wrong; the frame is delivered all the same.
    case invalid = 2
  }

  /// Of the IPv4 header.
  public var layer3 = Verdict.notChecked
  /// Of TCP or UDP.
  public var layer4 = Verdict.notChecked

  /// Nobody looked at anything.
  public init() {}
}

extension VirtualNIC {
  /// Takes a frame from the link, checks what is active, and delivers it to ``onReceive``.
  ///
  /// - Complexity: O(*n*) in the length of the frame if checksums are checked. Does not allocate.
  public func receive(_ frame: RawSpan, at time: VirtualTime = .start) {
    guard isRunning else {
      counters.receivedWhileStopped += 1
      return
    }
    counters.receivedFrames += 1
    onReceive?(frame, checksums(of: frame), time)
  }

  /// Takes a frame that is held as an array from the link.
  public func receive(_ frame: [UInt8], at time: VirtualTime = .start) {
    receive(frame.octets, at: time)
  }

  private func checksums(of frame: RawSpan) -> ReceivedChecksums {
    var verdicts = ReceivedChecksums()
    let active = adapter.activeOffloads.rxChecksum
    guard active.ipv4 || active.tcp || active.udp, let layout = try? PacketLayout(parsing: frame),
      let network = layout.network
    else { return verdicts }
    if active.ipv4, network.version == .ipv4,
      let header = try? IPv4Header(frame, at: network.offset)
    {
      verdicts.layer3 = header.hasValidChecksum ? .valid : .invalid
    }
    let isActive = layout.transport?.kind == .tcp ? active.tcp : active.udp
    guard isActive, let found = layout.transportChecksum(of: frame) else { return verdicts }
    switch found {
    case .valid: verdicts.layer4 = .valid
    case .unused: verdicts.layer4 = .notChecked
    case .pseudoHeaderSum, .pseudoHeaderSumWithoutLength, .wrong: verdicts.layer4 = .invalid
    }
    return verdicts
  }
}

/// Hands every frame to a NIC: the way from one NIC to another.
public final class NICLink: Link {
  private let nic: VirtualNIC

  /// A link that ends in `nic`.
  public init(to nic: VirtualNIC) { self.nic = nic }

  /// The NIC receives the frame.
  public func send(_ frame: RawSpan, at time: VirtualTime) { nic.receive(frame, at: time) }
}
