/// Kinds of IP headers that an offload supports: `NET_ADAPTER_OFFLOAD_LAYER3_FLAGS`.
///
/// Each flag stands for one kind and implies no other. Rules between flags are documented at the
/// capabilities that have them. Numbers are those of `netadapteroffload.h`.
public struct Layer3Flags: OptionSet, Hashable, Sendable {
  /// One bit for each kind; unknown bits are stored and have no effect.
  public let rawValue: UInt32
  /// Creates flags from their bits.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// IPv4 headers of 20 octets: `NetAdapterOffloadLayer3FlagIPv4NoOptions`.
  @inlinable public static var ipv4NoOptions: Layer3Flags { Layer3Flags(rawValue: 0x1) }
  /// Longer IPv4 headers: `NetAdapterOffloadLayer3FlagIPv4WithOptions`.
  @inlinable public static var ipv4WithOptions: Layer3Flags { Layer3Flags(rawValue: 0x2) }
  /// IPv6 headers of 40 octets: `NetAdapterOffloadLayer3FlagIPv6NoExtensions`.
  @inlinable public static var ipv6NoExtensions: Layer3Flags { Layer3Flags(rawValue: 0x4) }
  /// IPv6 headers with extension headers: `NetAdapterOffloadLayer3FlagIPv6WithExtensions`.
  @inlinable public static var ipv6WithExtensions: Layer3Flags { Layer3Flags(rawValue: 0x8) }

  /// Both kinds of IPv4 headers.
  @inlinable public static var ipv4: Layer3Flags { Layer3Flags(rawValue: 0x3) }
  /// Both kinds of IPv6 headers.
  @inlinable public static var ipv6: Layer3Flags { Layer3Flags(rawValue: 0xC) }
  /// All four kinds.
  @inlinable public static var all: Layer3Flags { Layer3Flags(rawValue: 0xF) }
}

/// Kinds of transport headers that an offload supports: `NET_ADAPTER_OFFLOAD_LAYER4_FLAGS`.
///
/// For segmentation, the TCP kinds mean LSO and ``udp`` means USO. Numbers are those of
/// `netadapteroffload.h`.
public struct Layer4Flags: OptionSet, Hashable, Sendable {
  /// One bit for each kind; unknown bits are stored and have no effect.
  public let rawValue: UInt32
  /// Creates flags from their bits.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// TCP headers of 20 octets: `NetAdapterOffloadLayer4FlagTcpNoOptions`.
  ///
  /// The rules on the page "Generic Segmentation Offload" call it
  /// `NetAdapterOffloadLayer4FlagTcpWithoutOptions`; its sample and the header use the name above.
  @inlinable public static var tcpNoOptions: Layer4Flags { Layer4Flags(rawValue: 0x1) }
  /// Longer TCP headers: `NetAdapterOffloadLayer4FlagTcpWithOptions`.
  @inlinable public static var tcpWithOptions: Layer4Flags { Layer4Flags(rawValue: 0x2) }
  /// UDP: `NetAdapterOffloadLayer4FlagUdp`.
  @inlinable public static var udp: Layer4Flags { Layer4Flags(rawValue: 0x4) }

  /// Both kinds of TCP headers.
  @inlinable public static var tcp: Layer4Flags { Layer4Flags(rawValue: 0x3) }
  /// All three kinds.
  @inlinable public static var all: Layer4Flags { Layer4Flags(rawValue: 0x7) }
}

extension Layer3Flags: CustomStringConvertible {
  /// The kinds, such as `IPv4, IPv6 with extensions`, and unknown bits; `none` if empty.
  public var description: String {
    flagNames(
      rawValue, ["IPv4", "IPv4 with options", "IPv6", "IPv6 with extensions"])
  }
}

extension Layer4Flags: CustomStringConvertible {
  /// The kinds, such as `TCP, UDP`, and unknown bits; `none` if empty.
  public var description: String { flagNames(rawValue, ["TCP", "TCP with options", "UDP"]) }
}

/// Returns the names of the bits that are set, from the lowest, and the rest as a number.
private func flagNames(_ bits: UInt32, _ names: [String]) -> String {
  var words = names.indices.filter { bits & (1 << $0) != 0 }.map { names[$0] }
  let unknown = (bits >> names.count) << names.count
  if unknown != 0 { words.append("0x" + String(unknown, radix: 16)) }
  return words.isEmpty ? "none" : words.joined(separator: ", ")
}
