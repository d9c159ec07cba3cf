extension FrameRecipe {
  /// The IP header of a packet.
  public enum Network: Equatable, Sendable {
    /// IPv4.
    case ipv4(IPv4)
    /// IPv6.
    case ipv6(IPv6)

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
        case .ipv4(let header):
          (header.source.octets(count: 4), header.destination.octets(count: 4))
        case .ipv6(let header): (header.pseudoHeaderSource, header.finalDestination)
        }
      return PseudoHeader.octets(
        source: source, destination: destination, protocolNumber: protocolNumber, length: length)
    }
  }
}
