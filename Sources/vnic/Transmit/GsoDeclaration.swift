import NetAdapterCore

/// What the hardware segments, as the command line states it.
///
/// Flags of NetAdapterCx name IP versions and transports, not pairs of them. Hardware for a mix
/// such as `lso4,uso6` declares all four, and a request of the protocol switches the rest off.
struct GsoDeclaration {
  /// Empty for hardware that segments nothing.
  private let kinds: Set<GsoKind>
  private let hasOptions: Bool
  private let hasExtensions: Bool
  private let maximumOffloadSize: Int
  private let minimumSegmentCount: Int
  private let headerOffsetLimit: UInt16

  /// What `--gso` declares, or an option that goes before it, such as `--left-gso`.
  init(_ arguments: ParsedArguments, insteadOfGso option: String? = nil) throws(Failure) {
    let name = option.flatMap { arguments.has($0) ? $0 : nil } ?? "--gso"
    kinds = try Self.kinds(arguments.value(name), option: name)
    hasOptions = !arguments.has("--no-options")
    hasExtensions = !arguments.has("--no-extensions")
    let sizes = 0...Int(UInt32.max)
    maximumOffloadSize = try arguments.number("--max-offload", in: sizes) ?? 65_536
    minimumSegmentCount = try arguments.number("--min-segments", in: sizes) ?? 2
    headerOffsetLimit = UInt16(try arguments.number("--offset-limit", in: 0...65_535) ?? 0)
    try checkUse(arguments)
  }

  private static func kinds(
    _ text: String?, option: String
  ) throws(Failure) -> Set<GsoKind> {
    guard let text else { return Set(GsoKind.allCases) }
    if text == "none" { return [] }
    var kinds: Set<GsoKind> = []
    let names = GsoKind.allCases.map(\.rawValue)
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let word = String(part)
      guard word != "none" else { throw Failure(usage: "`\(option) \(text)`: `none` stands alone") }
      guard let kind = GsoKind(rawValue: word) else {
        let hint = nearest(to: word, in: names + ["none"]).map { "did you mean `\($0)`?" }
        throw Failure(
          usage: "`\(option) \(text)`: `\(word)` is none of \(names.joined(separator: ", ")); "
            + (hint ?? "separate them by commas, or say `none`"))
      }
      kinds.insert(kind)
    }
    return kinds
  }

  /// Refuses options that would change nothing.
  private func checkUse(_ arguments: ParsedArguments) throws(Failure) {
    let limits = [
      "--no-options", "--no-extensions", "--max-offload", "--min-segments", "--offset-limit",
    ]
    if kinds.isEmpty, let name = limits.first(where: { arguments.has($0) }) {
      throw Failure(usage: "`\(name)` is about hardware that segments, and `--gso none` is not")
    }
    if !hasOptions, !kinds.contains(where: { $0.isIPv4 || $0.isTCP }) {
      throw Failure(usage: "`--no-options` needs lso4, lso6 or uso4: IPv6 and UDP have no options")
    }
    if !hasExtensions, kinds.allSatisfy(\.isIPv4) {
      throw Failure(usage: "`--no-extensions` needs lso6 or uso6: IPv4 has no extension headers")
    }
  }

  /// What is declared; nil if nothing is.
  func capabilities(_ callback: @escaping EvtAdapterSetOffload) -> GsoCapabilities? {
    guard !kinds.isEmpty else { return nil }
    var (layer3, layer4): (Layer3Flags, Layer4Flags) = ([], [])
    for kind in kinds {
      layer3.insert(kind.isIPv4 ? .ipv4NoOptions : .ipv6NoExtensions)
      layer4.insert(kind.isTCP ? .tcpNoOptions : .udp)
    }
    if hasOptions, layer3.contains(.ipv4NoOptions) { layer3.insert(.ipv4WithOptions) }
    if hasOptions, layer4.contains(.tcpNoOptions) { layer4.insert(.tcpWithOptions) }
    if hasExtensions, layer3.contains(.ipv6NoExtensions) { layer3.insert(.ipv6WithExtensions) }
    var gso = GsoCapabilities(
      layer3: layer3, layer4: layer4, maximumOffloadSize: maximumOffloadSize,
      minimumSegmentCount: minimumSegmentCount, evtSetGso: callback)
    gso.layer4HeaderOffsetLimit = headerOffsetLimit
    return gso
  }

  /// What is declared to compute checksums of: hardware that segments frames sums the same ones.
  func checksumCapabilities() -> TxChecksumCapabilities? {
    guard let gso = capabilities({ _, _ in }) else { return nil }
    var checksum = TxChecksumCapabilities(layer3: gso.layer3) { _, _ in }
    checksum.layer4 = gso.layer4
    return checksum
  }

  /// What the flags say and `--gso` does not, in the order of ``GsoKind``.
  var unwanted: [GsoKind] {
    GsoKind.allCases.filter { kind in
      !kinds.contains(kind) && kinds.contains { $0.isIPv4 == kind.isIPv4 }
        && kinds.contains { $0.isTCP == kind.isTCP }
    }
  }

  /// The request that switches off what is not wanted; it leaves the keywords as given.
  var request: OffloadParameters {
    var request = OffloadParameters()
    request.skipsRegistryUpdate = true
    for kind in unwanted {
      switch kind {
      case .lso4: (request.lsoV1, request.lsoV2IPv4) = (.disabled, .disabled)
      case .lso6: request.lsoV2IPv6 = .disabled
      case .uso4: request.usoIPv4 = .disabled
      case .uso6: request.usoIPv6 = .disabled
      }
    }
    return request
  }

  /// The options for it.
  static let options: [CommandDescription.Option] = [
    .init(
      "--gso", value: "LIST",
      """
      what the hardware segments: lso4, lso6 (TCP over IPv4 and
      IPv6), uso4, uso6 (UDP), joined by commas, or none
      (default: all four)
      """),
    .init("--no-options", "it does not repeat IPv4 options and TCP options"),
    .init("--no-extensions", "it does not repeat IPv6 extension headers"),
    .init("--max-offload", value: "N", "most octets of payload it takes (default 65536)"),
    .init("--min-segments", value: "N", "fewest segments it takes (default 2)"),
    .init(
      "--offset-limit", value: "N",
      """
      most octets before the TCP or UDP header
      (default 0: no limit)
      """),
  ]
}
