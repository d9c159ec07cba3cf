internal import WireFormats

extension CoalescingRules {
  /// One rule that differs between two sets of rules.
  public struct Difference: Hashable, Sendable, CustomStringConvertible {
    /// Name of the property.
    public let rule: String
    /// The value in these rules.
    public let value: String
    /// The value in the other rules.
    public let other: String

    /// Text such as `identification: any instead of incrementingOrFixed`.
    public var description: String { "\(rule): \(value) instead of \(other)" }
  }

  /// Returns the differences between these rules and others, in the order of the properties.
  public func difference(from other: CoalescingRules) -> [Difference] {
    zip(entries, other.entries).compactMap { mine, theirs in
      mine.1 == theirs.1 ? nil : Difference(rule: mine.0, value: mine.1, other: theirs.1)
    }
  }

  /// Every rule and its value, as text.
  private var entries: [(String, String)] {
    let count = { (limit: Int?) in limit.map(String.init) ?? "no limit" }
    return [
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
      ("maximumTCPSegmentCount", count(maximumTCPSegmentCount)),
      ("maximumUDPSegmentCount", count(maximumUDPSegmentCount)),
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
