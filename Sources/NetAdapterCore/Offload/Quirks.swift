/// Ways in which real frameworks differ from their documentation.
///
/// Without any, an offload is active if the hardware has it, no keyword switches it off, and no
/// request of the protocol does.
public struct Quirks: OptionSet, Hashable, Sendable {
  /// One bit for each quirk.
  public let rawValue: UInt8
  /// Takes all bits as they are.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// What the framework of Windows 11 21H2 does.
  ///
  /// - Without any LSO keyword there is no LSO, without any USO keyword no USO, without `*RscIPv4` or
  ///   `*RscIPv6` no coalescing.
  /// - At start, a driver is told what the keywords leave, not what its hardware can do.
  /// - "No change" means "enabled" for LSO and USO.
  /// - A request to enable is refused by rules that differ from offload to offload.
  /// - On resume, a driver is told what was requested, not what its hardware can do.
  /// - The request is forgotten when the adapter starts again.
  /// - Checksum switches for IPv4 and IPv6 are joined by "or".
  ///
  /// Source: `netcx/adapter/nxoffload.cpp` and `netcx/translator/nxoffload.cpp` of
  /// microsoft/Network-Adapter-Class-Extension, branch release_21H2.
  public static let release21H2 = Quirks(rawValue: 1)
  /// LSO over IPv4 is off only if both `*LsoV1IPv4` and `*LsoV2IPv4` are 0, as up to release 2004.
  ///
  /// Without this, one of them is enough.
  public static let release2004LsoKeywords = Quirks(rawValue: 2)
}
