/// The kinds of packets for which keywords or requests allow each offload, apart from the hardware.
internal struct OffloadMask: Hashable, Sendable {
  internal var lso: Layer3Flags = .all
  internal var uso: Layer3Flags = .all
  internal var rsc: Layer3Flags = .all
  internal var rscTimestamp = true
  internal var ipv4Tx: Layer3Flags = .all
  internal var tcpTx: Layer3Flags = .all
  internal var udpTx: Layer3Flags = .all
  internal var ipv4Rx: Layer3Flags = .all
  internal var tcpRx: Layer3Flags = .all
  internal var udpRx: Layer3Flags = .all

  /// Allows everything.
  internal init() {}

  /// Allows what the keywords allow.
  internal init(_ keywords: KeywordStore, quirks: Quirks) {
    let (v1, v2) = (keywords.isOn(.lsoV1IPv4), keywords.isOn(.lsoV2IPv4))
    let lsoIPv4 = quirks.contains(.release2004LsoKeywords) ? v1 || v2 : v1 && v2
    lso = .versions(ipv4: lsoIPv4, ipv6: keywords.isOn(.lsoV2IPv6))
    uso = .versions(ipv4: keywords.isOn(.usoIPv4), ipv6: keywords.isOn(.usoIPv6))
    rsc = .versions(ipv4: keywords.isOn(.rscIPv4), ipv6: keywords.isOn(.rscIPv6))
    rscTimestamp = keywords.isOn(.rscTimestamp)
    let ip = keywords.checksum(.ipChecksumOffloadIPv4)
    let (tcp4, tcp6) = (
      keywords.checksum(.tcpChecksumOffloadIPv4), keywords.checksum(.tcpChecksumOffloadIPv6)
    )
    let (udp4, udp6) = (
      keywords.checksum(.udpChecksumOffloadIPv4), keywords.checksum(.udpChecksumOffloadIPv6)
    )
    ipv4Tx = .versions(ipv4: ip.tx, ipv6: false)
    ipv4Rx = .versions(ipv4: ip.rx, ipv6: false)
    tcpTx = .versions(ipv4: tcp4.tx, ipv6: tcp6.tx)
    tcpRx = .versions(ipv4: tcp4.rx, ipv6: tcp6.rx)
    udpTx = .versions(ipv4: udp4.tx, ipv6: udp6.tx)
    udpRx = .versions(ipv4: udp4.rx, ipv6: udp6.rx)
  }

  /// Allows what requests do not disable.
  internal init(_ requested: OffloadParameters) {
    func isOn(_ member: OffloadParameters.Switch) -> Bool { member != .disabled }
    let lsoIPv4 = isOn(requested.lsoV1) || isOn(requested.lsoV2IPv4)
    lso = .versions(ipv4: lsoIPv4, ipv6: isOn(requested.lsoV2IPv6))
    uso = .versions(ipv4: isOn(requested.usoIPv4), ipv6: isOn(requested.usoIPv6))
    rsc = .versions(ipv4: isOn(requested.rscIPv4), ipv6: isOn(requested.rscIPv6))
    let (ip, tcp4, tcp6, udp4, udp6) = (
      requested.ipv4Checksum, requested.tcpIPv4Checksum, requested.tcpIPv6Checksum,
      requested.udpIPv4Checksum, requested.udpIPv6Checksum
    )
    ipv4Tx = .versions(ipv4: ip.allowsTx, ipv6: false)
    ipv4Rx = .versions(ipv4: ip.allowsRx, ipv6: false)
    tcpTx = .versions(ipv4: tcp4.allowsTx, ipv6: tcp6.allowsTx)
    tcpRx = .versions(ipv4: tcp4.allowsRx, ipv6: tcp6.allowsRx)
    udpTx = .versions(ipv4: udp4.allowsTx, ipv6: udp6.allowsTx)
    udpRx = .versions(ipv4: udp4.allowsRx, ipv6: udp6.allowsRx)
  }

  /// Returns a mask that allows what both allow.
  internal func intersection(_ other: OffloadMask) -> OffloadMask {
    var result = self
    result.lso.formIntersection(other.lso)
    result.uso.formIntersection(other.uso)
    result.rsc.formIntersection(other.rsc)
    result.rscTimestamp = rscTimestamp && other.rscTimestamp
    result.ipv4Tx.formIntersection(other.ipv4Tx)
    result.tcpTx.formIntersection(other.tcpTx)
    result.udpTx.formIntersection(other.udpTx)
    result.ipv4Rx.formIntersection(other.ipv4Rx)
    result.tcpRx.formIntersection(other.tcpRx)
    result.udpRx.formIntersection(other.udpRx)
    return result
  }
}

extension Layer3Flags {
  /// Returns all flags of the given versions of IP.
  internal static func versions(ipv4: Bool, ipv6: Bool) -> Layer3Flags {
    (ipv4 ? Layer3Flags.ipv4 : []).union(ipv6 ? .ipv6 : [])
  }
}

extension ActiveOffloads {
  /// Returns the offloads that a mask allows.
  ///
  /// An offload that is allowed for no version of IP is off. Coalescing of UDP has no keyword and
  /// no request.
  internal func masked(by mask: OffloadMask) -> ActiveOffloads {
    var result = self
    result.lso.layer3.formIntersection(mask.lso)
    result.uso.layer3.formIntersection(mask.uso)
    result.rsc.layer3.formIntersection(mask.rsc)
    if result.rsc.layer3.isEmpty { result.rsc.layer4.remove(.tcpNoOptions) }
    result.rsc.tcpTimestampOption =
      rsc.tcpTimestampOption && mask.rscTimestamp && result.rsc.layer4.contains(.tcpNoOptions)
    result.txChecksum.ipv4 = txChecksum.ipv4.masked(by: mask.ipv4Tx)
    result.txChecksum.tcp = txChecksum.tcp.masked(by: mask.tcpTx)
    result.txChecksum.udp = txChecksum.udp.masked(by: mask.udpTx)
    result.rxChecksum.ipv4 = rxChecksum.ipv4 && !mask.ipv4Rx.isEmpty
    result.rxChecksum.tcp = rxChecksum.tcp && !mask.tcpRx.isEmpty
    result.rxChecksum.udp = rxChecksum.udp && !mask.udpRx.isEmpty
    return result
  }
}

extension ActiveOffloads.Headers {
  fileprivate func masked(by mask: Layer3Flags) -> ActiveOffloads.Headers {
    var result = self
    result.layer3.formIntersection(mask)
    if result.layer3.isEmpty, !layer3.isEmpty { result.layer4 = [] }
    return result
  }
}
