internal import WireFormats

extension SegmentationError: CustomStringConvertible {
  /// One sentence with all the numbers.
  public var description: String {
    switch self {
    case .frame(let error): error.description
    case .notIP(let type):
      if let type {
        "the frame carries \(type), not IP"
      } else {
        "the frame is empty, or carries something that is not IP"
      }
    case .fragment: "the packet is an IP fragment"
    case .unsupportedExtensionHeader(let header):
      "segments cannot repeat a header before the transport header: \(header)"
    case .unsupportedProtocol(let number): "the packet carries \(number), neither TCP nor UDP"
    case .tunnelTooDeep(let limit): "the packet is in more than \(limit) tunnel"
    case .jumboPayload(let reason): reason.text
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
      "the rules do not segment \(offload == .lso ? "TCP" : "UDP") over IPv\(version.rawValue)"
    case .segmentSizeOutOfRange(let size):
      "a segment size of \(size) octets is not in 1...1048575"
    case .segmentSizeExceedsMTU(let segmentSize, let fitting):
      "datagrams of \(segmentSize) octets were asked for, \(fitting) octets fit the MTU"
    case .datagramSizeUnknown(let payload, let packetLength, let mtu):
      "the UDP datagram makes a packet of \(packetLength) octets, the MTU is \(mtu), and only "
        + "its sender knows how its payload of \(payload) octets was joined: give a segment size, "
        + "make IP fragments, or ask for a guess"
    case .opaqueTunnel(let tunnel, let packetLength, let mtu):
      "the UDP datagram carries \(tunnel.rawValue), which is not parsed, and makes a packet of "
        + "\(packetLength) octets, the MTU is \(mtu): give a segment size, or make IP fragments"
    case .mtuTooSmall(let mtu, let headerLength):
      "an MTU of \(mtu) octets leaves no room after \(headerLength) octets of headers"
    case .segmentTooLong(let length, let limit):
      "a segment would be an IP packet of \(length) octets, \(limit) is the most"
    case .tooManySegments(let needed, let limit):
      "the frame gives \(needed) segments, \(limit) are allowed"
    case .shortLastDatagram(let payload, let segmentSize):
      "\(payload) octets of payload are no multiple of \(segmentSize)"
    case .refusedFlags(let flags): "frames with the TCP flags \(flags) are not segmented"
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
    case .segmentsOutOfRange(let segments, let count):
      "segments \(segments) were asked for, the plan has 0..<\(count)"
    case .outputTooSmall(let needed, let available):
      "the segments need \(needed) octets, the output has room for \(available) octets"
    case .tooFewSlots(let needed, let available):
      "the frame gives \(needed) segments, the arena has \(available) slots left"
    case .bufferOutsideMemory(let index, let buffer, let memory):
      "buffer \(index) of the frame, octets \(buffer), lies outside of a memory of \(memory) octets"
    case .metadata(let error): error.description
    }
  }
}

extension SegmentationError.JumboPayload {
  fileprivate var text: String {
    switch self {
    case .inTunnel: "the packet has a jumbo payload option and is in a tunnel"
    case .inFragments: "the packet has a jumbo payload option, so it cannot be fragmented"
    case .otherHeaders(let byteCount):
      "the packet has a jumbo payload option in \(byteCount) octets of extension headers, segments "
        + "leave out 8 with that option alone"
    case .upperProtocol(let number):
      "the packet has a jumbo payload option before \(number), segments leave it out before TCP"
    case .payloadLength(let length):
      "the packet has a jumbo payload option and a payload length of \(length), not 0"
    case .length(let declared, let available):
      "the jumbo payload option declares \(declared) octets, \(available) are there"
    case .short(let declared):
      "the jumbo payload option declares \(declared) octets, it is for more than 65535"
    }
  }
}
