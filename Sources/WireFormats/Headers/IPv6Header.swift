/// A read-only view of the fixed IPv6 header (RFC 8200, section 3).
public struct IPv6Header: ~Escapable {
  /// Size of the fixed header, in octets.
  @inlinable public static var byteCount: Int { 40 }

  @usableFromInline internal let octets: RawSpan

  /// Wraps the forty octets at `offset` without copying them.
  ///
  /// - Throws: ``WireError`` if the header is truncated or its version is not 6.
  /// - Complexity: O(1). Does not allocate.
  @inlinable @inline(__always)
  @_lifetime(copy packet)
  public init(_ packet: RawSpan, at offset: Int = 0) throws(WireError) {
    octets = try packet.header(.ipv6, at: offset, byteCount: Self.byteCount)
    let version = octets.octet(at: 0) >> 4
    guard version == 6 else {
      throw .invalidField(.ipv6, .version, offset: offset, found: Int(version))
    }
  }

  /// Differentiated services and congestion notification (RFC 2474, RFC 3168).
  @inlinable public var trafficClass: UInt8 {
    UInt8(truncatingIfNeeded: octets.networkOrder(at: 0, as: UInt16.self) >> 4)
  }

  /// Flow label, 20 bits (RFC 6437).
  @inlinable public var flowLabel: UInt32 {
    octets.networkOrder(at: 0, as: UInt32.self) & 0x000F_FFFF
  }

  /// Everything after this header, extension headers included, in octets; 0 if the sender left the
  /// length to its NIC.
  @inlinable public var payloadLength: UInt16 { octets.networkOrder(at: 4) }

  /// The protocol or extension header after the fixed header.
  @inlinable public var nextHeader: IPProtocol { IPProtocol(rawValue: octets.octet(at: 6)) }

  /// The number of hops that the packet may still take.
  @inlinable public var hopLimit: UInt8 { octets.octet(at: 7) }

  /// Address of the sender.
  @inlinable public var source: IPv6Address { address(at: 8) }

  /// Address of the receiver.
  @inlinable public var destination: IPv6Address { address(at: 24) }

  @inlinable
  internal func address(at offset: Int) -> IPv6Address {
    IPv6Address(
      high: octets.networkOrder(at: offset), low: octets.networkOrder(at: offset + 8))
  }
}
