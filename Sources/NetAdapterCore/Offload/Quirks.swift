/// Deviations of real frameworks from their documentation, which an adapter can emulate.
///
/// Without any, an offload is active if the hardware supports it and neither a keyword nor a
/// request of a protocol disables it.
public struct Quirks: OptionSet, Hashable, Sendable {
  /// One bit for each quirk.
  public let rawValue: UInt8
  /// Creates a set from its bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The behaviour of the framework of Windows 11 21H2.
  ///
  /// - LSO is off unless an LSO keyword is present, USO unless a USO keyword is, and coalescing
  ///   unless `*RscIPv4` or `*RscIPv6` is.
  /// - At start, a driver is told what the keywords allow, whether or not its hardware supports it.
  /// - A member "no change" of a request enables LSO and USO.
  /// - The rules by which a request is refused differ from offload to offload.
  /// - On resume, a driver is told what was requested, whether or not its hardware supports it.
  /// - Requests are forgotten when the adapter starts again.
  /// - A checksum that is enabled for IPv4 or for IPv6 is enabled for both.
  ///
  /// Source: `netcx/adapter/nxoffload.cpp` and `netcx/translator/nxoffload.cpp` of
  /// microsoft/Network-Adapter-Class-Extension, branch release_21H2.
  public static let release21H2 = Quirks(rawValue: 1)
  /// LSO over IPv4 is off only if both `*LsoV1IPv4` and `*LsoV2IPv4` are 0, as up to release 2004.
  ///
  /// Otherwise it is off if one of them is 0.
  public static let release2004LsoKeywords = Quirks(rawValue: 2)
}
