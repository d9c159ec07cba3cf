/// A read-only view of one hop-by-hop, routing or destination options header (RFC 8200, section 4).
public struct IPv6ExtensionHeader: ~Escapable {
  /// Size of the smallest one, in octets.
  @inlinable public static var minimumByteCount: Int { 8 }

  @usableFromInline internal let octets: RawSpan

  /// Wraps the whole header at `offset`, without copying it.
  ///
  /// - Throws: ``WireError/truncated(_:offset:needed:available:)`` if the packet ends before.
  /// - Complexity: O(1). Does not allocate.
  @inlinable
  @_lifetime(copy packet)
  public init(_ packet: RawSpan, at offset: Int = 0) throws(WireError) {
    let fixed = try packet.header(.ipv6Extension, at: offset, byteCount: Self.minimumByteCount)
    let byteCount = Self.minimumByteCount + Int(fixed.octet(at: 1)) * 8
    octets = try packet.header(.ipv6Extension, at: offset, byteCount: byteCount)
  }

  /// The protocol or extension header after this one.
  @inlinable public var nextHeader: IPProtocol { IPProtocol(rawValue: octets.octet(at: 0)) }

  /// Length of the header, in octets: a multiple of 8.
  @inlinable public var headerLength: Int { octets.byteCount }

  /// True if there is a jumbo payload option (RFC 2675), which has the packet length instead of its
  /// field.
  ///
  /// Meaningful for hop-by-hop options.
  ///
  /// Options that exceed the header end the search.
  ///
  /// - Complexity: O(*n*) in the header length.
  public var hasJumboPayloadOption: Bool {
    var at = 2
    while at < octets.byteCount {
      switch octets.octet(at: at) {
      case 0: at += 1
      case 0xC2: return true
      default:
        guard at + 1 < octets.byteCount else { return false }
        at += 2 + Int(octets.octet(at: at + 1))
      }
    }
    return false
  }

  /// Where the home address lies in destination options, in octets from the start of the header;
  /// nil if there is no home address option (RFC 6275, section 6.3).
  ///
  /// Options that exceed the header end the search.
  ///
  /// - Complexity: O(*n*) in the header length.
  internal var homeAddressOffset: Int? {
    var at = 2
    while at + 1 < octets.byteCount {
      let (type, length) = (octets.octet(at: at), Int(octets.octet(at: at + 1)))
      if type == 0 {  // Pad1 has no length
        at += 1
        continue
      }
      let end = at + 2 + length
      guard end <= octets.byteCount else { return nil }
      if type == 0xC9, length == 16 { return at + 2 }
      at = end
    }
    return nil
  }

  /// The number of addresses in a routing header; nil if its type is not known.
  ///
  /// Types 0 (RFC 2460), 2 (RFC 6275), 3 (RPL, RFC 6554) and 4 (segment routing, RFC 8754) are
  /// known.
  internal var routingAddressCount: Int? {
    let data = headerLength - Self.minimumByteCount
    switch octets.octet(at: 2) {
    case 0: return data / 16
    case 2: return min(1, data / 16)
    case 3:
      // Addresses omit the octets that they share with the destination; the last address omits
      // another number of them.
      let (compressed, padding) = (octets.octet(at: 4), Int(octets.octet(at: 5) >> 4))
      let rest = data - padding - (16 - Int(compressed & 0x0F))
      return rest < 0 ? 0 : rest / (16 - Int(compressed >> 4)) + 1
    case 4: return min(Int(octets.octet(at: 4)) + 1, data / 16)
    default: return nil
    }
  }

  /// The number of segments left of a routing header.
  internal var segmentsLeft: Int { Int(octets.octet(at: 3)) }

  /// Where the final destination lies in a routing header with segments left, in octets from its
  /// start; nil without segments left or if the type is not known.
  ///
  /// Types 0 (RFC 2460), 2 (RFC 6275) and 4 (segment routing, RFC 8754) are known.
  internal var finalDestinationOffset: Int? {
    guard octets.octet(at: 3) > 0, headerLength >= 24 else { return nil }
    return switch octets.octet(at: 2) {
    case 0: headerLength % 16 == 8 ? headerLength - 16 : nil
    case 2, 4: 8
    default: nil
    }
  }
}
