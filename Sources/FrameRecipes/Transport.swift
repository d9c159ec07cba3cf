extension FrameRecipe {
  /// A UDP header (RFC 768).
  public struct UDP: Equatable, Sendable {
    /// Source port.
    public var sourcePort: UInt16 = 40_000
    /// Destination port.
    public var destinationPort: UInt16 = 443
    /// What the length field holds.
    public var length = LengthField.exact

    /// A plain header; change the fields that matter.
    public init() {}

    /// A plain header, changed by `change`.
    public init(_ change: (inout UDP) -> Void) { change(&self) }

    func header(checksum: UInt16, payloadCount: Int) -> [UInt8] {
      networkOrder16(sourcePort) + networkOrder16(destinationPort)
        + networkOrder16(length.resolve(8 + payloadCount)) + networkOrder16(checksum)
    }
  }

  /// The transport header of a packet.
  public enum Transport: Equatable, Sendable {
    /// TCP.
    case tcp(TCP)
    /// UDP.
    case udp(UDP)
    /// A message of ICMP; its checksum covers no pseudo header.
    case icmp(ICMP)
    /// A message of ICMPv6.
    case icmpv6(ICMP)

    /// TCP between two ports; `change` sets whatever else matters.
    public static func tcp(
      from sourcePort: UInt16 = 40_000, to destinationPort: UInt16 = 443,
      flags: TCPFlags = .ack, options: [TCPOption] = [], _ change: (inout TCP) -> Void = { _ in }
    ) -> Transport {
      .tcp(
        TCP {
          $0.sourcePort = sourcePort
          $0.destinationPort = destinationPort
          $0.flags = flags
          $0.options = options
          change(&$0)
        })
    }

    /// UDP between two ports; `change` sets whatever else matters.
    public static func udp(
      from sourcePort: UInt16 = 40_000, to destinationPort: UInt16 = 443,
      _ change: (inout UDP) -> Void = { _ in }
    ) -> Transport {
      .udp(
        UDP {
          $0.sourcePort = sourcePort
          $0.destinationPort = destinationPort
          change(&$0)
        })
    }

    /// The protocol number that announces it.
    public var protocolNumber: UInt8 {
      switch self {
      case .tcp: IPNumber.tcp
      case .udp: IPNumber.udp
      case .icmp: IPNumber.icmp
      case .icmpv6: IPNumber.icmpv6
      }
    }

    /// Whether it is TCP.
    public var isTCP: Bool { if case .tcp = self { true } else { false } }

    /// Whether it is UDP.
    public var isUDP: Bool { if case .udp = self { true } else { false } }

    /// Octets of the header with its options.
    public var byteCount: Int { if case .tcp(let header) = self { header.byteCount } else { 8 } }

    /// Where the checksum field stands, in octets from the start of the header.
    public var checksumOffset: Int {
      switch self {
      case .tcp: 16
      case .udp: 6
      case .icmp, .icmpv6: 2
      }
    }

    /// The TCP fields, nil for others; setting them changes TCP headers only.
    public var tcp: TCP? {
      get { if case .tcp(let header) = self { header } else { nil } }
      set { if case .tcp = self, let newValue { self = .tcp(newValue) } }
    }

    /// The ICMP or ICMPv6 fields, nil for others; setting them changes such headers only.
    public var icmp: ICMP? {
      get {
        switch self {
        case .icmp(let header), .icmpv6(let header): header
        case .tcp, .udp: nil
        }
      }
      set {
        guard let newValue else { return }
        switch self {
        case .icmp: self = .icmp(newValue)
        case .icmpv6: self = .icmpv6(newValue)
        case .tcp, .udp: break
        }
      }
    }

    /// The UDP fields, nil for others; setting them changes UDP headers only.
    public var udp: UDP? {
      get { if case .udp(let header) = self { header } else { nil } }
      set { if case .udp = self, let newValue { self = .udp(newValue) } }
    }

    func header(checksum: UInt16, payloadCount: Int) -> [UInt8] {
      switch self {
      case .tcp(let header): header.header(checksum: checksum)
      case .udp(let header): header.header(checksum: checksum, payloadCount: payloadCount)
      case .icmp(let header), .icmpv6(let header): header.header(checksum: checksum)
      }
    }

    /// Header and payload with the checksum field that `convention` asks for.
    ///
    /// `zeroBecomesOnes` stores a complete checksum of 0 as 0xFFFF; UDP must, TCP need not.
    func segment(
      payload: [UInt8], in network: Network, checksum convention: TransportChecksum,
      zeroBecomesOnes: Bool
    ) -> [UInt8] {
      let blank = header(checksum: 0, payloadCount: payload.count)
      let length = blank.count + payload.count
      func sum(length: Int, _ rest: [UInt8] = []) -> UInt16 {
        let pseudo =
          protocolNumber == IPNumber.icmp
          ? [] : network.pseudoHeader(protocolNumber: protocolNumber, length: length)
        return referenceSum(pseudo + rest)
      }
      let field: UInt16
      switch convention {
      case .zero: field = 0
      case .value(let value): field = value
      case .pseudoHeaderWithoutLength: field = sum(length: 0)
      case .pseudoHeader: field = sum(length: length)
      case .wrong: field = wrongChecksum(~sum(length: length, blank + payload))
      case .complete:
        let complete = ~sum(length: length, blank + payload)
        field = complete == 0 && zeroBecomesOnes ? 0xFFFF : complete
      }
      return header(checksum: field, payloadCount: payload.count) + payload
    }
  }
}
