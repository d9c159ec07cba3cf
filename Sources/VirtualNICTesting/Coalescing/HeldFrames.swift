internal import FrameRecipes

/// Frames of one flow that are merged when their unit ends.
struct HeldFrames {
  /// The fields of the frames, in order.
  var recipes: [FrameRecipe]
  /// The octets of the first one.
  let first: [UInt8]
  var numbers: [Int]
  var isPartial: Bool

  init(_ frame: ReceivedFrame, _ recipe: FrameRecipe) {
    (recipes, first, numbers) = ([recipe], frame.octets, [frame.number])
    isPartial = frame.checksums == .partial
  }

  /// The payload octets of the longest frame.
  var segmentSize: Int { recipes.map(\.payload.count).max() ?? 0 }

  /// Octets of the outermost IP packet.
  var packetLength: Int {
    guard let head = recipes.first else { return 0 }
    let layout = head.layout
    return layout.payloadOffset - layout.outermostNetworkOffset
      + recipes.reduce(0) { $0 + $1.payload.count }
  }

  /// Whether the unit ends after the frame that was added last.
  func isOver(_ rules: ReferenceCoalescingRules) -> Bool {
    guard let last = recipes.last else { return true }
    if recipes.count > 1 {
      if let header = last.transport.tcp, !header.flags.isDisjoint(with: rules.endingFlags) {
        return true
      }
      let hasOneLength = !last.transport.isTCP || !rules.allowsAnyLength
      if hasOneLength && last.payload.count < segmentSize { return true }
    }
    let most = last.transport.isTCP ? rules.mostSegments : rules.mostDatagrams
    return most.map { recipes.count >= $0 } ?? false
  }
}

// Which frames belong together.
extension HeldFrames {
  /// Whether a frame is one of the flow of this unit.
  func isFlow(of recipe: FrameRecipe, _ rules: ReferenceCoalescingRules) -> Bool {
    guard let head = recipes.first, head.hasAddressesAndPorts(of: recipe) else { return false }
    return !rules.flowHasAllHeaders || head.hasOuterHeaders(of: recipe)
  }

  /// Whether a frame of this flow can be merged with the unit.
  func takes(_ recipe: FrameRecipe, _ rules: ReferenceCoalescingRules) -> Bool {
    guard let head = recipes.first, let last = recipes.last, head.hasOuterHeaders(of: recipe),
      packetLength + recipe.payload.count <= min(rules.longestPacket, 65_535)
    else { return false }
    let depths = recipe.allNetworks.indices
    guard depths.allSatisfy({ takes(recipe.allNetworks[$0], at: $0, recipe, rules) }) else {
      return false
    }
    let isLongest = recipe.payload.count > segmentSize
    guard let header = recipe.transport.tcp, let before = last.transport.tcp,
      let start = head.transport.tcp
    else {
      return !isLongest && (recipe.checksumField == 0) == (head.checksumField == 0)
    }
    if isLongest && !rules.allowsAnyLength { return false }
    let taken = recipes.reduce(0) { $0 + $1.payload.count }
    guard header.sequenceNumber == start.sequenceNumber &+ UInt32(taken) else { return false }
    let flags = recipes.compactMap(\.transport.tcp?.flags)
      .reduce(FrameRecipe.TCPFlags()) { $0.union($1) }
    guard flags.symmetricDifference(header.flags).isSubset(of: rules.mergedFlags),
      header.flags.isDisjoint(with: rules.startingFlags), header.dataOffset == start.dataOffset
    else { return false }
    let isAcknowledgementRight =
      rules.takesLatestAcknowledgement
      ? !header.acknowledgement.isBefore(before.acknowledgement)
      : header.acknowledgement == start.acknowledgement
    guard isAcknowledgementRight, rules.takesLatestWindow || header.window == start.window else {
      return false
    }
    return takes(header.options, after: before.options, rules)
  }

  private func takes(
    _ network: FrameRecipe.Network, at depth: Int, _ recipe: FrameRecipe,
    _ rules: ReferenceCoalescingRules
  ) -> Bool {
    let same = recipes.map { $0.allNetworks[depth] }
    let mayDiffer = rules.takesSmallestHopLimit(of: recipe)
    switch (network, same[0]) {
    case (.ipv4(let mine), .ipv4(let first)):
      guard mine.typeOfService == first.typeOfService, mine.dontFragment == first.dontFragment,
        mayDiffer || mine.timeToLive == first.timeToLive
      else { return false }
      guard rules.checksIdentification else { return true }
      let numbers = same.compactMap(\.ipv4?.identification) + [mine.identification]
      // The second one decides whether they count up or stay the same.
      let step: UInt16 = numbers[1] == numbers[0] ? 0 : 1
      return zip(numbers, numbers.dropFirst()).allSatisfy { $0 &+ step == $1 }
    case (.ipv6(let mine), .ipv6(let first)):
      return mine.trafficClass == first.trafficClass
        && (mayDiffer || mine.hopLimit == first.hopLimit)
    default: return false
    }
  }

  private func takes(
    _ options: [FrameRecipe.TCPOption], after before: [FrameRecipe.TCPOption],
    _ rules: ReferenceCoalescingRules
  ) -> Bool {
    guard rules.options == .timestamps else { return options == before }
    guard options.count == before.count else { return false }
    return zip(options, before).allSatisfy { mine, theirs in
      guard let stamp = mine.timestamps, let earlier = theirs.timestamps else {
        return mine == theirs
      }
      return !stamp.value.isBefore(earlier.value)
    }
  }
}

extension FrameRecipe {
  /// Whether the innermost addresses, protocols and ports are the same.
  func hasAddressesAndPorts(of other: FrameRecipe) -> Bool {
    network.addresses == other.network.addresses && transport.isTCP == other.transport.isTCP
      && ports == other.ports
  }

  /// Whether all headers but the innermost IP and transport headers are the same, and with them
  /// flow labels and extension headers.
  func hasOuterHeaders(of other: FrameRecipe) -> Bool {
    guard link == other.link, network.flow == other.network.flow else { return false }
    guard let mine = encapsulation, let theirs = other.encapsulation else {
      return encapsulation == nil && other.encapsulation == nil
    }
    return mine.kind == theirs.kind && mine.link == theirs.link
      && mine.network.addresses == theirs.network.addresses
      && mine.network.flow == theirs.network.flow
      && (!mine.isOverUDP
        || mine.sourcePort == theirs.sourcePort && mine.destinationPort == theirs.destinationPort
          && (outerChecksumField == 0) == (other.outerChecksumField == 0))
  }

  private var ports: [UInt16] {
    [
      transport.sourcePort,
      transport.tcp?.destinationPort ?? transport.udp?.destinationPort ?? 0,
    ]
  }
}

extension FrameRecipe.Network {
  var addresses: [FrameRecipe.Address] {
    switch self {
    case .ipv4(let header): [header.source, header.destination]
    case .ipv6(let header): [header.source, header.destination]
    case .arp: []
    }
  }

  /// Flow label and extension headers.
  fileprivate var flow: FrameRecipe.IPv6? {
    ipv6.map { header in
      FrameRecipe.IPv6 { ($0.flowLabel, $0.extensions) = (header.flowLabel, header.extensions) }
    }
  }
}

extension UInt32 {
  /// Whether a number that wraps around comes before another one.
  fileprivate func isBefore(_ other: UInt32) -> Bool { Int32(bitPattern: self &- other) < 0 }
}
