extension GsoCapabilities {
  /// Holds the structure against the rules for indicating hardware GSO capabilities.
  ///
  /// Checked in the framework's order: size of the structure; then, if a plain IP header and a plain
  /// TCP header or UDP are declared, the two mandatory numbers; TCP options; presence of flags.
  /// Documented mode then adds what the framework leaves to the author of the driver.
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
    try AdapterViolation.checkSize(size, Self.structureSize)
    try checkNumbers()
    try checkPlainHeaders(validation)
    try checkFlagsArePresent(validation)
    try AdapterViolation.checkCallback(isPresent: evtSetGso != nil, "evtSetGso", validation)
  }

  /// True if a plain IP header with a plain TCP header or UDP behind it can be segmented.
  private var declaresPlainPackets: Bool {
    !layer3.isDisjoint(with: [.ipv4NoOptions, .ipv6NoExtensions])
      && !layer4.isDisjoint(with: [.tcpNoOptions, .udp])
  }

  private func checkNumbers() throws(AdapterViolation) {
    guard declaresPlainPackets else { return }
    // Microsoft's fields are unsigned; a negative number is no size in either mode.
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
    if layer4.contains(.tcpWithOptions), !layer4.contains(.tcpNoOptions) {
      throw AdapterViolation(
        .invalidGsoCapabilities, Int(layer4.rawValue), 3,
        reason: "`tcpWithOptions` without `tcpNoOptions`; add `tcpNoOptions`")
    }
    guard validation == .documented else { return }
    if layer3.contains(.ipv4WithOptions), !layer3.contains(.ipv4NoOptions) {
      throw AdapterViolation(
        .invalidGsoCapabilities, Int(layer3.rawValue), 4,
        reason: "`ipv4WithOptions` without `ipv4NoOptions`; add `ipv4NoOptions`")
    }
    if layer3.contains(.ipv6WithExtensions), !layer3.contains(.ipv6NoExtensions) {
      throw AdapterViolation(
        .invalidGsoCapabilities, Int(layer3.rawValue), 5,
        reason: "`ipv6WithExtensions` without `ipv6NoExtensions`; add `ipv6NoExtensions`")
    }
  }

  private func checkFlagsArePresent(_ validation: CapabilityValidation) throws(AdapterViolation) {
    let noLayer3 = layer3.isDisjoint(with: .all)
    let noLayer4 = layer4.isDisjoint(with: .all)
    let isWrong = validation == .documented ? noLayer3 || noLayer4 : noLayer3 && noLayer4
    guard isWrong else { return }
    throw AdapterViolation(
      .invalidGsoHardwareCapabilities, Int(layer3.rawValue), Int(layer4.rawValue),
      reason: "`\(noLayer3 ? "layer3" : "layer4")` declares nothing; set flags of both layers")
  }
}
