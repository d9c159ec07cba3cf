/// What disables an offload that the hardware supports.
public enum InactiveCause: Hashable, Sendable {
  /// A keyword, by its value at the latest start or request.
  case keyword(Keyword)
  /// A member of a request since the latest start, whether or not it wrote its keyword.
  case request(OffloadRefusal.Member)
  /// The offloads are paused.
  case paused
  /// None of the keywords of the offload is present; only with ``Quirks/release21H2``.
  case absentKeywords
  /// Unknown, because the decision was made from active offloads without their adapter.
  case unknown
}

extension InactiveCause: CustomStringConvertible {
  /// A few words: `*LsoV2IPv4 is 0`.
  public var description: String {
    switch self {
    case .keyword(let keyword) where keyword.largestValue == 1: "\(keyword.rawValue) is 0"
    case .keyword(let keyword): "\(keyword.rawValue) disables it"
    case .request(let member): "a request set \(member.rawValue)"
    case .paused: "offloads are paused"
    case .absentKeywords: "none of its keywords is present"
    case .unknown: "the offload is not active"
    }
  }
}

/// The cause for each offload of packets to send; without meaning for those that are active.
package struct InactiveCauses: Hashable, Sendable {
  package var lsoIPv4 = InactiveCause.unknown
  package var lsoIPv6 = InactiveCause.unknown
  package var usoIPv4 = InactiveCause.unknown
  package var usoIPv6 = InactiveCause.unknown
  package var ipv4Checksum = InactiveCause.unknown
  package var tcpIPv4Checksum = InactiveCause.unknown
  package var tcpIPv6Checksum = InactiveCause.unknown
  package var udpIPv4Checksum = InactiveCause.unknown
  package var udpIPv6Checksum = InactiveCause.unknown

  /// All causes are unknown.
  package init() {}

  /// The cause that all offloads have in common.
  internal init(all cause: InactiveCause) {
    (lsoIPv4, lsoIPv6, usoIPv4, usoIPv6) = (cause, cause, cause, cause)
    (ipv4Checksum, tcpIPv4Checksum, tcpIPv6Checksum) = (cause, cause, cause)
    (udpIPv4Checksum, udpIPv6Checksum) = (cause, cause)
  }
}

extension OffloadNegotiation {
  /// The cause for each offload that keywords and requests disable.
  internal var causes: InactiveCauses {
    var causes = InactiveCauses()
    let offered = offeredAtStart
    let (hasLso, hasUso) = (!offered.lso.layer4.isEmpty, !offered.uso.layer4.isEmpty)
    let hasChecksum = !offered.txChecksum.ipv4.layer3.isEmpty || !is21H2
    causes.lsoIPv4 = cause(hasLso, .lsoV2IPv4, .lsoV1)
    causes.lsoIPv6 = cause(hasLso, .lsoV2IPv6)
    causes.usoIPv4 = cause(hasUso, .usoIPv4)
    causes.usoIPv6 = cause(hasUso, .usoIPv6)
    causes.ipv4Checksum = cause(hasChecksum, .ipv4Checksum)
    causes.tcpIPv4Checksum = cause(hasChecksum, .tcpIPv4Checksum)
    causes.tcpIPv6Checksum = cause(hasChecksum, .tcpIPv6Checksum)
    causes.udpIPv4Checksum = cause(hasChecksum, .udpIPv4Checksum)
    causes.udpIPv6Checksum = cause(hasChecksum, .udpIPv6Checksum)
    return causes
  }

  private var offeredAtStart: ActiveOffloads {
    is21H2 ? Release21H2.offered(hardware, framework.keywords) : hardware.offered
  }

  /// Returns the cause for the offload that some members of a request are about.
  ///
  /// A keyword that a request wrote counts as the request, until the next start.
  private func cause(
    _ isOffered: Bool, _ members: OffloadRefusal.Member...
  ) -> InactiveCause {
    let disabledByRequest = members.first { member in
      requested.number(member).map { $0 & 1 == 0 } ?? false
    }
    let disabledByKeyword = members.first { isSendingDisabled(by: $0.keyword) }
    if let disabledByKeyword {
      let isWritten = requested.number(disabledByKeyword).map { $0 & 1 == 0 } ?? false
      return isWritten ? .request(disabledByKeyword) : .keyword(disabledByKeyword.keyword)
    }
    if let disabledByRequest { return .request(disabledByRequest) }
    if !isOffered { return .absentKeywords }
    // The framework of 21H2 combines codes so that one which enables may disable, too.
    return members.first.map { .request($0) } ?? .unknown
  }

  private func isSendingDisabled(by keyword: Keyword) -> Bool {
    guard is21H2 else { return keywords.setting(keyword) & 1 == 0 }
    guard let number = framework.keywords.release21H2Number(keyword) else { return false }
    return keyword.largestValue == 1 ? number == 0 : number & 1 == 0
  }
}
