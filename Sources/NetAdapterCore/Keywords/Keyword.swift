/// A standardised INF keyword about offloads; the raw value is its name in the registry.
///
/// The page "Generic Segmentation Offload" refers to other pages for the segmentation keywords: to
/// "Using Registry Values to Enable and Disable Task Offloading" for LSO, and to "UDP Segmentation
/// Offload (USO)" for USO.
public enum Keyword: String, Hashable, Sendable, CaseIterable {
  /// LSO version 1, TCP over IPv4: 0 off, 1 on.
  case lsoV1IPv4 = "*LsoV1IPv4"
  /// LSO version 2, TCP over IPv4: 0 off, 1 on.
  case lsoV2IPv4 = "*LsoV2IPv4"
  /// LSO version 2, TCP over IPv6: 0 off, 1 on.
  case lsoV2IPv6 = "*LsoV2IPv6"
  /// USO over IPv4: 0 off, 1 on. Independent of the UDP checksum keywords.
  case usoIPv4 = "*UsoIPv4"
  /// USO over IPv6: 0 off, 1 on. Independent of the UDP checksum keywords.
  case usoIPv6 = "*UsoIPv6"
  /// Checksum of the IPv4 header: 0 off, 1 sending, 2 receiving, 3 both.
  case ipChecksumOffloadIPv4 = "*IPChecksumOffloadIPv4"
  /// TCP checksum over IPv4: 0 off, 1 sending, 2 receiving, 3 both.
  case tcpChecksumOffloadIPv4 = "*TCPChecksumOffloadIPv4"
  /// TCP checksum over IPv6: 0 off, 1 sending, 2 receiving, 3 both.
  case tcpChecksumOffloadIPv6 = "*TCPChecksumOffloadIPv6"
  /// UDP checksum over IPv4: 0 off, 1 sending, 2 receiving, 3 both.
  case udpChecksumOffloadIPv4 = "*UDPChecksumOffloadIPv4"
  /// UDP checksum over IPv6: 0 off, 1 sending, 2 receiving, 3 both.
  case udpChecksumOffloadIPv6 = "*UDPChecksumOffloadIPv6"
  /// Coalescing of TCP over IPv4: 0 off, 1 on.
  case rscIPv4 = "*RscIPv4"
  /// Coalescing of TCP over IPv6: 0 off, 1 on.
  case rscIPv6 = "*RscIPv6"
  /// Coalescing of segments with the TCP timestamp option: 0 off, 1 on.
  case rscTimestamp = "*RscTimestamp"

  /// TCP and UDP checksums over IPv4 together. NetAdapterCx does not read it.
  case tcpUdpChecksumOffloadIPv4 = "*TCPUDPChecksumOffloadIPv4"
  /// TCP and UDP checksums over IPv6 together. NetAdapterCx does not read it.
  case tcpUdpChecksumOffloadIPv6 = "*TCPUDPChecksumOffloadIPv6"
  /// Chimney offload over IPv4. NetAdapterCx does not read it.
  case tcpConnectionOffloadIPv4 = "*TCPConnectionOffloadIPv4"
  /// Chimney offload over IPv6. NetAdapterCx does not read it.
  case tcpConnectionOffloadIPv6 = "*TCPConnectionOffloadIPv6"
  /// IPsec offload version 1. NetAdapterCx does not read it.
  case ipsecOffloadV1IPv4 = "*IPsecOffloadV1IPv4"
  /// IPsec offload version 2. NetAdapterCx does not read it.
  case ipsecOffloadV2 = "*IPsecOffloadV2"
  /// IPsec offload version 2 over IPv4 alone. NetAdapterCx does not read it.
  case ipsecOffloadV2IPv4 = "*IPsecOffloadV2IPv4"
  /// Tags of IEEE 802.1Q. NetAdapterCx does not read it.
  case priorityVLANTag = "*PriorityVLANTag"

  /// Returns the keyword with a name, regardless of case as in the registry; nil if there is none.
  ///
  /// - Complexity: O(number of keywords).
  public init?(name: String) {
    let folded = name.lowercased()
    guard let found = Self.allCases.first(where: { $0.rawValue.lowercased() == folded }) else {
      return nil
    }
    self = found
  }
}

extension Keyword {
  /// The separate keywords for TCP and UDP checksums.
  internal static let granularChecksums: [Keyword] = [
    .tcpChecksumOffloadIPv4, .tcpChecksumOffloadIPv6, .udpChecksumOffloadIPv4,
    .udpChecksumOffloadIPv6,
  ]
  /// The grouped keywords for TCP and UDP checksums.
  internal static let groupedChecksums: [Keyword] = [
    .tcpUdpChecksumOffloadIPv4, .tcpUdpChecksumOffloadIPv6,
  ]

  /// Whether NetAdapterCx reads the keyword.
  public var isRead: Bool { largestValue != nil }

  /// The largest valid value; nil for keywords that are not read.
  ///
  /// The smallest is 0.
  public var largestValue: Int? {
    switch self {
    case .lsoV1IPv4, .lsoV2IPv4, .lsoV2IPv6, .usoIPv4, .usoIPv6, .rscIPv4, .rscIPv6, .rscTimestamp:
      1
    case .ipChecksumOffloadIPv4, .tcpChecksumOffloadIPv4, .tcpChecksumOffloadIPv6,
      .udpChecksumOffloadIPv4, .udpChecksumOffloadIPv6:
      3
    case .tcpUdpChecksumOffloadIPv4, .tcpUdpChecksumOffloadIPv6, .tcpConnectionOffloadIPv4,
      .tcpConnectionOffloadIPv6, .ipsecOffloadV1IPv4, .ipsecOffloadV2, .ipsecOffloadV2IPv4,
      .priorityVLANTag:
      nil
    }
  }
}
