package import WireFormats

extension StateWriter {
  /// Writes rules, in the order of their properties.
  package mutating func write(_ rules: CoalescingRules) {
    write(rules.support.rawValue)
    write(rules.flows, of: RuleCases.flows)
    write(rules.tunnels, of: RuleCases.tunnels)
    write(rules.extensionHeaders, of: RuleCases.extensionHeaders)
    write(rules.identification, of: RuleCases.identification)
    write(rules.tcpHopLimit, of: RuleCases.hopLimit)
    write(rules.udpHopLimit, of: RuleCases.hopLimit)
    write(rules.tcpSegmentLength, of: RuleCases.segmentLength)
    write(rules.acknowledgment, of: RuleCases.progress)
    write(rules.window, of: RuleCases.progress)
    write(rules.tcpOptions, of: RuleCases.tcpOptions)
    write(rules.mergedTCPFlags.rawValue)
    write(rules.endingTCPFlags.rawValue)
    write(rules.startingTCPFlags.rawValue)
    write(rules.refusedTCPFlags.rawValue)
    write(rules.zeroUDPChecksum, of: RuleCases.zeroUDPChecksum)
    write(rules.trailers, of: RuleCases.trailers)
    write(rules.unusableFrames, of: RuleCases.unusableFrames)
    write(rules.maximumTCPSegmentCount) { $0.write($1) }
    write(rules.maximumUDPSegmentCount) { $0.write($1) }
    write(rules.maximumPacketLength)
  }
}

extension StateReader {
  /// Reads rules.
  package mutating func readCoalescingRules() throws(StateError) -> CoalescingRules {
    var rules = CoalescingRules()
    rules.support = CoalescingRules.Support(rawValue: try read())
    rules.flows = try read("flows", of: RuleCases.flows)
    rules.tunnels = try read("tunnels", of: RuleCases.tunnels)
    rules.extensionHeaders = try read("extensionHeaders", of: RuleCases.extensionHeaders)
    rules.identification = try read("identification", of: RuleCases.identification)
    rules.tcpHopLimit = try read("tcpHopLimit", of: RuleCases.hopLimit)
    rules.udpHopLimit = try read("udpHopLimit", of: RuleCases.hopLimit)
    rules.tcpSegmentLength = try read("tcpSegmentLength", of: RuleCases.segmentLength)
    rules.acknowledgment = try read("acknowledgment", of: RuleCases.progress)
    rules.window = try read("window", of: RuleCases.progress)
    rules.tcpOptions = try read("tcpOptions", of: RuleCases.tcpOptions)
    rules.mergedTCPFlags = TCPFlags(rawValue: try read())
    rules.endingTCPFlags = TCPFlags(rawValue: try read())
    rules.startingTCPFlags = TCPFlags(rawValue: try read())
    rules.refusedTCPFlags = TCPFlags(rawValue: try read())
    rules.zeroUDPChecksum = try read("zeroUDPChecksum", of: RuleCases.zeroUDPChecksum)
    rules.trailers = try read("trailers", of: RuleCases.trailers)
    rules.unusableFrames = try read("unusableFrames", of: RuleCases.unusableFrames)
    rules.maximumTCPSegmentCount = try readLimit("maximumTCPSegmentCount")
    rules.maximumUDPSegmentCount = try readLimit("maximumUDPSegmentCount")
    rules.maximumPacketLength = try readNumber("maximumPacketLength")
    return rules
  }

  private mutating func readLimit(_ name: String) throws(StateError) -> Int? {
    try readOptional(name) { reader throws(StateError) in try reader.readNumber(name) }
  }

  /// Reads a number of a caller, who may have set any: the coalescer works with each.
  private mutating func readNumber(_ name: String) throws(StateError) -> Int {
    try read(name, in: Int.min...Int.max)
  }
}

/// The values of each rule; their places are what a state has, so they stay the same for ever.
private enum RuleCases {
  typealias Rules = CoalescingRules
  static let flows: [Rules.FlowIdentity] = [.headers, .addressesAndPorts]
  static let tunnels: [Rules.Tunnels] = [.coalesced, .overUDP, .notCoalesced, .opaque]
  static let extensionHeaders: [Rules.ExtensionHeaders] = [.identical, .notCoalesced]
  static let identification: [Rules.Identification] = [.incrementingOrFixed, .any]
  static let hopLimit: [Rules.HopLimit] = [.equal, .minimum]
  static let segmentLength: [Rules.SegmentLength] = [.equalExceptLast, .any]
  static let progress: [Rules.Progress] = [.equal, .latest]
  static let tcpOptions: [Rules.TCPOptions] = [.identical, .timestamps, .none]
  static let zeroUDPChecksum: [Rules.ZeroUDPChecksum] = [.notCoalesced, .coalesced]
  static let trailers: [Rules.Trailers] = [.notCoalesced, .removed]
  static let unusableFrames: [Rules.UnusableFrames] = [.overtake, .endUnit]
}
