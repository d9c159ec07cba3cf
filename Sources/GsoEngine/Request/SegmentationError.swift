public import WireFormats

/// Why a frame cannot be segmented as asked.
///
/// A refused frame yields no segment.
public enum SegmentationError: Error, Hashable, Sendable {
  /// The octets are not the headers that they claim to be.
  case frame(WireError)
  /// The frame carries no IP packet; nil in an empty frame.
  case notIP(EtherType?)
  /// The packet is a fragment, which has no transport header of its own to repeat.
  case fragment
  /// A header that cannot be repeated stands before the transport header.
  case unsupportedExtensionHeader(IPProtocol)
  /// The packet carries neither TCP nor UDP.
  case unsupportedProtocol(IPProtocol)
  /// The packet travels in more tunnels than headers can be rewritten for.
  case tunnelTooDeep(limit: Int)
  /// The packet says its length in a hop-by-hop option, which no segment may have (RFC 2675).
  case jumboPayload
  /// The length field of `layer` claims more octets than there are.
  case lengthExceedsFrame(ProtocolLayer, declared: Int, available: Int)
  /// An IPv6 routing header has more segments left than it lists addresses.
  case segmentsLeftExceedAddresses(segmentsLeft: Int, addresses: Int)
  /// The UDP length is neither 0 nor that of the IP payload.
  case udpLengthMismatch(declared: Int, available: Int)
  /// The offload asked for is not the one for the frame's transport protocol.
  case offloadMismatch(requested: SegmentationRequest.Offload, found: TransportLayout.Kind)
  /// The rules segments no frames of this kind.
  case notSupported(SegmentationRequest.Offload, NetworkLayout.Version)
  /// The segment size is not in 1 to 1,048,575.
  case segmentSizeOutOfRange(Int)
  /// A datagram of this many octets of payload does not fit the MTU, into which `fitting` octets fit,
  /// and a smaller one would have other boundaries than the sender's.
  case segmentSizeExceedsMTU(segmentSize: Int, fitting: Int)
  /// A UDP datagram exceeds the MTU, and the request says no size of the datagrams that it was joined
  /// from, in octets.
  case datagramSizeUnknown(payload: Int, packetLength: Int, mtu: Int)
  /// A UDP datagram exceeds the MTU and carries a tunnel that is not looked into; only an explicit
  /// segment size segments it.
  case opaqueTunnel(OpaqueTunnel, packetLength: Int, mtu: Int)
  /// The MTU leaves no room for payload after headers of this many octets.
  case mtuTooSmall(mtu: Int, headerLength: Int)
  /// A segment would be longer than an IP packet can be, in octets.
  case segmentTooLong(packetLength: Int, limit: Int)
  /// The frame gives more segments than the rules allow.
  case tooManySegments(needed: Int, limit: Int)
  /// The payload is no multiple of the segment size, and the rules refuse a short last datagram.
  case shortLastDatagram(payload: Int, segmentSize: Int)
  /// The frame has TCP flags that the rules refuse.
  case refusedFlags(TCPFlags)
  /// The packet must not be fragmented.
  case dontFragment
  /// Fragments carry multiples of 8 octets after their IP headers.
  case fragmentSizeNotMultipleOf8(Int)
  /// The frame handed to render is not as long as the one that was planned.
  case frameLengthChanged(planned: Int, given: Int)
  /// An arena cannot have so many octets (``SegmentArena/byteCountRange``).
  case arenaByteCountOutOfRange(Int)
  /// An arena cannot have room for so many frames (``SegmentArena/slotCountRange``).
  case arenaSlotCountOutOfRange(Int)
  /// The memory for headers cannot have so many octets (``LinearHeaders/byteCountRange``).
  case headerByteCountOutOfRange(Int)
  /// The output has no room for all segments, in octets.
  case outputTooSmall(needed: Int, available: Int)
  /// The arena has no slots left for all segments.
  case tooFewSlots(needed: Int, available: Int)
  /// A piece of a scattered frame lies outside of the memory, which has so many octets.
  case fragmentOutsideMemory(index: Int, fragment: Range<Int>, memory: Int)
  /// The virtio-net header contradicts itself or the frame.
  case metadata(MetadataError)
}

extension SegmentationError: CustomStringConvertible {
  /// One sentence with all the numbers.
  public var description: String {
    switch self {
    case .frame(let error): error.description
    case .notIP(let type):
      if let type {
        "the frame carries \(type), not IP"
      } else {
        "the frame is empty"
      }
    case .fragment: "the packet is an IP fragment"
    case .unsupportedExtensionHeader(let header):
      "a header that segments cannot repeat stands in the way: \(header)"
    case .unsupportedProtocol(let number): "the packet carries \(number), neither TCP nor UDP"
    case .tunnelTooDeep(let limit): "the packet travels in more than \(limit) tunnel"
    case .jumboPayload: "the packet has a jumbo payload option"
    case .lengthExceedsFrame(let layer, let declared, let available):
      "\(layer.rawValue) claims \(declared) octets, \(available) are there"
    case .segmentsLeftExceedAddresses(let segmentsLeft, let addresses):
      "the routing header has \(segmentsLeft) segments left, its number of addresses is "
        + "\(addresses)"
    case .udpLengthMismatch(let declared, let available):
      "the UDP length is \(declared), the IP payload has \(available) octets"
    case .offloadMismatch(let requested, let found):
      "\(requested == .lso ? "LSO" : "USO") was asked for, the packet is \(found.ipProtocol)"
    case .notSupported(let offload, let version):
      "the rules do not cut \(offload == .lso ? "TCP" : "UDP") over IPv\(version.rawValue)"
    case .segmentSizeOutOfRange(let size):
      "a segment size of \(size) octets is not in 1...1048575"
    case .segmentSizeExceedsMTU(let segmentSize, let fitting):
      "datagrams of \(segmentSize) octets were asked for, \(fitting) octets fit the MTU"
    case .datagramSizeUnknown(let payload, let packetLength, let mtu):
      "the UDP datagram makes a packet of \(packetLength) octets, the MTU is \(mtu), and only its sender "
        + "knows how its payload of \(payload) octets was joined: give a segment size, make IP "
        + "fragments, or ask for a guess"
    case .opaqueTunnel(let tunnel, let packetLength, let mtu):
      "the UDP datagram carries \(tunnel.rawValue), which is not looked into, and makes a packet of "
        + "\(packetLength) octets, the MTU is \(mtu): give a segment size, or make IP fragments"
    case .mtuTooSmall(let mtu, let headerLength):
      "an MTU of \(mtu) octets leaves no room behind \(headerLength) octets of headers"
    case .segmentTooLong(let length, let limit):
      "a segment would be an IP packet of \(length) octets, \(limit) is the most"
    case .tooManySegments(let needed, let limit):
      "the frame gives \(needed) segments, \(limit) are allowed"
    case .shortLastDatagram(let payload, let segmentSize):
      "\(payload) octets of payload are no multiple of \(segmentSize)"
    case .refusedFlags(let flags): "frames with the TCP flags \(flags) are not cut"
    case .dontFragment:
      "the packet must not be fragmented: DF is set, and the rules do not clear it"
    case .fragmentSizeNotMultipleOf8(let size):
      "a fragment size of \(size) octets is no multiple of 8"
    case .frameLengthChanged(let planned, let given):
      "the frame has \(given) octets, the planned one had \(planned)"
    case .arenaByteCountOutOfRange(let byteCount):
      "an arena of \(byteCount) octets is not in \(SegmentArena.byteCountRange)"
    case .arenaSlotCountOutOfRange(let slotCount):
      "an arena of \(slotCount) slots is not in \(SegmentArena.slotCountRange)"
    case .headerByteCountOutOfRange(let byteCount):
      "room for \(byteCount) octets of headers is not in \(LinearHeaders.byteCountRange)"
    case .outputTooSmall(let needed, let available):
      "the segments need \(needed) octets, the output has room for \(available) octets"
    case .tooFewSlots(let needed, let available):
      "the frame gives \(needed) segments, the arena has \(available) slots left"
    case .fragmentOutsideMemory(let index, let fragment, let memory):
      "piece \(index) of the frame, octets \(fragment), lies outside of a memory of \(memory) octets"
    case .metadata(let error): error.description
    }
  }
}
