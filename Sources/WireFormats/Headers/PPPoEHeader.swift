/// A read-only view of a PPPoE session header and of the PPP protocol after it (RFC 2516, section
/// 4; RFC 1661, section 2).
public struct PPPoEHeader: ~Escapable {
  /// Size with the PPP protocol, in octets.
  @inlinable public static var byteCount: Int { 8 }

  @usableFromInline internal let octets: RawSpan

  /// Wraps the eight octets at `offset` without copying them.
  ///
  /// - Throws: ``WireError/truncated(_:offset:needed:available:)`` if the frame ends before.
  /// - Complexity: O(1). Does not allocate.
  @_lifetime(copy frame)
  public init(_ frame: RawSpan, at offset: Int = 0) throws(WireError) {
    octets = try frame.header(.pppoe, at: offset, byteCount: Self.byteCount)
  }

  /// Version and type, 0x11, and code, 0 in the session stage.
  public var versionTypeAndCode: UInt16 { octets.networkOrder(at: 0) }

  /// Number of the session.
  public var session: UInt16 { octets.networkOrder(at: 2) }

  /// Octets after this field: the PPP protocol and the packet.
  public var length: UInt16 { octets.networkOrder(at: 4) }

  /// What the session carries.
  public var pppProtocol: PPPProtocol { PPPProtocol(rawValue: octets.networkOrder(at: 6)) }

  /// Offsets of fields.
  @usableFromInline package enum Field {
    @inlinable package static var length: Int { 4 }
    /// The PPP protocol, from which on the length counts.
    @inlinable package static var pppProtocol: Int { 6 }
  }
}

/// A protocol number of the Point-to-Point Protocol (RFC 1661; IANA, "PPP DLL Protocol Numbers").
public struct PPPProtocol: RawRepresentable, Hashable, Sendable {
  /// The number on the wire.
  public let rawValue: UInt16

  /// Wraps a number as it stands on the wire.
  @inlinable
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// Internet Protocol version 4 (RFC 1332).
  @inlinable public static var ipv4: PPPProtocol { PPPProtocol(rawValue: 0x0021) }
  /// Internet Protocol version 6 (RFC 5072).
  @inlinable public static var ipv6: PPPProtocol { PPPProtocol(rawValue: 0x0057) }
}
