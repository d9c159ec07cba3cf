public import GsoEngine

/// What became of a frame that was handed to a NIC, as a value.
public struct TransmitReport: Hashable, Sendable {
  /// What left the NIC.
  public enum Outcome: Hashable, Sendable {
    /// So many frames went to the link.
    case sent(frames: Int)
    /// Nothing: the frame was dropped.
    case dropped(DropReason)
  }

  /// Why nothing left the NIC.
  public enum DropReason: Error, Hashable, Sendable {
    /// The adapter is not started.
    case notStarted
    /// The packet exceeds the MTU and asks for no cut, in octets.
    case exceedsMTU(packetLength: Int, mtu: Int)
    /// The frame cannot be cut as asked.
    case refused(SegmentationError)
    /// Even a segment exceeds the MTU, in octets.
    case segmentExceedsMTU(packetLength: Int, mtu: Int)
  }

  /// Who cut the frame.
  public let path: OffloadDecision
  /// How it was cut; nil for a frame that went as it is, or not at all.
  public let plan: SegmentationPlan?
  /// What left the NIC.
  public let outcome: Outcome
}

/// What a NIC has done so far.
public struct NICCounters: Hashable, Sendable {
  /// Frames that were handed in to be sent.
  public var sourceFrames = 0
  /// Frames that went to the link.
  public var wireFrames = 0
  /// Octets that went to the link.
  public var wireOctets = 0
  /// Frames that went as they were.
  public var sentAsIs = 0
  /// Frames that the hardware cut.
  public var hardwareFrames = 0
  /// Frames that software cut, by reason.
  public var softwareFrames: [SoftwareReason.Kind: Int] = [:]
  /// TCP frames that were cut; `Segment.TcpSuccess`.
  public var tcpSuccess = 0
  /// TCP frames that were to be cut and were dropped; `Segment.TcpFailure`.
  public var tcpFailure = 0
  /// UDP frames that were cut; `Segment.UdpSuccess`.
  public var udpSuccess = 0
  /// UDP frames that were to be cut and were dropped; `Segment.UdpFailure`.
  public var udpFailure = 0
  /// Frames of any kind that were dropped instead of sent.
  public var dropped = 0
  /// Frames that came from the link.
  public var receivedFrames = 0
  /// Frames that came from the link while the adapter was not started.
  public var receivedWhileStopped = 0

  /// A NIC that has done nothing.
  public init() {}
}

extension SoftwareReason {
  /// A reason without its numbers, to count by.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// ``SoftwareReason/noHardware``
    case noHardware
    /// ``SoftwareReason/layer3(_:)``
    case layer3
    /// ``SoftwareReason/layer4(_:)``
    case layer4
    /// ``SoftwareReason/layer4HeaderOffset(offset:limit:)``
    case layer4HeaderOffset
    /// ``SoftwareReason/tunnel``
    case tunnel
    /// ``SoftwareReason/notActive``
    case notActive
    /// ``SoftwareReason/payload(octets:limit:)``
    case payload
    /// ``SoftwareReason/segmentCount(_:minimum:)``
    case segmentCount
  }

  /// The reason without its numbers.
  public var kind: Kind {
    switch self {
    case .noHardware: .noHardware
    case .layer3: .layer3
    case .layer4: .layer4
    case .layer4HeaderOffset: .layer4HeaderOffset
    case .tunnel: .tunnel
    case .notActive: .notActive
    case .payload: .payload
    case .segmentCount: .segmentCount
    }
  }
}
