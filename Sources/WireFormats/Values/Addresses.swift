/// A 48-bit Ethernet address (IEEE 802).
public struct MACAddress: Hashable, Sendable {
  /// The address as a number, its first octet on the wire in bits 47 to 40.
  public let rawValue: UInt64

  /// Takes the low 48 bits of `rawValue`.
  @inlinable
  public init(_ rawValue: UInt64) { self.rawValue = rawValue & 0xFFFF_FFFF_FFFF }

  /// True if the frame is for a group of stations: multicast or broadcast.
  @inlinable
  public var isGroup: Bool { rawValue >> 40 & 1 == 1 }
}

extension MACAddress {
  /// Six octets in hexadecimal, joined by colons: `02:00:00:00:00:01`.
  public var description: String {
    stride(from: 40, through: 0, by: -8)
      .map { hexadecimal(UInt8(truncatingIfNeeded: rawValue >> $0)) }.joined(separator: ":")
  }
}

/// An IPv4 address (RFC 791).
public struct IPv4Address: Hashable, Sendable {
  /// The address as a number, its first octet on the wire in the most significant bits.
  public let rawValue: UInt32

  /// Wraps an address.
  @inlinable
  public init(_ rawValue: UInt32) { self.rawValue = rawValue }
}

extension IPv4Address {
  /// Dotted decimal: `192.0.2.1`.
  public var description: String {
    stride(from: 24, through: 0, by: -8)
      .map { String(UInt8(truncatingIfNeeded: rawValue >> $0)) }.joined(separator: ".")
  }
}

/// An IPv6 address (RFC 4291).
public struct IPv6Address: Hashable, Sendable {
  /// The network prefix: the first eight octets on the wire.
  public let high: UInt64
  /// The interface identifier: the last eight octets on the wire.
  public let low: UInt64

  /// Joins the two halves of an address.
  @inlinable
  public init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
}

extension IPv6Address {
  /// The recommended text form (RFC 5952): `2001:db8::1`.
  public var description: String {
    let words = [high, low].flatMap { half in
      stride(from: 48, through: 0, by: -16).map { UInt16(truncatingIfNeeded: half >> $0) }
    }
    // The longest run of zeros, the first of several, and only if it spans two words or more.
    var best = 0..<0
    var start = 0
    while start < words.count {
      let end = words[start...].firstIndex { $0 != 0 } ?? words.count
      if end - start > max(best.count, 1) { best = start..<end }
      start = end + 1
    }
    let text = { (part: ArraySlice<UInt16>) in
      part.map { String($0, radix: 16) }.joined(separator: ":")
    }
    return best.isEmpty
      ? text(words[...]) : text(words[..<best.lowerBound]) + "::" + text(words[best.upperBound...])
  }
}
