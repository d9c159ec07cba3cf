/// The rules that declared capabilities are checked by.
public enum CapabilityValidation: Hashable, Sendable, CaseIterable {
  /// All rules of Microsoft's documentation, those included that the framework does not check.
  case documented
  /// The rules that the framework of Windows 11 21H2 checks, in its order, and no others.
  case framework

  /// Throws if a set callback is missing, which only the documentation forbids.
  internal func checkCallback(
    isPresent: Bool, named name: String
  ) throws(AdapterViolation) {
    guard !isPresent, self == .documented else { return }
    throw .missingCallback(name, .parameterCantBeNull)
  }
}

/// The kinds of headers that may be declared with options or extensions only if the plain kind is
/// declared as well.
internal enum PlainHeaderRule {
  case ipv4
  case ipv6
  case tcp

  /// Throws if the flags break the rule.
  ///
  /// Each offload has its own failure code, and its own values of parameter 3 for the three rules.
  internal func check(
    layer3: Layer3Flags, layer4: Layer4Flags, code: FailureCode, parameter3: Int
  ) throws(AdapterViolation) {
    let (isBroken, extended, plain) =
      switch self {
      case .ipv4:
        (
          layer3.contains(.ipv4WithOptions) && !layer3.contains(.ipv4NoOptions),
          "ipv4WithOptions", "ipv4NoOptions"
        )
      case .ipv6:
        (
          layer3.contains(.ipv6WithExtensions) && !layer3.contains(.ipv6NoExtensions),
          "ipv6WithExtensions", "ipv6NoExtensions"
        )
      case .tcp:
        (
          layer4.contains(.tcpWithOptions) && !layer4.contains(.tcpNoOptions),
          "tcpWithOptions", "tcpNoOptions"
        )
      }
    guard isBroken else { return }
    throw AdapterViolation(
      code, Int(self == .tcp ? layer4.rawValue : layer3.rawValue), parameter3,
      reason: "`\(extended)` without `\(plain)`; add `\(plain)`")
  }
}
