internal import WireFormats

extension CoalescingRefusal: CustomStringConvertible {
  /// One sentence with the numbers.
  public var description: String {
    switch self {
    case .frame(let error): error.description
    case .notIP(let type):
      if let type { "the frame carries \(type), not IP" } else { "the frame is empty" }
    case .linkHeader(let count):
      "there are \(count) octets before the packet, more than a link header and VLAN tags"
    case .fragment: "the packet is an IP fragment"
    case .unsupportedProtocol(let number): "the packet carries \(number), neither TCP nor UDP"
    case .notSupported(let kind, let version):
      "the rules do not coalesce \(kind == .tcp ? "TCP" : "UDP") over IPv\(version.rawValue)"
    case .ipv4Options(let count): "the packet has \(count) octets of IPv4 options"
    case .extensionHeaders(let count): "the packet has \(count) octets of extension headers"
    case .unsoundExtensionHeader:
      "a routing header has more segments left than addresses, or there is a jumbo payload option"
    case .reservedBit: "the reserved bit of the IPv4 flags is set"
    case .tunnel(let kind): "the rules do not coalesce packets in a tunnel (\(kind))"
    case .tunnelTooDeep: "the packet is in more than one tunnel"
    case .greSequenceNumber: "the GRE header has a sequence number"
    case .packetLength(let declared, let available):
      "the IP header claims a packet of \(declared) octets, \(available) are there"
    case .datagramLength(let declared, let available):
      "the UDP length is \(declared), the IP payload has \(available) octets"
    case .headerChecksum(let found): "the IPv4 header checksum 0x\(found.hexadecimal) is wrong"
    case .transportChecksum(let found): "the transport checksum 0x\(found.hexadecimal) is wrong"
    case .outerChecksum(let found):
      "the checksum 0x\(found.hexadecimal) of the tunnel header is wrong"
    case .zeroUDPChecksum: "the UDP checksum is 0"
    case .noPayload: "the packet has no payload"
    case .flags(let flags): "the segment has the flags \(flags)"
    case .tcpOptions(let count): "the segment has \(count) octets of TCP options"
    case .packetTooLong(let length, let limit):
      "the IP packet has \(length) octets, \(limit) is the most"
    case .superFrame(let size):
      "the frame is a super-frame with segments of \(size) octets already"
    case .different(let field, let unit, let frame):
      "\(field.rawValue) of the frame is \(frame), that of the unit is \(unit)"
    case .differentHeaders: "the frame has other link, extension or tunnel headers than the unit"
    case .differentOptions: "the segment has other TCP options than the unit"
    case .sequence(let expected, let found):
      "the sequence number is \(found), the unit continues at \(expected)"
    case .longerThanSegments(let payload, let size):
      "the payload has \(payload) octets, the segments of the unit have \(size)"
    case .unitTooLong(let length, let limit):
      "the merged IP packet would have \(length) octets, \(limit) is the most"
    }
  }
}

extension UInt16 {
  /// Four hexadecimal digits.
  fileprivate var hexadecimal: String {
    let text = String(self, radix: 16)
    return String(repeating: "0", count: 4 - text.count) + text
  }
}
