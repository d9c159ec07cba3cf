/// The kinds of header before the first IP header of a frame.
public enum LinkLayer: Hashable, Sendable, CaseIterable {
  /// Ethernet II, with or without VLAN tags.
  case ethernet
  /// Nothing: the frame starts with an IP header.
  case rawIP
  /// Four octets of address family, as BSD's loopback and tunnel devices have them (DLT_NULL,
  /// DLT_LOOP).
  case bsdLoopback
  /// Sixteen octets, as `tcpdump -i any` records them on Linux (LINKTYPE_LINUX_SLL).
  case linuxCooked
  /// Twenty octets, as newer `tcpdump -i any` records them on Linux (LINKTYPE_LINUX_SLL2).
  case linuxCooked2
  /// A PPP protocol field of one or two octets (RFC 1661), with or without address and control
  /// (0xFF03) before it (LINKTYPE_PPP, LINKTYPE_PPP_HDLC).
  case ppp

  /// Octets before the first VLAN tag or packet; 0 for ``ppp``, which has no fixed length.
  @inlinable public var headerLength: Int {
    switch self {
    case .ethernet: EthernetHeader.byteCount
    case .rawIP, .ppp: 0
    case .bsdLoopback: 4
    case .linuxCooked: 16
    case .linuxCooked2: 20
    }
  }

  /// The layer for errors.
  internal var protocolLayer: ProtocolLayer? {
    switch self {
    case .ethernet: .ethernet
    case .rawIP: nil
    case .ppp: .ppp
    case .bsdLoopback: .bsdLoopback
    case .linuxCooked, .linuxCooked2: .linuxCooked
    }
  }

  /// The type in the header at the start of `frame`, which may be the front of a frame of
  /// `frameLength` octets; nil in an empty raw frame.
  @inline(__always)
  internal func etherType(
    of frame: RawSpan, frameLength: Int
  ) throws(WireError) -> EtherType? {
    if let layer = protocolLayer {
      _ = try frame.header(layer, at: 0, byteCount: headerLength)
    }
    switch self {
    case .ethernet: return EtherType(rawValue: frame.networkOrder(at: 12))
    case .linuxCooked: return EtherType(rawValue: frame.networkOrder(at: 14))
    case .linuxCooked2: return EtherType(rawValue: frame.networkOrder(at: 0))
    case .rawIP:
      guard frame.isEmpty else { return try Self.etherType(ofVersion: frame.octet(at: 0) >> 4) }
      // Without an octet it is not known whether the packet is IPv4 or IPv6.
      guard frameLength == 0 else {
        throw .truncated(.ipv4, offset: 0, needed: 1, available: 0)
      }
      return nil
    case .bsdLoopback: return try Self.etherType(ofFamily: frame)
    case .ppp: return nil
    }
  }

  private static func etherType(ofVersion version: UInt8) throws(WireError) -> EtherType {
    switch version {
    case 4: .ipv4
    case 6: .ipv6
    default: throw .invalidField(.ipv4, .version, offset: 0, found: Int(version))
    }
  }

  /// Address families are those of the system that recorded the frame, in its byte order or in
  /// network order: 2 is IPv4 everywhere, IPv6 is 10 (Linux), 24, 28 (BSD) or 30 (Darwin).
  private static func etherType(ofFamily frame: RawSpan) throws(WireError) -> EtherType {
    let big: UInt32 = frame.networkOrder(at: 0)
    switch min(big, big.byteSwapped) {
    case 2: return .ipv4
    case 10, 24, 28, 30: return .ipv6
    case let family:
      throw .invalidField(
        .bsdLoopback, .addressFamily, offset: 0, found: Int(truncatingIfNeeded: family))
    }
  }
}

/// What precedes the first IP header of a frame, or of a tunnelled frame.
internal struct LinkHeaders {
  let link: LinkLayer
  private(set) var vlanTagCount = 0
  /// The type in the link header or in its last tag.
  var etherType: EtherType?
  /// The version of the IP header after the link headers; nil if the frame carries no IP.
  var ipVersion: NetworkLayout.Version?
  /// Where the link headers end.
  var end: Int

  /// Steps over the link header at the start of `frame`, its VLAN tags, and what may follow them.
  @inline(__always)
  init(
    _ frame: RawSpan, frameLength: Int, link: LinkLayer, recognising tunnels: TunnelRecognition
  ) throws(WireError) {
    self.link = link
    etherType = try link.etherType(of: frame, frameLength: frameLength)
    end = link.headerLength
    try walkTags(frame)
    ipVersion = NetworkLayout.Version(etherType)
    // Fast path: IP follows.
    if ipVersion == nil { try walkShims(frame, tunnels.linkHeaders) }
  }

  /// Steps over an Ethernet header at `offset`, inside a tunnel, and its VLAN tags.
  init(_ frame: RawSpan, ethernetAt offset: Int) throws(WireError) {
    link = .ethernet
    etherType = try EthernetHeader(frame, at: offset).etherType
    end = offset + EthernetHeader.byteCount
    try walkTags(frame)
    ipVersion = NetworkLayout.Version(etherType)
  }

  @inline(__always)
  private mutating func walkTags(_ frame: RawSpan) throws(WireError) {
    while let type = etherType, type.isVLANTag { try stepOverTag(frame) }
  }

  @inline(__always)
  mutating func stepOverTag(_ frame: RawSpan) throws(WireError) {
    guard vlanTagCount < VLANTag.maximumCount else {
      throw .tooMany(.vlan, limit: VLANTag.maximumCount, offset: end)
    }
    let tag = try frame.header(.vlan, at: end, byteCount: VLANTag.byteCount)
    etherType = EtherType(rawValue: tag.networkOrder(at: 2))
    vlanTagCount += 1
    end += VLANTag.byteCount
  }

  /// Reads the IP header after the link header; nil if the frame carries no IP.
  ///
  /// The packet ends at `limit` or before, and `frame` may have only its front.
  func network(_ frame: RawSpan, limit: Int) throws(WireError) -> NetworkLayout? {
    guard let ipVersion else { return nil }
    return try NetworkLayout(frame, at: end, version: ipVersion, limit: limit)
  }
}
