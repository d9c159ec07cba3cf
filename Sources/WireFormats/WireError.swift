/// A layer of a frame, as errors and descriptions name it.
public enum ProtocolLayer: String, Hashable, Sendable {
  /// Ethernet II (IEEE 802.3).
  case ethernet = "Ethernet"
  /// A VLAN tag (IEEE 802.1Q, 802.1ad).
  case vlan = "VLAN tag"
  /// An entry of an MPLS label stack (RFC 3032).
  case mpls = "MPLS label"
  /// A PPPoE session header with the PPP protocol after it (RFC 2516).
  case pppoe = "PPPoE"
  /// The protocol field of a PPP frame (RFC 1661).
  case ppp = "PPP"
  /// The address family that BSD loopback and its relatives put before a packet.
  case bsdLoopback = "BSD loopback"
  /// The header that Linux puts before packets captured on the "any" device.
  case linuxCooked = "Linux cooked"
  /// Internet Protocol version 4 (RFC 791).
  case ipv4 = "IPv4"
  /// Internet Protocol version 6 (RFC 8200).
  case ipv6 = "IPv6"
  /// An IPv6 extension header (RFC 8200, section 4).
  case ipv6Extension = "IPv6 extension header"
  /// Transmission Control Protocol (RFC 9293).
  case tcp = "TCP"
  /// User Datagram Protocol (RFC 768).
  case udp = "UDP"
  /// Virtual extensible LAN (RFC 7348).
  case vxlan = "VXLAN"
  /// Generic network virtualisation encapsulation (RFC 8926).
  case geneve = "Geneve"
  /// Generic protocol extension for VXLAN (draft-ietf-nvo3-vxlan-gpe).
  case vxlanGPE = "VXLAN-GPE"
  /// Generic UDP Encapsulation (draft-ietf-intarea-gue).
  case gue = "GUE"
  /// The user plane of mobile networks (3GPP TS 29.281).
  case gtpU = "GTP-U"
  /// Generic routing encapsulation (RFC 2784, RFC 2890).
  case gre = "GRE"
  /// An IP packet directly inside an IP packet (RFC 2003, RFC 2473).
  case tunnel = "tunnel"
  /// The header of the virtio network device before a frame.
  case virtioNet = "virtio-net header"
}

/// A header field with a value that is not valid.
public enum HeaderField: String, Hashable, Sendable {
  /// Version nibble of an IP header.
  case version
  /// Internet header length of IPv4, in units of four octets.
  case internetHeaderLength = "internet header length"
  /// Total length of an IPv4 packet, in octets.
  case totalLength = "total length"
  /// Payload length of an IPv6 packet, in octets.
  case payloadLength = "payload length"
  /// Data offset of TCP, in units of four octets.
  case dataOffset = "data offset"
  /// Address family of a BSD loopback header.
  case addressFamily = "address family"
  /// Version bits of a Geneve header.
  case geneveVersion = "Geneve version"
}

/// Why the headers of a frame cannot be read.
///
/// Offsets are octets from the first octet of the frame, as in a hex dump.
public enum WireError: Error, Hashable, Sendable {
  /// The data ends before the header does.
  ///
  /// The header starts at `offset`, has at least `needed` octets, and `available` of them are
  /// there.
  case truncated(ProtocolLayer, offset: Int, needed: Int, available: Int)
  /// A field of a header holds a value that no valid header has; the field starts at `offset`.
  case invalidField(ProtocolLayer, HeaderField, offset: Int, found: Int)
  /// More headers of one kind follow each other than `limit`; the first one beyond it starts at
  /// `offset`.
  case tooMany(ProtocolLayer, limit: Int, offset: Int)
  /// A header and its extension headers have more octets than `limit`; the first extension header
  /// beyond it starts at `offset`.
  case headersTooLong(ProtocolLayer, limit: Int, offset: Int)
  /// The frame exceeds the offsets of a layout.
  case frameTooLong(byteCount: Int, limit: Int)
}

extension WireError: CustomStringConvertible {
  /// One sentence with all the numbers.
  public var description: String {
    switch self {
    case .truncated(let layer, let offset, let needed, let available):
      "\(layer.rawValue) header at octet \(offset) needs \(needed) octets, \(available) are there"
    case .invalidField(let layer, let field, let offset, let found):
      "\(layer.rawValue) \(field.rawValue) at octet \(offset) is \(found), which is not valid"
    case .tooMany(let layer, let limit, let offset):
      "more than \(limit) headers of kind \(layer.rawValue) in a row; "
        + "one too many at octet \(offset)"
    case .headersTooLong(let layer, let limit, let offset):
      "\(layer.rawValue) headers have more than \(limit) octets; one too many at octet \(offset)"
    case .frameTooLong(let byteCount, let limit):
      "the frame has \(byteCount) octets, more than the limit of \(limit)"
    }
  }
}
