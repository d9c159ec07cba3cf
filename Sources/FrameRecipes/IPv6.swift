extension FrameRecipe {
  /// An IPv6 header (RFC 8200, section 3) with its extension headers.
  public struct IPv6: Equatable, Sendable {
    /// Traffic class.
    public var trafficClass: UInt8 = 0
    /// Flow label, 20 bits.
    public var flowLabel: UInt32 = 0
    /// Hop limit.
    public var hopLimit: UInt8 = 64
    /// Source address.
    public var source: Address = defaultSource
    /// Destination address.
    public var destination: Address = defaultDestination
    /// Extension headers in order.
    public var extensions: [ExtensionHeader] = []
    /// What the payload length field holds.
    public var length = LengthField.exact
    /// The version, 6 unless it is to be wrong; the low four bits count.
    public var version: UInt8 = 6
    /// The number in the last next header field; nil for the one of what follows.
    public var protocolNumber: UInt8?

    /// The source that a header has by default, 2001:db8::1.
    public static let defaultSource = Address(
      [0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    /// The destination that a header has by default, 2001:db8:ffff::2.
    public static let defaultDestination = Address(
      [0x20, 1, 0x0D, 0xB8, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2])

    /// A plain header; change the fields that matter.
    public init() {}

    /// A plain header, changed by `change`.
    public init(_ change: (inout IPv6) -> Void) { change(&self) }

    /// The destination that checksums cover, sixteen octets: where a routing header with segments
    /// left leads to in the end, else the destination address (RFC 8200, section 8.1).
    public var finalDestination: [UInt8] {
      for header in extensions.reversed() where header.number == IPNumber.routing {
        if let last = FrameRecipes.finalDestination(routingHeader: header.contents) { return last }
      }
      return destination.octets(count: 16)
    }

    /// The source that checksums cover, sixteen octets: the home address of a mobile node, else the
    /// source address (RFC 6275, section 9.3.1).
    public var pseudoHeaderSource: [UInt8] {
      for header in extensions.reversed() where header.number == IPNumber.destinationOptions {
        if let home = homeAddress(destinationOptions: header.contents) { return home }
      }
      return source.octets(count: 16)
    }

    /// Octets of the header with its extension headers.
    public var byteCount: Int { extensions.reduce(40) { $0 + $1.byteCount } }

    package func packet(around body: [UInt8], protocolNumber: UInt8) -> [UInt8] {
      var chain: [UInt8] = []
      var next = self.protocolNumber ?? protocolNumber
      for header in extensions.reversed() {
        chain = header.octets(nextHeader: next) + chain
        next = header.number
      }
      let first =
        Int(version & 0xF) * 0x1000_0000 + Int(trafficClass) * 0x10_0000
        + Int(flowLabel & 0xF_FFFF)
      return networkOrder32(first) + networkOrder16(length.resolve(chain.count + body.count))
        + [next, hopLimit] + source.octets(count: 16) + destination.octets(count: 16) + chain
        + body
    }
  }
}
