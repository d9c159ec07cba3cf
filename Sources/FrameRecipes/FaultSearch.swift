/// Looks through a recipe for what cannot be written.
struct FaultSearch {
  typealias Reason = FrameRecipe.Fault.Reason

  /// Payloads and trailers end here, so that no slip of the pen asks for all memory: 16 MiB.
  static let longest = 16_777_216

  var found: [FrameRecipe.Fault] = []

  init(_ recipe: FrameRecipe) {
    link(recipe.link, "link", before: recipe.network)
    network(recipe.network, "network")
    // A packet of ARP has neither transport header nor payload.
    if recipe.network.carriesTransport {
      if let options = recipe.transport.tcp?.options {
        long("transport.options", options.reduce(0) { $0 + $1.octets.count }, 40)
      }
      payload(recipe.payload)
    }
    size("trailerCount", recipe.trailerCount)
    size("innerTrailerCount", recipe.encapsulation?.innerTrailerCount ?? 0)
    var (tunnel, inner, path) = (recipe.encapsulation, recipe.link, "encapsulation")
    while let found = tunnel {
      encapsulation(found, inner, path)
      (tunnel, inner, path) = (found.outer, found.link, path + ".outer")
      if tunnel != nil { size("\(path).innerTrailerCount", tunnel?.innerTrailerCount ?? 0) }
    }
  }

  private mutating func add(_ field: String, _ reason: Reason?) {
    if let reason { found.append(FrameRecipe.Fault(field: field, reason: reason)) }
  }

  private mutating func long(_ field: String, _ count: Int, _ limit: Int) {
    if count > limit { add(field, .tooLong(octets: count, limit: limit)) }
  }

  private mutating func large(_ field: String, _ value: UInt64, _ limit: UInt64) {
    if value > limit { add(field, .tooLarge(value, limit: limit)) }
  }

  private mutating func size(_ field: String, _ count: Int) {
    if count < 0 { add(field, .negative(count)) } else { long(field, count, Self.longest) }
  }

  private mutating func link(
    _ link: FrameRecipe.Link, _ path: String, before network: FrameRecipe.Network
  ) {
    if network.arp != nil && (link.kind.protocolOffset == nil || link.shim != nil) {
      add(path, .onlyForIP(link.kind))
    }
    if !link.tags.isEmpty && link.kind.protocolOffset == nil {
      add("\(path).tags", .noPlaceForTags(link.kind))
    }
    if link.shim != nil && link.kind.protocolOffset == nil {
      add("\(path).shim", .noPlaceForShim(link.kind))
    }
    if case .mpls(let labels) = link.shim {
      if labels.isEmpty { add("\(path).shim", .noLabels) }
      for label in labels { large("\(path).shim", UInt64(label.label), 0xF_FFFF) }
    }
    if link.kind.protocolOffset != nil { add("\(path).source", link.source.fault(as: .mac)) }
    if link.kind == .ethernet { add("\(path).destination", link.destination.fault(as: .mac)) }
  }

  private mutating func network(_ network: FrameRecipe.Network, _ path: String) {
    switch network {
    case .ipv4(let header):
      add("\(path).source", header.source.fault(as: .ipv4))
      add("\(path).destination", header.destination.fault(as: .ipv4))
      for (index, option) in header.options.enumerated() {
        for fault in option.addressFaults { add("\(path).options[\(index)]", fault) }
      }
      long("\(path).options", header.options.reduce(0) { $0 + $1.octets.count }, 40)
      if header.fragmentOffset < 0 {
        add("\(path).fragmentOffset", .negative(header.fragmentOffset))
      } else {
        large("\(path).fragmentOffset", UInt64(header.fragmentOffset), 0x1FFF)
      }
    case .ipv6(let header):
      add("\(path).source", header.source.fault(as: .ipv6))
      add("\(path).destination", header.destination.fault(as: .ipv6))
      large("\(path).flowLabel", UInt64(header.flowLabel), 0xF_FFFF)
      for (index, header) in header.extensions.enumerated() {
        for fault in header.addressFaults { add("\(path).extensions[\(index)]", fault) }
        long("\(path).extensions[\(index)]", header.byteCount, 2_048)
      }
    case .arp(let packet):
      add("\(path).sourceHardware", packet.sourceHardware.fault(as: .mac))
      add("\(path).source", packet.source.fault(as: .ipv4))
      add("\(path).destinationHardware", packet.destinationHardware.fault(as: .mac))
      add("\(path).destination", packet.destination.fault(as: .ipv4))
    }
  }

  private mutating func payload(_ payload: FrameRecipe.Payload) {
    size("payload.count", payload.count)
    if payload.offset < 0 { add("payload.offset", .negative(payload.offset)) }
    if case .literal(let octets) = payload.content, payload.count > 0, payload.offset >= 0 {
      let (needed, overflows) = payload.offset.addingReportingOverflow(payload.count)
      if overflows || needed > octets.count {
        add("payload", .payloadEnds(octets: octets.count, needed: overflows ? .max : needed))
      }
    }
  }

  private mutating func encapsulation(
    _ tunnel: FrameRecipe.Encapsulation, _ inner: FrameRecipe.Link, _ path: String
  ) {
    link(tunnel.link, "\(path).link", before: tunnel.network)
    network(tunnel.network, "\(path).network")
    if tunnel.network.arp != nil { add("\(path).network", .carriesNothing) }
    let field = "\(path).kind.network"
    var carriesEthernet = true
    var carriesIP = true
    switch tunnel.kind {
    case .vxlan(let identifier):
      large(field, UInt64(identifier), 0xFF_FFFF)
      carriesIP = false
    case .geneve(let identifier, let options):
      large(field, UInt64(identifier), 0xFF_FFFF)
      long("\(path).kind.options", options.count, 252)
      if options.count % 4 != 0 {
        add("\(path).kind.options", .notInWords(octets: options.count))
      }
    case .vxlanGPE(let identifier): large(field, UInt64(identifier), 0xFF_FFFF)
    case .gue(let data):
      long("encapsulation.kind.data", data.count, 124)
      if data.count % 4 != 0 {
        add("encapsulation.kind.data", .notInWords(octets: data.count))
      }
      carriesEthernet = false
    case .gtpU(_, _, _, let extensions):
      for (index, header) in extensions.enumerated() {
        let path = "encapsulation.kind.extensions[\(index)]"
        long(path, header.byteCount, 1_020)
        if header.number == 0 { add(path, .endsTheList) }
      }
      carriesEthernet = false
    case .gre: break
    case .directGUE, .fou, .ipInIP: carriesEthernet = false
    }
    let fits =
      switch inner.kind {
      case .ethernet: carriesEthernet
      case .rawIP: carriesIP
      default: false
      }
    if !fits {
      let needed = carriesEthernet ? carriesIP ? ".ethernet or .rawIP" : ".ethernet" : ".rawIP"
      // The link header inside: that of the recipe, or of the tunnel that this one carries.
      let inside = path.hasSuffix(".outer") ? "\(path.dropLast(6)).link" : "link"
      add(inside, .notInTunnel(inner.kind, needed: needed))
    }
  }
}
