extension FrameRecipe {
  /// A TCP header (RFC 9293, section 3.1).
  public struct TCP: Equatable, Sendable {
    /// Source port.
    public var sourcePort: UInt16 = 40_000
    /// Destination port.
    public var destinationPort: UInt16 = 443
    /// Sequence number.
    public var sequenceNumber: UInt32 = 0x1020_3040
    /// Acknowledgement number.
    public var acknowledgement: UInt32 = 0x5060_7080
    /// The twelve bits behind the data offset, see ``TCPFlag``.
    public var flags: UInt16 = TCPFlag.ack
    /// Window.
    public var window: UInt16 = 0x7210
    /// Urgent pointer.
    public var urgentPointer: UInt16 = 0
    /// The options one by one, see ``TCPOption``; padded with zeros to whole words, at most 40.
    public var options: [[UInt8]] = []

    /// A plain header; change the fields that matter.
    public init() {}

    /// A plain header, changed by `change`.
    public init(_ change: (inout TCP) -> Void) { change(&self) }

    /// Octets of the header with its options.
    public var byteCount: Int { 20 + paddedToWords(options) }

    func header(checksum: UInt16) -> [UInt8] {
      let size = byteCount
      let word = size / 4 * 0x1000 + Int(flags & 0xFFF)
      var out = networkOrder16(sourcePort) + networkOrder16(destinationPort)
      out += networkOrder32(sequenceNumber) + networkOrder32(acknowledgement)
      out += networkOrder16(word) + networkOrder16(window)
      out += networkOrder16(checksum) + networkOrder16(urgentPointer)
      for option in options { out += option }
      while out.count < size { out.append(0) }
      return out
    }
  }

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
    case tcp(TCP = TCP())
    /// UDP.
    case udp(UDP = UDP())

    /// The protocol number that announces it.
    public var protocolNumber: UInt8 { isTCP ? IPNumber.tcp : IPNumber.udp }

    /// Whether it is TCP.
    public var isTCP: Bool { if case .tcp = self { true } else { false } }

    /// Octets of the header with its options.
    public var byteCount: Int { if case .tcp(let header) = self { header.byteCount } else { 8 } }

    /// The TCP fields, nil for UDP; setting them changes TCP headers only.
    public var tcp: TCP? {
      get { if case .tcp(let header) = self { header } else { nil } }
      set { if case .tcp = self, let newValue { self = .tcp(newValue) } }
    }

    /// The UDP fields, nil for TCP; setting them changes UDP headers only.
    public var udp: UDP? {
      get { if case .udp(let header) = self { header } else { nil } }
      set { if case .udp = self, let newValue { self = .udp(newValue) } }
    }

    func header(checksum: UInt16, payloadCount: Int) -> [UInt8] {
      switch self {
      case .tcp(let header): header.header(checksum: checksum)
      case .udp(let header): header.header(checksum: checksum, payloadCount: payloadCount)
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
      let field: UInt16
      switch convention {
      case .zero: field = 0
      case .value(let value): field = value
      case .pseudoHeaderWithoutLength:
        field = referenceSum(network.pseudoHeader(protocolNumber: protocolNumber, length: 0))
      case .pseudoHeaderWithLength:
        field = referenceSum(network.pseudoHeader(protocolNumber: protocolNumber, length: length))
      case .complete:
        let pseudo = network.pseudoHeader(protocolNumber: protocolNumber, length: length)
        let sum = ~referenceSum(pseudo + blank + payload)
        field = sum == 0 && zeroBecomesOnes ? 0xFFFF : sum
      }
      return header(checksum: field, payloadCount: payload.count) + payload
    }
  }
}
