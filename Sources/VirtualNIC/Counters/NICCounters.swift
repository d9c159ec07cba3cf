/// What a NIC has done so far.
///
/// Every source frame is counted in one of ``sentAsIs``, ``hardwareFrames``, ``softwareFrames`` and
/// ``dropped``.
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
  public var softwareFrames = ReasonCounts()
  /// Frames on the wire whose checksums the hardware computed, those that it cut among them.
  public var hardwareChecksums = 0
  /// Frames on the wire whose checksums software computed, by reason.
  public var softwareChecksums = ReasonCounts()
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

  /// The sum of what two did.
  public static func + (left: NICCounters, right: NICCounters) -> NICCounters {
    var sum = left
    sum.sourceFrames += right.sourceFrames
    sum.wireFrames += right.wireFrames
    sum.wireOctets += right.wireOctets
    sum.sentAsIs += right.sentAsIs
    sum.hardwareFrames += right.hardwareFrames
    sum.softwareFrames += right.softwareFrames
    sum.hardwareChecksums += right.hardwareChecksums
    sum.softwareChecksums += right.softwareChecksums
    sum.tcpSuccess += right.tcpSuccess
    sum.tcpFailure += right.tcpFailure
    sum.udpSuccess += right.udpSuccess
    sum.udpFailure += right.udpFailure
    sum.dropped += right.dropped
    sum.receivedFrames += right.receivedFrames
    sum.receivedWhileStopped += right.receivedWhileStopped
    return sum
  }
}
