/// Where an IP header lies in a frame, and its fields that the layout of the packet depends on.
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

  /// How the length field of the packet compares with the octets of the frame.
  public enum Length: Hashable, Sendable {
    /// The field has the length of the packet, modulo 65,536 if that exceeds the field.
    case exact
    /// The field is 0: the sender left it to its NIC (large send offload, version 2).
    case zero
    /// The packet ends before the frame; this many octets follow it.
    case trailer(Int)
    /// The field exceeds the octets of the frame by this many.
    case missing(Int)
  }

  // Stored properties are as small as the formats allow, because layouts are copied a lot.
  // Distances count from the start of the IP header.
  /// The version of the packet.
  public let version: Version
  /// The protocol after the headers: a transport protocol, a tunnel, or an extension header that
  /// segments do not repeat.
  public internal(set) var upperProtocol: IPProtocol
  /// True if the packet is an IPv4 fragment: more fragments follow, or its offset is not 0.
  ///
  /// IPv6 fragments show as ``upperProtocol`` ``IPProtocol/fragmentHeader``.
  public let isIPv4Fragment: Bool
  /// True if a hop-by-hop header moves the packet length into an option (RFC 2675).
  public internal(set) var hasJumboPayloadOption = false
  /// Segments left of a routing header and the addresses that it lists, if there are fewer of
  /// those.
  private var excessSegments: UInt8 = 0
  private var listedAddresses: UInt8 = 0
  /// The length field of the header.
  @usableFromInline package internal(set) var lengthField: UInt16
  @usableFromInline internal var headerLength16: UInt16
  @usableFromInline internal var sourceDistance: UInt16
  @usableFromInline internal var destinationDistance: UInt16
  internal var perFragmentLength16: UInt16
  internal var perFragmentNextHeaderDistance: UInt16
  @usableFromInline internal let offset32: UInt32
  @usableFromInline internal let end32: UInt32
  /// Where the octets end that may belong to the packet.
  @usableFromInline internal var limit32: UInt32

  /// Where the IP header starts.
  @inlinable public var offset: Int { Int(offset32) }

  /// Length of the IP header with its options, or with all extension headers that segments repeat.
  @inlinable public var headerLength: Int { Int(headerLength16) }

  /// Where the packet ends: where its length field says if that is valid, else the end of the data.
  @inlinable public var end: Int { Int(end32) }

  /// The length that the length field declares, header included; 0 if the field is 0.
  public var declaredLength: Int { Self.declaredLength(lengthField, version) }

  /// Sets what NDIS changes in a frame that is handed over: the length field, and where the data
  /// ends.
  package mutating func restore(lengthField: UInt16, limit: Int) {
    self.lengthField = lengthField
    limit32 = UInt32(clamping: max(end, limit))
  }

  /// Octets that the length field declares beyond the end of the data; 0 if there are none.
  @inlinable @inline(always) package var missingLength: Int {
    max(0, offset + Self.declaredLength(lengthField, version) - Int(limit32))
  }

  /// How the length field compares with the octets of the frame.
  public var length: Length {
    let declared = declaredLength
    if declared == 0 { return .zero }
    let surplus = Int(limit32) - offset - declared
    if surplus < 0 { return .missing(-surplus) }
    return end32 == limit32 ? .exact : .trailer(surplus)
  }

  /// Where the source address of the pseudo header lies: in a home address option, else in the IP
  /// header (RFC 6275, sections 6.3 and 9.3.1).
  @inlinable public var pseudoHeaderSourceOffset: Int { offset + Int(sourceDistance) }

  /// Where the destination address of the pseudo header lies: the last address of a routing header
  /// with segments left, else in the IP header (RFC 8200, section 8.1).
  @inlinable public var finalDestinationOffset: Int { offset + Int(destinationDistance) }

  /// Octets of the IPv6 headers that must precede a fragment header: up to the last routing header,
  /// else to the hop-by-hop options, else the fixed header (RFC 8200, section 4.5).
  package var perFragmentLength: Int { Int(perFragmentLength16) }

  /// Where the "next header" octet of the last of those headers lies.
  package var perFragmentNextHeaderOffset: Int { offset + Int(perFragmentNextHeaderDistance) }

  /// The numbers of an IPv6 routing header with more segments left than addresses, which no node
  /// may forward (RFC 2460, section 4.4; RFC 8754, section 4.3.1.1); nil if there is none.
  public var excessSegmentsLeft: (segmentsLeft: Int, addresses: Int)? {
    excessSegments == 0 ? nil : (Int(excessSegments), Int(listedAddresses))
  }

  /// Where the transport header or the tunnelled packet starts.
  @inlinable public var upperOffset: Int { offset + headerLength }

  /// True if there are IPv4 options or IPv6 extension headers.
  @inlinable public var hasOptions: Bool { headerLength != (version == .ipv4 ? 20 : 40) }
}

extension NetworkLayout {
  /// The largest length of an IP header with its extension headers, in octets.
  internal static let maximumHeaderLength = Int(UInt16.max)

  /// Reads the IP header at `offset` of a packet that ends at `limit` or before.
  ///
  /// `frame` may have only the front of the packet.
  @inline(__always)
  internal init(
    _ frame: RawSpan, at offset: Int, version: Version, limit: Int
  ) throws(WireError) {
    let data = frame.extracting(first: limit)
    self.version = version
    (offset32, limit32) = (UInt32(truncatingIfNeeded: offset), UInt32(truncatingIfNeeded: limit))
    switch version {
    case .ipv4:
      let header = try IPv4Header(data, at: offset)
      let headerLength = header.headerLength
      headerLength16 = UInt16(truncatingIfNeeded: headerLength)
      upperProtocol = header.protocol
      isIPv4Fragment = header.moreFragments || header.fragmentOffset != 0
      (sourceDistance, destinationDistance) = (12, 16)
      (perFragmentLength16, perFragmentNextHeaderDistance) = (headerLength16, 9)
      lengthField = header.totalLength
      let declared = Int(lengthField)
      end32 = Self.end(declared: declared, from: offset, to: limit)
      guard declared == 0 || declared >= headerLength else {
        throw .invalidField(
          .ipv4, .totalLength, offset: offset + IPv4Header.Field.totalLength, found: declared)
      }
    case .ipv6:
      let header = try IPv6Header(data, at: offset)
      headerLength16 = UInt16(truncatingIfNeeded: IPv6Header.byteCount)
      upperProtocol = header.nextHeader
      isIPv4Fragment = false
      (sourceDistance, destinationDistance) = (8, 24)
      (perFragmentLength16, perFragmentNextHeaderDistance) = (headerLength16, 6)
      lengthField = header.payloadLength
      end32 = Self.end(
        declared: Self.declaredLength(lengthField, .ipv6), from: offset, to: limit)
      try walkExtensionHeaders(frame.extracting(first: end))
    }
  }

  /// The length that a length field declares, header included; 0 if the field is 0.
  @inlinable @inline(__always)
  internal static func declaredLength(_ field: UInt16, _ version: Version) -> Int {
    version == .ipv4 || field == 0 ? Int(field) : Int(field) + IPv6Header.byteCount
  }

  /// Where a packet with a declared length ends that starts at `start`, in data that ends at
  /// `limit`.
  @inline(__always)
  internal static func end(declared: Int, from start: Int, to limit: Int) -> UInt32 {
    let surplus = limit - start - declared
    // The field of a packet beyond 64 KiB has its length modulo 65,536. Taking the rest for a
    // trailer would lose it.
    let hasTrailer = declared != 0 && surplus > 0 && surplus % 65_536 != 0
    return UInt32(truncatingIfNeeded: hasTrailer ? start + declared : limit)
  }

  /// Steps over the extension headers that segments repeat, and stops at any other.
  private mutating func walkExtensionHeaders(_ packet: RawSpan) throws(WireError) {
    while upperProtocol.isCopiedExtensionHeader {
      let at = upperOffset
      let distance = headerLength
      let header = try IPv6ExtensionHeader(packet, at: at)
      let kind = upperProtocol
      guard distance + header.headerLength <= Self.maximumHeaderLength else {
        throw .headersTooLong(.ipv6, limit: Self.maximumHeaderLength, offset: at)
      }
      headerLength16 += UInt16(truncatingIfNeeded: header.headerLength)
      upperProtocol = header.nextHeader
      if kind == .hopByHopOptions, header.hasJumboPayloadOption { hasJumboPayloadOption = true }
      if kind == .routingHeader { noteRouting(header, at: distance) }
      if kind == .destinationOptions, let home = header.homeAddressOffset {
        sourceDistance = UInt16(truncatingIfNeeded: distance + home)
      }
      // Routers process hop-by-hop options directly after the fixed header and nowhere else.
      if kind == .routingHeader || kind == .hopByHopOptions && distance == IPv6Header.byteCount {
        perFragmentLength16 = headerLength16
        perFragmentNextHeaderDistance = UInt16(truncatingIfNeeded: distance)
      }
    }
  }

  /// Notes the final destination of a routing header at `distance` from the IP header.
  private mutating func noteRouting(_ header: borrowing IPv6ExtensionHeader, at distance: Int) {
    if let stop = header.finalDestinationOffset {
      destinationDistance = UInt16(truncatingIfNeeded: distance + stop)
    }
    if let count = header.routingAddressCount, header.segmentsLeft > count {
      excessSegments = UInt8(truncatingIfNeeded: header.segmentsLeft)
      listedAddresses = UInt8(truncatingIfNeeded: count)
    }
  }
}
