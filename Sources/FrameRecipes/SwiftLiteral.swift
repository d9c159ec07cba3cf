/// Swift source that reproduces a value, leaving out what equals the default.
///
/// Paste it into a test to keep a frame that once failed.
extension FrameRecipe {
  /// Swift source that evaluates to this recipe.
  public var swiftLiteral: String {
    let plain = FrameRecipe()
    var list = ArgumentList()
    list.add("link", link, unless: plain.link, as: \.swiftLiteral)
    list.add("network", network, unless: plain.network, as: \.swiftLiteral)
    list.add("transport", transport, unless: plain.transport, as: \.swiftLiteral)
    list.add("payload", payload, unless: plain.payload, as: \.swiftLiteral)
    list.add("checksum", checksum, unless: plain.checksum, as: describe)
    list.add("zeroBecomesOnes", zeroBecomesOnes, unless: false, as: describe)
    list.add("trailerCount", trailerCount, unless: 0, as: describe)
    if let encapsulation { list.parts.append("encapsulation: \(encapsulation.swiftLiteral)") }
    if let virtioNetHeader {
      list.parts.append("virtioNetHeader: \(virtioNetHeader.swiftLiteral)")
    }
    return "FrameRecipe(\(list.text))"
  }
}

extension FrameRecipe: CustomStringConvertible {
  /// The same as ``swiftLiteral``.
  public var description: String { swiftLiteral }
}

extension FrameRecipe.Address {
  fileprivate var swiftLiteral: String {
    switch storage {
    case .text(let text): text.debugDescription
    case .octets(let octets) where [4, 6, 16].contains(octets.count): "\"\(self)\""
    case .octets(let octets): "\(octets)"
    }
  }
}

extension FrameRecipe.Link {
  fileprivate var swiftLiteral: String {
    let plain = FrameRecipe.Link()
    var list = ArgumentList()
    if kind != .ethernet { list.parts.append(".\(kind)") }
    list.add("tags", tags, unless: []) { tags in
      let texts = tags.map {
        ".init(\(hex($0.protocolIdentifier)), \(hex($0.controlInformation)))"
      }
      return "[\(texts.joined(separator: ", "))]"
    }
    list.add("shim", shim, unless: nil) { $0?.swiftLiteral ?? "nil" }
    list.add("source", source, unless: plain.source, as: \.swiftLiteral)
    list.add("destination", destination, unless: plain.destination, as: \.swiftLiteral)
    list.add("etherType", etherType, unless: nil, as: optionalHex)
    return ".init(\(list.text))"
  }
}

extension FrameRecipe.Shim {
  fileprivate var swiftLiteral: String {
    switch self {
    case .mpls(let labels):
      let texts = labels.map {
        ".init(\($0.label), trafficClass: \($0.trafficClass), timeToLive: \($0.timeToLive))"
      }
      return ".mpls([\(texts.joined(separator: ", "))])"
    case .pppoe(let session, let length):
      let length = length == .exact ? "" : ", length: .\(length)"
      return ".pppoe(session: \(hex(session))\(length))"
    }
  }
}

extension FrameRecipe.Payload {
  fileprivate var swiftLiteral: String {
    switch content {
    case .seeded(let seed) where offset == 0: ".random(seed: \(seed), count: \(count))"
    case .counted where offset == 0: ".counting(\(count))"
    case .repeated(let octet) where offset == 0: ".repeating(\(hex(octet)), count: \(count))"
    case .literal(let octets) where offset == 0 && count == octets.count: ".octets(\(octets))"
    default: ".init(.\(content), offset: \(offset), count: \(count))"
    }
  }
}

extension FrameRecipe.TCPFlags {
  /// The names of the flags; a number if a reserved bit is among them.
  fileprivate var swiftLiteral: String {
    let names = ["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ae"]
    guard isDisjoint(with: .reserved) else { return ".init(rawValue: \(hex(rawValue)))" }
    let set = names.enumerated().filter { rawValue >> $0.offset & 1 == 1 }.map { ".\($0.element)" }
    return "[\(set.joined(separator: ", "))]"
  }
}

extension FrameRecipe.VirtioNetHeader {
  fileprivate var swiftLiteral: String {
    var arguments = ArgumentList()
    if request != .nothing { arguments.parts.append(".\(request)") }
    arguments.add("form", form, unless: .modern, as: describe)
    var list = ChangeList()
    list.add("flags", flags, unless: nil, as: optionalHex)
    list.add("gsoType", gsoType, unless: nil, as: optionalHex)
    list.add("headerLength", headerLength, unless: nil, as: optionalHex)
    list.add("checksumStart", checksumStart, unless: nil, as: optionalHex)
    list.add("checksumOffset", checksumOffset, unless: nil, as: optionalHex)
    list.add("bufferCount", bufferCount, unless: 0)
    return ".init(\(arguments.text))\(list.text)"
  }
}

extension FrameRecipe.Network {
  fileprivate var swiftLiteral: String {
    var list = ChangeList()
    switch self {
    case .ipv4(let header):
      let plain = FrameRecipe.IPv4()
      list.add("typeOfService", header.typeOfService, unless: plain.typeOfService)
      list.add("identification", header.identification, unless: plain.identification, as: hex)
      list.add("dontFragment", header.dontFragment, unless: plain.dontFragment)
      list.add("reservedBit", header.reservedBit, unless: plain.reservedBit)
      list.add("moreFragments", header.moreFragments, unless: plain.moreFragments)
      list.add("fragmentOffset", header.fragmentOffset, unless: plain.fragmentOffset)
      list.add("timeToLive", header.timeToLive, unless: plain.timeToLive)
      list.add(
        "source", header.source, unless: plain.source, as: \.swiftLiteral)
      list.add(
        "destination", header.destination, unless: plain.destination, as: \.swiftLiteral)
      list.add("options", header.options, unless: plain.options, as: octetLists)
      list.add("length", header.length, unless: plain.length)
      list.add("headerChecksum", header.headerChecksum, unless: plain.headerChecksum)
      list.add("version", header.version, unless: plain.version)
      list.add("headerLength", header.headerLength, unless: nil, as: optionalHex)
      list.add("protocolNumber", header.protocolNumber, unless: nil, as: optionalHex)
      return list.call(".ipv4")
    case .ipv6(let header):
      let plain = FrameRecipe.IPv6()
      list.add("trafficClass", header.trafficClass, unless: plain.trafficClass)
      list.add("flowLabel", header.flowLabel, unless: plain.flowLabel, as: hex)
      list.add("hopLimit", header.hopLimit, unless: plain.hopLimit)
      list.add(
        "source", header.source, unless: plain.source, as: \.swiftLiteral)
      list.add(
        "destination", header.destination, unless: plain.destination, as: \.swiftLiteral)
      list.add("extensions", header.extensions, unless: plain.extensions) { headers in
        let texts = headers.map { ".init(\($0.number), \($0.contents))" }
        return "[\(texts.joined(separator: ", "))]"
      }
      list.add("length", header.length, unless: plain.length)
      list.add("version", header.version, unless: plain.version)
      list.add("protocolNumber", header.protocolNumber, unless: nil, as: optionalHex)
      return list.call(".ipv6")
    case .arp(let packet):
      let plain = FrameRecipe.ARP()
      list.add("operation", packet.operation, unless: plain.operation, as: hex)
      list.add(
        "sourceHardware", packet.sourceHardware, unless: plain.sourceHardware, as: \.swiftLiteral)
      list.add("source", packet.source, unless: plain.source, as: \.swiftLiteral)
      list.add(
        "destinationHardware", packet.destinationHardware, unless: plain.destinationHardware,
        as: \.swiftLiteral)
      list.add("destination", packet.destination, unless: plain.destination, as: \.swiftLiteral)
      return list.call(".arp")
    }
  }
}

extension FrameRecipe.Transport {
  fileprivate var swiftLiteral: String {
    var list = ChangeList()
    switch self {
    case .tcp(let header):
      let plain = FrameRecipe.TCP()
      list.add("sourcePort", header.sourcePort, unless: plain.sourcePort)
      list.add("destinationPort", header.destinationPort, unless: plain.destinationPort)
      list.add("sequenceNumber", header.sequenceNumber, unless: plain.sequenceNumber, as: hex)
      list.add("acknowledgement", header.acknowledgement, unless: plain.acknowledgement, as: hex)
      list.add("flags", header.flags, unless: plain.flags, as: \.swiftLiteral)
      list.add("window", header.window, unless: plain.window, as: hex)
      list.add("urgentPointer", header.urgentPointer, unless: plain.urgentPointer, as: hex)
      list.add("options", header.options, unless: plain.options, as: octetLists)
      list.add("dataOffset", header.dataOffset, unless: nil, as: optionalHex)
      return list.call(".tcp")
    case .udp(let header):
      let plain = FrameRecipe.UDP()
      list.add("sourcePort", header.sourcePort, unless: plain.sourcePort)
      list.add("destinationPort", header.destinationPort, unless: plain.destinationPort)
      list.add("length", header.length, unless: plain.length)
      return list.call(".udp")
    case .icmp(let header), .icmpv6(let header):
      let plain = FrameRecipe.ICMP()
      list.add("type", header.type, unless: plain.type)
      list.add("code", header.code, unless: plain.code)
      list.add("rest", header.rest, unless: plain.rest, as: hex)
      let name = protocolNumber == FrameRecipe.IPNumber.icmp ? ".icmp" : ".icmpv6"
      return "\(name)(\(list.call(".init")))"
    }
  }
}

extension FrameRecipe.Encapsulation {
  fileprivate var swiftLiteral: String {
    var list = ArgumentList()
    switch kind {
    case .vxlan(let identifier): list.parts.append(".vxlan(network: \(hex(identifier)))")
    case .geneve(let identifier, let options):
      list.parts.append(".geneve(network: \(hex(identifier)), options: \(options))")
    case .vxlanGPE(let identifier): list.parts.append(".vxlanGPE(network: \(hex(identifier)))")
    case .gue(let data): list.parts.append(".gue(data: \(data))")
    case .directGUE, .fou: list.parts.append(".\(kind)")
    case .gtpU(let tunnel, let sequence, let packetNumber, let extensions):
      let sequence = sequence.map(hex) ?? "nil"
      let packetNumber = packetNumber.map(hex) ?? "nil"
      let headers = extensions.map { ".init(\(hex($0.number)), \($0.contents))" }
      list.parts.append(
        ".gtpU(tunnel: \(hex(tunnel)), sequence: \(sequence), packetNumber: \(packetNumber), "
          + "extensions: [\(headers.joined(separator: ", "))])")
    case .gre(let checksum, let key, let sequence):
      let key = key.map(hex) ?? "nil"
      let sequence = sequence.map(hex) ?? "nil"
      list.parts.append(".gre(checksum: \(checksum), key: \(key), sequence: \(sequence))")
    case .ipInIP: list.parts.append(".ipInIP")
    }
    list.add("link", link, unless: FrameRecipe.Link(), as: \.swiftLiteral)
    list.add(
      "network", network, unless: FrameRecipe.Encapsulation.defaultNetwork, as: \.swiftLiteral)
    list.add("sourcePort", sourcePort, unless: 50_000, as: describe)
    list.add("checksum", checksum, unless: .zero, as: describe)
    list.add("udpLength", udpLength, unless: .exact, as: describe)
    list.add("destinationPort", destinationPort, unless: nil, as: optionalHex)
    list.add("innerTrailerCount", innerTrailerCount, unless: 0, as: describe)
    list.add("tunnelLength", tunnelLength, unless: .exact, as: describe)
    list.add("greChecksum", greChecksum, unless: .complete, as: describe)
    if let outer { list.parts.append("outer: \(outer.swiftLiteral)") }
    return ".init(\(list.text))"
  }
}
