extension FrameRecipe {
  /// An IPv6 extension header of the kind that starts with next header and length (RFC 8200).
  public struct ExtensionHeader: Equatable, Sendable {
    /// Its number: hop-by-hop 0, routing 43, fragment 44, authentication 51, destination options
    /// 60.
    public var number: UInt8
    /// What follows the length octet; padded with zeros to whole units of eight octets.
    public var contents: [UInt8]
    /// What is wrong with the addresses in it.
    var addressFaults: [Fault.Reason] = []

    /// A header of these octets, right or wrong.
    public init(_ number: UInt8, _ contents: [UInt8]) {
      self.number = number
      self.contents = contents
    }

    /// A hop-by-hop header, padded by Pad1.
    public static func hopByHop(_ options: [IPv6Option]) -> ExtensionHeader {
      ExtensionHeader(IPNumber.hopByHop, options: options)
    }

    /// A hop-by-hop header with the octets of its options, padded by Pad1.
    public static func hopByHop(_ options: [UInt8] = []) -> ExtensionHeader {
      ExtensionHeader(IPNumber.hopByHop, options)
    }

    /// A destination options header, padded by Pad1.
    public static func destinationOptions(_ options: [IPv6Option]) -> ExtensionHeader {
      ExtensionHeader(IPNumber.destinationOptions, options: options)
    }

    /// A destination options header with the octets of its options, padded by Pad1.
    public static func destinationOptions(_ options: [UInt8] = []) -> ExtensionHeader {
      ExtensionHeader(IPNumber.destinationOptions, options)
    }

    /// A destination options header of a mobile node that is away from home (RFC 6275, section
    /// 6.3); checksums cover the home address instead of the source address.
    public static func homeAddress(_ address: Address) -> ExtensionHeader {
      // The option starts six octets after a multiple of eight.
      destinationOptions([.padding(4), .homeAddress(address)])
    }

    private init(_ number: UInt8, options: [IPv6Option]) {
      self.init(number, options.flatMap(\.octets))
      addressFaults = options.flatMap(\.addressFaults)
    }

    /// A routing header over these addresses; with segments left, checksums cover the last one.
    ///
    /// Type 4 (RFC 8754) lists them from the last to the first.
    public static func routing(
      type: UInt8 = 4, segmentsLeft: UInt8, through addresses: [Address]
    ) -> ExtensionHeader {
      let lastEntry = type == 4 ? UInt8(truncatingIfNeeded: addresses.count - 1) : 0
      var header = routing(
        type: type, segmentsLeft: segmentsLeft,
        [lastEntry, 0, 0, 0] + addresses.flatMap { $0.octets(count: 16) })
      header.addressFaults = addresses.compactMap { $0.fault(as: .ipv6) }
      return header
    }

    /// A routing header with what follows its "segments left" field.
    public static func routing(
      type: UInt8 = 4, segmentsLeft: UInt8 = 0, _ data: [UInt8] = []
    ) -> ExtensionHeader {
      ExtensionHeader(IPNumber.routing, [type, segmentsLeft] + data)
    }

    /// A fragment header; `offset` in units of eight octets, its low thirteen bits.
    public static func fragment(
      offset: UInt16 = 0, moreFragments: Bool = false, identification: UInt32 = 0
    ) -> ExtensionHeader {
      ExtensionHeader(
        IPNumber.fragment,
        networkOrder16(offset << 3 | (moreFragments ? 1 : 0)) + networkOrder32(identification))
    }

    /// An authentication header (RFC 4302) with this integrity check value.
    public static func authentication(
      securityParametersIndex: UInt32 = 1, sequence: UInt32 = 1, checkValue: [UInt8] = []
    ) -> ExtensionHeader {
      ExtensionHeader(
        IPNumber.authentication,
        [0, 0] + networkOrder32(securityParametersIndex) + networkOrder32(sequence) + checkValue)
    }

    /// Octets of the header, padding included.
    public var byteCount: Int { (2 + contents.count + 7) / 8 * 8 }

    package func octets(nextHeader: UInt8) -> [UInt8] {
      let size = byteCount
      let padding = [UInt8](repeating: 0, count: size - 2 - contents.count)
      // RFC 4302 counts in words of four octets, two of them not; a fragment header has no length.
      let length =
        switch number {
        case IPNumber.authentication: size / 4 - 2
        case IPNumber.fragment: 0
        default: size / 8 - 1
        }
      return [nextHeader, UInt8(truncatingIfNeeded: length)] + contents + padding
    }
  }
}

/// The home address in a destination options header's contents (what follows its length octet); nil
/// if there is none.
package func homeAddress(destinationOptions contents: [UInt8]) -> [UInt8]? {
  var rest = contents[...]
  while let type = rest.popFirst() {
    if type == 0 { continue }
    guard let length = rest.popFirst(), rest.count >= Int(length) else { return nil }
    if type == 0xC9 && length == 16 { return Array(rest.prefix(16)) }
    rest = rest.dropFirst(Int(length))
  }
  return nil
}

/// The last address on the route in a routing header's contents (what follows its length octet);
/// nil if no segments are left or the type is not known.
package func finalDestination(routingHeader contents: [UInt8]) -> [UInt8]? {
  // Type, segments left, four octets of the type's own, then whole addresses.
  guard contents.count >= 6 + 16, contents[1] > 0 else { return nil }
  switch contents[0] {
  case 0, 2: return Array(contents[6...].prefix((contents.count - 6) / 16 * 16).suffix(16))
  // Segment routing (RFC 8754) lists its segments from the last to the first.
  case 4: return Array(contents[6..<22])
  default: return nil
  }
}
