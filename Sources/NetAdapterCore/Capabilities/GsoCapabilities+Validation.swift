extension GsoCapabilities {
  /// Checks the structure by the rules for indicating hardware GSO capabilities.
  ///
  /// The order is the framework's: the size of the structure; the two mandatory numbers, if a plain
  /// IP header and either a plain TCP header or UDP are declared; TCP options; the presence of
  /// flags. ``CapabilityValidation/documented`` adds the rules that the framework does not check.
  ///
  /// - Throws: ``AdapterViolation`` with ``FailureCode/invalidStructTypeSize`` (8),
  ///   ``FailureCode/invalidGsoCapabilities`` (42), whose parameter 3 is 1 for the maximum offload
  ///   size, 2 for the minimum segment count, 3 for TCP options and, in documented mode only, 4 for
  ///   IPv4 options and 5 for IPv6 extensions; ``FailureCode/invalidGsoHardwareCapabilities`` (98);
  ///   in documented mode also ``FailureCode/parameterCantBeNull`` (15).
  /// - Complexity: O(1).
  /// - SeeAlso: `NetAdapterOffloadSetGsoCapabilities`.
  public func validate(
    _ validation: CapabilityValidation = .documented
  ) throws(AdapterViolation) {
    try AdapterViolation.checkSize(size, expected: Self.structureSize)
    try checkNumbers()
    try checkPlainHeaders(validation)
    try checkFlagsArePresent(validation)
    try validation.checkCallback(isPresent: evtSetGso != nil, named: "evtSetGso")
  }

  /// Whether a plain IP header followed by a plain TCP header or UDP is declared.
  private var declaresPlainPackets: Bool {
    !layer3.isDisjoint(with: [.ipv4NoOptions, .ipv6NoExtensions])
      && !layer4.isDisjoint(with: [.tcpNoOptions, .udp])
  }

  private func checkNumbers() throws(AdapterViolation) {
    guard declaresPlainPackets else { return }
    // Microsoft's fields are unsigned, so both modes refuse negative numbers.
    guard maximumOffloadSize > 0 else {
      throw AdapterViolation(
        .invalidGsoCapabilities, 0, 1,
        reason: "`maximumOffloadSize` is \(maximumOffloadSize) octets; it must be at least 1")
    }
    guard minimumSegmentCount > 0 else {
      throw AdapterViolation(
        .invalidGsoCapabilities, 0, 2,
        reason: "`minimumSegmentCount` is \(minimumSegmentCount); it is mandatory: at least 1")
    }
  }

  private func checkPlainHeaders(_ validation: CapabilityValidation) throws(AdapterViolation) {
    let rules: [(PlainHeaderRule, parameter3: Int)] =
      validation == .documented ? [(.tcp, 3), (.ipv4, 4), (.ipv6, 5)] : [(.tcp, 3)]
    for (rule, parameter3) in rules {
      try rule.check(
        layer3: layer3, layer4: layer4, code: .invalidGsoCapabilities, parameter3: parameter3)
    }
  }

  private func checkFlagsArePresent(_ validation: CapabilityValidation) throws(AdapterViolation) {
    let noLayer3 = layer3.isDisjoint(with: .all)
    let noLayer4 = layer4.isDisjoint(with: .all)
    let isBroken = validation == .documented ? noLayer3 || noLayer4 : noLayer3 && noLayer4
    guard isBroken else { return }
    throw AdapterViolation(
      .invalidGsoHardwareCapabilities, Int(layer3.rawValue), Int(layer4.rawValue),
      reason: "`\(noLayer3 ? "layer3" : "layer4")` declares nothing; set flags of both layers")
  }
}
