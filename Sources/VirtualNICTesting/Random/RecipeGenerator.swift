public import FrameRecipes

/// Draws random valid frames, each with a segment size.
///
/// Sizes cluster where mistakes live: at 0, 1, and one octet on either side of whole multiples of
/// the segment size.
public struct RecipeGenerator: Sendable {
  /// The source of randomness; its seed repeats the whole sequence.
  public var random: SeededGenerator
  /// What to draw from.
  public var profile: RecipeProfile

  /// Starts a sequence that depends on `random` and `profile` alone.
  public init(_ random: SeededGenerator, profile: RecipeProfile = RecipeProfile()) {
    self.random = random
    self.profile = profile
  }

  /// The next frame and its segment size.
  public mutating func next() -> (recipe: FrameRecipe, segmentSize: Int) {
    let isTunnel = profile.allowsTunnels && !random.oneIn(4)
    var recipe = FrameRecipe()
    recipe.network = network(isOuter: false)
    recipe.transport = transport(over: recipe.network)
    if isTunnel {
      var encapsulation = encapsulation()
      if profile.allowsNestedTunnels && random.oneIn(2) {
        let outer = self.encapsulation()
        encapsulation.link = innerLink(of: outer)
        encapsulation.outer = outer
      }
      recipe.link = innerLink(of: encapsulation)
      recipe.encapsulation = encapsulation
    } else {
      recipe.link = link()
    }
    let (count, segmentSize) = sizes()
    recipe.payload = FrameRecipe.Payload.random(seed: random.next() % 1_000, count: count)
    if profile.allowsConventions { recipe.checksum = checksum(for: recipe) }
    // A length of 0 means "to the end of the frame", which leaves no room for a trailer.
    let isOpen = recipe.allNetworks.contains(where: \.hasOpenLength)
    if profile.allowsTrailers && !isOpen && random.oneIn(6) {
      recipe.trailerCount = random.within(1...24)
    }
    let isDirect = [.fou, .directGUE].contains(recipe.encapsulation?.kind)
    if profile.allowsInnerTrailers && isTunnel && !recipe.network.hasOpenLength && !isDirect
      && random.oneIn(3)
    {
      recipe.encapsulation?.innerTrailerCount = random.within(1...24)
    }
    if profile.allowsARP && random.oneIn(2) && recipe.link.announcesARP {
      recipe.network = .arp(arp())
      recipe.payload.count = 0
    }
    // What has to fit into 16 bits is everything behind the first IP header.
    let excess = recipe.packetByteCount - 65_535
    if excess > 0 { recipe.payload.count -= excess }
    return (recipe, segmentSize)
  }

  private mutating func sizes() -> (count: Int, segmentSize: Int) {
    let isLarge = random.oneIn(profile.largeOneIn)
    let most = max(0, min(isLarge ? profile.largestPayload : profile.usualPayload, 65_535))
    let mostSegments = max(1, min(profile.mostSegments, 65_535))
    let common = [8, 100, 512, 536, 1_220, 1_400, 1_440, 1_448, 1_460, 8_960]
    var size = random.oneIn(3) ? random.within(1...1_500) : random.pick(common)
    if random.oneIn(20) { size = random.within(1...8) }
    // Small segments go with small payloads, so that the number of segments stays bounded.
    let reach = min(most, size * mostSegments)
    let multiples = max(1, min(reach / size, mostSegments - 1))
    let count: Int
    switch random.below(8) {
    case 0: count = random.below(2)
    case 1: count = size + random.within(-1...1)
    case 2, 3, 4: count = size * random.within(1...multiples) + random.within(-1...1)
    default: count = random.below(reach + 1)
    }
    return (max(0, min(count, reach)), size)
  }

  private mutating func link() -> FrameRecipe.Link {
    let isEthernet = profile.links.contains(.ethernet) && random.oneIn(2)
    var link = FrameRecipe.Link(isEthernet ? .ethernet : random.pick(profile.links))
    if link.kind == .ethernet { link.tags = tags() }
    if profile.allowsShims, link.kind == .ethernet, random.oneIn(4) {
      for index in link.tags.indices where random.oneIn(3) {
        link.tags[index].protocolIdentifier = random.pick([0x9100, 0x9200, 0x9300])
      }
      link.shim = shim()
    }
    return link
  }

  private mutating func shim() -> FrameRecipe.Shim? {
    if random.oneIn(4) { return nil }
    if random.oneIn(2) { return .pppoe(session: random.integer()) }
    return .mpls(
      (0..<random.within(1...16)).map { _ in
        FrameRecipe.MPLSLabel(
          random.integer(UInt32.self) & 0xF_FFFF, trafficClass: random.integer() & 7,
          timeToLive: random.integer())
      })
  }

  private mutating func innerLink(of encapsulation: FrameRecipe.Encapsulation) -> FrameRecipe.Link {
    switch encapsulation.kind {
    case .ipInIP, .gue, .directGUE, .fou, .gtpU: return FrameRecipe.Link(.rawIP)
    case .geneve where random.oneIn(3): return FrameRecipe.Link(.rawIP)
    case .vxlanGPE where random.oneIn(2): return FrameRecipe.Link(.rawIP)
    case .gre where random.oneIn(2): return FrameRecipe.Link(.rawIP)
    default:
      return FrameRecipe.Link(
        tags: tags(), source: [2, 0, 0, 0, 0, 0x11], destination: [2, 0, 0, 0, 0, 0x12])
    }
  }

  private mutating func tags() -> [FrameRecipe.VLANTag] {
    guard profile.mostTags > 0 && random.oneIn(2) else { return [] }
    let most = min(random.oneIn(4) ? 64 : 2, profile.mostTags)
    return (0..<random.within(1...most)).map { _ in
      FrameRecipe.VLANTag(
        random.pick([FrameRecipe.EtherType.vlan, FrameRecipe.EtherType.serviceVLAN]),
        random.integer())
    }
  }

  private mutating func network(isOuter: Bool) -> FrameRecipe.Network {
    if random.oneIn(2) {
      var header =
        isOuter
        ? FrameRecipe.Encapsulation.defaultNetwork.ipv4 ?? FrameRecipe.IPv4() : FrameRecipe.IPv4()
      header.typeOfService = random.oneIn(2) ? 0 : random.integer()
      header.identification =
        random.oneIn(4) ? random.pick([0, 0x7FFF, 0x7FFE, 0xFFFE, 0xFFFF]) : random.integer()
      header.dontFragment = !random.oneIn(3)
      header.timeToLive = random.integer()
      if profile.allowsOptions && random.oneIn(3) { header.options = ipv4Options() }
      if profile.allowsConventions {
        if random.oneIn(5) { header.length = .zero }
        header.headerChecksum = random.pick([.complete, .complete, .zero, .wrong])
      }
      return .ipv4(header)
    }
    var header = FrameRecipe.IPv6()
    if isOuter { (header.source, header.destination) = ("2001:db8::a1", "2001:db8:ffff::a2") }
    header.trafficClass = random.oneIn(2) ? 0 : random.integer()
    header.flowLabel = random.oneIn(2) ? 0 : random.integer(UInt32.self) & 0xF_FFFF
    header.hopLimit = random.integer()
    if profile.allowsOptions && random.oneIn(3) {
      header.extensions = (0..<random.within(1...4)).map { _ in extensionHeader() }
      // Hop-by-hop options belong in front, yet receivers must cope with any order.
      if !random.oneIn(4) { header.extensions.sort { $0.number < $1.number } }
    }
    if profile.allowsConventions && random.oneIn(5) { header.length = .zero }
    return .ipv6(header)
  }

  private mutating func transport(
    over network: FrameRecipe.Network
  ) -> FrameRecipe.Transport {
    let number = random.pick(profile.protocols)
    if number == FrameRecipe.IPNumber.icmp || number == FrameRecipe.IPNumber.icmpv6 {
      let (identifier, sequence, isReply) = (
        random.integer(UInt16.self), random.integer(UInt16.self), random.oneIn(2)
      )
      return network.isIPv6
        ? .icmpv6Echo(identifier: identifier, sequence: sequence, isReply: isReply)
        : .icmpEcho(identifier: identifier, sequence: sequence, isReply: isReply)
    }
    guard number == FrameRecipe.IPNumber.tcp else {
      return .udp(
        FrameRecipe.UDP {
          $0.sourcePort = random.integer()
          $0.destinationPort = port()
          if profile.allowsConventions && random.oneIn(5) { $0.length = .zero }
        })
    }
    var header = FrameRecipe.TCP()
    header.sourcePort = random.integer()
    header.destinationPort = port()
    let edge: UInt32 = random.pick([0, 0xFFFF_FFFF, 0xFFFF_FF00, 0x7FFF_FFFF])
    header.sequenceNumber = random.oneIn(3) ? edge : random.integer()
    header.acknowledgement = random.integer()
    let some = FrameRecipe.TCPFlags(rawValue: random.integer() & random.integer())
    header.flags =
      random.oneIn(2)
      ? FrameRecipe.TCPFlags.ack.union(
        random.pick([[], .psh, [.psh, .fin], .cwr, [.psh, .fin, .cwr, .ece]])) : some
    header.window = random.integer()
    header.urgentPointer = random.oneIn(3) ? random.integer() : 0
    if profile.allowsOptions && random.oneIn(2) { header.options = tcpOptions() }
    return .tcp(header)
  }

  /// Any port that does not announce a tunnel.
  private mutating func port() -> UInt16 {
    let port: UInt16 = random.integer()
    return FrameRecipe.TunnelPort.all.contains(port) ? 443 : port
  }

  private mutating func arp() -> FrameRecipe.ARP {
    var packet = FrameRecipe.ARP()
    packet.source = FrameRecipe.Address(random.octets(4))
    packet.destination = FrameRecipe.Address(random.octets(4))
    if random.oneIn(2) {
      packet.operation = 2
      packet.destinationHardware = FrameRecipe.Link.defaultDestination
    }
    return packet
  }

  private mutating func checksum(for recipe: FrameRecipe) -> FrameRecipe.TransportChecksum {
    switch random.below(6) {
    case 0: .complete
    case 1: .zero
    case 2: .value(random.integer())
    case 3: .pseudoHeaderWithoutLength
    default: .pseudoHeader
    }
  }

  private mutating func encapsulation() -> FrameRecipe.Encapsulation {
    let options = random.oneIn(2) ? [] : random.octets(4 * random.within(1...8))
    let kind: FrameRecipe.Encapsulation.Kind =
      switch random.below(9) {
      case 0: .vxlan(network: random.integer(UInt32.self) & 0xFF_FFFF)
      case 1: .geneve(network: random.integer(UInt32.self) & 0xFF_FFFF, options: options)
      case 2:
        .gre(
          checksum: random.oneIn(3), key: random.oneIn(2) ? random.integer() : nil,
          sequence: random.oneIn(3) ? random.integer() : nil)
      case 3: .ipInIP
      case 4: .vxlanGPE(network: random.integer(UInt32.self) & 0xFF_FFFF)
      case 5 where random.oneIn(3): .directGUE
      case 5: .gue(data: random.oneIn(2) ? [] : random.octets(4 * random.within(1...31)))
      case 6: .fou
      default:
        .gtpU(
          tunnel: random.integer(), sequence: random.oneIn(3) ? random.integer() : nil,
          packetNumber: random.oneIn(4) ? random.integer() : nil, extensions: gtpExtensions())
      }
    var out = FrameRecipe.Encapsulation(kind, link: link(), network: network(isOuter: true))
    out.sourcePort = random.integer()
    if out.isOverUDP {
      out.checksum = random.oneIn(2) ? .zero : .complete
      if profile.allowsConventions && random.oneIn(3) { out.checksum = .pseudoHeader }
      if profile.allowsConventions && random.oneIn(5) { out.udpLength = .zero }
    }
    if case .gtpU = kind, profile.allowsConventions, random.oneIn(5) { out.tunnelLength = .zero }
    if profile.allowsWrongGREChecksums, case .gre(true, _, _) = kind, random.oneIn(2) {
      out.greChecksum = random.pick([.wrong, .zero])
    }
    return out
  }

  private mutating func gtpExtensions() -> [FrameRecipe.GTPExtension] {
    guard profile.allowsOptions && random.oneIn(3) else { return [] }
    return (0..<random.within(1...3)).map { _ in
      FrameRecipe.GTPExtension(
        random.pick([0x85, 0xC0, 0x20, 0x01]), random.octets(4 * random.within(1...5) - 2))
    }
  }
}

extension FrameRecipe.Link {
  /// Whether it has an EtherType that can announce ARP.
  fileprivate var announcesARP: Bool {
    if shim != nil { return false }
    return switch kind {
    case .ethernet, .linuxCooked1, .linuxCooked2: true
    case .rawIP, .bsdLoopback, .bsdLoopbackNetworkOrder, .ppp: false
    }
  }
}

extension FrameRecipe.Network {
  /// Whether the length field leaves it to the frame to say where the packet ends.
  fileprivate var hasOpenLength: Bool { (ipv4?.length ?? ipv6?.length) == .zero }
}
