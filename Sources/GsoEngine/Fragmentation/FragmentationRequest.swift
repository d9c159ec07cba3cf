/// How IP fragments come to be.
public struct FragmentationRules: Hashable, Sendable {
  /// What the "don't fragment" bit of an IPv4 packet means.
  public enum DontFragment: Hashable, Sendable {
    /// The packet is refused (RFC 791).
    case refused
    /// The bit is cleared, as Linux does for a datagram that the sender wants cut.
    case cleared
  }

  /// Which IPv4 options later fragments carry; the first one has all.
  public enum Options: Hashable, Sendable {
    /// Those with the copied flag (RFC 791, section 3.1).
    case copiedFlag
    /// All, as Linux does.
    case all
  }

  /// What the "don't fragment" bit means.
  public var dontFragment: DontFragment
  /// Which IPv4 options later fragments carry.
  public var options: Options

  /// What a UDP checksum of 0 over IPv4 means.
  public var zeroUDPChecksum: SegmentationRules.ZeroUDPChecksum

  /// Chooses each rule.
  public init(
    dontFragment: DontFragment = .refused, options: Options = .copiedFlag,
    zeroUDPChecksum: SegmentationRules.ZeroUDPChecksum = .leaveZero
  ) {
    (self.dontFragment, self.options) = (dontFragment, options)
    self.zeroUDPChecksum = zeroUDPChecksum
  }

  /// What the RFCs say.
  public static let standard = FragmentationRules()
  /// What the Linux kernel does with `VIRTIO_NET_HDR_GSO_UDP` ("UFO").
  public static let linux = FragmentationRules(
    dontFragment: .cleared, options: .all, zeroUDPChecksum: .computeAnyway)
}

/// What to make of a packet that is to travel as IP fragments.
///
/// ```swift
/// FragmentationRequest(mtu: 1_500, identification: 17)
/// ```
public struct FragmentationRequest: Hashable, Sendable {
  /// How large a fragment may be.
  public var size: SegmentationRequest.Size
  /// Identification of the fragments over IPv6, where the packet itself has none.
  ///
  /// Over IPv4 the packet's own is used. Two packets between the same addresses must not share one
  /// while both may be on their way, so a caller with more than one packet counts.
  public var identification: UInt32
  /// True if the TCP or UDP checksum is computed; false leaves it as it is.
  public var completesChecksum: Bool
  /// What happens to DF, and to IPv4 options.
  public var rules: FragmentationRules

  /// Asks for fragments with `fragmentSize` octets behind the IP headers, a multiple of 8.
  public init(
    fragmentSize: Int, identification: UInt32 = 0, completesChecksum: Bool = true,
    rules: FragmentationRules = .standard
  ) {
    size = .payload(fragmentSize)
    (self.identification, self.completesChecksum) = (identification, completesChecksum)
    self.rules = rules
  }

  /// Asks for IP packets of at most `mtu` octets.
  public init(
    mtu: Int, identification: UInt32 = 0, completesChecksum: Bool = true,
    rules: FragmentationRules = .standard
  ) {
    size = .mtu(mtu)
    (self.identification, self.completesChecksum) = (identification, completesChecksum)
    self.rules = rules
  }
}
