/// All accepted requests of protocols together; at first everything is requested.
package struct RequestedOffloads: Hashable, Sendable {
  /// The two directions of a checksum.
  package struct Checksum: Hashable, Sendable {
    /// Compute when sending.
    package var tx = true
    /// Check when receiving.
    package var rx = true
    /// Both directions.
    package init() {}

    /// Applies a request, unless it is "no change".
    fileprivate mutating func apply(_ request: OffloadParameters.Checksum) {
      guard request != .noChange else { return }
      (tx, rx) = (request.enablesTx, request.enablesRx)
    }
  }

  /// The IPv4 header checksum.
  package var ipv4Checksum = Checksum()
  /// TCP over IPv4.
  package var tcpIPv4Checksum = Checksum()
  /// UDP over IPv4.
  package var udpIPv4Checksum = Checksum()
  /// TCP over IPv6.
  package var tcpIPv6Checksum = Checksum()
  /// UDP over IPv6.
  package var udpIPv6Checksum = Checksum()
  /// LSO version 1.
  package var lsoV1 = true
  /// LSO version 2 over IPv4.
  package var lsoV2IPv4 = true
  /// LSO version 2 over IPv6.
  package var lsoV2IPv6 = true
  /// USO over IPv4.
  package var usoIPv4 = true
  /// USO over IPv6.
  package var usoIPv6 = true
  /// Coalescing over IPv4.
  package var rscIPv4 = true
  /// Coalescing over IPv6.
  package var rscIPv6 = true

  /// Everything is requested.
  package init() {}

  /// LSO over IPv4, of either version; drivers do not distinguish them.
  package var lsoIPv4: Bool { lsoV1 || lsoV2IPv4 }

  /// Returns the requests after one more; "no change" keeps the earlier one.
  package func applying(_ parameters: OffloadParameters) -> RequestedOffloads {
    var result = self
    result.ipv4Checksum.apply(parameters.ipv4Checksum)
    result.tcpIPv4Checksum.apply(parameters.tcpIPv4Checksum)
    result.udpIPv4Checksum.apply(parameters.udpIPv4Checksum)
    result.tcpIPv6Checksum.apply(parameters.tcpIPv6Checksum)
    result.udpIPv6Checksum.apply(parameters.udpIPv6Checksum)
    Self.apply(parameters.lsoV1, to: &result.lsoV1)
    Self.apply(parameters.lsoV2IPv4, to: &result.lsoV2IPv4)
    Self.apply(parameters.lsoV2IPv6, to: &result.lsoV2IPv6)
    Self.apply(parameters.usoIPv4, to: &result.usoIPv4)
    Self.apply(parameters.usoIPv6, to: &result.usoIPv6)
    Self.apply(parameters.rscIPv4, to: &result.rscIPv4)
    Self.apply(parameters.rscIPv6, to: &result.rscIPv6)
    return result
  }

  private static func apply(_ request: OffloadParameters.Switch, to flag: inout Bool) {
    if request != .noChange { flag = request == .enabled }
  }
}
