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
  /// The keywords that disable these offloads; empty with ``Quirks/release21H2``.
  public let keywords: [Keyword]

  /// A refusal of these members, by the framework of Windows 11 21H2 or by keywords.
  internal init(members: [Member], keywords: [Keyword] = []) {
    (self.members, self.keywords) = (members, keywords)
  }
}

extension OffloadRefusal: CustomStringConvertible {
  /// One sentence that names every refused member, and the keywords to set.
  public var description: String {
    let names = members.map(\.rawValue).joined(separator: ", ")
    let causes = keywords.map(\.rawValue).joined(separator: ", ")
    return "keywords do not allow to enable \(names)"
      + (causes.isEmpty ? "" : " (see \(causes))")
      + "; nothing has changed (STATUS_NOT_SUPPORTED)"
  }
}

extension OffloadRefusal.Member {
  /// The keyword into which a request writes the member.
  public var keyword: Keyword {
    switch self {
    case .ipv4Checksum: .ipChecksumOffloadIPv4
    case .tcpIPv4Checksum: .tcpChecksumOffloadIPv4
    case .udpIPv4Checksum: .udpChecksumOffloadIPv4
    case .tcpIPv6Checksum: .tcpChecksumOffloadIPv6
    case .udpIPv6Checksum: .udpChecksumOffloadIPv6
    case .lsoV1: .lsoV1IPv4
    case .lsoV2IPv4: .lsoV2IPv4
    case .lsoV2IPv6: .lsoV2IPv6
    case .usoIPv4: .usoIPv4
    case .usoIPv6: .usoIPv6
    case .rscIPv4: .rscIPv4
    case .rscIPv6: .rscIPv6
    }
  }
}

extension OffloadRefusal {
  /// Returns the refusal of a request that the keywords do not allow; nil if they do.
  ///
  /// A request writes its own keywords first, so `keywords` are those that it would leave. It is
  /// refused if they disable what it enables. That leaves two kinds: a request that writes nothing
  /// and meets a keyword, and LSO of one version over IPv4 while the keyword of the other disables
  /// both.
  internal static func documented(
    _ parameters: OffloadParameters, keywords: KeywordStore, quirks: Quirks
  ) -> OffloadRefusal? {
    let isLsoIPv4On = !OffloadMask(keywords, quirks: quirks).lso.isDisjoint(with: .ipv4)
    var members: [Member] = []
    var causes: [Keyword] = []
    for (member, number) in parameters.settings {
      let isLsoIPv4 = member == .lsoV1 || member == .lsoV2IPv4
      guard !(isLsoIPv4 && isLsoIPv4On) else { continue }
      let related: [Keyword] = isLsoIPv4 ? [.lsoV1IPv4, .lsoV2IPv4] : [member.keyword]
      let disabling = related.filter { number & ~keywords.setting($0) != 0 }
      guard !disabling.isEmpty else { continue }
      members.append(member)
      causes += disabling.filter { !causes.contains($0) }
    }
    return members.isEmpty ? nil : OffloadRefusal(members: members, keywords: causes)
  }
}
