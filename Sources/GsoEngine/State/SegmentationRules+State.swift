package import WireFormats

extension StateWriter {
  /// Writes rules, in the order of their properties.
  package mutating func write(_ rules: SegmentationRules) {
    write(rules.support.rawValue)
    write(rules.tcpIdentification, of: RuleCases.identification)
    write(rules.udpIdentification, of: RuleCases.identification)
    write(rules.congestionWindowReduced, of: RuleCases.congestionWindowReduced)
    write(rules.zeroUDPChecksum, of: RuleCases.zeroUDPChecksum)
    write(rules.shortLastDatagram, of: RuleCases.shortLastDatagram)
    write(rules.maximumTCPSegmentCount) { $0.write($1) }
    write(rules.maximumUDPSegmentCount) { $0.write($1) }
    write(rules.computedZeroUDPChecksum, of: RuleCases.computedZeroUDPChecksum)
    write(rules.virtioZeroTCPChecksum, of: RuleCases.virtioZeroTCPChecksum)
    write(rules.transportChecksum, of: RuleCases.transportChecksum)
    write(rules.ipv4HeaderChecksum, of: RuleCases.ipv4HeaderChecksum)
    write(rules.ipv6PayloadLength, of: RuleCases.ipv6PayloadLength)
    write(rules.outerUDPChecksumOverIPv4, of: RuleCases.outerUDPChecksumOverIPv4)
    write(rules.refusedTCPFlags.rawValue)
  }
}

extension StateReader {
  /// Reads rules.
  package mutating func readRules() throws(StateError) -> SegmentationRules {
    var rules = SegmentationRules()
    rules.support = SegmentationRules.Support(rawValue: try read())
    rules.tcpIdentification = try read("tcpIdentification", of: RuleCases.identification)
    rules.udpIdentification = try read("udpIdentification", of: RuleCases.identification)
    rules.congestionWindowReduced = try read(
      "congestionWindowReduced", of: RuleCases.congestionWindowReduced)
    rules.zeroUDPChecksum = try read("zeroUDPChecksum", of: RuleCases.zeroUDPChecksum)
    rules.shortLastDatagram = try read("shortLastDatagram", of: RuleCases.shortLastDatagram)
    rules.maximumTCPSegmentCount = try readSegmentCount("maximumTCPSegmentCount")
    rules.maximumUDPSegmentCount = try readSegmentCount("maximumUDPSegmentCount")
    rules.computedZeroUDPChecksum = try read(
      "computedZeroUDPChecksum", of: RuleCases.computedZeroUDPChecksum)
    rules.virtioZeroTCPChecksum = try read(
      "virtioZeroTCPChecksum", of: RuleCases.virtioZeroTCPChecksum)
    rules.transportChecksum = try read("transportChecksum", of: RuleCases.transportChecksum)
    rules.ipv4HeaderChecksum = try read("ipv4HeaderChecksum", of: RuleCases.ipv4HeaderChecksum)
    rules.ipv6PayloadLength = try read("ipv6PayloadLength", of: RuleCases.ipv6PayloadLength)
    rules.outerUDPChecksumOverIPv4 = try read(
      "outerUDPChecksumOverIPv4", of: RuleCases.outerUDPChecksumOverIPv4)
    rules.refusedTCPFlags = TCPFlags(rawValue: try read())
    return rules
  }

  private mutating func readSegmentCount(_ name: String) throws(StateError) -> Int? {
    try readOptional(name) { reader throws(StateError) in
      try reader.read(name, in: 0...Int(UInt32.max) - 1)
    }
  }
}

/// The values of each rule; their places are what a state has, so they stay the same for ever.
private enum RuleCases {
  typealias Rules = SegmentationRules
  static let identification: [Rules.Identification] = [.incrementing16, .incrementing15, .fixed]
  static let congestionWindowReduced: [Rules.CongestionWindowReduced] = [
    .firstSegment, .everySegment,
  ]
  static let zeroUDPChecksum: [Rules.ZeroUDPChecksum] = [.computeAnyway, .copied]
  static let shortLastDatagram: [Rules.ShortLastDatagram] = [.allowed, .refused]
  static let computedZeroUDPChecksum: [Rules.ComputedZeroUDPChecksum] = [.allOnes, .zero]
  static let virtioZeroTCPChecksum: [Rules.VirtioZeroTCPChecksum] = [.allOnes, .zero]
  static let transportChecksum: [Rules.TransportChecksum] = [.asRequested, .copied]
  static let ipv4HeaderChecksum: [Rules.HeaderChecksum] = [.computed, .copied]
  static let ipv6PayloadLength: [Rules.IPv6PayloadLength] = [.exact, .withoutExtensionHeaders]
  static let outerUDPChecksumOverIPv4: [Rules.OuterUDPChecksum] = [.asRequested, .zero]
}
