public import WireFormats

/// One segment of a plan, described before it is written.
///
/// All lengths are octets; ranges count from the first octet of the frame that was planned.
public struct Segment: PlannedFrame, Hashable {
  /// Position in the plan, from 0.
  public let index: Int
  /// True for the first segment.
  public let isFirst: Bool
  /// True for the last segment.
  public let isLast: Bool
  /// The payload octets of the frame that this segment carries.
  public let payloadRange: Range<Int>
  /// Length of all headers before the payload.
  public let headerLength: Int
  /// Identification of the (inner) IPv4 header; nil over IPv6.
  public let identification: UInt16?
  /// Identification of the outer IPv4 header of a tunnel; nil without one.
  public let outerIdentification: UInt16?
  /// Sequence number of the first payload octet; nil for UDP.
  public let sequenceNumber: UInt32?
  /// Control bits and reserved bits of TCP; empty for UDP.
  public let tcpFlags: TCPFlags

  /// Length of the complete frame.
  public var frameLength: Int { headerLength + payloadRange.count }
}
