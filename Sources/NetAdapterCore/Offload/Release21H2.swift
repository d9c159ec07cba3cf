// What the framework of Windows 11 21H2 does with a request, where it differs from its documentation.
extension OffloadRefusal {
  /// Members that the framework refuses, given what is active by default.
  internal static func release21H2(
    _ parameters: OffloadParameters, defaults: ActiveOffloads
  ) -> [Member] {
    var members: [Member] = []
    let (lso, uso, rsc) = (defaults.lso, defaults.uso, defaults.rsc)
    // IPv4: refused if a keyword switches it off, accepted without effect if there is no keyword.
    if lso.layer3.isDisjoint(with: .ipv4), !lso.layer4.isEmpty {
      if parameters.lsoV1 == .enabled { members.append(.lsoV1) }
      if parameters.lsoV2IPv4 == .enabled { members.append(.lsoV2IPv4) }
    }
    // The others: refused only if there is neither a flag for the version nor one for the protocol.
    if parameters.lsoV2IPv6 == .enabled, lso.lacks(.ipv6) { members.append(.lsoV2IPv6) }
    if parameters.usoIPv4 == .enabled, uso.lacks(.ipv4) { members.append(.usoIPv4) }
    if parameters.usoIPv6 == .enabled, uso.lacks(.ipv6) { members.append(.usoIPv6) }
    if parameters.rscIPv4 == .enabled, rsc.layer3.isDisjoint(with: .ipv4) {
      members.append(.rscIPv4)
    }
    if parameters.rscIPv6 == .enabled, rsc.layer3.isDisjoint(with: .ipv6) {
      members.append(.rscIPv6)
    }
    return members
  }
}

extension ActiveOffloads.Segmentation {
  /// True if there is no flag of an IP version, and none of the transport protocol either.
  fileprivate func lacks(_ version: Layer3Flags) -> Bool {
    layer3.isDisjoint(with: version) && layer4.isEmpty
  }
}

extension OffloadMask {
  /// The framework's translation of a request: "no change" means "enabled" for LSO and USO.
  internal func release21H2(
    applying parameters: OffloadParameters, keywords: OffloadMask
  ) -> OffloadMask {
    var result = self
    let lsoIPv4 = parameters.lsoV1 != .disabled || parameters.lsoV2IPv4 != .disabled
    result.lso = .versions(ipv4: lsoIPv4, ipv6: parameters.lsoV2IPv6 != .disabled)
    result.uso = .versions(
      ipv4: parameters.usoIPv4 != .disabled, ipv6: parameters.usoIPv6 != .disabled)
    Self.apply(parameters.rscIPv4, .ipv4, to: &result.rsc)
    Self.apply(parameters.rscIPv6, .ipv6, to: &result.rsc)
    Self.apply(parameters.ipv4Checksum, .ipv4, tx: &result.ipv4Tx, rx: &result.ipv4Rx)
    Self.apply(parameters.tcpIPv4Checksum, .ipv4, tx: &result.tcpTx, rx: &result.tcpRx)
    Self.apply(parameters.tcpIPv6Checksum, .ipv6, tx: &result.tcpTx, rx: &result.tcpRx)
    Self.apply(parameters.udpIPv4Checksum, .ipv4, tx: &result.udpTx, rx: &result.udpRx)
    Self.apply(parameters.udpIPv6Checksum, .ipv6, tx: &result.udpTx, rx: &result.udpRx)
    // Switches for IPv4 and IPv6 are joined by "or", and "both on" for TCP over IPv4 then takes the
    // IPv4 flags away.
    result.tcpTx = Self.joined(result.tcpTx)
    result.udpTx = Self.joined(result.udpTx)
    if parameters.tcpIPv4Checksum == .enabled { result.tcpTx.subtract(.ipv4) }
    result.ipv4Tx.formIntersection(keywords.ipv4Tx)
    result.ipv4Rx.formIntersection(keywords.ipv4Rx)
    result.tcpTx.formIntersection(keywords.tcpTx)
    result.tcpRx.formIntersection(keywords.tcpRx)
    result.udpTx.formIntersection(keywords.udpTx)
    result.udpRx.formIntersection(keywords.udpRx)
    return result
  }

  private static func joined(_ flags: Layer3Flags) -> Layer3Flags { flags.isEmpty ? [] : .all }

  private static func apply(
    _ request: OffloadParameters.Switch, _ version: Layer3Flags, to flags: inout Layer3Flags
  ) {
    switch request {
    case .noChange: break
    case .disabled: flags.subtract(version)
    case .enabled: flags.formUnion(version)
    }
  }

  private static func apply(
    _ request: OffloadParameters.Checksum, _ version: Layer3Flags, tx: inout Layer3Flags,
    rx: inout Layer3Flags
  ) {
    guard request != .noChange else { return }
    let sends = request == .txEnabled || request == .enabled
    let receives = request == .rxEnabled || request == .enabled
    apply(sends ? .enabled : .disabled, version, to: &tx)
    apply(receives ? .enabled : .disabled, version, to: &rx)
  }
}

extension ActiveOffloads {
  /// What two configurations have in common; numbers are those of the first.
  internal func intersection(_ other: ActiveOffloads) -> ActiveOffloads {
    var result = self
    result.lso.layer3.formIntersection(other.lso.layer3)
    result.lso.layer4.formIntersection(other.lso.layer4)
    result.uso.layer3.formIntersection(other.uso.layer3)
    result.uso.layer4.formIntersection(other.uso.layer4)
    result.rsc.layer3.formIntersection(other.rsc.layer3)
    result.rsc.layer4.formIntersection(other.rsc.layer4)
    result.rsc.tcpTimestampOption = rsc.tcpTimestampOption && other.rsc.tcpTimestampOption
    result.txChecksum = other.txChecksum
    result.rxChecksum = other.rxChecksum
    return result
  }
}
