/// A protocol's request to change the active offloads: `NDIS_OFFLOAD_PARAMETERS`, which travels in
/// `OID_TCP_OFFLOAD_PARAMETERS`.
///
/// Each member defaults to "no change". Raw values are NDIS's.
public struct OffloadParameters: Hashable, Sendable {
  /// A request about segmentation or coalescing.
  public enum Switch: UInt8, Hashable, Sendable, CaseIterable {
    /// `NDIS_OFFLOAD_PARAMETERS_NO_CHANGE`.
    case noChange = 0
    /// Off, as in `NDIS_OFFLOAD_PARAMETERS_LSOV2_DISABLED`.
    case disabled = 1
    /// On, as in `NDIS_OFFLOAD_PARAMETERS_LSOV2_ENABLED`.
    case enabled = 2
  }

  /// A request about a checksum.
  public enum Checksum: UInt8, Hashable, Sendable, CaseIterable {
    /// `NDIS_OFFLOAD_PARAMETERS_NO_CHANGE`.
    case noChange = 0
    /// `NDIS_OFFLOAD_PARAMETERS_TX_RX_DISABLED`.
    case disabled = 1
    /// `NDIS_OFFLOAD_PARAMETERS_TX_ENABLED_RX_DISABLED`.
    case txEnabled = 2
    /// `NDIS_OFFLOAD_PARAMETERS_RX_ENABLED_TX_DISABLED`.
    case rxEnabled = 3
    /// `NDIS_OFFLOAD_PARAMETERS_TX_RX_ENABLED`.
    case enabled = 4

    /// Whether the request does not disable the checksum of packets to send.
    internal var allowsTx: Bool { self != .disabled && self != .rxEnabled }
    /// Whether the request does not disable the checksum of received packets.
    internal var allowsRx: Bool { self != .disabled && self != .txEnabled }
  }

  /// `IPv4Checksum`: the header checksum.
  public var ipv4Checksum = Checksum.noChange
  /// `TCPIPv4Checksum`.
  public var tcpIPv4Checksum = Checksum.noChange
  /// `UDPIPv4Checksum`.
  public var udpIPv4Checksum = Checksum.noChange
  /// `TCPIPv6Checksum`.
  public var tcpIPv6Checksum = Checksum.noChange
  /// `UDPIPv6Checksum`.
  public var udpIPv6Checksum = Checksum.noChange
  /// `LsoV1`.
  ///
  /// Drivers do not distinguish the versions of LSO over IPv4. By itself, a request disables LSO
  /// over IPv4 only if this and ``lsoV2IPv4`` are disabled. Its keyword, however, which the request
  /// writes, disables LSO over IPv4 alone.
  public var lsoV1 = Switch.noChange
  /// `LsoV2IPv4`; see ``lsoV1``.
  public var lsoV2IPv4 = Switch.noChange
  /// `LsoV2IPv6`.
  public var lsoV2IPv6 = Switch.noChange
  /// `UdpSegmentation.IPv4`.
  public var usoIPv4 = Switch.noChange
  /// `UdpSegmentation.IPv6`.
  public var usoIPv6 = Switch.noChange
  /// `RscIPv4`.
  public var rscIPv4 = Switch.noChange
  /// `RscIPv6`.
  public var rscIPv6 = Switch.noChange
  /// `NDIS_OFFLOAD_PARAMETERS_SKIP_REGISTRY_UPDATE` in `Flags`: whether the keywords stay as they
  /// are.
  ///
  /// Defaults to false: the request writes its members into their keywords
  /// (``OffloadRefusal/Member/keyword``), by which the next start goes. If true, the request ends
  /// when the adapter stops, and cannot enable what a keyword disables.
  ///
  /// Sources: the pages `OID_TCP_OFFLOAD_PARAMETERS`, `NDIS_OFFLOAD_PARAMETERS` and "Using the
  /// TCP/IP Offload Administrator Interface". The second describes the flag for coalescing of UDP
  /// only; here it is about every member.
  public var skipsRegistryUpdate = false

  /// A request that changes nothing.
  public init() {}
}

extension OffloadParameters {
  /// The members that ask for a change, each with the number that its keyword gets.
  ///
  /// Bit 0 of a number stands for sending and bit 1 for receiving; those of segmentation and
  /// coalescing are 0 and 1.
  internal var settings: [(member: OffloadRefusal.Member, number: Int)] {
    let checksums: [(OffloadRefusal.Member, Checksum)] = [
      (.ipv4Checksum, ipv4Checksum), (.tcpIPv4Checksum, tcpIPv4Checksum),
      (.udpIPv4Checksum, udpIPv4Checksum), (.tcpIPv6Checksum, tcpIPv6Checksum),
      (.udpIPv6Checksum, udpIPv6Checksum),
    ]
    let switches: [(OffloadRefusal.Member, Switch)] = [
      (.lsoV1, lsoV1), (.lsoV2IPv4, lsoV2IPv4), (.lsoV2IPv6, lsoV2IPv6), (.usoIPv4, usoIPv4),
      (.usoIPv6, usoIPv6), (.rscIPv4, rscIPv4), (.rscIPv6, rscIPv6),
    ]
    // NDIS's codes are the numbers of the keywords, plus 1.
    let codes = checksums.map { ($0, Int($1.rawValue)) } + switches.map { ($0, Int($1.rawValue)) }
    return codes.compactMap { $1 == 0 ? nil : ($0, $1 - 1) }
  }

  /// Writes each member that asks for a change into its keyword, as text, unless the request skips
  /// that.
  internal func write(to keywords: inout KeywordStore) {
    guard !skipsRegistryUpdate else { return }
    for (member, number) in settings { keywords[member.keyword] = .string("\(number)") }
  }

  /// Returns the number that a member asks for; nil for "no change".
  internal func number(_ member: OffloadRefusal.Member) -> Int? {
    settings.first { $0.member == member }?.number
  }

  /// Replaces members by those of a later request, except for "no change".
  internal mutating func merge(_ later: OffloadParameters) {
    func latest<Code: RawRepresentable<UInt8>>(_ member: KeyPath<Self, Code>) -> Code {
      later[keyPath: member].rawValue == 0 ? self[keyPath: member] : later[keyPath: member]
    }
    ipv4Checksum = latest(\.ipv4Checksum)
    tcpIPv4Checksum = latest(\.tcpIPv4Checksum)
    udpIPv4Checksum = latest(\.udpIPv4Checksum)
    tcpIPv6Checksum = latest(\.tcpIPv6Checksum)
    udpIPv6Checksum = latest(\.udpIPv6Checksum)
    lsoV1 = latest(\.lsoV1)
    lsoV2IPv4 = latest(\.lsoV2IPv4)
    lsoV2IPv6 = latest(\.lsoV2IPv6)
    usoIPv4 = latest(\.usoIPv4)
    usoIPv6 = latest(\.usoIPv6)
    rscIPv4 = latest(\.rscIPv4)
    rscIPv6 = latest(\.rscIPv6)
  }
}
