/// How IP fragments are made.
public struct FragmentationRules: Hashable, Sendable {
  /// What the "don't fragment" bit of an IPv4 packet means.
  public enum DontFragment: Hashable, Sendable {
    /// The packet is refused (RFC 791).
    case refused
    /// The bit is cleared, as Linux does for UDP fragmentation offload.
    case cleared
  }

  /// Which IPv4 options later fragments carry; the first one has all.
  public enum Options: Hashable, Sendable {
    /// Those with the copied flag (RFC 791, section 3.1).
    case copiedFlag
    /// All, as Linux does.
    case all
  }

  /// How TCP and UDP checksums are made, the inner and the outer one in a tunnel.
  public enum Checksum: Hashable, Sendable {
    /// Partial checksums and lengths of 0 are completed. All other checksums are copied, right or
    /// wrong, and a UDP checksum of 0, too: fragmentation does not change what follows the IP
    /// header (RFC 791, section 3.2).
    case completePartial
    /// Computed whatever the field holds, as Linux does for `VIRTIO_NET_HDR_GSO_UDP`; see
    /// ``FragmentationRules/zeroUDPChecksum``. In a tunnel the same as ``completePartial``.
    case compute
    /// Copied, partial or not.
    case copy
  }

  /// What happens to an IPv4 packet that is a fragment itself.
  public enum Fragments: Hashable, Sendable {
    /// It is refused.
    case refused
    /// It is fragmented again, as a router does: offsets count on from its own, and the last one
    /// has its "more fragments" bit (RFC 791, section 3.2).
    case fragmentedAgain
  }

  /// What the "don't fragment" bit means.
  public var dontFragment: DontFragment
  /// Which IPv4 options later fragments carry.
  public var options: Options
  /// What happens to a packet that is a fragment itself; of IPv6 it is always refused, because only
  /// the sender may fragment (RFC 8200, section 4.5).
  public var fragments = Fragments.refused

  /// How TCP and UDP checksums are made.
  public var checksum: Checksum
  /// What a UDP checksum of 0 over IPv4 means where checksums are computed.
  public var zeroUDPChecksum: SegmentationRules.ZeroUDPChecksum

  /// Chooses each rule.
  public init(
    dontFragment: DontFragment = .refused, options: Options = .copiedFlag,
    checksum: Checksum = .completePartial,
    zeroUDPChecksum: SegmentationRules.ZeroUDPChecksum = .copied
  ) {
    (self.dontFragment, self.options) = (dontFragment, options)
    (self.checksum, self.zeroUDPChecksum) = (checksum, zeroUDPChecksum)
  }

  /// The rules of the RFCs.
  public static let standard = FragmentationRules()
  /// The rules of the Linux kernel for `VIRTIO_NET_HDR_GSO_UDP` ("UFO").
  public static let linux = FragmentationRules(
    dontFragment: .cleared, options: .all, checksum: .compute, zeroUDPChecksum: .computeAnyway)
}

/// How to fragment a packet.
///
/// ```swift
/// FragmentationRequest(mtu: 1_500, identification: 17)
/// ```
public struct FragmentationRequest: Hashable, Sendable {
  /// How large a fragment may be.
  public var size: SegmentationRequest.Size
  /// Identification of the fragments over IPv6, where the packet itself has none.
  ///
  /// Over IPv4 the identification of the packet is used. Two packets between the same addresses
  /// must not have the same one while both are in transit, so the caller gives each packet another
  /// one.
  public var identification: UInt32
  /// What happens to DF, to IPv4 options and to checksums.
  public var rules: FragmentationRules

  /// Asks for fragments with `fragmentSize` octets after the IP headers, a multiple of 8.
  public init(
    fragmentSize: Int, identification: UInt32 = 0,
    rules: FragmentationRules = .standard
  ) {
    size = .payload(fragmentSize)
    self.identification = identification
    self.rules = rules
  }

  /// Asks for IP packets of at most `mtu` octets.
  public init(
    mtu: Int, identification: UInt32 = 0,
    rules: FragmentationRules = .standard
  ) {
    size = .mtu(mtu)
    self.identification = identification
    self.rules = rules
  }
}
