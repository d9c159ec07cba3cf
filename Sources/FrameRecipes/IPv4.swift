extension FrameRecipe {
  /// An IPv4 header (RFC 791, section 3.1) without the fields that follow from the rest.
  public struct IPv4: Equatable, Sendable {
    /// Type of service: DSCP and ECN.
    public var typeOfService: UInt8 = 0
    /// Identification.
    public var identification: UInt16 = 0x1234
    /// The "do not fragment" bit.
    public var dontFragment = true
    /// The reserved bit before it.
    public var reservedBit = false
    /// The "more fragments" bit; set in malformed input only.
    public var moreFragments = false
    /// The fragment offset in units of eight octets; set in malformed input only.
    public var fragmentOffset = 0
    /// Time to live.
    public var timeToLive: UInt8 = 64
    /// Source address.
    public var source: Address = defaultSource
    /// Destination address.
    public var destination: Address = defaultDestination
    /// The options in order; padded with zeros to whole words, at most 40 octets.
    public var options: [IPv4Option] = []
    /// What the total length field holds.
    public var length = LengthField.exact
    /// What the header checksum field holds.
    public var headerChecksum = HeaderChecksum.complete
    /// The version, 4 unless it is to be wrong; the low four bits count.
    public var version: UInt8 = 4
    /// The header length in words of four octets; nil for the right one.
    public var headerLength: UInt8?
    /// The protocol number; nil for the one of what follows.
    public var protocolNumber: UInt8?

    /// The source that a header has by default, 192.0.2.1.
    public static let defaultSource = Address([192, 0, 2, 1])
    /// The destination that a header has by default, 198.51.100.2.
    public static let defaultDestination = Address([198, 51, 100, 2])

    /// A plain header; change the fields that matter.
    public init() {}

    /// A plain header, changed by `change`.
    public init(_ change: (inout IPv4) -> Void) { change(&self) }

    /// Octets of the header with its options.
    public var byteCount: Int { 20 + paddedToWords(options) }

    package func packet(around body: [UInt8], protocolNumber next: UInt8) -> [UInt8] {
      var flags = fragmentOffset & 0x1FFF
      if reservedBit { flags |= 0x8000 }
      if dontFragment { flags |= 0x4000 }
      if moreFragments { flags |= 0x2000 }
      let size = byteCount
      let words = headerLength ?? UInt8(truncatingIfNeeded: size / 4)
      let before =
        [version << 4 | (words & 0xF), typeOfService]
        + networkOrder16(length.resolve(size + body.count)) + networkOrder16(identification)
        + networkOrder16(flags) + [timeToLive, protocolNumber ?? next]
      var after = source.octets(count: 4) + destination.octets(count: 4)
      for option in options { after += option.octets }
      while before.count + 2 + after.count < size { after.append(0) }
      let field = headerChecksum.resolve(referenceChecksum(before + after))
      return before + networkOrder16(field) + after + body
    }
  }
}

/// Octets of a list of IPv4 or TCP options after padding to whole words.
package func paddedToWords(_ options: [some FrameRecipe.HeaderOption]) -> Int {
  (options.reduce(0) { $0 + $1.octets.count } + 3) / 4 * 4
}
