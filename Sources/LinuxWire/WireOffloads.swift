/// The work that a wire end takes over for frames that it is sent.
///
/// These are the offloads of the receiver in VIRTIO 1.3, section 5.1.3: `VIRTIO_NET_F_GUEST_CSUM`
/// and its dependants for vhost-user, `TUN_F_CSUM` and its dependants for TAP devices.
public struct WireOffloads: OptionSet, Hashable, Sendable {
  /// The bits, in the order of the members.
  public let rawValue: UInt8
  /// Creates a set of offloads; unknown bits have no meaning.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Frames whose checksum is partial.
  public static let checksum = WireOffloads(rawValue: 1)
  /// TCP over IPv4, not segmented.
  public static let tcpv4 = WireOffloads(rawValue: 2)
  /// TCP over IPv6, not segmented.
  public static let tcpv6 = WireOffloads(rawValue: 4)
  /// TCP whose first segment has CWR set, not segmented.
  public static let ecn = WireOffloads(rawValue: 8)
  /// Many UDP datagrams in one frame, of both IP versions.
  public static let udp = WireOffloads(rawValue: 16)
  /// The above in a UDP tunnel, whose headers have no length.
  public static let udpTunnel = WireOffloads(rawValue: 32)
  /// As ``udpTunnel``, with a partial outer checksum.
  public static let udpTunnelChecksum = WireOffloads(rawValue: 64)
}
