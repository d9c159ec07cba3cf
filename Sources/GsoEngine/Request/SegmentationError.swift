public import WireFormats

/// Why a frame cannot be segmented, fragmented or summed as asked.
///
/// A refused frame gives no segment. See <doc:Errors> for errors by ``cause-swift.property``.
public enum SegmentationError: Error, Hashable, Sendable {
  /// The headers cannot be read.
  case frame(WireError)
  /// The frame carries no IP packet; nil in an empty frame.
  case notIP(EtherType?)
  /// The packet is a fragment, whose payload need not start with a transport header.
  case fragment
  /// A header that segments cannot repeat precedes the transport header.
  case unsupportedExtensionHeader(IPProtocol)
  /// The packet carries neither TCP nor UDP.
  case unsupportedProtocol(IPProtocol)
  /// The packet is in more tunnels than headers can be rewritten for.
  case tunnelTooDeep(limit: Int)
  /// The packet has its length in a hop-by-hop option (RFC 2675), and not as Linux puts it before
  /// TCP, which segments leave out.
  case jumboPayload(JumboPayload)
  /// The length field declares more octets than the frame has.
  case lengthExceedsFrame(ProtocolLayer, declared: Int, available: Int)
  /// An IPv6 routing header has more segments left than it lists addresses.
  case segmentsLeftExceedAddresses(segmentsLeft: Int, addresses: Int)
  /// The UDP length is neither 0 nor that of the IP payload.
  case udpLengthMismatch(declared: Int, available: Int)
  /// The requested offload is not that of the frame's transport protocol.
  case offloadMismatch(requested: SegmentationRequest.Offload, found: TransportLayout.Kind)
  /// The rules do not segment frames of this kind.
  case notSupported(SegmentationRequest.Offload, NetworkLayout.Version)
  /// The segment size is not in 1 to 1,048,575.
  case segmentSizeOutOfRange(Int)
  /// UDP datagrams with a payload of `segmentSize` octets exceed the MTU, which allows `fitting`
  /// octets. Smaller datagrams would not have the sender's boundaries.
  case segmentSizeExceedsMTU(segmentSize: Int, fitting: Int)
  /// A UDP datagram exceeds the MTU, and the request does not give the size of the datagrams in it.
  case datagramSizeUnknown(payload: Int, packetLength: Int, mtu: Int)
  /// A UDP datagram exceeds the MTU and carries a tunnel that is not parsed. It is segmented only
  /// with a segment size.
  case opaqueTunnel(OpaqueTunnel, packetLength: Int, mtu: Int)
  /// The MTU leaves no room for payload after headers of this many octets.
  case mtuTooSmall(mtu: Int, headerLength: Int)
  /// A segment or fragment would exceed the largest IP packet, in octets.
  case segmentTooLong(packetLength: Int, limit: Int)
  /// The frame gives more segments than the rules allow.
  case tooManySegments(needed: Int, limit: Int)
  /// The payload is no multiple of the segment size, and the rules refuse a short last datagram.
  case shortLastDatagram(payload: Int, segmentSize: Int)
  /// The frame has TCP flags that the rules refuse.
  case refusedFlags(TCPFlags)
  /// The packet must not be fragmented: DF is set.
  case dontFragment
  /// The fragment size is not a multiple of 8 octets.
  case fragmentSizeNotMultipleOf8(Int)
  /// The frame is not as long as the one that was planned.
  case frameLengthChanged(planned: Int, given: Int)
  /// An arena cannot have this many octets (``SegmentArena/byteCountRange``).
  case arenaByteCountOutOfRange(Int)
  /// An arena cannot have this many slots (``SegmentArena/slotCountRange``).
  case arenaSlotCountOutOfRange(Int)
  /// The memory for headers cannot have this many octets (``LinearHeaders/byteCountRange``).
  case headerByteCountOutOfRange(Int)
  /// Some of these segments or fragments are not among the `count` of the plan.
  case segmentsOutOfRange(Range<Int>, count: Int)
  /// The output has no room for all segments, in octets.
  case outputTooSmall(needed: Int, available: Int)
  /// The arena has too few free slots for all segments.
  case tooFewSlots(needed: Int, available: Int)
  /// A buffer of a scattered frame lies outside of the memory, which has `memory` octets.
  case bufferOutsideMemory(index: Int, buffer: Range<Int>, memory: Int)
  /// The virtio-net header or NDIS record contradicts itself or the frame.
  case metadata(MetadataError)
}

extension SegmentationError {
  /// What an error is about, and so what helps.
  public enum Cause: Hashable, Sendable {
    /// The octets of the frame: they are wrong, or of a kind that is not segmented. Another request
    /// does not help.
    case frame
    /// The frame and the request together: the frame is sound, but not as asked. Another size,
    /// offload or virtio-net header helps, or fragmentation.
    case request
    /// A rule refuses the frame. Other ``SegmentationRules`` or ``FragmentationRules`` help.
    case rules
    /// The call: an argument is out of range, or memory is too small. This does not depend on the
    /// octets of a frame.
    case call
  }

  /// Why a jumbo payload option cannot be left out of segments.
  public enum JumboPayload: Hashable, Sendable {
    /// The packet is in a tunnel, or carries one.
    case inTunnel
    /// The packet would be fragmented, which such a packet never is (RFC 2675, section 3).
    case inFragments
    /// There are other options or headers: `byteCount` octets of extension headers, not 8.
    case otherHeaders(byteCount: Int)
    /// The option does not precede TCP.
    case upperProtocol(IPProtocol)
    /// The payload length field is not 0.
    case payloadLength(Int)
    /// The option declares another length than the packet has after its IPv6 header, in octets.
    case length(declared: Int, available: Int)
    /// The option declares a length that the payload length field could have: at most 65,535.
    case short(declared: Int)
  }

  /// What the error is about.
  ///
  /// Input from elsewhere leads to ``Cause/frame``, ``Cause/request`` and ``Cause/rules``;
  /// ``Cause/call`` is an error of the program.
  public var cause: Cause {
    switch self {
    case .frame, .notIP, .fragment, .unsupportedExtensionHeader, .unsupportedProtocol,
      .tunnelTooDeep, .jumboPayload, .lengthExceedsFrame, .segmentsLeftExceedAddresses,
      .udpLengthMismatch:
      .frame
    case .offloadMismatch, .segmentSizeExceedsMTU, .datagramSizeUnknown, .opaqueTunnel,
      .mtuTooSmall, .segmentTooLong, .fragmentSizeNotMultipleOf8, .metadata:
      .request
    case .notSupported, .tooManySegments, .shortLastDatagram, .refusedFlags, .dontFragment:
      .rules
    case .segmentSizeOutOfRange, .frameLengthChanged, .arenaByteCountOutOfRange,
      .arenaSlotCountOutOfRange, .headerByteCountOutOfRange, .segmentsOutOfRange, .outputTooSmall,
      .tooFewSlots, .bufferOutsideMemory:
      .call
    }
  }
}
