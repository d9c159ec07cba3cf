/// Why a request of a protocol was refused: `STATUS_NOT_SUPPORTED`.
///
/// A request is refused as a whole: none of its members has an effect.
public struct OffloadRefusal: Error, Hashable, Sendable {
  /// A member of ``OffloadParameters``; raw values are NDIS's names.
  public enum Member: String, Hashable, Sendable, CaseIterable {
    /// ``OffloadParameters/ipv4Checksum``.
    case ipv4Checksum = "IPv4Checksum"
    /// ``OffloadParameters/tcpIPv4Checksum``.
    case tcpIPv4Checksum = "TCPIPv4Checksum"
    /// ``OffloadParameters/udpIPv4Checksum``.
    case udpIPv4Checksum = "UDPIPv4Checksum"
    /// ``OffloadParameters/tcpIPv6Checksum``.
    case tcpIPv6Checksum = "TCPIPv6Checksum"
    /// ``OffloadParameters/udpIPv6Checksum``.
    case udpIPv6Checksum = "UDPIPv6Checksum"
    /// ``OffloadParameters/lsoV1``.
    case lsoV1 = "LsoV1"
    /// ``OffloadParameters/lsoV2IPv4``.
    case lsoV2IPv4 = "LsoV2IPv4"
    /// ``OffloadParameters/lsoV2IPv6``.
    case lsoV2IPv6 = "LsoV2IPv6"
    /// ``OffloadParameters/usoIPv4``.
    case usoIPv4 = "UdpSegmentation.IPv4"
    /// ``OffloadParameters/usoIPv6``.
    case usoIPv6 = "UdpSegmentation.IPv6"
    /// ``OffloadParameters/rscIPv4``.
    case rscIPv4 = "RscIPv4"
    /// ``OffloadParameters/rscIPv6``.
    case rscIPv6 = "RscIPv6"
  }

  /// `STATUS_NOT_SUPPORTED`, the status of the refused request.
  public static let status: UInt32 = 0xC000_00BB

  /// Every member that would enable an offload which the keywords do not allow.
  public let members: [Member]
}

extension OffloadRefusal: CustomStringConvertible {
  /// One sentence that names every refused member.
  public var description: String {
    let names = members.map(\.rawValue).joined(separator: ", ")
    return "keywords do not allow to enable \(names); nothing has changed (STATUS_NOT_SUPPORTED)"
  }
}

extension OffloadRefusal {
  /// Returns the members that would enable an offload which a keyword disables.
  internal static func documented(
    _ parameters: OffloadParameters, keywords mask: OffloadMask
  ) -> [Member] {
    typealias Row = (
      member: Member, allowed: Layer3Flags, version: Layer3Flags,
      request: OffloadParameters.Switch
    )
    let rows: [Row] = [
      (.lsoV1, mask.lso, .ipv4, parameters.lsoV1),
      (.lsoV2IPv4, mask.lso, .ipv4, parameters.lsoV2IPv4),
      (.lsoV2IPv6, mask.lso, .ipv6, parameters.lsoV2IPv6),
      (.usoIPv4, mask.uso, .ipv4, parameters.usoIPv4),
      (.usoIPv6, mask.uso, .ipv6, parameters.usoIPv6),
      (.rscIPv4, mask.rsc, .ipv4, parameters.rscIPv4),
      (.rscIPv6, mask.rsc, .ipv6, parameters.rscIPv6),
    ]
    var members = documentedChecksums(parameters, keywords: mask)
    for row in rows where row.request == .enabled && row.allowed.isDisjoint(with: row.version) {
      members.append(row.member)
    }
    return members
  }

  private static func documentedChecksums(
    _ parameters: OffloadParameters, keywords mask: OffloadMask
  ) -> [Member] {
    typealias Row = (
      member: Member, tx: Layer3Flags, rx: Layer3Flags, version: Layer3Flags,
      request: OffloadParameters.Checksum
    )
    let rows: [Row] = [
      (.ipv4Checksum, mask.ipv4Tx, mask.ipv4Rx, .ipv4, parameters.ipv4Checksum),
      (.tcpIPv4Checksum, mask.tcpTx, mask.tcpRx, .ipv4, parameters.tcpIPv4Checksum),
      (.udpIPv4Checksum, mask.udpTx, mask.udpRx, .ipv4, parameters.udpIPv4Checksum),
      (.tcpIPv6Checksum, mask.tcpTx, mask.tcpRx, .ipv6, parameters.tcpIPv6Checksum),
      (.udpIPv6Checksum, mask.udpTx, mask.udpRx, .ipv6, parameters.udpIPv6Checksum),
    ]
    var members: [Member] = []
    for row in rows {
      let isTxRefused = row.request.enablesTx && row.tx.isDisjoint(with: row.version)
      let isRxRefused = row.request.enablesRx && row.rx.isDisjoint(with: row.version)
      if isTxRefused || isRxRefused { members.append(row.member) }
    }
    return members
  }
}
