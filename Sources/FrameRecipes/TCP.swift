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
    /// The flags, reserved bits included.
    public var flags: TCPFlags = .ack
    /// Window.
    public var window: UInt16 = 0x7210
    /// Urgent pointer.
    public var urgentPointer: UInt16 = 0
    /// The options in order; padded with zeros to whole words, at most 40 octets.
    public var options: [TCPOption] = []
    /// The data offset in words of four octets, its low four bits; nil for the right one.
    public var dataOffset: UInt8?

    /// A plain header; change the fields that matter.
    public init() {}

    /// A plain header, changed by `change`.
    public init(_ change: (inout TCP) -> Void) { change(&self) }

    /// Octets of the header with its options.
    public var byteCount: Int { 20 + paddedToWords(options) }

    func header(checksum: UInt16) -> [UInt8] {
      let size = byteCount
      let words = dataOffset ?? UInt8(truncatingIfNeeded: size / 4)
      var out = networkOrder16(sourcePort) + networkOrder16(destinationPort)
      out += networkOrder32(sequenceNumber) + networkOrder32(acknowledgement)
      out += networkOrder16(UInt16(words & 0xF) << 12 | flags.rawValue & 0xFFF)
      out += networkOrder16(window) + networkOrder16(checksum) + networkOrder16(urgentPointer)
      for option in options { out += option.octets }
      while out.count < size { out.append(0) }
      return out
    }
  }

  /// TCP flags: the low twelve bits of the word that also holds the data offset.
  public struct TCPFlags: OptionSet, Hashable, Sendable {
    /// The bits on the wire.
    public var rawValue: UInt16

    /// Takes the low twelve bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue & 0xFFF }

    /// FIN.
    public static let fin = TCPFlags(rawValue: 0x001)
    /// SYN.
    public static let syn = TCPFlags(rawValue: 0x002)
    /// RST.
    public static let rst = TCPFlags(rawValue: 0x004)
    /// PSH.
    public static let psh = TCPFlags(rawValue: 0x008)
    /// ACK.
    public static let ack = TCPFlags(rawValue: 0x010)
    /// URG.
    public static let urg = TCPFlags(rawValue: 0x020)
    /// ECE.
    public static let ece = TCPFlags(rawValue: 0x040)
    /// CWR.
    public static let cwr = TCPFlags(rawValue: 0x080)
    /// AE, once NS.
    public static let ae = TCPFlags(rawValue: 0x100)
    /// The three bits that are still reserved.
    public static let reserved = TCPFlags(rawValue: 0xE00)
  }
}
