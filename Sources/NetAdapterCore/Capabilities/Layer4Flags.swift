/// Kinds of transport headers that an offload works on: `NET_ADAPTER_OFFLOAD_LAYER4_FLAGS`.
///
/// For segmentation, the TCP kinds mean LSO and ``udp`` means USO. Numbers as in
/// `netadapteroffload.h`.
public struct Layer4Flags: OptionSet, Hashable, Sendable {
  /// One bit for each kind; unknown bits are kept and ignored.
  public let rawValue: UInt32
  /// Takes all bits as they are.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// TCP headers of 20 octets: `NetAdapterOffloadLayer4FlagTcpNoOptions`.
  ///
  /// The rules of the page "Generic Segmentation Offload" call it
  /// `NetAdapterOffloadLayer4FlagTcpWithoutOptions`; its sample and the header have the name above.
  public static let tcpNoOptions = Layer4Flags(rawValue: 0x1)
  /// Longer TCP headers: `NetAdapterOffloadLayer4FlagTcpWithOptions`.
  public static let tcpWithOptions = Layer4Flags(rawValue: 0x2)
  /// UDP: `NetAdapterOffloadLayer4FlagUdp`.
  public static let udp = Layer4Flags(rawValue: 0x4)

  /// Both kinds of TCP headers.
  public static let tcp: Layer4Flags = [.tcpNoOptions, .tcpWithOptions]
  /// All three kinds.
  public static let all: Layer4Flags = [.tcp, .udp]
}
