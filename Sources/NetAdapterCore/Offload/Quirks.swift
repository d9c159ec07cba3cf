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
  /// - LSO is off unless an LSO keyword is present, USO unless a USO keyword is, checksums of
  ///   packets to send unless a checksum keyword is, and coalescing unless `*RscIPv4` or `*RscIPv6`
  ///   is.
  /// - Text of keywords is read with `RtlUnicodeStringToInteger`: leading blanks are skipped, text
  ///   without a number is 0, and empty text counts as absent. Numbers of checksums count by their
  ///   bits, so that 4 disables both directions.
  /// - At start, a driver is told what software supports and the keywords allow, whether or not its
  ///   hardware supports it. Earlier requests are forgotten, except for the keywords they wrote.
  /// - Until the next start, keywords are not read again, and requests build on what is active.
  ///   (The framework does read them to refuse a request, which is not emulated: a request is
  ///   refused by the keywords of the start.)
  /// - A member "no change" of a request enables LSO and USO.
  /// - The rules by which a request is refused differ from offload to offload.
  /// - The codes of a checksum for IPv4 and for IPv6 are or-ed as numbers: "disabled" for one and
  ///   "sending" for the other mean "receiving". Enabling TCP over IPv4 in both directions disables
  ///   sending.
  /// - After a request, the driver is told of coalescing with time stamps whatever keywords say.
  /// - On resume, a driver is told what was requested, whether or not its hardware supports it.
  /// - A second pause is accepted, and so is a request while offloads are paused. The driver is
  ///   told of its result at once.
  /// - A frame with a VLAN tag in its octets is passed to the driver without a segment size, unless
  ///   it exceeds `MaximumTxFragmentSize`, and is dropped then. A frame whose IP headers are longer
  ///   than a packet layout can say is passed with its segment size, unverified.
  ///
  /// Source: `netcx/adapter/nxoffload.cpp` and `netcx/translator/nxoffload.cpp` of
  /// microsoft/Network-Adapter-Class-Extension, branch release_21H2.
  public static let release21H2 = Quirks(rawValue: 1)
  /// LSO over IPv4 is off only if both `*LsoV1IPv4` and `*LsoV2IPv4` are 0, as up to release 2004.
  ///
  /// Otherwise it is off if one of them is 0.
  public static let release2004LsoKeywords = Quirks(rawValue: 2)
}
