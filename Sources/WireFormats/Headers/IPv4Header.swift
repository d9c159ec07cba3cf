/// A read-only view of an IPv4 header with its options (RFC 791, section 3.1).
public struct IPv4Header: ~Escapable {
  /// Size without options, in octets.
  @inlinable public static var minimumByteCount: Int { 20 }
  /// Size with as many options as there can be, in octets.
  @inlinable public static var maximumByteCount: Int { 60 }

  @usableFromInline internal let octets: RawSpan

  /// Wraps the header at `offset` with its options, without copying it.
  ///
  /// Total length and checksum are not checked: a sender with offloads may leave both to its NIC.
  ///
  /// - Throws: ``WireError`` if the header is truncated, if its version is not 4 or if its header
  ///   length is below 5 units of four octets.
  /// - Complexity: O(1). Does not allocate.
  @inlinable @inline(__always)
  @_lifetime(copy packet)
  public init(_ packet: RawSpan, at offset: Int = 0) throws(WireError) {
    let fixed = try packet.header(.ipv4, at: offset, byteCount: Self.minimumByteCount)
    let first = fixed.octet(at: 0)
    guard first >> 4 == 4 else {
      throw .invalidField(.ipv4, .version, offset: offset, found: Int(first >> 4))
    }
    let units = Int(first & 0x0F)
    guard units >= 5 else {
      throw .invalidField(.ipv4, .internetHeaderLength, offset: offset, found: units)
    }
    octets = try packet.header(.ipv4, at: offset, byteCount: units * 4)
  }

  /// Header length with options, in octets: 20 to 60.
  @inlinable public var headerLength: Int { octets.byteCount }

  /// Differentiated services and congestion notification (RFC 2474, RFC 3168).
  @inlinable public var trafficClass: UInt8 { octets.octet(at: 1) }

  /// Header and payload together, in octets; 0 if the sender left the length to its NIC.
  @inlinable public var totalLength: UInt16 { octets.networkOrder(at: 2) }

  /// Identifies the fragments of one datagram.
  @inlinable public var identification: UInt16 { octets.networkOrder(at: 4) }

  /// The word of flags and fragment offset.
  @inlinable public var fragmentWord: UInt16 { octets.networkOrder(at: 6) }

  /// True if routers must not fragment the packet.
  @inlinable public var dontFragment: Bool { fragmentWord & 0x4000 != 0 }

  /// True if this is a fragment and not the last one.
  @inlinable public var moreFragments: Bool { fragmentWord & 0x2000 != 0 }

  /// Where the payload belongs in the datagram, in octets.
  @inlinable public var fragmentOffset: Int { Int(fragmentWord & 0x1FFF) * 8 }

  /// The number of hops that the packet may still take.
  @inlinable public var timeToLive: UInt8 { octets.octet(at: 8) }

  /// The protocol that the packet carries.
  @inlinable public var `protocol`: IPProtocol { IPProtocol(rawValue: octets.octet(at: 9)) }

  /// Checksum of the header.
  @inlinable public var headerChecksum: UInt16 { octets.networkOrder(at: 10) }

  /// Address of the sender.
  @inlinable public var source: IPv4Address { IPv4Address(octets.networkOrder(at: 12)) }

  /// Address of the receiver.
  @inlinable public var destination: IPv4Address { IPv4Address(octets.networkOrder(at: 16)) }

  /// The options, without the fixed part.
  @inlinable public var options: RawSpan {
    @_lifetime(copy self)
    get { octets.extracting(droppingFirst: Self.minimumByteCount) }
  }

  /// True if the header checksum is valid (RFC 1071).
  ///
  /// - Complexity: O(*n*) in the header length.
  public var hasValidChecksum: Bool {
    var sum = InternetChecksum()
    sum.add(octets)
    return sum.checksum == 0
  }
}
