public import NetAdapterCore
public import WireFormats

extension Layer3Flags {
  /// The kind of an IP header: exactly one flag.
  public init(_ network: NetworkLayout) {
    switch (network.version, network.hasOptions) {
    case (.ipv4, false): self = .ipv4NoOptions
    case (.ipv4, true): self = .ipv4WithOptions
    case (.ipv6, false): self = .ipv6NoExtensions
    case (.ipv6, true): self = .ipv6WithExtensions
    }
  }
}

extension Layer4Flags {
  /// The kind of a transport header: exactly one flag.
  public init(_ transport: TransportLayout) {
    switch transport.kind {
    case .udp: self = .udp
    case .tcp:
      let hasOptions = transport.headerLength > TCPHeader.minimumByteCount
      self = hasOptions ? .tcpWithOptions : .tcpNoOptions
    }
  }
}

extension Layer3Flags {
  internal var headerName: String {
    switch self {
    case .ipv4NoOptions: "IPv4"
    case .ipv4WithOptions: "IPv4 with options"
    case .ipv6NoExtensions: "IPv6"
    default: "IPv6 with extensions"
    }
  }
}

extension Layer4Flags {
  internal var headerName: String {
    switch self {
    case .tcpNoOptions: "TCP"
    case .tcpWithOptions: "TCP with options"
    default: "UDP"
    }
  }
}
