/// Why a request of the protocol was refused, as a whole: `STATUS_NOT_SUPPORTED`.
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

  /// `STATUS_NOT_SUPPORTED`, what the request is completed with.
  public static let status: UInt32 = 0xC000_00BB

  /// Every member that asks to enable what the keywords do not leave.
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
  /// Refuses to enable whatever a keyword switches off.
  internal static func documented(
    _ parameters: OffloadParameters, keywords mask: OffloadMask
  ) -> [Member] {
    let rows: [(Member, Layer3Flags, Layer3Flags, OffloadParameters.Switch)] = [
      (.lsoV1, mask.lso, .ipv4, parameters.lsoV1),
      (.lsoV2IPv4, mask.lso, .ipv4, parameters.lsoV2IPv4),
      (.lsoV2IPv6, mask.lso, .ipv6, parameters.lsoV2IPv6),
      (.usoIPv4, mask.uso, .ipv4, parameters.usoIPv4),
      (.usoIPv6, mask.uso, .ipv6, parameters.usoIPv6),
      (.rscIPv4, mask.rsc, .ipv4, parameters.rscIPv4),
      (.rscIPv6, mask.rsc, .ipv6, parameters.rscIPv6),
    ]
    var members = documentedChecksums(parameters, keywords: mask)
    for (member, left, version, request) in rows {
      if request == .enabled, left.isDisjoint(with: version) { members.append(member) }
    }
    return members
  }

  private static func documentedChecksums(
    _ parameters: OffloadParameters, keywords mask: OffloadMask
  ) -> [Member] {
    typealias Row = (Member, Layer3Flags, Layer3Flags, Layer3Flags, OffloadParameters.Checksum)
    let rows: [Row] = [
      (.ipv4Checksum, mask.ipv4Tx, mask.ipv4Rx, .ipv4, parameters.ipv4Checksum),
      (.tcpIPv4Checksum, mask.tcpTx, mask.tcpRx, .ipv4, parameters.tcpIPv4Checksum),
      (.udpIPv4Checksum, mask.udpTx, mask.udpRx, .ipv4, parameters.udpIPv4Checksum),
      (.tcpIPv6Checksum, mask.tcpTx, mask.tcpRx, .ipv6, parameters.tcpIPv6Checksum),
      (.udpIPv6Checksum, mask.udpTx, mask.udpRx, .ipv6, parameters.udpIPv6Checksum),
    ]
    var members: [Member] = []
    for (member, tx, rx, version, request) in rows {
      let wantsTx = request == .txEnabled || request == .enabled
      let wantsRx = request == .rxEnabled || request == .enabled
      let lacksTx = wantsTx && tx.isDisjoint(with: version)
      let lacksRx = wantsRx && rx.isDisjoint(with: version)
      if lacksTx || lacksRx { members.append(member) }
    }
    return members
  }
}
