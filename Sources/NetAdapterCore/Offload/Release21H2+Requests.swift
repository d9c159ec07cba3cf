// Requests, as the framework of Windows 11 21H2 refuses and translates them.
extension Release21H2 {
  /// Returns the members that the framework refuses.
  ///
  /// One refused member refuses the whole request. The rules differ from offload to offload.
  internal func refusals(of parameters: OffloadParameters) -> [OffloadRefusal.Member] {
    var members = checksumRefusals(of: parameters)
    let (lso, uso, rsc) = (defaults.lso, defaults.uso, defaults.rsc)
    // IPv4: refused if a keyword disables it, accepted without effect if there is no keyword.
    if !lso.layer3.contains(.ipv4NoOptions), lso.layer4.contains(.tcpNoOptions) {
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

  /// A transport is refused only if the request enables it over both versions of IP.
  private func checksumRefusals(of parameters: OffloadParameters) -> [OffloadRefusal.Member] {
    let (tx, rx) = (defaults.txChecksum, defaults.rxChecksum)
    let rows: [(members: [(OffloadRefusal.Member, Code)], tx: Bool, rx: Bool)] = [
      (
        [(.ipv4Checksum, parameters.ipv4Checksum)], tx.ipv4.layer3.contains(.ipv4NoOptions),
        rx.ipv4
      ),
      (
        [
          (.tcpIPv4Checksum, parameters.tcpIPv4Checksum),
          (.tcpIPv6Checksum, parameters.tcpIPv6Checksum),
        ], tx.tcp.layer4.contains(.tcpNoOptions), rx.tcp
      ),
      (
        [
          (.udpIPv4Checksum, parameters.udpIPv4Checksum),
          (.udpIPv6Checksum, parameters.udpIPv6Checksum),
        ], tx.udp.layer4.contains(.udp), rx.udp
      ),
    ]
    var refused: [OffloadRefusal.Member] = []
    for row in rows {
      let isTxRefused = !row.tx && row.members.allSatisfy { $0.1.enablesTx }
      let isRxRefused = !row.rx && row.members.allSatisfy { $0.1.enablesRx }
      if isTxRefused || isRxRefused { refused += row.members.map(\.0) }
    }
    return refused
  }

  /// Applies an accepted request to what was active; "no change" enables LSO and USO.
  internal mutating func request(_ parameters: OffloadParameters) {
    var result = active
    let lsoIPv4 = parameters.lsoV1 != .disabled || parameters.lsoV2IPv4 != .disabled
    result.lso.layer3 = .versions(ipv4: lsoIPv4, ipv6: parameters.lsoV2IPv6 != .disabled)
    result.uso.layer3 = .versions(
      ipv4: parameters.usoIPv4 != .disabled, ipv6: parameters.usoIPv6 != .disabled)
    var rsc = result.rsc.layer3
    if parameters.rscIPv4 != .noChange { rsc.set(.ipv4NoOptions, parameters.rscIPv4 == .enabled) }
    if parameters.rscIPv6 != .noChange {
      rsc.set(.ipv6NoExtensions, parameters.rscIPv6 == .enabled)
    }
    result.rsc = ActiveOffloads.Coalescing(rsc, timestamps: result.rsc.tcpTimestampOption)
    if parameters.ipv4Checksum != .noChange {
      result.txChecksum.ipv4.layer3.set(.ipv4, parameters.ipv4Checksum.enablesTx)
      result.rxChecksum.ipv4 = parameters.ipv4Checksum.enablesRx
    }
    // Enabling TCP over IPv4 in both directions removes its IPv4 flags. That of UDP does not.
    let (tcp4, tcp6) = (parameters.tcpIPv4Checksum, parameters.tcpIPv6Checksum)
    result.txChecksum.tcp.apply(tcp4, tcp6, transport: .tcp, rx: &result.rxChecksum.tcp)
    if tcp4 == .enabled { result.txChecksum.tcp.layer3.subtract(.ipv4) }
    result.txChecksum.udp.apply(
      parameters.udpIPv4Checksum, parameters.udpIPv6Checksum, transport: .udp,
      rx: &result.rxChecksum.udp)
    activate(result)
  }
}

private typealias Code = OffloadParameters.Checksum

extension OffloadParameters.Checksum {
  fileprivate var enablesTx: Bool { self == .txEnabled || self == .enabled }
  fileprivate var enablesRx: Bool { self == .rxEnabled || self == .enabled }
}

extension Layer3Flags {
  fileprivate mutating func set(_ flags: Layer3Flags, _ isOn: Bool) {
    if isOn { formUnion(flags) } else { subtract(flags) }
  }
}

extension ActiveOffloads.Segmentation {
  /// Whether there is neither a flag of the IP version nor one of the transport protocol.
  fileprivate func lacks(_ version: Layer3Flags) -> Bool {
    layer3.isDisjoint(with: version) && layer4.isEmpty
  }
}

extension ActiveOffloads.Headers {
  /// Applies the codes for both versions of IP.
  ///
  /// Sending has flags for the versions and for the transport. The latter follow the two codes,
  /// or-ed as numbers: 1 or 2 gives 3, which is "receive only". Receiving has one switch for both
  /// versions, which the last code sets.
  fileprivate mutating func apply(
    _ ipv4: OffloadParameters.Checksum, _ ipv6: OffloadParameters.Checksum,
    transport: Layer4Flags, rx: inout Bool
  ) {
    if let both = OffloadParameters.Checksum(rawValue: ipv4.rawValue | ipv6.rawValue),
      both != .noChange
    {
      layer4 = both.enablesTx ? transport : []
    }
    for (code, version) in [(ipv4, Layer3Flags.ipv4), (ipv6, .ipv6)] where code != .noChange {
      layer3.set(version, code.enablesTx)
      rx = code.enablesRx
    }
  }
}
