extension FrameRecipe {
  /// An IPv4 header (RFC 791, section 3.1) without the fields that follow from the rest.
  public struct IPv4: Equatable, Sendable {
    /// Type of service: DSCP and ECN.
    public var typeOfService: UInt8 = 0
    /// Identification.
    public var identification: UInt16 = 0x1234
    /// The "do not fragment" bit.
    public var dontFragment = true
    /// The reserved bit in front of it.
    public var reservedBit = false
    /// The "more fragments" bit; set in malformed input only.
    public var moreFragments = false
    /// The fragment offset in units of eight octets; set in malformed input only.
    public var fragmentOffset = 0
    /// Time to live.
    public var timeToLive: UInt8 = 64
    /// Source address, four octets.
    public var source: [UInt8] = [192, 0, 2, 1]
    /// Destination address, four octets.
    public var destination: [UInt8] = [198, 51, 100, 2]
    /// The options one by one, see ``IPv4Option``; padded with zeros to whole words, at most 40.
    public var options: [[UInt8]] = []
    /// What the total length field holds.
    public var length = LengthField.exact
    /// What the header checksum field holds.
    public var headerChecksum = HeaderChecksum.right

    /// A plain header; change the fields that matter.
    public init() {}

    /// A plain header, changed by `change`.
    public init(_ change: (inout IPv4) -> Void) { change(&self) }

    /// Octets of the header with its options.
    public var byteCount: Int { 20 + paddedToWords(options) }

    package func packet(around body: [UInt8], protocolNumber: UInt8) -> [UInt8] {
      var flags = fragmentOffset
      if reservedBit { flags |= 0x8000 }
      if dontFragment { flags |= 0x4000 }
      if moreFragments { flags |= 0x2000 }
      let size = byteCount
      let before =
        [UInt8(0x40 + size / 4), typeOfService]
        + networkOrder16(length.resolve(size + body.count)) + networkOrder16(identification)
        + networkOrder16(flags) + [timeToLive, protocolNumber]
      var after = source + destination
      for option in options { after += option }
      while before.count + 2 + after.count < size { after.append(0) }
      let sum = referenceChecksum(before + after)
      let field: UInt16 =
        switch headerChecksum {
        case .right: sum
        case .zero: 0
        case .wrong: ~sum
        case .value(let value): value
        }
      return before + networkOrder16(field) + after + body
    }
  }

  /// An IPv6 extension header of the kind that starts with next header and length (RFC 8200).
  public struct ExtensionHeader: Equatable, Sendable {
    /// Its number: hop-by-hop 0, routing 43, destination options 60.
    public var number: UInt8
    /// What follows the length octet; padded with zeros to whole units of eight octets.
    public var contents: [UInt8]

    /// Makes an extension header.
    public init(_ number: UInt8, _ contents: [UInt8]) {
      self.number = number
      self.contents = contents
    }

    /// Octets of the header, padding included.
    public var byteCount: Int { (2 + contents.count + 7) / 8 * 8 }

    package func octets(nextHeader: UInt8) -> [UInt8] {
      let size = byteCount
      let padding = [UInt8](repeating: 0, count: size - 2 - contents.count)
      return [nextHeader, UInt8(truncatingIfNeeded: size / 8 - 1)] + contents + padding
    }
  }

  /// An IPv6 header (RFC 8200, section 3) with its extension headers.
  public struct IPv6: Equatable, Sendable {
    /// Traffic class.
    public var trafficClass: UInt8 = 0
    /// Flow label, 20 bits.
    public var flowLabel: UInt32 = 0
    /// Hop limit.
    public var hopLimit: UInt8 = 64
    /// Source address, sixteen octets: 2001:db8::1.
    public var source: [UInt8] = [0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    /// Destination address, sixteen octets: 2001:db8:ffff::2.
    public var destination: [UInt8] = [0x20, 1, 0x0D, 0xB8, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]
    /// Extension headers in order.
    public var extensions: [ExtensionHeader] = []
    /// What the payload length field holds.
    public var length = LengthField.exact

    /// A plain header; change the fields that matter.
    public init() {}

    /// A plain header, changed by `change`.
    public init(_ change: (inout IPv6) -> Void) { change(&self) }

    /// The destination that checksums cover: where a routing header with segments left leads to in
    /// the end, else the destination address (RFC 8200, section 8.1).
    public var finalDestination: [UInt8] {
      for header in extensions.reversed() where header.number == IPNumber.routing {
        if let last = FrameRecipes.finalDestination(routingHeader: header.contents) { return last }
      }
      return destination
    }

    /// Octets of the header with its extension headers.
    public var byteCount: Int { extensions.reduce(40) { $0 + $1.byteCount } }

    package func packet(around body: [UInt8], protocolNumber: UInt8) -> [UInt8] {
      var chain: [UInt8] = []
      var next = protocolNumber
      for header in extensions.reversed() {
        chain = header.octets(nextHeader: next) + chain
        next = header.number
      }
      let first = 0x6000_0000 + Int(trafficClass) * 0x10_0000 + Int(flowLabel & 0xF_FFFF)
      return networkOrder32(first) + networkOrder16(length.resolve(chain.count + body.count))
        + [next, hopLimit] + source + destination + chain + body
    }
  }

  /// The IP header of a packet.
  public enum Network: Equatable, Sendable {
    /// IPv4.
    case ipv4(IPv4 = IPv4())
    /// IPv6.
    case ipv6(IPv6 = IPv6())

    /// The EtherType that announces the packet.
    public var etherType: UInt16 { isIPv6 ? EtherType.ipv6 : EtherType.ipv4 }

    /// Whether it is IPv6.
    public var isIPv6: Bool { if case .ipv6 = self { true } else { false } }

    /// Octets up to the transport header.
    public var byteCount: Int {
      switch self {
      case .ipv4(let header): header.byteCount
      case .ipv6(let header): header.byteCount
      }
    }

    /// The IPv4 fields, nil for IPv6; setting them changes IPv4 headers only.
    public var ipv4: IPv4? {
      get { if case .ipv4(let header) = self { header } else { nil } }
      set { if case .ipv4 = self, let newValue { self = .ipv4(newValue) } }
    }

    /// The IPv6 fields, nil for IPv4; setting them changes IPv6 headers only.
    public var ipv6: IPv6? {
      get { if case .ipv6(let header) = self { header } else { nil } }
      set { if case .ipv6 = self, let newValue { self = .ipv6(newValue) } }
    }

    package func packet(around body: [UInt8], protocolNumber: UInt8) -> [UInt8] {
      switch self {
      case .ipv4(let header): header.packet(around: body, protocolNumber: protocolNumber)
      case .ipv6(let header): header.packet(around: body, protocolNumber: protocolNumber)
      }
    }

    func pseudoHeader(protocolNumber: UInt8, length: Int) -> [UInt8] {
      let (source, destination) =
        switch self {
        case .ipv4(let header): (header.source, header.destination)
        case .ipv6(let header): (header.source, header.finalDestination)
        }
      return PseudoHeader.octets(
        source: source, destination: destination, protocolNumber: protocolNumber, length: length)
    }
  }
}

/// Octets of a list of IPv4 or TCP options after padding to whole words.
package func paddedToWords(_ options: [[UInt8]]) -> Int {
  (options.reduce(0) { $0 + $1.count } + 3) / 4 * 4
}
