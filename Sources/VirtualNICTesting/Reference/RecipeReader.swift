internal import FrameRecipes

/// Reads the fields of a frame, header by header.
struct RecipeReader {
  let frame: [UInt8]
  let layers: [Layer]
  let kind: FrameRecipe.LinkKind
  var at = 0

  /// Where the outermost packet ends; a trailer starts here.
  var end: Int { layers.first(where: \.kind.isNetwork)?.limit ?? frame.count }

  func octets(_ start: Int, _ count: Int) -> [UInt8] { Array(frame[start..<(start + count)]) }
  func address(_ start: Int, _ count: Int) -> FrameRecipe.Address { .init(octets(start, count)) }
  func short(_ offset: Int) -> UInt16 { UInt16(word(frame, offset)) }

  mutating func recipe() -> FrameRecipe? {
    var recipe = FrameRecipe()
    var outerLink = link(kind)
    guard let outerNetwork = network() else { return nil }
    if let tunnel = tunnel() {
      var encapsulation = tunnel
      encapsulation.link = outerLink
      encapsulation.network = outerNetwork
      outerLink = layers[at].kind == .ethernet ? link(.ethernet) : FrameRecipe.Link(.rawIP)
      recipe.encapsulation = encapsulation
      guard let innerNetwork = network() else { return nil }
      recipe.network = innerNetwork
      let inner = layers.last(where: \.kind.isNetwork)?.limit ?? end
      recipe.encapsulation?.innerTrailerCount = max(0, end - inner)
    } else {
      recipe.network = outerNetwork
    }
    recipe.link = outerLink
    let transport = layers[at]
    recipe.transport = self.transport(transport)
    let field = short(transport.start + (transport.kind == .tcp ? 16 : 6))
    recipe.checksum = field == 0 ? .zero : .value(field)
    let payload = layers[at + 1]
    recipe.payload = .octets(octets(payload.start, payload.end - payload.start))
    recipe.trailerCount = frame.count - end
    return recipe
  }

  private mutating func link(_ kind: FrameRecipe.LinkKind) -> FrameRecipe.Link {
    var link = FrameRecipe.Link(kind)
    guard kind != .rawIP else { return link }
    let header = layers[at]
    at += 1
    if kind == .ethernet {
      link.destination = address(header.start, 6)
      link.source = address(header.start + 6, 6)
    }
    guard let offset = kind.protocolOffset else { return link }
    var type = short(header.start + offset)
    while layers[at].kind == .vlan {
      link.tags.append(FrameRecipe.VLANTag(type, short(layers[at].start)))
      type = short(layers[at].start + 2)
      at += 1
    }
    link.shim = shim()
    return link
  }

  private mutating func shim() -> FrameRecipe.Shim? {
    if layers[at].kind == .pppoe {
      let header = layers[at]
      at += 1
      // The length ends with the packet, whose header comes next.
      let length = short(header.start + 4)
      let isExact = Int(length) == layers[at].limit - header.start - 6
      return .pppoe(session: short(header.start + 2), length: isExact ? .exact : .value(length))
    }
    var labels: [FrameRecipe.MPLSLabel] = []
    while layers[at].kind == .mpls {
      let entry = longWord(frame, layers[at].start)
      labels.append(
        FrameRecipe.MPLSLabel(
          entry / 4_096, trafficClass: UInt8(entry / 512 % 8), timeToLive: UInt8(entry % 256)))
      at += 1
    }
    return labels.isEmpty ? nil : .mpls(labels)
  }

  private mutating func network() -> FrameRecipe.Network? {
    let header = layers[at]
    let start = header.start
    at += 1
    if header.kind == .ipv4 {
      var out = FrameRecipe.IPv4()
      if header.isOpen { out.length = .zero }
      out.typeOfService = frame[start + 1]
      out.identification = short(start + 4)
      out.reservedBit = frame[start + 6] & 0x80 != 0
      out.dontFragment = frame[start + 6] & 0x40 != 0
      out.timeToLive = frame[start + 8]
      out.source = address(start + 12, 4)
      out.destination = address(start + 16, 4)
      out.options = options(start + 20, header.end).map { .init($0) }
      if !isIPv4HeaderChecksumRight(octets(start, header.end - start)) {
        out.headerChecksum = .value(short(start + 10))
      }
      return .ipv4(out)
    }
    guard header.kind == .ipv6 else { return nil }
    var out = FrameRecipe.IPv6()
    if header.isOpen { out.length = .zero }
    let first = longWord(frame, start)
    out.trafficClass = UInt8(first / 0x10_0000 % 256)
    out.flowLabel = first & 0xF_FFFF
    out.hopLimit = frame[start + 7]
    out.source = address(start + 8, 16)
    out.destination = address(start + 24, 16)
    var number = frame[start + 6]
    let extensions: [Layer.Kind] = [.hopByHop, .routing, .destinationOptions]
    while extensions.contains(layers[at].kind) {
      let layer = layers[at]
      out.extensions.append(
        FrameRecipe.ExtensionHeader(number, octets(layer.start + 2, layer.end - layer.start - 2)))
      number = frame[layer.start]
      at += 1
    }
    return .ipv6(out)
  }

  /// The options of IPv4 and TCP are laid out alike: kind 0 ends the list, kind 1 stands alone.
  private func options(_ start: Int, _ end: Int) -> [[UInt8]] {
    var out: [[UInt8]] = []
    var offset = start
    while offset < end {
      var count = 1
      if frame[offset] == 0 {
        count = end - offset
      } else if frame[offset] != 1 && offset + 1 < end {
        count = max(2, min(Int(frame[offset + 1]), end - offset))
      }
      out.append(octets(offset, count))
      offset += count
    }
    return out
  }

  private func transport(_ layer: Layer) -> FrameRecipe.Transport {
    let start = layer.start
    if layer.kind == .udp {
      return .udp(
        FrameRecipe.UDP {
          $0.sourcePort = short(start)
          $0.destinationPort = short(start + 2)
          if word(frame, start + 4) != layer.limit - start { $0.length = .value(short(start + 4)) }
        })
    }
    return .tcp(
      FrameRecipe.TCP {
        $0.sourcePort = short(start)
        $0.destinationPort = short(start + 2)
        $0.sequenceNumber = longWord(frame, start + 4)
        $0.acknowledgement = longWord(frame, start + 8)
        $0.flags = .init(rawValue: short(start + 12))
        $0.window = short(start + 14)
        $0.urgentPointer = short(start + 18)
        $0.options = options(start + 20, layer.end).map { .init($0) }
      })
  }
}
