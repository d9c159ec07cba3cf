/// One entry of an MPLS label stack (RFC 3032, section 2.1).
public struct MPLSLabel: Hashable, Sendable {
  /// Size of an entry, in octets.
  @inlinable public static var byteCount: Int { 4 }
  /// The largest number of entries that are read; no limit is standardised.
  @inlinable public static var maximumCount: Int { 16 }

  /// The entry on the wire.
  public let rawValue: UInt32

  /// Wraps an entry as it stands on the wire.
  @inlinable
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The label: 20 bits.
  @inlinable public var label: UInt32 { rawValue >> 12 }

  /// Traffic class, 0 to 7 (RFC 5462).
  @inlinable public var trafficClass: UInt8 { UInt8(rawValue >> 9 & 7) }

  /// True if the entry is the last one of its stack.
  @inlinable public var isBottomOfStack: Bool { rawValue >> 8 & 1 == 1 }

  /// Time to live.
  @inlinable public var timeToLive: UInt8 { UInt8(rawValue & 0xFF) }
}
