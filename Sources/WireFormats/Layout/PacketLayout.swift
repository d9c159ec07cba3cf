/// Where the headers, the payload and the trailer of a frame lie.
///
/// Octets that are no valid header are an error. A frame without IP, a fragment and an unknown
/// protocol have a layout, which says so. No checksum is computed.
///
/// ```swift
/// let layout = try PacketLayout(parsing: frame)
/// layout.transport?.kind    // .tcp
/// layout.payloadRange       // 66..<1_514
/// ```
///
/// A frame without a tunnel, and one in which VXLAN carries TCP over IPv4:
///
/// ```
/// | link | tags |                                         IP | TCP | payload | trailer |
/// | link | tags | outer IP | UDP | VXLAN | Ethernet | tags | IP | TCP | payload | trailer |
/// 0             a          b             c                 d    e     f         g         h
///
/// a  linkHeaderLength         = outerNetwork.offset
/// b  tunnel.headerOffset      = tunnel.network.upperOffset
/// c  tunnel.innerOffset
/// d  network.offset             the inner IP header in a tunnel
/// e  transport.offset         = network.upperOffset
/// f  transport.payloadOffset  = headerLength
/// g  network.end                payloadRange is f..<g
/// h  frameLength
/// ```
///
/// IPv4 options and IPv6 extension headers belong to `IP`, TCP options to `TCP`. The outer packet
/// ends at `tunnel.network.end`; an outer trailer may follow it.
///
/// All offsets and lengths are octets; offsets count from the first octet of the frame.
public struct PacketLayout: Hashable, Sendable {
  @usableFromInline internal let frameLength32: UInt32
  @usableFromInline internal let vlanTagCount8: UInt8
  /// The kind of header that precedes the first IP header.
  public let link: LinkLayer
  /// The type in the link header or in its last tag; nil in an empty raw frame.
  public let etherType: EtherType?
  /// True if the frame carries IP.
  @usableFromInline internal let hasNetwork: Bool
  /// True if the packet carries TCP or UDP and is no fragment.
  @usableFromInline internal let hasTransport: Bool
  /// The tunnel; nil if the frame carries no packet in a packet.
  public let tunnel: TunnelLayout?
  // Not optional: taking an optional apart and putting it together again takes more time than
  // copying all fields.
  @usableFromInline internal let storedNetwork: NetworkLayout
  @usableFromInline internal let storedTransport: TransportLayout

  /// The IP header, the inner one in a tunnel; nil if the frame carries no IP.
  @inlinable public var network: NetworkLayout? { hasNetwork ? storedNetwork : nil }

  /// The TCP or UDP header; nil if the packet carries neither or is a fragment.
  @inlinable public var transport: TransportLayout? { hasTransport ? storedTransport : nil }

  /// The length of the longest frame that has a layout, in octets: 4 GiB − 1.
  public static let maximumFrameLength = Int(UInt32.max)

  /// Length of the frame.
  @inlinable public var frameLength: Int { Int(frameLength32) }

  /// VLAN tags after the link header, those older than 802.1ad included.
  @inlinable public var vlanTagCount: Int { Int(vlanTagCount8) }

  /// Length of all headers before the outermost IP header: the link header with its VLAN tags, MPLS
  /// labels and PPPoE header; of a frame without IP, that of the link header and its tags.
  public var linkHeaderLength: Int {
    outerNetwork?.offset ?? (link.headerLength + vlanTagCount * VLANTag.byteCount)
  }

  /// Where a PPPoE session header starts; nil without one before the outermost IP header.
  public var pppoeOffset: Int? {
    guard etherType == .pppoeSession, let outerNetwork else { return nil }
    return outerNetwork.offset - PPPoEHeader.byteCount
  }

  /// Length of all headers before the transport payload; nil without a transport header.
  public var headerLength: Int? { transport?.payloadOffset }

  /// Where the transport payload lies; nil without a transport header.
  public var payloadRange: Range<Int>? {
    guard let network, let transport else { return nil }
    return transport.payloadOffset..<network.end
  }

  /// The IP header of the outermost packet.
  public var outerNetwork: NetworkLayout? { tunnel?.network ?? network }

  /// Joins the parts of a layout, which plans keep one by one.
  @inlinable
  package init(
    frameLength: Int, link: LinkLayer, vlanTagCount: Int, etherType: EtherType?,
    tunnel: TunnelLayout?, network: NetworkLayout, transport: TransportLayout
  ) {
    frameLength32 = UInt32(truncatingIfNeeded: frameLength)
    vlanTagCount8 = UInt8(truncatingIfNeeded: vlanTagCount)
    (self.link, self.etherType, self.tunnel) = (link, etherType, tunnel)
    (storedNetwork, storedTransport) = (network, transport)
    (hasNetwork, hasTransport) = (true, true)
  }
}

extension PacketLayout {
  /// Reads the headers of a frame.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from the first octet of its link header.
  ///   - link: What the frame starts with.
  ///   - tunnels: Which encapsulations to look into; defaults to all well-known ones.
  /// - Throws: ``WireError`` with the layer, the offset and the numbers, if the octets are not the
  ///   headers that they claim to be.
  /// - Complexity: O(*n*) in the number of headers. Does not allocate.
  @inline(__always)
  public init(
    parsing frame: RawSpan, link: LinkLayer = .ethernet, tunnels: TunnelRecognition = .wellKnown
  ) throws(WireError) {
    try self.init(
      parsingFront: frame, ofFrameLength: frame.byteCount, link: link, tunnels: tunnels)
  }

  /// Reads the headers of a frame from its first octets.
  ///
  /// The layout is that of the whole frame. If the octets end within the headers this throws
  /// ``WireError/truncated(_:offset:needed:available:)``, and the same call with more of them may
  /// succeed.
  ///
  /// - Parameters:
  ///   - front: The first octets of the frame.
  ///   - frameLength: Octets of the whole frame; at least those of `front`.
  ///   - link: What the frame starts with.
  ///   - tunnels: Which encapsulations to look into; defaults to all well-known ones.
  /// - Throws: ``WireError`` as for a whole frame.
  /// - Complexity: O(*n*) in the number of headers. Does not allocate.
  @inline(__always)
  public init(
    parsingFront front: RawSpan, ofFrameLength frameLength: Int, link: LinkLayer = .ethernet,
    tunnels: TunnelRecognition = .wellKnown
  ) throws(WireError) {
    if link == .ethernet, let usual = Self(usual: front, frameLength, tunnels) {
      self = usual
      return
    }
    try self.init(
      anyFront: front, ofFrameLength: frameLength, link: link, tunnels: tunnels)
  }

  /// Reads the headers of a frame of any shape from its first octets;
  /// ``init(parsingFront:ofFrameLength:link:tunnels:)`` without its fast path.
  @inline(never)
  package init(
    anyFront front: RawSpan, ofFrameLength frameLength: Int, link: LinkLayer,
    tunnels: TunnelRecognition
  ) throws(WireError) {
    let frameLength = max(frameLength, front.byteCount)
    let headers = try LinkHeaders(
      front, frameLength: frameLength, link: link, recognising: tunnels)
    guard let version = headers.ipVersion else {
      try self.init(front, frameLength: frameLength, link: headers, network: nil, tunnel: nil)
      return
    }
    let outer = try NetworkLayout(front, at: headers.end, version: version, limit: frameLength)
    // Fast path: no tunnel, so no layout is copied.
    if outer.upperProtocol.mayCarryPacket,
      var found = try TunnelParser(front, in: outer, recognising: tunnels)
    {
      try found.lookForAnother(front, recognising: tunnels)
      try self.init(
        front, frameLength: frameLength, link: headers, network: found.network, tunnel: found.tunnel
      )
    } else {
      try self.init(front, frameLength: frameLength, link: headers, network: outer, tunnel: nil)
    }
  }

  /// Reads the headers of a frame with a UDP tunnel that the caller describes.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from the first octet of its link header.
  ///   - link: What the frame starts with.
  ///   - innerNetworkOffset: Where the inner IP header starts.
  /// - Throws: ``WireError`` if the octets are not the headers that they claim to be. If there is
  ///   no UDP header before that offset, or no IP version at it, the layout has no tunnel.
  /// - Complexity: O(*n*) in the number of headers. Does not allocate.
  public init(
    parsing frame: RawSpan, link: LinkLayer = .ethernet, innerNetworkOffset: Int
  ) throws(WireError) {
    let headers = try LinkHeaders(
      frame, frameLength: frame.byteCount, link: link, recognising: .described)
    let outer = try headers.network(frame, limit: frame.byteCount)
    var found: TunnelParser?
    if let outer, outer.upperProtocol == .udp, !outer.isIPv4Fragment {
      found = try TunnelParser(frame, in: outer, innerNetworkOffset: innerNetworkOffset)
    }
    try self.init(
      frame, frameLength: frame.byteCount, link: headers, network: found?.network ?? outer,
      tunnel: found?.tunnel)
  }

  /// Reads the headers of a frame that is held as an array.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from the first octet of its link header.
  ///   - link: What the frame starts with.
  ///   - tunnels: Which encapsulations to look into; defaults to all well-known ones.
  /// - Throws: ``WireError`` if the octets are not the headers that they claim to be.
  public init(
    parsing frame: [UInt8], link: LinkLayer = .ethernet, tunnels: TunnelRecognition = .wellKnown
  ) throws(WireError) {
    try self.init(parsing: frame.octets, link: link, tunnels: tunnels)
  }

  /// Reads the transport header after IP headers that were read before.
  @inline(__always)
  private init(
    _ frame: RawSpan, frameLength: Int, link headers: LinkHeaders, network: NetworkLayout?,
    tunnel: TunnelLayout?
  ) throws(WireError) {
    guard let frameLength32 = UInt32(exactly: frameLength) else {
      throw .frameTooLong(byteCount: frameLength, limit: Self.maximumFrameLength)
    }
    self.frameLength32 = frameLength32
    link = headers.link
    vlanTagCount8 = UInt8(truncatingIfNeeded: headers.vlanTagCount)
    etherType = headers.etherType
    self.tunnel = tunnel
    let transport: TransportLayout? =
      if let network { try TransportLayout(frame, after: network) } else { nil }
    (storedNetwork, hasNetwork) = (network ?? NetworkLayout(), network != nil)
    (storedTransport, hasTransport) = (transport ?? TransportLayout(), transport != nil)
  }
}
