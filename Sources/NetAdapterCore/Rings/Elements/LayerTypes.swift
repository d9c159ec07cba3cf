// These types are structures, not enumerations: a driver can write any number into the four bits,
// and the verifier has to see it.

extension NetPacketLayout {
  /// The kind of link header: `NET_PACKET_LAYER2_TYPE`, 4 bits.
  public struct Layer2Type: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    /// Microsoft's number, at most 15.
    public let rawValue: UInt8

    /// Takes a number, clamped to 15, which Microsoft does not define.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = min(rawValue, 15) }

    /// `NetPacketLayer2TypeUnspecified`.
    public static let unspecified = Layer2Type(rawValue: 0)
    /// `NetPacketLayer2TypeNull`: there is no link header.
    public static let null = Layer2Type(rawValue: 1)
    /// `NetPacketLayer2TypeEthernet`.
    public static let ethernet = Layer2Type(rawValue: 2)
    /// `NetPacketLayer2TypeIeee80211`.
    public static let ieee80211 = Layer2Type(rawValue: 3)

    /// True if Microsoft defines the number.
    internal var isKnown: Bool { rawValue <= 3 }
  }

  /// The version of IP, and whether options or extension headers follow the fixed header:
  /// `NET_PACKET_LAYER3_TYPE`, 4 bits.
  public struct Layer3Type: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    /// Microsoft's number, at most 15.
    public let rawValue: UInt8

    /// Takes a number, clamped to 15, which Microsoft does not define.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = min(rawValue, 15) }

    /// `NetPacketLayer3TypeUnspecified`.
    public static let unspecified = Layer3Type(rawValue: 0)
    /// `NetPacketLayer3TypeIPv4UnspecifiedOptions`.
    public static let ipv4UnspecifiedOptions = Layer3Type(rawValue: 1)
    /// `NetPacketLayer3TypeIPv4WithOptions`.
    public static let ipv4WithOptions = Layer3Type(rawValue: 2)
    /// `NetPacketLayer3TypeIPv4NoOptions`.
    public static let ipv4NoOptions = Layer3Type(rawValue: 3)
    /// `NetPacketLayer3TypeIPv6UnspecifiedExtensions`.
    public static let ipv6UnspecifiedExtensions = Layer3Type(rawValue: 4)
    /// `NetPacketLayer3TypeIPv6WithExtensions`.
    public static let ipv6WithExtensions = Layer3Type(rawValue: 5)
    /// `NetPacketLayer3TypeIPv6NoExtensions`.
    public static let ipv6NoExtensions = Layer3Type(rawValue: 6)

    /// True if Microsoft defines the number.
    internal var isKnown: Bool { rawValue <= 6 }
    /// `NetPacketIsIpv4`.
    public var isIPv4: Bool { 1...3 ~= rawValue }
    /// `NetPacketIsIpv6`.
    public var isIPv6: Bool { 4...6 ~= rawValue }
  }

  /// The transport protocol: `NET_PACKET_LAYER4_TYPE`, 4 bits.
  public struct Layer4Type: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    /// Microsoft's number, at most 15.
    public let rawValue: UInt8

    /// Takes a number, clamped to 15, which Microsoft does not define.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = min(rawValue, 15) }

    /// `NetPacketLayer4TypeUnspecified`.
    public static let unspecified = Layer4Type(rawValue: 0)
    /// `NetPacketLayer4TypeTcp`.
    public static let tcp = Layer4Type(rawValue: 1)
    /// `NetPacketLayer4TypeUdp`.
    public static let udp = Layer4Type(rawValue: 2)
    /// `NetPacketLayer4TypeIPFragment`.
    public static let ipFragment = Layer4Type(rawValue: 3)
    /// `NetPacketLayer4TypeIPNotFragment`.
    public static let ipNotFragment = Layer4Type(rawValue: 4)

    /// True if Microsoft defines the number.
    internal var isKnown: Bool { rawValue <= 4 }
  }
}
