internal import FrameRecipes

/// A received frame in its fields, and what can be said about it before its flow is looked at.
struct ReceivedFrame {
  /// Whether it may be merged at all.
  enum Kind: Equatable {
    /// It may, with frames of its flow.
    case mergeable
    /// It is delivered at once, and whatever is held stays held unless the rules keep all in order.
    case single
    /// It is delivered at once, and the unit of its flow before it.
    case endsItsFlow
  }

  /// What is known about its checksums.
  enum Checksums: Equatable { case valid, partial, invalid, notChecked }

  let octets: [UInt8]
  let number: Int
  let link: FrameRecipe.LinkKind
  /// Its fields; nil if its headers cannot be read to a TCP or UDP header.
  let recipe: FrameRecipe?
  let dissection: Dissection
  /// Whether a header cannot be right, so that nobody can say which flow it is of.
  let isUnreadable: Bool
  var kind = Kind.single
  var checksums = Checksums.notChecked

  /// Takes a frame apart.
  init(
    _ octets: [UInt8], number: Int, link: FrameRecipe.LinkKind, isPartial: Bool,
    _ rules: ReferenceCoalescingRules
  ) {
    (self.octets, self.number, self.link) = (octets, number, link)
    let udpTunnels = rules.tunnels != .unseen && rules.knowsUDPTunnels
    dissection = dissect(octets, link: link, udpTunnels: udpTunnels)
    let networks = dissection.layers.filter(\.kind.isNetwork)
    let isInTunnel = dissection.isInTunnel
    // A packet that ends within its own headers has none that can be read.
    let endsInHeaders = dissection.layers.contains { $0.kind != .payload && $0.end > $0.limit }
    isUnreadable =
      (dissection.fault != nil || endsInHeaders) && !(isInTunnel && rules.tunnels == .unseen)
    guard dissection.isComplete, !endsInHeaders, dissection.layers.last?.kind == .payload,
      networks.count <= 2
    else {
      recipe = nil
      return
    }
    var reader = RecipeReader(frame: octets, layers: dissection.layers, kind: link)
    // Where tunnels are not seen, what GRE and IP in IP carry is neither TCP nor UDP.
    guard let recipe = reader.recipe(), recipe.encapsulation == nil || rules.tunnels != .unseen
    else {
      self.recipe = nil
      return
    }
    self.recipe = recipe
    judge(recipe, isPartial: isPartial, rules)
  }

  private mutating func judge(
    _ recipe: FrameRecipe, isPartial: Bool, _ rules: ReferenceCoalescingRules
  ) {
    // Behind MPLS labels and PPPoE headers neither GRO nor a card looks.
    if recipe.outerLink.shim != nil { return }
    if let tunnel = recipe.encapsulation {
      guard rules.tunnels == .all || rules.tunnels == .overUDP && tunnel.isOverUDP,
        mayBeMerged(tunnel.network, rules)
      else { return }
      // GRE with sequence numbers is never merged.
      if case .gre(_, _, .some) = tunnel.kind { return }
      // Nor is GTP-U, whose header has a length.
      if tunnel.kind.hasLength { return }
      if tunnel.isOverUDP, tunnel.udpLength != .exact { return }
    }
    guard mayBeMerged(recipe.network, rules) else { return }
    guard rules.merges(recipe) else { return }
    guard hasRightLengths(recipe, rules) else {
      kind = .endsItsFlow
      return
    }
    checksums = isPartial ? .partial : areChecksumsRight(recipe) ? .valid : .invalid
    if recipe.transport.isTCP {
      judgeSegment(recipe, rules)
    } else {
      judgeDatagram(recipe, rules)
    }
  }

  /// Whether packets with an IP header are merged: never with options of IPv4, the reserved bit or
  /// a wrong header checksum.
  private mutating func mayBeMerged(
    _ network: FrameRecipe.Network, _ rules: ReferenceCoalescingRules
  ) -> Bool {
    guard let header = network.ipv4 else {
      return rules.allowsExtensionHeaders || network.ipv6?.extensions.isEmpty == true
    }
    guard header.options.isEmpty, !header.reservedBit else { return false }
    if header.headerChecksum != .complete { checksums = .invalid }
    return header.headerChecksum == .complete
  }

  private mutating func judgeSegment(_ recipe: FrameRecipe, _ rules: ReferenceCoalescingRules) {
    guard checksums != .invalid, let header = recipe.transport.tcp else { return }
    let hasOtherOptions =
      switch rules.options {
      case .identical: false
      case .timestamps:
        !header.options.allSatisfy { $0.isPadding || $0.timestamps != nil }
          || header.options.count { $0.timestamps != nil } > 1
      case .none: !header.options.isEmpty
      }
    let isAlone =
      recipe.payload.count == 0 || !header.flags.isDisjoint(with: rules.refusedFlags)
      || hasOtherOptions
    kind = isAlone ? .endsItsFlow : .mergeable
  }

  private mutating func judgeDatagram(_ recipe: FrameRecipe, _ rules: ReferenceCoalescingRules) {
    let isUnused = recipe.checksumField == 0
    if recipe.transport.udp?.length != .exact || recipe.payload.count == 0 { return }
    if checksums == .invalid { return }
    if isUnused && !(rules.mergesUnusedChecksums && !recipe.network.isIPv6) { return }
    kind = .mergeable
  }

  /// Whether each IP packet ends where the one around it does, and the outermost with the frame.
  private func hasRightLengths(
    _ recipe: FrameRecipe, _ rules: ReferenceCoalescingRules
  ) -> Bool {
    let layers = dissection.layers.filter(\.kind.isNetwork)
    guard let outermost = layers.first, !layers.contains(where: \.isOpen),
      layers.allSatisfy({ $0.limit == outermost.limit }), outermost.limit <= octets.count,
      (dissection.layers.last?.start ?? 0) <= outermost.limit
    else { return false }
    guard outermost.limit - outermost.start <= min(rules.longestPacket, 65_535) else {
      return false
    }
    return outermost.limit == octets.count || rules.dropsTrailers
  }

  private func areChecksumsRight(_ recipe: FrameRecipe) -> Bool {
    let packet = Array(octets.prefix(dissection.layers.first(where: \.kind.isNetwork)?.limit ?? 0))
    let udpTunnels = recipe.encapsulation?.isOverUDP ?? false
    let faults = frameFaults(packet, link: link, allowsTrailer: true, udpTunnels: udpTunnels)
    // A UDP length that is not right leaves open what the checksum covers.
    return !faults.contains { $0.field.hasSuffix("hecksum") || $0.field.hasSuffix("udp.length") }
  }
}

extension Dissection {
  /// Whether the walk came to the header of a tunnel.
  fileprivate var isInTunnel: Bool {
    let networks = layers.filter(\.kind.isNetwork)
    if networks.count > 1 || layers.contains(where: { $0.kind == .gre }) { return true }
    guard let fault, let first = networks.first else { return false }
    return fault.field.hasPrefix("gre")
      || fault.field.hasPrefix("ipv") && fault.octet != first.start
  }
}

extension FrameRecipe {
  /// The IP headers from the outermost inwards.
  var allNetworks: [Network] { (encapsulation?.fromOutermost ?? []).map(\.network) + [network] }
}

extension FrameRecipe.TCPOption {
  /// Whether it only fills up the header.
  var isPadding: Bool { octets.first == 0 || octets.first == 1 }

  /// The value and the echo of a timestamps option; nil for another one.
  var timestamps: (value: UInt32, echo: UInt32)? {
    octets.count == 10 && octets[0] == 8 && octets[1] == 10
      ? (longWord(octets, 2), longWord(octets, 6)) : nil
  }
}
