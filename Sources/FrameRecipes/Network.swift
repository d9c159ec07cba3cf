extension FrameRecipe {
  /// The IP header of a packet, or a packet of ARP.
  public enum Network: Equatable, Sendable {
    /// IPv4.
    case ipv4(IPv4)
    /// IPv6.
    case ipv6(IPv6)
    /// ARP, without transport header and payload.
    case arp(ARP)

    /// IPv4 between two addresses; `change` sets whatever else matters.
    public static func ipv4(
      from source: Address = IPv4.defaultSource, to destination: Address = IPv4.defaultDestination,
      options: [IPv4Option] = [], _ change: (inout IPv4) -> Void = { _ in }
    ) -> Network {
      .ipv4(
        IPv4 {
          $0.source = source
          $0.destination = destination
          $0.options = options
          change(&$0)
        })
    }

    /// IPv6 between two addresses; `change` sets whatever else matters.
    public static func ipv6(
      from source: Address = IPv6.defaultSource, to destination: Address = IPv6.defaultDestination,
      extensions: [ExtensionHeader] = [], _ change: (inout IPv6) -> Void = { _ in }
    ) -> Network {
      .ipv6(
        IPv6 {
          $0.source = source
          $0.destination = destination
          $0.extensions = extensions
          change(&$0)
        })
    }

    /// A question of ARP who has an IPv4 address; `change` sets whatever else matters.
    public static func arp(
      from source: Address = IPv4.defaultSource,
      whoHas destination: Address = IPv4.defaultDestination,
      _ change: (inout ARP) -> Void = { _ in }
    ) -> Network {
      .arp(
        ARP {
          $0.source = source
          $0.destination = destination
          change(&$0)
        })
    }

    /// The EtherType that announces the packet.
    public var etherType: UInt16 {
      switch self {
      case .ipv4: EtherType.ipv4
      case .ipv6: EtherType.ipv6
      case .arp: EtherType.arp
      }
    }

    /// Whether it is IPv6.
    public var isIPv6: Bool { if case .ipv6 = self { true } else { false } }

    /// Octets up to the transport header.
    public var byteCount: Int {
      switch self {
      case .ipv4(let header): header.byteCount
      case .ipv6(let header): header.byteCount
      case .arp: ARP.byteCount
      }
    }

    /// Whether a transport header follows.
    var carriesTransport: Bool { arp == nil }

    /// The IPv4 fields, nil for others; setting them changes IPv4 headers only.
    public var ipv4: IPv4? {
      get { if case .ipv4(let header) = self { header } else { nil } }
      set { if case .ipv4 = self, let newValue { self = .ipv4(newValue) } }
    }

    /// The ARP fields, nil for others; setting them changes ARP packets only.
    public var arp: ARP? {
      get { if case .arp(let packet) = self { packet } else { nil } }
      set { if case .arp = self, let newValue { self = .arp(newValue) } }
    }

    /// The IPv6 fields, nil for others; setting them changes IPv6 headers only.
    public var ipv6: IPv6? {
      get { if case .ipv6(let header) = self { header } else { nil } }
      set { if case .ipv6 = self, let newValue { self = .ipv6(newValue) } }
    }

    package func packet(around body: [UInt8], protocolNumber: UInt8) -> [UInt8] {
      switch self {
      case .ipv4(let header): header.packet(around: body, protocolNumber: protocolNumber)
      case .ipv6(let header): header.packet(around: body, protocolNumber: protocolNumber)
      case .arp(let packet): packet.octets()
      }
    }

    func pseudoHeader(protocolNumber: UInt8, length: Int) -> [UInt8] {
      let (source, destination) =
        switch self {
        case .ipv4(let header):
          (header.source.octets(count: 4), header.destination.octets(count: 4))
        case .ipv6(let header): (header.pseudoHeaderSource, header.finalDestination)
        case .arp: ([], [])
        }
      return PseudoHeader.octets(
        source: source, destination: destination, protocolNumber: protocolNumber, length: length)
    }
  }
}
