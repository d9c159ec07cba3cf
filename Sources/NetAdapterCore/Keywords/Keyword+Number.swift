extension Keyword {
  /// The number of the keyword, which stays the same for ever: an operand of errors and reasons,
  /// and `VNIC_KEYWORD_…` in C.
  public var number: Int {
    switch self {
    case .lsoV1IPv4: 1
    case .lsoV2IPv4: 2
    case .lsoV2IPv6: 3
    case .usoIPv4: 4
    case .usoIPv6: 5
    case .ipChecksumOffloadIPv4: 6
    case .tcpChecksumOffloadIPv4: 7
    case .tcpChecksumOffloadIPv6: 8
    case .udpChecksumOffloadIPv4: 9
    case .udpChecksumOffloadIPv6: 10
    case .rscIPv4: 11
    case .rscIPv6: 12
    case .rscTimestamp: 13
    case .tcpUdpChecksumOffloadIPv4: 14
    case .tcpUdpChecksumOffloadIPv6: 15
    case .tcpConnectionOffloadIPv4: 16
    case .tcpConnectionOffloadIPv6: 17
    case .ipsecOffloadV1IPv4: 18
    case .ipsecOffloadV2: 19
    case .ipsecOffloadV2IPv4: 20
    case .priorityVLANTag: 21
    }
  }

  /// Returns the keyword with a number; nil if there is none.
  ///
  /// - Complexity: O(1). Does not allocate.
  public init?(number: Int) {
    // Not a search of `allCases`, which would allocate: texts of errors in C must not.
    switch number {
    case 1: self = .lsoV1IPv4
    case 2: self = .lsoV2IPv4
    case 3: self = .lsoV2IPv6
    case 4: self = .usoIPv4
    case 5: self = .usoIPv6
    case 6: self = .ipChecksumOffloadIPv4
    case 7: self = .tcpChecksumOffloadIPv4
    case 8: self = .tcpChecksumOffloadIPv6
    case 9: self = .udpChecksumOffloadIPv4
    case 10: self = .udpChecksumOffloadIPv6
    case 11: self = .rscIPv4
    case 12: self = .rscIPv6
    case 13: self = .rscTimestamp
    case 14: self = .tcpUdpChecksumOffloadIPv4
    case 15: self = .tcpUdpChecksumOffloadIPv6
    case 16: self = .tcpConnectionOffloadIPv4
    case 17: self = .tcpConnectionOffloadIPv6
    case 18: self = .ipsecOffloadV1IPv4
    case 19: self = .ipsecOffloadV2
    case 20: self = .ipsecOffloadV2IPv4
    case 21: self = .priorityVLANTag
    default: return nil
    }
  }
}
