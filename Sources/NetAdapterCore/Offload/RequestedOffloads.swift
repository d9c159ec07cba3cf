/// What a protocol wants, all its requests taken together.
///
/// At first everything.
public struct RequestedOffloads: Hashable, Sendable {
  /// The two directions of a checksum.
  public struct Checksum: Hashable, Sendable {
    /// Compute when sending.
    public var tx = true
    /// Check when receiving.
    public var rx = true
    /// Both directions.
    public init() {}

    /// Takes over a request, unless it is "no change".
    fileprivate mutating func apply(_ request: OffloadParameters.Checksum) {
      guard request != .noChange else { return }
      tx = request == .txEnabled || request == .enabled
      rx = request == .rxEnabled || request == .enabled
    }
  }

  /// The IPv4 header checksum.
  public var ipv4Checksum = Checksum()
  /// TCP over IPv4.
  public var tcpIPv4Checksum = Checksum()
  /// UDP over IPv4.
  public var udpIPv4Checksum = Checksum()
  /// TCP over IPv6.
  public var tcpIPv6Checksum = Checksum()
  /// UDP over IPv6.
  public var udpIPv6Checksum = Checksum()
  /// LSO version 1.
  public var lsoV1 = true
  /// LSO version 2 over IPv4.
  public var lsoV2IPv4 = true
  /// LSO version 2 over IPv6.
  public var lsoV2IPv6 = true
  /// USO over IPv4.
  public var usoIPv4 = true
  /// USO over IPv6.
  public var usoIPv6 = true
  /// Coalescing over IPv4.
  public var rscIPv4 = true
  /// Coalescing over IPv6.
  public var rscIPv6 = true

  /// Everything is wanted.
  public init() {}

  /// LSO over IPv4, of either version: to a driver both are one switch.
  public var lsoIPv4: Bool { lsoV1 || lsoV2IPv4 }

  /// What is wanted after one more request; "no change" keeps what was.
  public func applying(_ parameters: OffloadParameters) -> RequestedOffloads {
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
