/// Kinds of IP headers that an offload works on: `NET_ADAPTER_OFFLOAD_LAYER3_FLAGS`.
///
/// The four kinds are independent of each other; each rule that ties two of them together says so
/// at the capabilities it belongs to. Numbers as in `netadapteroffload.h`.
public struct Layer3Flags: OptionSet, Hashable, Sendable {
  /// One bit for each kind; unknown bits are kept and ignored.
  public let rawValue: UInt32
  /// Takes all bits as they are.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// IPv4 headers of 20 octets: `NetAdapterOffloadLayer3FlagIPv4NoOptions`.
  public static let ipv4NoOptions = Layer3Flags(rawValue: 0x1)
  /// Longer IPv4 headers: `NetAdapterOffloadLayer3FlagIPv4WithOptions`.
  public static let ipv4WithOptions = Layer3Flags(rawValue: 0x2)
  /// IPv6 headers of 40 octets: `NetAdapterOffloadLayer3FlagIPv6NoExtensions`.
  public static let ipv6NoExtensions = Layer3Flags(rawValue: 0x4)
  /// IPv6 headers with extension headers: `NetAdapterOffloadLayer3FlagIPv6WithExtensions`.
  public static let ipv6WithExtensions = Layer3Flags(rawValue: 0x8)

  /// Both kinds of IPv4 headers.
  public static let ipv4: Layer3Flags = [.ipv4NoOptions, .ipv4WithOptions]
  /// Both kinds of IPv6 headers.
  public static let ipv6: Layer3Flags = [.ipv6NoExtensions, .ipv6WithExtensions]
  /// All four kinds.
  public static let all: Layer3Flags = [.ipv4, .ipv6]
}
