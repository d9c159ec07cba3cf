public import FrameRecipes

/// The rules of ``referenceFragments(of:fragmentPayload:options:)``.
public struct FragmentOptions: Equatable, Sendable {
  /// Which IPv4 options later fragments carry; the first one carries all.
  public enum IPv4Options: Equatable, Sendable {
    /// All, as the kernel's UDP fragmentation offload does.
    case all
    /// Those whose "copied" flag (0x80) is set, moved up and padded (RFC 791, section 3.1).
    case copied
    /// The same, with every octet of the others turned into "no operation" in its place.
    case copiedInPlace
  }

  /// Which IPv4 options later fragments carry.
  public var ipv4Options = IPv4Options.all
  /// The identification in IPv6 fragment headers.
  public var ipv6Identification: UInt32 = 0
  /// The result of a UDP checksum field of 0.
  public var zeroUDPChecksum = ReferenceRules.ZeroChecksum.computeAnyway

  /// The kernel's rules.
  public init() {}

  /// The kernel's rules, changed by `change`.
  public init(_ change: (inout FragmentOptions) -> Void) { change(&self) }
}

/// Fragments a frame the slow and obvious way.
///
/// The transport checksum is completed over the whole datagram first. `fragmentPayload` counts what
/// follows the IPv4 header, or the IPv6 fragment header; it is rounded down to a
/// multiple of eight. A datagram that fits is returned whole. Tunnels are not for fragmenting:
/// the result is empty, as that of ARP.
public func referenceFragments(
  of recipe: FrameRecipe, fragmentPayload: Int, options: FragmentOptions = FragmentOptions()
) -> [[UInt8]] {
  guard recipe.encapsulation == nil else { return [] }
  var whole = recipe
  whole.trailerCount = 0
  whole.transport.udp?.length = .exact
  whole.network.ipv4?.length = .exact
  whole.network.ipv4?.headerChecksum = .complete
  whole.network.ipv6?.length = .exact
  let unused = recipe.transport.isUDP && recipe.checksumField == 0
  whole.checksum = unused && options.zeroUDPChecksum == .copied ? .zero : .complete
  let step = max(8, fragmentPayload / 8 * 8)
  switch whole.network {
  case .ipv4(let header): return fragments(of: whole, header, step, options)
  case .ipv6(let header): return fragments(of: whole, header, step, options)
  case .arp: return []
  }
}

private func fragments(
  of recipe: FrameRecipe, _ base: FrameRecipe.IPv4, _ step: Int, _ options: FragmentOptions
) -> [[UInt8]] {
  let datagram = recipe.transportOctets()
  guard datagram.count > step else { return [recipe.build()] }
  return stride(from: 0, to: datagram.count, by: step).map { start in
    let end = min(datagram.count, start + step)
    var header = base
    header.dontFragment = false
    header.reservedBit = false
    header.moreFragments = end < datagram.count
    header.fragmentOffset = start / 8
    if start > 0 { header.options = base.options.laterOptions(options.ipv4Options) }
    return recipe.link.frame(
      around: header.packet(
        around: Array(datagram[start..<end]), protocolNumber: recipe.transport.protocolNumber),
      FrameRecipe.EtherType.ipv4)
  }
}

private func fragments(
  of recipe: FrameRecipe, _ base: FrameRecipe.IPv6, _ step: Int, _ options: FragmentOptions
) -> [[UInt8]] {
  // RFC 8200, section 4.5: what every router on the way looks at stays in every fragment.
  let headers = base.extensions
  var kept = 0
  if let last = headers.lastIndex(where: { $0.number == FrameRecipe.IPNumber.routing }) {
    kept = last + 1
  } else if headers.first?.number == FrameRecipe.IPNumber.hopByHop {
    kept = 1
  }
  let moved = headers[kept...]
  var body = recipe.transportOctets()
  var next = recipe.transport.protocolNumber
  for header in moved.reversed() {
    body = header.octets(nextHeader: next) + body
    next = header.number
  }
  guard body.count > step else { return [recipe.build()] }
  return stride(from: 0, to: body.count, by: step).map { start in
    let end = min(body.count, start + step)
    // The offset stands in the upper thirteen bits, "more fragments" in the lowest.
    let field = start + (end < body.count ? 1 : 0)
    var header = base
    header.extensions = Array(headers[..<kept])
    header.extensions.append(
      FrameRecipe.ExtensionHeader(
        FrameRecipe.IPNumber.fragment,
        networkOrder16(field) + networkOrder32(options.ipv6Identification)))
    return recipe.link.frame(
      around: header.packet(around: Array(body[start..<end]), protocolNumber: next),
      FrameRecipe.EtherType.ipv6)
  }
}

extension FrameRecipe.IPv4Option {
  fileprivate var isCopied: Bool { (octets.first ?? 0) & 0x80 != 0 }
}

extension [FrameRecipe.IPv4Option] {
  fileprivate func laterOptions(_ rule: FragmentOptions.IPv4Options) -> [FrameRecipe.IPv4Option] {
    switch rule {
    case .all: self
    case .copied: filter(\.isCopied)
    case .copiedInPlace:
      map {
        $0.isCopied || $0.octets.first == 0
          ? $0 : FrameRecipe.IPv4Option([UInt8](repeating: 1, count: $0.octets.count))
      }
    }
  }
}
