internal import WireFormats

extension CoalescingRules {
  /// One rule that differs between two sets of rules.
  public typealias Difference = RuleDifference

  /// Returns the differences between these rules and others, in the order of the properties.
  public func difference(from other: CoalescingRules) -> [Difference] {
    RuleDifference.all(entries, other.entries)
  }

  /// Every rule and its value, as text.
  private var entries: [(rule: String, value: String)] {
    [
      ("support", support.names),
      ("flows", "\(flows)"),
      ("tunnels", "\(tunnels)"),
      ("extensionHeaders", "\(extensionHeaders)"),
      ("identification", "\(identification)"),
      ("tcpHopLimit", "\(tcpHopLimit)"),
      ("udpHopLimit", "\(udpHopLimit)"),
      ("tcpSegmentLength", "\(tcpSegmentLength)"),
      ("acknowledgment", "\(acknowledgment)"),
      ("window", "\(window)"),
      ("tcpOptions", "\(tcpOptions)"),
      ("mergedTCPFlags", mergedTCPFlags.description),
      ("endingTCPFlags", endingTCPFlags.description),
      ("startingTCPFlags", startingTCPFlags.description),
      ("refusedTCPFlags", refusedTCPFlags.description),
      ("zeroUDPChecksum", "\(zeroUDPChecksum)"),
      ("trailers", "\(trailers)"),
      ("unusableFrames", "\(unusableFrames)"),
      ("maximumTCPSegmentCount", RuleDifference.text(maximumTCPSegmentCount)),
      ("maximumUDPSegmentCount", RuleDifference.text(maximumUDPSegmentCount)),
      ("maximumPacketLength", "\(maximumPacketLength)"),
    ]
  }
}

extension CoalescingRules.Support {
  fileprivate var names: String {
    let all: [(Self, String)] = [
      (.tcpIPv4, "TCP over IPv4"), (.tcpIPv6, "TCP over IPv6"), (.udpIPv4, "UDP over IPv4"),
      (.udpIPv6, "UDP over IPv6"),
    ]
    let names = all.filter { contains($0.0) }.map(\.1)
    return names.isEmpty ? "nothing" : names.joined(separator: ", ")
  }
}
