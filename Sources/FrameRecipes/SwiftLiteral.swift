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
    return "FrameRecipe(\(list.text))"
  }
}

extension FrameRecipe: CustomStringConvertible {
  /// The same as ``swiftLiteral``.
  public var description: String { swiftLiteral }
}

/// The arguments of a call, without those that have their default value.
private struct ArgumentList {
  var parts: [String] = []
  var text: String { parts.joined(separator: ", ") }

  mutating func add<Value: Equatable>(
    _ label: String, _ value: Value, unless plain: Value, as describe: (Value) -> String
  ) {
    if value != plain { parts.append("\(label): \(describe(value))") }
  }
}

/// The statements of a closure that changes the fields of `$0`.
private struct ChangeList {
  var parts: [String] = []

  func text(_ type: String) -> String {
    parts.isEmpty ? "" : "\(type) { \(parts.joined(separator: "; ")) }"
  }

  mutating func add<Value: Equatable>(
    _ field: String, _ value: Value, unless plain: Value, as form: (Value) -> String = describe
  ) {
    if value != plain { parts.append("$0.\(field) = \(form(value))") }
  }
}

/// Enumeration cases print as `complete` or `value(7)`; put the dot in front.
private func describe<Value>(_ value: Value) -> String {
  switch value {
  case is Bool, is any BinaryInteger, is [UInt8], is [[UInt8]]: "\(value)"
  default: ".\(value)"
  }
}

private func hex<Value: BinaryInteger>(_ value: Value) -> String {
  "0x" + String(value, radix: 16, uppercase: true)
}

extension FrameRecipe.Link {
  fileprivate var swiftLiteral: String {
    var list = ArgumentList()
    if kind != .ethernet { list.parts.append(".\(kind)") }
    list.add("tags", tags, unless: []) { tags in
      let texts = tags.map {
        "VLANTag(\(hex($0.protocolIdentifier)), \(hex($0.controlInformation)))"
      }
      return "[\(texts.joined(separator: ", "))]"
    }
    list.add("addresses", addresses, unless: FrameRecipe.Link.defaultAddresses, as: describe)
    return "Link(\(list.text))"
  }
}

extension FrameRecipe.Payload {
  fileprivate var swiftLiteral: String {
    switch content {
    case .seeded(let seed) where offset == 0: "Payload(seed: \(seed), count: \(count))"
    case .literal(let octets) where offset == 0 && count == octets.count: "Payload(\(octets))"
    default: "Payload(.\(content), offset: \(offset), count: \(count))"
    }
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
      list.add("source", header.source, unless: plain.source)
      list.add("destination", header.destination, unless: plain.destination)
      list.add("options", header.options, unless: plain.options)
      list.add("length", header.length, unless: plain.length)
      list.add("headerChecksum", header.headerChecksum, unless: plain.headerChecksum)
      return ".ipv4(\(list.text("IPv4Recipe")))"
    case .ipv6(let header):
      let plain = FrameRecipe.IPv6()
      list.add("trafficClass", header.trafficClass, unless: plain.trafficClass)
      list.add("flowLabel", header.flowLabel, unless: plain.flowLabel, as: hex)
      list.add("hopLimit", header.hopLimit, unless: plain.hopLimit)
      list.add("source", header.source, unless: plain.source)
      list.add("destination", header.destination, unless: plain.destination)
      list.add("extensions", header.extensions, unless: plain.extensions) { headers in
        let texts = headers.map { "ExtensionHeader(\($0.number), \($0.contents))" }
        return "[\(texts.joined(separator: ", "))]"
      }
      list.add("length", header.length, unless: plain.length)
      return ".ipv6(\(list.text("IPv6Recipe")))"
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
      list.add("flags", header.flags, unless: plain.flags, as: hex)
      list.add("window", header.window, unless: plain.window, as: hex)
      list.add("urgentPointer", header.urgentPointer, unless: plain.urgentPointer, as: hex)
      list.add("options", header.options, unless: plain.options)
      return ".tcp(\(list.text("TCPRecipe")))"
    case .udp(let header):
      let plain = FrameRecipe.UDP()
      list.add("sourcePort", header.sourcePort, unless: plain.sourcePort)
      list.add("destinationPort", header.destinationPort, unless: plain.destinationPort)
      list.add("length", header.length, unless: plain.length)
      return ".udp(\(list.text("UDPRecipe")))"
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
    return "Encapsulation(\(list.text))"
  }
}
