/// The segments that a received packet was coalesced from: `NET_PACKET_RSC`, extension
/// ``PacketExtension/rsc``.
///
/// Four octets: a union of a view for TCP and, from version 2 on, one for UDP.
public struct NetPacketRsc: Hashable, Sendable, BitwiseCopyable {
  /// `TCP.CoalescedSegmentCount`, `UDP.CoalescedSegmentCount`: number of segments or datagrams.
  public var coalescedSegmentCount: UInt16
  @usableFromInline internal var second: UInt16

  /// A packet that was not coalesced: all zero.
  @inlinable
  public init() { (coalescedSegmentCount, second) = (0, 0) }

  /// A packet coalesced from TCP segments.
  @inlinable
  public init(coalescedSegmentCount: UInt16, duplicateAckCount: UInt16) {
    (self.coalescedSegmentCount, second) = (coalescedSegmentCount, duplicateAckCount)
  }

  /// A packet coalesced from UDP datagrams of `segmentSize` payload octets; the last may be
  /// shorter.
  @inlinable
  public init(coalescedSegmentCount: UInt16, segmentSize: UInt16) {
    (self.coalescedSegmentCount, second) = (coalescedSegmentCount, segmentSize)
  }

  /// `TCP.DuplicateAckCount`; the same bits as ``segmentSize``.
  @inlinable public var duplicateAckCount: UInt16 {
    get { second }
    set { second = newValue }
  }

  /// `UDP.CoalescedSegmentSize`, in octets; the same bits as ``duplicateAckCount``.
  @inlinable public var segmentSize: UInt16 {
    get { second }
    set { second = newValue }
  }
}

/// The difference between the TCP timestamps of coalesced segments: `NET_PACKET_RSC_TIMESTAMP`,
/// extension ``PacketExtension/rscTimestamp``.
public struct NetPacketRscTimestamp: Hashable, Sendable, BitwiseCopyable {
  /// `RscTcpTimestampDelta`: the latest value minus the earliest, in ticks of the sender's clock.
  public var tcpTimestampDelta: UInt32

  /// Takes the difference; 0 for a packet that was not coalesced.
  @inlinable
  public init(tcpTimestampDelta: UInt32 = 0) { self.tcpTimestampDelta = tcpTimestampDelta }
}
