import NetAdapterCore

/// The four kinds of frames that hardware may segment, as `--gso` names them.
enum GsoKind: String, CaseIterable {
  case lso4
  case lso6
  case uso4
  case uso6

  var isIPv4: Bool { self == .lso4 || self == .uso4 }
  var isTCP: Bool { self == .lso4 || self == .lso6 }
}

/// Whether each of the four kinds is declared, or switched on.
struct GsoAnswers: Encodable, Equatable {
  let lsoIpv4: Bool
  let lsoIpv6: Bool
  let usoIpv4: Bool
  let usoIpv6: Bool

  init(_ offloads: ActiveOffloads) {
    (lsoIpv4, lsoIpv6) = (offloads.isLsoIPv4Enabled, offloads.isLsoIPv6Enabled)
    (usoIpv4, usoIpv6) = (offloads.isUsoIPv4Enabled, offloads.isUsoIPv6Enabled)
  }

  /// What a set-GSO callback is told.
  init(asking offload: borrowing NetOffload) {
    (lsoIpv4, lsoIpv6) = (offload.isLsoIPv4Enabled, offload.isLsoIPv6Enabled)
    (usoIpv4, usoIpv6) = (offload.isUsoIPv4Enabled, offload.isUsoIPv6Enabled)
  }

  /// In the order of ``GsoKind``.
  var inOrder: [Bool] { [lsoIpv4, lsoIpv6, usoIpv4, usoIpv6] }
}
