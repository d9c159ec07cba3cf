public import FrameRecipes

extension KnownBug {
  /// Gives right segments this bug.
  ///
  /// Fields that the bug does not touch are as right as before, checksums included. A list of one
  /// frame, and one whose frames cannot be taken apart, stays as it is, and so does one in which
  /// the bug does not show, such as a list of TCP segments for a bug of UDP.
  ///
  /// - Parameters:
  ///   - segments: The right segments, in order.
  ///   - superFrame: What they were made of; its trailer counts.
  ///   - link: The link header of all frames.
  ///   - udpTunnels: Whether UDP to the well-known ports of tunnels is one.
  /// - Returns: What a card with the bug sends in their place.
  public func applied(
    to segments: [[UInt8]], of superFrame: [UInt8], link: FrameRecipe.LinkKind = .ethernet,
    udpTunnels: Bool = true
  ) -> [[UInt8]] {
    let recipes = segments.compactMap {
      FrameRecipe(dissecting: $0, link: link, udpTunnels: udpTunnels)
    }
    guard segments.count > 1, recipes.count == segments.count else { return segments }
    switch self {
    case .tailLost:
      let isShort = recipes[recipes.count - 1].payload.count < recipes[0].payload.count
      return isShort ? Array(segments.dropLast()) : segments
    case .segmentsSwapped: return [segments[1], segments[0]] + segments.dropFirst(2)
    case .segmentDoubled: return [segments[0], segments[1]] + segments.dropFirst(1)
    default: break
    }
    let whole = Whole(recipes, superFrame, link, udpTunnels)
    return recipes.indices.map { index in
      var recipe = recipes[index]
      change(&recipe, index, whole)
      guard recipe != recipes[index] else { return segments[index] }
      if !isOfChecksum { recipe.completeChecksums() }
      return recipe.build()
    }
  }

  /// Whether the checksum itself is what is wrong.
  private var isOfChecksum: Bool {
    switch self {
    case .headerChecksumStale, .checksumStale, .checksumPartial, .oddLengthChecksum,
      .udpChecksumZero:
      true
    default: false
    }
  }

  /// What all segments come from.
  private struct Whole {
    let first: FrameRecipe
    let lastFlags: FrameRecipe.TCPFlags
    let count: Int
    let payloadCount: Int
    let segmentSize: Int
    let trailer: [UInt8]

    init(
      _ recipes: [FrameRecipe], _ superFrame: [UInt8], _ link: FrameRecipe.LinkKind,
      _ udpTunnels: Bool
    ) {
      first = recipes[0]
      lastFlags = recipes[recipes.count - 1].transport.tcp?.flags ?? []
      count = recipes.count
      segmentSize = first.payload.count
      payloadCount = recipes.reduce(0) { $0 + $1.payload.count }
      let end = dissect(superFrame, link: link, udpTunnels: udpTunnels).layers
        .first(where: \.kind.isNetwork)?.limit
      trailer = Array(superFrame.dropFirst(end ?? superFrame.count))
    }
  }

  private func change(_ recipe: inout FrameRecipe, _ index: Int, _ whole: Whole) {
    let isLast = index == whole.count - 1
    switch self {
    case .pushOnEverySegment, .finOnEverySegment, .finAndPushLost, .cwrOnEverySegment:
      let before = recipe.transport.tcp?.flags ?? []
      recipe.transport.tcp?.flags = flags(before, whole)
    case .sequenceNumberStuck, .sequenceNumberByFrameLength:
      let step =
        self == .sequenceNumberStuck ? 0 : whole.segmentSize + whole.first.layout.payloadOffset
      let start = whole.first.transport.tcp?.sequenceNumber ?? 0
      recipe.transport.tcp?.sequenceNumber = start &+ UInt32(truncatingIfNeeded: index * step)
    case .identificationStuck, .identificationByteSwapped:
      changeIdentification(&recipe.network, whole.first.network, index)
      if var outer = recipe.encapsulation, let base = whole.first.encapsulation {
        changeIdentification(&outer.network, base.network, index)
        recipe.encapsulation = outer
      }
    case .lastSegmentTooLong where isLast:
      let missing = whole.segmentSize - recipe.payload.count
      recipe.payload = .octets(recipe.payload.octets() + [UInt8](repeating: 0, count: missing))
    case .paddingAsPayload where isLast:
      if !whole.trailer.isEmpty {
        recipe.payload = .octets(recipe.payload.octets() + whole.trailer)
      }
    case .ipv4LengthOfSuperFrame, .ipv4LengthWithEthernet, .ipv6LengthWithoutExtensions,
      .ipv6LengthWithHeader, .udpLengthOfSuperFrame, .ipv6SourceOverwritten:
      changeLength(&recipe, whole)
    case .headerChecksumStale, .checksumStale, .checksumPartial, .oddLengthChecksum,
      .udpChecksumZero:
      changeChecksum(&recipe, whole)
    case .tailLost, .segmentsSwapped, .segmentDoubled, .lastSegmentTooLong, .paddingAsPayload:
      break
    }
  }

  private func flags(
    _ flags: FrameRecipe.TCPFlags, _ whole: Whole
  ) -> FrameRecipe.TCPFlags {
    switch self {
    case .pushOnEverySegment: flags.union(whole.lastFlags.intersection(.psh))
    case .finOnEverySegment: flags.union(whole.lastFlags.intersection(.fin))
    case .cwrOnEverySegment:
      flags.union((whole.first.transport.tcp?.flags ?? []).intersection(.cwr))
    default: flags.subtracting([.fin, .psh])
    }
  }

  private func changeIdentification(
    _ network: inout FrameRecipe.Network, _ base: FrameRecipe.Network, _ index: Int
  ) {
    guard let start = base.ipv4?.identification else { return }
    network.ipv4?.identification =
      self == .identificationStuck
      ? start : (start.byteSwapped &+ UInt16(truncatingIfNeeded: index)).byteSwapped
  }

  private func changeLength(_ recipe: inout FrameRecipe, _ whole: Whole) {
    let (transport, payload) = (recipe.transport.byteCount, recipe.payload.count)
    let network = recipe.network.byteCount
    func field(_ count: Int) -> FrameRecipe.LengthField {
      .value(UInt16(truncatingIfNeeded: count))
    }
    switch self {
    case .ipv4LengthOfSuperFrame:
      recipe.network.ipv4?.length = field(network + transport + whole.payloadCount)
    case .ipv4LengthWithEthernet:
      recipe.network.ipv4?.length = field(14 + network + transport + payload)
    case .ipv6LengthWithoutExtensions:
      if network > 40 { recipe.network.ipv6?.length = field(transport + payload) }
    case .ipv6LengthWithHeader:
      recipe.network.ipv6?.length = field(network + transport + payload)
    case .udpLengthOfSuperFrame:
      recipe.transport.udp?.length = field(transport + whole.payloadCount)
    case .ipv6SourceOverwritten:
      // An IPv4 header would have its checksum in octets 10 and 11: the third and fourth of this.
      guard var source = recipe.network.ipv6?.source.octets else { return }
      source.replaceSubrange(2..<4, with: [0xAB, 0xCD])
      recipe.network.ipv6?.source = FrameRecipe.Address(source)
    default: break
    }
  }

  private func changeChecksum(_ recipe: inout FrameRecipe, _ whole: Whole) {
    let isUnused = !recipe.transport.isTCP && recipe.checksum == .zero
    switch self {
    case .headerChecksumStale:
      let first = whole.first.build()
      recipe.network.ipv4?.headerChecksum = .value(
        UInt16(word(first, whole.first.layout.networkOffset + 10)))
    case .checksumStale: recipe.checksum = whole.first.checksum
    case .checksumPartial: if !isUnused { recipe.checksum = .pseudoHeader }
    case .oddLengthChecksum:
      guard !isUnused, recipe.payload.count % 2 == 1 else { return }
      // The last octet moves from the high to the low half of its word.
      let last = UInt16(recipe.payload.octets().last ?? 0)
      let sum = UInt64(~recipe.checksumField) + UInt64(~(last << 8)) + UInt64(last)
      recipe.checksum = .value(~foldedSum(sum))
    default:
      if !recipe.transport.isTCP && recipe.checksumField == 0xFFFF { recipe.checksum = .zero }
    }
  }
}

extension FrameRecipe {
  /// Computes checksums for the fields as they are now, but for those that are not in use.
  fileprivate mutating func completeChecksums() {
    if transport.isTCP || checksum != .zero { checksum = .complete }
    if let encapsulation, encapsulation.isOverUDP, encapsulation.checksum != .zero {
      self.encapsulation?.checksum = .complete
    }
  }
}
