/// Where an IP header lies in a frame, and what it says about the packet.
///
/// All offsets and lengths are octets; offsets count from the first octet of the frame.
public struct NetworkLayout: Hashable, Sendable {
  /// The version of the Internet Protocol.
  public enum Version: UInt8, Hashable, Sendable {
    /// RFC 791.
    case ipv4 = 4
    /// RFC 8200.
    case ipv6 = 6
  }

  /// How the length field of the packet compares with the octets that are there.
  public enum Length: Hashable, Sendable {
    /// The field is right, or right modulo 65,536 for a packet that is longer than it can say.
    case exact
    /// The field is 0: the sender left it to the NIC (large send offload, version 2).
    case zero
    /// The packet ends before the frame does; this many octets behind it are no part of it.
    case trailer(Int)
    /// The field claims more octets than the frame has, by this many.
    case missing(Int)
  }

  /// The version of the packet.
  public let version: Version
  /// Where the IP header starts.
  public let offset: Int
  /// Length of the IP header with its options, or with all extension headers that a segment
  /// repeats.
  public internal(set) var headerLength: Int
  /// What comes behind the headers: a transport protocol, a tunnelled packet, or the extension
  /// header that ended the walk.
  public internal(set) var upperProtocol: IPProtocol
  /// Where the packet ends: its length field where that is sound, else the end of the data.
  public let end: Int
  /// What the length field said.
  public let length: Length
  /// What the length field said the packet has, header included; 0 if it held 0.
  public let declaredLength: Int
  /// True if the packet is an IPv4 fragment: more fragments follow, or its offset is not 0.
  ///
  /// IPv6 fragments show as ``upperProtocol`` ``IPProtocol/fragmentHeader``.
  public let isIPv4Fragment: Bool
  // What follows fills the gap that alignment leaves here.
  /// Stops that a routing header has left and addresses that it lists, if the former are more.
  private var excessSegments: UInt8 = 0
  private var listedAddresses: UInt8 = 0
  /// Where the source address of the pseudo header lies, in octets from ``offset``.
  private var sourceDistance: UInt32
  /// Where the destination address lies that counts in the pseudo header: the last stop of a
  /// routing header with segments left, else the address in the IP header (RFC 8200, section 8.1).
  public internal(set) var finalDestinationOffset: Int
  /// Octets of the IPv6 headers that must stand in front of a fragment header: up to the last
  /// routing header, else to the hop-by-hop options, else the fixed header (RFC 8200, section 4.5).
  public internal(set) var perFragmentLength: Int
  /// Where the octet lies that names the header behind those.
  public internal(set) var perFragmentNextHeaderOffset: Int
  /// True if a hop-by-hop header moves the packet length into an option (RFC 2675).
  public internal(set) var hasJumboPayloadOption = false

  /// Where the source address lies that counts in the pseudo header: that of a home address option,
  /// else the one in the IP header (RFC 6275, sections 6.3 and 9.3.1).
  public var pseudoHeaderSourceOffset: Int { offset + Int(sourceDistance) }

  /// The numbers of an IPv6 routing header that has more segments left than it lists addresses,
  /// which no node may forward (RFC 2460, section 4.4; RFC 8754, section 4.3.1.1); nil if there is
  /// none.
  public var excessSegmentsLeft: (segmentsLeft: Int, addresses: Int)? {
    excessSegments == 0 ? nil : (Int(excessSegments), Int(listedAddresses))
  }

  /// Where the transport header or the tunnelled packet starts.
  @inlinable public var upperOffset: Int { offset + headerLength }

  /// True if there are IPv4 options or IPv6 extension headers.
  @inlinable public var hasOptions: Bool { headerLength != (version == .ipv4 ? 20 : 40) }
}

extension NetworkLayout {
  /// Reads the IP header at `offset`; the packet lies in front of `limit`, and at least the front of
  /// it in `frame`.
  @inline(__always)
  internal init(
    _ frame: RawSpan, at offset: Int, version: Version, limit: Int
  ) throws(WireError) {
    let data = frame.extracting(first: limit)
    self.version = version
    self.offset = offset
    switch version {
    case .ipv4:
      let header = try IPv4Header(data, at: offset)
      headerLength = header.headerLength
      upperProtocol = header.protocol
      isIPv4Fragment = header.moreFragments || header.fragmentOffset != 0
      (sourceDistance, finalDestinationOffset) = (12, offset + 16)
      perFragmentLength = header.headerLength
      perFragmentNextHeaderOffset = offset + 9
      declaredLength = Int(header.totalLength)
      (length, end) = Self.length(declaredLength, of: offset..<limit)
      guard declaredLength == 0 || declaredLength >= headerLength else {
        throw .invalidField(.ipv4, .totalLength, offset: offset + 2, found: declaredLength)
      }
    case .ipv6:
      let header = try IPv6Header(data, at: offset)
      headerLength = IPv6Header.byteCount
      upperProtocol = header.nextHeader
      isIPv4Fragment = false
      (sourceDistance, finalDestinationOffset) = (8, offset + 24)
      perFragmentLength = IPv6Header.byteCount
      perFragmentNextHeaderOffset = offset + 6
      let field = Int(header.payloadLength)
      declaredLength = field == 0 ? 0 : field + IPv6Header.byteCount
      (length, end) = Self.length(declaredLength, of: offset..<limit)
      try walkExtensionHeaders(frame.extracting(first: end))
    }
  }

  /// Compares a declared packet length with what is there.
  @inline(__always)
  private static func length(_ declared: Int, of packet: Range<Int>) -> (Length, end: Int) {
    if declared == 0 { return (.zero, packet.upperBound) }
    let surplus = packet.count - declared
    // A packet beyond 64 KiB says its length modulo 65,536. Taking the rest for a trailer would
    // lose it without a word.
    if surplus >= 0, surplus % 65_536 == 0 { return (.exact, packet.upperBound) }
    return surplus > 0
      ? (.trailer(surplus), packet.lowerBound + declared) : (.missing(-surplus), packet.upperBound)
  }

  /// Steps over the extension headers that every segment repeats; stops at anything else.
  private mutating func walkExtensionHeaders(_ packet: RawSpan) throws(WireError) {
    while upperProtocol.isCopiedExtensionHeader {
      let at = upperOffset
      let header = try IPv6ExtensionHeader(packet, at: at)
      let kind = upperProtocol
      headerLength += header.headerLength
      upperProtocol = header.nextHeader
      if kind == .hopByHopOptions, header.hasJumboPayloadOption { hasJumboPayloadOption = true }
      if kind == .routingHeader { noteRouting(header, at: at) }
      if kind == .destinationOptions, let home = header.homeAddressOffset {
        sourceDistance = UInt32(truncatingIfNeeded: at + home - offset)
      }
      // Routers look at hop-by-hop options right behind the fixed header and nowhere else.
      if kind == .routingHeader || kind == .hopByHopOptions && at == offset + IPv6Header.byteCount {
        perFragmentLength = headerLength
        perFragmentNextHeaderOffset = at
      }
    }
  }

  /// Looks where a routing header leads to in the end.
  private mutating func noteRouting(_ header: borrowing IPv6ExtensionHeader, at start: Int) {
    if let stop = header.finalDestinationOffset { finalDestinationOffset = start + stop }
    if let count = header.routingAddressCount, header.segmentsLeft > count {
      excessSegments = UInt8(truncatingIfNeeded: header.segmentsLeft)
      listedAddresses = UInt8(truncatingIfNeeded: count)
    }
  }
}
