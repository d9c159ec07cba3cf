extension FrameRecipe {
  /// A packet of ARP for Ethernet and IPv4 (RFC 826).
  ///
  /// It has no transport header and no payload: those of the recipe are left out.
  public struct ARP: Equatable, Sendable {
    /// 1 for a request, 2 for a reply.
    public var operation: UInt16 = 1
    /// The sender's MAC address.
    public var sourceHardware: Address = Link.defaultSource
    /// The sender's IPv4 address.
    public var source: Address = IPv4.defaultSource
    /// The target's MAC address; zeros in a request.
    public var destinationHardware: Address = Address([0, 0, 0, 0, 0, 0])
    /// The target's IPv4 address.
    public var destination: Address = IPv4.defaultDestination

    /// Octets of the packet.
    public static let byteCount = 28

    /// A request; change the fields that matter.
    public init() {}

    /// A request, changed by `change`.
    public init(_ change: (inout ARP) -> Void) { change(&self) }

    func octets() -> [UInt8] {
      // Ethernet, with addresses of 6 octets, and IPv4, of 4.
      [0, 1] + networkOrder16(EtherType.ipv4) + [6, 4] + networkOrder16(operation)
        + sourceHardware.octets(count: 6) + source.octets(count: 4)
        + destinationHardware.octets(count: 6) + destination.octets(count: 4)
    }
  }
}
