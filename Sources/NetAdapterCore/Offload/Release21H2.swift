// How the framework of Windows 11 21H2 handles requests, where that differs from the documentation.
extension OffloadRefusal {
  /// Returns the members that the framework refuses; `defaults` are the offloads that keywords
  /// allow.
  internal static func release21H2(
    _ parameters: OffloadParameters, defaults: ActiveOffloads
  ) -> [Member] {
    var members: [Member] = []
    let (lso, uso, rsc) = (defaults.lso, defaults.uso, defaults.rsc)
    // IPv4: refused if a keyword disables it, accepted without effect if there is no keyword.
    if lso.layer3.isDisjoint(with: .ipv4), !lso.layer4.isEmpty {
      if parameters.lsoV1 == .enabled { members.append(.lsoV1) }
      if parameters.lsoV2IPv4 == .enabled { members.append(.lsoV2IPv4) }
    }
    // Others: refused only if there is neither a flag of the IP version nor one of the protocol.
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
  /// Whether there is neither a flag of the IP version nor one of the transport protocol.
  fileprivate func lacks(_ version: Layer3Flags) -> Bool {
    layer3.isDisjoint(with: version) && layer4.isEmpty
  }
}

extension OffloadMask {
  /// Returns the mask after a request; "no change" means "enabled" for LSO and USO.
  internal func release21H2(
    applying parameters: OffloadParameters, keywords: OffloadMask
  ) -> OffloadMask {
    var result = self
    let lsoIPv4 = parameters.lsoV1 != .disabled || parameters.lsoV2IPv4 != .disabled
    result.lso = .versions(ipv4: lsoIPv4, ipv6: parameters.lsoV2IPv6 != .disabled)
    result.uso = .versions(
      ipv4: parameters.usoIPv4 != .disabled, ipv6: parameters.usoIPv6 != .disabled)
    parameters.rscIPv4.apply(to: &result.rsc, version: .ipv4)
    parameters.rscIPv6.apply(to: &result.rsc, version: .ipv6)
    parameters.ipv4Checksum.apply(tx: &result.ipv4Tx, rx: &result.ipv4Rx, version: .ipv4)
    parameters.tcpIPv4Checksum.apply(tx: &result.tcpTx, rx: &result.tcpRx, version: .ipv4)
    parameters.tcpIPv6Checksum.apply(tx: &result.tcpTx, rx: &result.tcpRx, version: .ipv6)
    parameters.udpIPv4Checksum.apply(tx: &result.udpTx, rx: &result.udpRx, version: .ipv4)
    parameters.udpIPv6Checksum.apply(tx: &result.udpTx, rx: &result.udpRx, version: .ipv6)
    // A checksum that is enabled for one version of IP is enabled for both. Enabling TCP over IPv4
    // in both directions then removes the IPv4 flags.
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
}

extension OffloadParameters.Switch {
  fileprivate func apply(to flags: inout Layer3Flags, version: Layer3Flags) {
    switch self {
    case .noChange: break
    case .disabled: flags.subtract(version)
    case .enabled: flags.formUnion(version)
    }
  }
}

extension OffloadParameters.Checksum {
  fileprivate func apply(tx: inout Layer3Flags, rx: inout Layer3Flags, version: Layer3Flags) {
    guard self != .noChange else { return }
    typealias Switch = OffloadParameters.Switch
    (enablesTx ? Switch.enabled : .disabled).apply(to: &tx, version: version)
    (enablesRx ? Switch.enabled : .disabled).apply(to: &rx, version: version)
  }
}

extension ActiveOffloads {
  /// Returns the segmentation and coalescing that both allow, with the numbers of `self`; checksums
  /// are those of `other`.
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
