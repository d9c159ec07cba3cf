public import WireFormats

/// A frame that a ``Coalescer`` delivers: one that was merged from several, or a single one.
///
/// It is lent for the time of the call. Copy what is to be kept: `unit.frame.array()`.
public struct CoalescedUnit: ~Escapable {
  /// Why a unit ended, so that it is delivered now.
  public enum End: Hashable, Sendable {
    /// The frame cannot be in any unit; it is delivered unmodified.
    case notCoalesced(CoalescingRefusal)
    /// The last segment has these flags of ``CoalescingRules/endingTCPFlags``.
    case flags(TCPFlags)
    /// The last segment or datagram is shorter than the others.
    case shortSegment(payload: Int, segmentSize: Int)
    /// The unit has as many segments as the rules allow.
    case segmentCount(limit: Int)
    /// The next frame of the flow could not be merged with it.
    case nextFrame(CoalescingRefusal)
    /// Another flow needed the memory.
    case flowCapacity(limit: Int)
    /// It was held for ``CoalescingRequest/window``, in nanoseconds.
    case window(UInt64)
    /// The batch of frames ended.
    case batchEnd
    /// The caller asked for it.
    case flush
  }

  /// What is known about the transport checksums of the frames that went in.
  public enum Checksum: Hashable, Sendable {
    /// They were checked and are valid. A UDP checksum of 0 over IPv4 counts as valid.
    case valid
    /// They are partial, as their sender said.
    case partial
    /// The checksum of the frame, or of the tunnel or the IPv4 header around it, is wrong.
    case invalid
    /// They were not looked at.
    case notChecked
  }

  /// The octets of the frame, from its link header.
  public let frame: RawSpan
  /// The numbers of the frames that went in, in the order of their payload.
  ///
  /// A coalescer counts the frames that it receives, from 0.
  public let inputs: Span<Int>
  /// The metadata, as a value.
  public let metadata: Metadata

  /// What is known about a unit, beside its octets.
  public struct Metadata: Hashable, Sendable {
    /// Number of frames that were merged; 1 if none were.
    public internal(set) var segmentCount = 1
    /// Payload octets of the longest segment; 0 in a frame that was delivered without being held.
    ///
    /// All segments but the last have as many if the rules ask for equal lengths.
    public internal(set) var segmentSize = 0
    /// Number of duplicate acknowledgements in the unit, as NDIS counts them: always 0.
    ///
    /// Duplicate acknowledgements have no payload, and segments without payload are delivered alone
    /// by all rules: nothing is merged with a unit after one (Microsoft's page "Rules for
    /// Coalescing TCP/IP Segments").
    public let duplicateAckCount = 0
    /// The latest TCP timestamp value minus the earliest, in ticks of the sender's clock.
    public internal(set) var timestampDelta: UInt32 = 0
    /// When the first frame arrived, in the caller's nanoseconds.
    public internal(set) var firstArrival: UInt64 = 0
    /// When the last frame arrived, in the caller's nanoseconds.
    public internal(set) var lastArrival: UInt64 = 0
    /// What is known about the transport checksums of the frames that went in.
    public internal(set) var checksum = Checksum.notChecked
    /// Why the unit ended.
    public internal(set) var end: End
    /// The virtio-net header for the frame.
    ///
    /// A UDP tunnel needs `VirtioNetHeader.Form.udpTunnel`; shorter forms lack the tunnel.
    public internal(set) var virtioNetHeader = VirtioNetHeader()

    internal init(end: End) { self.end = end }
  }

  @_lifetime(copy frame, copy inputs)
  internal init(frame: RawSpan, inputs: Span<Int>, metadata: Metadata) {
    (self.frame, self.inputs, self.metadata) = (frame, inputs, metadata)
  }
}

/// What a ``Coalescer`` did with a frame.
public enum CoalescingDecision: Hashable, Sendable {
  /// The frame was merged with a unit, which has this many segments now.
  case merged(segmentCount: Int)
  /// The frame starts a unit; `after` says why it was not merged with the unit that its flow had.
  case held(after: CoalescingRefusal?)
  /// The frame was delivered unmodified.
  case delivered(CoalescingRefusal)
}
