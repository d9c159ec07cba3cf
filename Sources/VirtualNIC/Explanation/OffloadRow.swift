internal import NetAdapterCore

/// An offload of packets to send: where its state lies in the values of the handshake.
internal struct OffloadRow {
  let name: String
  let keywords: [Keyword]
  let isEnabled: (ActiveOffloads) -> Bool
  let request: (OffloadParameters) -> String?
  let cause: (InactiveCauses) -> InactiveCause

  /// Segmentation.
  private init(
    _ name: String, _ keywords: [Keyword], _ isEnabled: @escaping (ActiveOffloads) -> Bool,
    _ members: [KeyPath<OffloadParameters, OffloadParameters.Switch>],
    _ cause: @escaping (InactiveCauses) -> InactiveCause
  ) {
    (self.name, self.keywords, self.isEnabled, self.cause) = (name, keywords, isEnabled, cause)
    request = { parameters in
      let codes = members.map { parameters[keyPath: $0] }.filter { $0 != .noChange }
      guard !codes.isEmpty else { return nil }
      return codes.contains(.disabled) ? "disabled" : "enabled"
    }
  }

  /// A checksum.
  private init(
    _ name: String, _ keyword: Keyword, _ version: Layer3Flags,
    _ headers: @escaping (ActiveOffloads.TxChecksum) -> ActiveOffloads.Headers,
    _ member: KeyPath<OffloadParameters, OffloadParameters.Checksum>,
    _ cause: @escaping (InactiveCauses) -> InactiveCause
  ) {
    (self.name, keywords, self.cause) = (name, [keyword], cause)
    let isOfIPv4Header = keyword == .ipChecksumOffloadIPv4
    isEnabled = { offloads in
      let headers = headers(offloads.txChecksum)
      return !headers.layer3.isDisjoint(with: version)
        && (isOfIPv4Header || !headers.layer4.isEmpty)
    }
    request = { parameters in
      switch parameters[keyPath: member] {
      case .noChange: nil
      case .disabled, .rxEnabled: "disabled"
      case .txEnabled, .enabled: "enabled"
      }
    }
  }

  /// Segmentation for each transport and IP version, then checksums.
  static var all: [OffloadRow] {
    [
      OffloadRow(
        "LSO IPv4", [.lsoV2IPv4, .lsoV1IPv4], \.isLsoIPv4Enabled, [\.lsoV2IPv4, \.lsoV1],
        \.lsoIPv4),
      OffloadRow("LSO IPv6", [.lsoV2IPv6], \.isLsoIPv6Enabled, [\.lsoV2IPv6], \.lsoIPv6),
      OffloadRow("USO IPv4", [.usoIPv4], \.isUsoIPv4Enabled, [\.usoIPv4], \.usoIPv4),
      OffloadRow("USO IPv6", [.usoIPv6], \.isUsoIPv6Enabled, [\.usoIPv6], \.usoIPv6),
      OffloadRow(
        "IPv4 header checksum", .ipChecksumOffloadIPv4, .ipv4, \.ipv4, \.ipv4Checksum,
        \.ipv4Checksum),
      OffloadRow(
        "TCP checksum IPv4", .tcpChecksumOffloadIPv4, .ipv4, \.tcp, \.tcpIPv4Checksum,
        \.tcpIPv4Checksum),
      OffloadRow(
        "TCP checksum IPv6", .tcpChecksumOffloadIPv6, .ipv6, \.tcp, \.tcpIPv6Checksum,
        \.tcpIPv6Checksum),
      OffloadRow(
        "UDP checksum IPv4", .udpChecksumOffloadIPv4, .ipv4, \.udp, \.udpIPv4Checksum,
        \.udpIPv4Checksum),
      OffloadRow(
        "UDP checksum IPv6", .udpChecksumOffloadIPv6, .ipv6, \.udp, \.udpIPv6Checksum,
        \.udpIPv6Checksum),
    ]
  }
}
