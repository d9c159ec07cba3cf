internal import WireFormats

extension SegmentationRules {
  /// One rule that differs between two sets of rules.
  public struct Difference: Hashable, Sendable, CustomStringConvertible {
    /// Name of the property.
    public let rule: String
    /// The value in these rules.
    public let value: String
    /// The value in the other rules.
    public let other: String

    /// Text such as `tcpIdentification: incrementing15 instead of incrementing16`.
    public var description: String { "\(rule): \(value) instead of \(other)" }
  }

  /// Returns the differences between these rules and others, in the order of the properties.
  public func difference(from other: SegmentationRules) -> [Difference] {
    zip(entries, other.entries).compactMap { mine, theirs in
      mine.1 == theirs.1 ? nil : Difference(rule: mine.0, value: mine.1, other: theirs.1)
    }
  }

  /// Every rule and its value, as text.
  private var entries: [(String, String)] {
    let count = { (limit: Int?) in limit.map(String.init) ?? "no limit" }
    return [
      ("support", support.names),
      ("tcpIdentification", "\(tcpIdentification)"),
      ("udpIdentification", "\(udpIdentification)"),
      ("congestionWindowReduced", "\(congestionWindowReduced)"),
      ("zeroUDPChecksum", "\(zeroUDPChecksum)"),
      ("shortLastDatagram", "\(shortLastDatagram)"),
      ("maximumTCPSegmentCount", count(maximumTCPSegmentCount)),
      ("maximumUDPSegmentCount", count(maximumUDPSegmentCount)),
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
