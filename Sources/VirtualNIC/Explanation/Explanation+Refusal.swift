internal import GsoEngine
internal import WireFormats

extension Explanation {
  /// Why a frame is not sent, and what can be done about it.
  public struct Refusal: Hashable, Sendable, Encodable {
    /// One sentence with the numbers.
    public let sentence: String
    /// The first octet of what is wrong, counted from the start of the frame; nil if it is not one
    /// place.
    public let offset: Int?
    /// What was found there, or of it; nil if that is no value.
    public let found: String?
    /// What was needed instead.
    public let needed: String
    /// What to do.
    public let remedy: String
  }
}

extension Explanation.Refusal {
  internal init(
    _ reason: TransmitReport.DropReason, _ headers: [Explanation.Header], segmentSize: Int?
  ) {
    let sentence = reason.description
    switch reason {
    case .refused(let error): self.init(error, headers)
    case .notStarted:
      self.init(sentence, needed: "a started adapter", remedy: "Call start() of the NIC.")
    case .empty:
      self.init(sentence, found: "0 octets", needed: "a frame", remedy: "Send a frame with octets.")
    case .exceedsMTU(let length, let mtu):
      self.init(
        sentence, found: "a packet of \(length) octets", needed: "at most \(mtu)",
        remedy: "Ask for segmentation with a segment size, or raise the MTU of the adapter.")
    case .segmentExceedsMTU(let length, let mtu):
      // Headers alone may exceed the MTU.
      let isSizeEnough = segmentSize.map { $0 > length - mtu } ?? true
      self.init(
        sentence, found: "a packet of \(length) octets", needed: "at most \(mtu)",
        remedy: isSizeEnough
          ? "Ask for a segment size that is smaller by \(length - mtu) or more octets, or raise "
            + "the MTU of the adapter."
          : "Raise the MTU of the adapter to \(length) or more: the headers leave no room in it.")
    case .exceedsRing(let octets, let limit), .exceedsFragmentLimit(let octets, let limit):
      self.init(
        sentence, found: "\(octets) octets", needed: "at most \(limit)",
        remedy: "Send shorter frames, or make a queue with more or larger fragments.")
    case .cancelled, .ringsReplaced:
      self.init(sentence, needed: "a queue that runs", remedy: "Send the frame again.")
    case .nestedTooDeeply:
      self.init(
        sentence, needed: "fewer frames that wait for each other",
        remedy: "Send the answer after the delivery has returned.")
    }
  }

  fileprivate init(
    _ sentence: String, at offset: Int? = nil, found: String? = nil, needed: String,
    remedy: String
  ) {
    (self.sentence, self.offset, self.found) = (sentence, offset, found)
    (self.needed, self.remedy) = (needed, remedy)
  }

  private init(_ error: SegmentationError, _ headers: [Explanation.Header]) {
    let place = Place(error, headers)
    self.init(
      error.description, at: place.offset, found: place.found, needed: place.needed,
      remedy: Self.remedy(error))
  }

  private static func remedy(_ error: SegmentationError) -> String {
    switch error {
    case .datagramSizeUnknown:
      "Give the segment size that the sender joined the datagrams by, or make IP fragments."
    case .opaqueTunnel:
      "Make IP fragments, or give a segment size to segment it as if it were many datagrams."
    case .mtuTooSmall: "Raise the MTU above the length of the headers."
    case .segmentSizeExceedsMTU: "Ask for smaller datagrams, or raise the MTU."
    case .segmentTooLong, .segmentSizeOutOfRange: "Ask for a smaller segment size."
    case .tooManySegments:
      "Ask for larger segments, send shorter frames, or use rules with a higher limit."
    case .shortLastDatagram:
      "Send a multiple of the segment size, or use rules that allow a short last datagram."
    case .refusedFlags, .notSupported, .dontFragment: "Use rules that allow it, such as linux."
    case .fragment: "Segment the packet before it is fragmented, or reassemble it."
    case .offloadMismatch: "Ask for the offload of the packet's transport."
    default:
      switch error.cause {
      case .frame: "Correct the frame; another request does not help."
      case .request: "Ask for another size or offload."
      case .rules: "Use other rules of segmentation."
      case .call: "Correct the call."
      }
    }
  }
}

/// What a refusal is about: an octet of the frame, what is there, and what was needed.
private struct Place {
  var offset: Int?
  var found: String?
  var needed = "a frame that can be segmented as asked"

  init(_ error: SegmentationError, _ headers: [Explanation.Header]) {
    /// The last field with a name, which is the inner one of a tunnel.
    func field(_ layer: String?, _ name: String) -> Explanation.Field? {
      headers.last { header in
        (layer == nil || header.layer == layer) && header.fields.contains { $0.name == name }
      }?.fields.first { $0.name == name }
    }
    func take(_ field: Explanation.Field?) { (offset, found) = (field?.offset, field?.value) }
    switch error {
    case .frame(let error): self = Place(error)
    case .notIP(let type):
      take(field("Ethernet", "type"))
      found = type.map { "\($0)" }
      needed = "IPv4 or IPv6"
    case .fragment:
      take(field("IPv4", "fragment offset"))
      needed = "fragment offset 0 and no MF bit"
    case .unsupportedProtocol(let number), .unsupportedExtensionHeader(let number):
      let last = headers.last { $0.isHeader }
      take(last?.fields.first { $0.name == "protocol" || $0.name == "next header" })
      (found, needed) = ("\(number)", "TCP or UDP")
    case .lengthExceedsFrame(let layer, let declared, let available):
      take(field(layer.rawValue, layer == .ipv4 ? "total length" : "payload length"))
      (found, needed) = ("\(declared)", "at most \(available), or 0")
    case .udpLengthMismatch(let declared, let available):
      take(field("UDP", "length"))
      (found, needed) = ("\(declared)", "\(available), or 0")
    case .refusedFlags(let flags):
      take(field("TCP", "flags"))
      (found, needed) = ("\(flags)", "none of these flags")
    case .dontFragment:
      take(field("IPv4", "flags"))
      needed = "no DF bit"
    case .datagramSizeUnknown(_, let length, let mtu), .opaqueTunnel(_, let length, let mtu):
      (found, needed) = ("a packet of \(length) octets", "at most \(mtu), or a segment size")
    case .tooManySegments(let count, let limit):
      (found, needed) = ("\(count) segments", "at most \(limit)")
    case .shortLastDatagram(let payload, let size):
      (found, needed) = ("\(payload) octets of payload", "a multiple of \(size)")
    case .mtuTooSmall(let mtu, let length):
      (found, needed) = ("an MTU of \(mtu)", "more than \(length)")
    case .segmentTooLong(let length, let limit):
      (found, needed) = ("a packet of \(length) octets", "at most \(limit)")
    case .segmentSizeOutOfRange(let size): (found, needed) = ("\(size)", "1 to 1048575")
    case .segmentSizeExceedsMTU(let size, let fitting):
      (found, needed) = ("\(size)", "at most \(fitting)")
    case .jumboPayload:
      offset = headers.last { $0.layer == "\(IPProtocol.hopByHopOptions)" }?.offset
      needed = "a jumbo payload option alone, before TCP, with the length of the packet"
    case .tunnelTooDeep(let limit):
      offset = headers.last { $0.isHeader }?.offset
      let noun = limit == 1 ? "tunnel" : "tunnels"
      needed = "at most \(limit) \(noun)"
    case .segmentsLeftExceedAddresses(let left, let addresses):
      (found, needed) = ("\(left) segments left", "at most \(addresses)")
    default: break
    }
  }

  private init(_ error: WireError) {
    switch error {
    case .truncated(let layer, let offset, let needed, let available):
      self.offset = offset
      found = "\(available) octets"
      self.needed = "\(needed) octets of \(layer.rawValue)"
    case .invalidField(let layer, let field, let offset, let found):
      (self.offset, self.found) = (offset, "\(found)")
      needed = "a valid \(layer.rawValue) \(field.rawValue)"
    case .tooMany(let layer, let limit, let offset):
      (self.offset, needed) = (offset, "at most \(limit) headers of kind \(layer.rawValue)")
    case .headersTooLong(let layer, let limit, let offset):
      (self.offset, needed) = (offset, "at most \(limit) octets of \(layer.rawValue) headers")
    case .frameTooLong(let byteCount, let limit):
      (found, needed) = ("\(byteCount) octets", "at most \(limit)")
    }
  }
}
