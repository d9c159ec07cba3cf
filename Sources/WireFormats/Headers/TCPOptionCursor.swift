/// One TCP option: its kind, and where its data lies.
public struct TCPOption: Hashable, Sendable {
  /// What an option means (IANA, "TCP Option Kind Numbers").
  public struct Kind: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    public let rawValue: UInt8
    /// Wraps a number as it stands on the wire.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Padding between options (RFC 9293).
    @inlinable public static var noOperation: Kind { Kind(rawValue: 1) }
    /// The largest segment that the sender accepts, in octets of payload (RFC 9293).
    @inlinable public static var maximumSegmentSize: Kind { Kind(rawValue: 2) }
    /// Window scale (RFC 7323).
    @inlinable public static var windowScale: Kind { Kind(rawValue: 3) }
    /// Selective acknowledgements are understood (RFC 2018).
    @inlinable public static var selectiveAcknowledgmentPermitted: Kind { Kind(rawValue: 4) }
    /// Selective acknowledgement (RFC 2018).
    @inlinable public static var selectiveAcknowledgment: Kind { Kind(rawValue: 5) }
    /// Time stamps (RFC 7323).
    @inlinable public static var timestamps: Kind { Kind(rawValue: 8) }
  }

  /// What the option means.
  public let kind: Kind
  /// Where the data of the option lies, in octets from the first option of the header.
  public let dataRange: Range<Int>
}

/// Walks the options of a TCP header, one at a time, without copying (RFC 9293, section 3.2).
///
/// ```swift
/// var cursor = tcp.optionCursor
/// while let option = cursor.next() { print(option.kind) }
/// if cursor.isMalformed { print("an option runs over the end of the header") }
/// ```
public struct TCPOptionCursor: ~Escapable {
  @usableFromInline internal let options: RawSpan
  @usableFromInline internal var position = 0

  /// True after an option whose length is below 2 or exceeds the header.
  public private(set) var isMalformed = false

  /// Starts before the first of some options.
  @inlinable
  @_lifetime(copy options)
  public init(_ options: RawSpan) { self.options = options }

  /// Returns the next option; nil at the end of the list or header, and at a malformed option.
  ///
  /// - Complexity: O(1). Does not allocate.
  @_lifetime(self: copy self)
  public mutating func next() -> TCPOption? {
    guard position < options.byteCount, !isMalformed else { return nil }
    let kind = TCPOption.Kind(rawValue: options.octet(at: position))
    if kind.rawValue == 0 {
      position = options.byteCount
      return nil
    }
    if kind == .noOperation {
      position += 1
      return TCPOption(kind: kind, dataRange: position..<position)
    }
    let length = position + 1 < options.byteCount ? Int(options.octet(at: position + 1)) : 0
    guard length >= 2, position + length <= options.byteCount else {
      isMalformed = true
      return nil
    }
    defer { position += length }
    return TCPOption(kind: kind, dataRange: (position + 2)..<(position + length))
  }
}
