public import FrameRecipes

/// Simpler frames that may show the same failure, the boldest changes first.
///
/// Every change goes towards the defaults or towards less, never back, so shrinking ends.
public func shrink(_ recipe: FrameRecipe) -> [FrameRecipe] {
  var out: [FrameRecipe] = []
  func propose(_ change: (inout FrameRecipe) -> Void) {
    var candidate = recipe
    change(&candidate)
    if candidate != recipe { out.append(candidate) }
  }
  propose {
    // Out of the tunnel: the inner frame alone.
    if $0.encapsulation != nil && $0.link.kind == .rawIP { $0.link = FrameRecipe.Link() }
    $0.encapsulation = nil
  }
  for count in smallerCounts(recipe.payload.count) { propose { $0.payload.count = count } }
  propose { $0.link = FrameRecipe.Link($0.link.kind) }
  propose { _ = $0.link.tags.popLast() }
  propose { $0.link.shim = nil }
  propose { if $0.encapsulation == nil { $0.link = FrameRecipe.Link() } }
  propose { $0.trailerCount = 0 }
  propose { $0.checksum = .complete }
  propose { if $0.checksum != .complete { $0.checksum = .zero } }
  propose { $0.payload.content = .repeated(0) }
  for network in shrink(recipe.network) { propose { $0.network = network } }
  for transport in shrink(recipe.transport) { propose { $0.transport = transport } }
  if let outer = recipe.encapsulation {
    propose { $0.encapsulation?.link = FrameRecipe.Link() }
    propose { $0.encapsulation?.checksum = .zero }
    propose { $0.encapsulation?.udpLength = .exact }
    propose { $0.encapsulation?.tunnelLength = .exact }
    propose { $0.encapsulation?.innerTrailerCount = 0 }
    propose { $0.encapsulation?.greChecksum = .complete }
    propose { $0.encapsulation = $0.encapsulation?.withoutOutermost }
    propose { if outer.network.isIPv6 { $0.encapsulation?.network = .ipv4() } }
    for network in shrink(outer.network) { propose { $0.encapsulation?.network = network } }
    switch outer.kind {
    case .vxlan: propose { $0.encapsulation?.kind = .vxlan(network: 0) }
    case .geneve: propose { $0.encapsulation?.kind = .geneve(network: 0, options: []) }
    case .gre: propose { $0.encapsulation?.kind = .gre() }
    case .vxlanGPE: propose { $0.encapsulation?.kind = .vxlanGPE(network: 0) }
    case .gue: propose { $0.encapsulation?.kind = .gue() }
    case .gtpU(let tunnel, let sequence, _, let extensions):
      propose { $0.encapsulation?.kind = .gtpU(tunnel: 0) }
      propose {
        $0.encapsulation?.kind = .gtpU(
          tunnel: tunnel, sequence: sequence, extensions: Array(extensions.prefix(1)))
      }
    case .directGUE: propose { $0.encapsulation?.kind = .fou }
    case .fou, .ipInIP: break
    }
  }
  return out
}

/// Shrinks a failing frame until no simpler one fails.
///
/// `failing` is asked about every candidate and must be deterministic; the frame handed in is
/// taken to fail. At most `budget` candidates are tried; a negative budget counts as 0.
///
/// - Returns: The simplest failing frame found, and its segment size.
public func minimise(
  _ recipe: FrameRecipe, segmentSize: Int, budget: Int = 2_000,
  failing: (FrameRecipe, Int) -> Bool
) -> (FrameRecipe, Int) {
  var best = (recipe, segmentSize)
  var left = max(0, budget)
  search: while true {
    let sizes = smallerCounts(best.1).filter { $0 > 0 }
    var candidates = shrink(best.0).map { ($0, best.1) } + sizes.map { (best.0, $0) }
    // Both at once keeps the number of segments, which is often what matters.
    for size in sizes {
      var smaller = best.0
      let (product, isTooLarge) = smaller.payload.count.multipliedReportingOverflow(by: size)
      if isTooLarge { continue }
      smaller.payload.count = product / best.1
      if smaller != best.0 { candidates.append((smaller, size)) }
    }
    for candidate in candidates {
      left -= 1
      if left < 0 { return best }
      if failing(candidate.0, candidate.1) {
        best = candidate
        continue search
      }
    }
    return best
  }
}

private func smallerCounts(_ count: Int) -> [Int] {
  var seen: Set<Int> = [count]
  return [0, 1, 2, 8, count / 4, count / 2, count &- 8, count &- 1].filter {
    $0 >= 0 && $0 < count && seen.insert($0).inserted
  }
}

private func shrink(_ network: FrameRecipe.Network) -> [FrameRecipe.Network] {
  var out: [FrameRecipe.Network] = []
  switch network {
  case .ipv4(let header):
    func propose(_ change: (inout FrameRecipe.IPv4) -> Void) {
      var candidate = header
      change(&candidate)
      out.append(.ipv4(candidate))
    }
    out.append(.ipv4())
    propose { $0.options = [] }
    propose { _ = $0.options.popLast() }
    propose { $0.length = .exact }
    propose { $0.headerChecksum = .complete }
    propose { $0.identification = FrameRecipe.IPv4().identification }
    propose { $0.typeOfService = 0 }
    propose { $0.timeToLive = 64 }
    propose { $0.dontFragment = true }
  case .ipv6(let header):
    func propose(_ change: (inout FrameRecipe.IPv6) -> Void) {
      var candidate = header
      change(&candidate)
      out.append(.ipv6(candidate))
    }
    out.append(.ipv4())
    out.append(.ipv6())
    propose { $0.extensions = [] }
    propose { _ = $0.extensions.popLast() }
    propose { if !$0.extensions.isEmpty { $0.extensions.removeFirst() } }
    for index in header.extensions.indices { propose { $0.extensions[index].contents = [] } }
    propose { $0.length = .exact }
    propose { ($0.trafficClass, $0.flowLabel) = (0, 0) }
    propose { $0.hopLimit = 64 }
  case .arp: out.append(.arp())
  }
  return out
}

private func shrink(_ transport: FrameRecipe.Transport) -> [FrameRecipe.Transport] {
  var out: [FrameRecipe.Transport] = []
  switch transport {
  case .tcp(let header):
    func propose(_ change: (inout FrameRecipe.TCP) -> Void) {
      var candidate = header
      change(&candidate)
      out.append(.tcp(candidate))
    }
    out.append(.tcp())
    propose { $0.options = [] }
    propose { _ = $0.options.popLast() }
    propose { $0.flags = .ack }
    for bit in 0..<12 where bit != 4 { propose { $0.flags.remove(.init(rawValue: 1 << bit)) } }
    propose { $0.sequenceNumber = FrameRecipe.TCP().sequenceNumber }
    propose { $0.acknowledgement = FrameRecipe.TCP().acknowledgement }
    propose { ($0.window, $0.urgentPointer) = (FrameRecipe.TCP().window, 0) }
    propose { ($0.sourcePort, $0.destinationPort) = (40_000, 443) }
  case .udp(let header):
    out.append(.udp())
    out.append(.udp(FrameRecipe.UDP { $0.length = header.length }))
  case .icmp: out.append(.icmpEcho())
  case .icmpv6: out.append(.icmpv6Echo())
  }
  return out
}

extension FrameRecipe.Encapsulation {
  /// The same without the outermost tunnel; itself if there is one alone.
  fileprivate var withoutOutermost: Self {
    guard let outer else { return self }
    var copy = self
    if outer.outer == nil {
      (copy.link, copy.outer) = (outer.link, nil)
    } else {
      copy.outer = outer.withoutOutermost
    }
    return copy
  }
}
