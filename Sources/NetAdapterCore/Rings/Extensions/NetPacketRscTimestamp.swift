/// How far the timestamps of coalesced TCP segments lie apart: `NET_PACKET_RSC_TIMESTAMP`, extension
/// ``PacketExtension/rscTimestamp``.
public struct NetPacketRscTimestamp: Hashable, Sendable, BitwiseCopyable {
  /// `RscTcpTimestampDelta`: the latest value less the earliest, in units of the sender's clock.
  public var tcpTimestampDelta: UInt32

  /// Joins nothing but the number.
  @inlinable
  public init(tcpTimestampDelta: UInt32 = 0) { self.tcpTimestampDelta = tcpTimestampDelta }
}
