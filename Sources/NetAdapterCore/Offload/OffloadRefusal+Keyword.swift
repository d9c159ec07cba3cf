extension OffloadRefusal.Member {
  /// Returns the member that a request writes into a keyword; nil if there is none.
  ///
  /// - Complexity: O(1). Does not allocate.
  public init?(keyword: Keyword) {
    // Not a search of `allCases`, which would allocate: texts of errors in C must not.
    switch keyword {
    case .ipChecksumOffloadIPv4: self = .ipv4Checksum
    case .tcpChecksumOffloadIPv4: self = .tcpIPv4Checksum
    case .udpChecksumOffloadIPv4: self = .udpIPv4Checksum
    case .tcpChecksumOffloadIPv6: self = .tcpIPv6Checksum
    case .udpChecksumOffloadIPv6: self = .udpIPv6Checksum
    case .lsoV1IPv4: self = .lsoV1
    case .lsoV2IPv4: self = .lsoV2IPv4
    case .lsoV2IPv6: self = .lsoV2IPv6
    case .usoIPv4: self = .usoIPv4
    case .usoIPv6: self = .usoIPv6
    case .rscIPv4: self = .rscIPv4
    case .rscIPv6: self = .rscIPv6
    default: return nil
    }
  }
}
