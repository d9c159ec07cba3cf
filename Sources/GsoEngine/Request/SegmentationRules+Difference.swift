internal import WireFormats

extension SegmentationRules {
  /// One rule that differs between two sets of rules.
  public typealias Difference = RuleDifference

  /// Returns the differences between these rules and others, in the order of the properties.
  public func difference(from other: SegmentationRules) -> [Difference] {
    RuleDifference.all(entries, other.entries)
  }

  /// Every rule and its value, as text.
  private var entries: [(rule: String, value: String)] {
    [
      ("support", support.names),
      ("tcpIdentification", "\(tcpIdentification)"),
      ("udpIdentification", "\(udpIdentification)"),
      ("congestionWindowReduced", "\(congestionWindowReduced)"),
      ("zeroUDPChecksum", "\(zeroUDPChecksum)"),
      ("shortLastDatagram", "\(shortLastDatagram)"),
      ("maximumTCPSegmentCount", RuleDifference.text(maximumTCPSegmentCount)),
      ("maximumUDPSegmentCount", RuleDifference.text(maximumUDPSegmentCount)),
      ("computedZeroUDPChecksum", "\(computedZeroUDPChecksum)"),
      ("virtioZeroTCPChecksum", "\(virtioZeroTCPChecksum)"),
      ("transportChecksum", "\(transportChecksum)"),
      ("ipv4HeaderChecksum", "\(ipv4HeaderChecksum)"),
      ("ipv6PayloadLength", "\(ipv6PayloadLength)"),
      ("outerUDPChecksumOverIPv4", "\(outerUDPChecksumOverIPv4)"),
      ("refusedTCPFlags", refusedTCPFlags.description),
    ]
  }
}

extension SegmentationRules.Support {
  fileprivate var names: String {
    let all: [(Self, String)] = [
      (.lsoIPv4, "LSO IPv4"), (.lsoIPv6, "LSO IPv6"), (.usoIPv4, "USO IPv4"),
      (.usoIPv6, "USO IPv6"),
    ]
    let names = all.filter { contains($0.0) }.map(\.1)
    return names.isEmpty ? "nothing" : names.joined(separator: ", ")
  }
}
